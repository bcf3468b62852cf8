from odoo import api, fields, models
from odoo.exceptions import UserError

from ..stm_links import is_company_of_user

# what only the account's own methods change
GUARDED_FIELDS = frozenset(
    ("company_id", "partner_id", "parent_id", "limit_state", "credit_limit", "grade_id", "rated_until",
     "is_blocked", "block_reason", "checked_at", "core_before")
)  # fmt: skip
FIGURES = ("receivable", "overdue", "disputed", "unapplied", "received", "orders", "quotations")


class StmCreditAccount(models.Model):
    """What a company trusts a customer with: one for each company and commercial entity.

    A limit is *unset* (nothing was decided yet), a number (also zero: nothing on credit), or
    *unlimited*. Every check of an order **writes** this row before it reads the exposure
    (`stm_credit_guard.py`): of two orders that are confirmed at once, one is retried and sees the
    other.
    """

    _name = "stm.credit.account"
    _description = "Credit Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "partner_id, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('parent_id', '=', False)]",
    )
    parent_id = fields.Many2one(
        "stm.credit.account",
        "Group",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The account of the group's head: its limit holds for all of the group together.",
    )
    child_ids = fields.One2many("stm.credit.account", "parent_id", "Members")
    limit_state = fields.Selection(
        [("unset", "Not decided"), ("limited", "Limit"), ("unlimited", "Unlimited")],
        "Limit Is",
        required=True,
        default="unset",
        tracking=True,
    )
    credit_limit = fields.Monetary(
        tracking=True,
        help="Zero: nothing on credit. Odoo's own limit of the contact follows: there, zero would mean that "
        "nothing is checked, so it becomes the smallest amount of the currency, and unlimited becomes zero.",
    )
    grade_id = fields.Many2one("stm.credit.grade", ondelete="restrict", check_company=True, tracking=True)
    rated_until = fields.Date("Rating Valid Until")
    is_blocked = fields.Boolean("Blocked", tracking=True)
    block_reason = fields.Char(tracking=True)
    checked_at = fields.Datetime("Last Check", readonly=True)

    receivable = fields.Monetary(compute="_compute_exposure")
    overdue = fields.Monetary(compute="_compute_exposure")
    overdue_days = fields.Integer(compute="_compute_exposure")
    disputed = fields.Monetary(compute="_compute_exposure")
    unapplied = fields.Monetary("Payments Not Applied", compute="_compute_exposure")
    received = fields.Monetary(
        "Received, Not Posted",
        compute="_compute_exposure",
        help="Online payments, and payments by methods without an entry, that the books do not show yet.",
    )
    orders = fields.Monetary("Ordered, Not Invoiced", compute="_compute_exposure")
    quotations = fields.Monetary("Open Quotations", compute="_compute_exposure")
    exposure = fields.Monetary(compute="_compute_exposure")
    limit_ids = fields.One2many("stm.credit.limit", "account_id", "Decisions")
    cover = fields.Monetary("Insured or Guaranteed", compute="_compute_exposure")
    state_now = fields.Selection(
        lambda self: self._fields["limit_state"].selection, "Today", compute="_compute_exposure"
    )
    limit_now = fields.Monetary(
        "Limit Today",
        compute="_compute_exposure",
        help="The temporary limit of today, else the limit; what is insured or guaranteed on top.",
    )
    reserved = fields.Monetary(
        "Paid for Quotations",
        compute="_compute_exposure",
        help="Received in advance for quotations, online or by transfers that name them. It makes no room "
        "for other orders.",
    )
    available = fields.Monetary(
        "Free of the Limit",
        compute="_compute_exposure",
        help="What the next order may come to: the limit of today less what is used and what was paid for "
        "quotations; not more than the group has free.",
    )

    _partner_unique = models.UniqueIndex(
        "(company_id, partner_id)", "This customer has a credit account in the company already."
    )
    _limit_not_negative = models.Constraint(
        "CHECK(COALESCE(credit_limit, 0) >= 0)", "A limit cannot be negative: zero means nothing on credit."
    )

    @api.depends_context("uid")
    @api.depends(
        "partner_id", "company_id", "credit_limit", "limit_state", "limit_ids.state", "limit_ids.date_until",
        "parent_id",
    )  # fmt: skip
    def _compute_exposure(self):
        for company, accounts in self.grouped("company_id").items():
            known = accounts.filtered(lambda one: one.partner_id and is_company_of_user(one))
            standing = self._read_standing(company, known.partner_id)
            for account in accounts:
                account._set_figures(standing)

    def _set_figures(self, standing):
        """:param standing: a :class:`~.stm_credit_account_standing.Standing`"""
        partner = self.partner_id.id
        row, one = standing.rows.get(partner), standing.get_exposure(partner)
        self.state_now = row.limit_state if row else self.limit_state
        self.limit_now = float(row.limit or 0) if row else 0.0
        self.cover = float(row.cover) if row else 0.0
        for name in FIGURES:
            self[name] = float(getattr(one, name))
        self.overdue_days = one.overdue_days
        self.exposure = float(one.total)
        self.reserved = float(standing.get_reserved(partner))
        self.available = float(standing.get_free(partner))

    @api.model_create_multi
    def create(self, vals_list):
        """An account may be made by hand before the first order; the commercial entity gets it."""
        partners = self.env["res.partner"]
        for vals in vals_list:
            partner = partners.browse(vals.get("partner_id"))
            if partner and partner.commercial_partner_id != partner:
                raise UserError(
                    self.env._(
                        "“%(contact)s” belongs to “%(customer)s”: the credit account is the customer's.",
                        contact=partner.display_name,
                        customer=partner.commercial_partner_id.display_name,
                    )
                )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for account in self:
            is_decided = account.limit_state != "unset" or account.is_blocked or account.limit_ids
            if account.checked_at or is_decided:
                raise UserError(
                    self.env._(
                        "“%s” is in use: a credit account stays with its history. Block it, or set its limit "
                        "to zero.",
                        account.display_name,
                    )
                )
