from odoo import api, fields, models
from odoo.exceptions import UserError

REASONS = [
    ("price", "Price"),
    ("quantity", "Quantity"),
    ("quality", "Quality or damage"),
    ("delivery", "Not delivered, or late"),
    ("duplicate", "Invoiced twice"),
    ("terms", "Other terms agreed"),
    ("paid", "Paid already"),
    ("other", "Other"),
]
# what its buttons and its invoice or statement decide
KEPT = {"state", "closed_on", "move_id", "partner_id", "case_id", "statement_id"}


class StmCollectionDispute(models.Model):
    """A customer says that an invoice is wrong: it is not asked for until somebody has decided.

    What a customer says of a statement of account may be about no open invoice: that stops nothing,
    and its amount may be unknown.

    Accepted, somebody still credits the invoice in accounting; rejected, it is asked for again.
    """

    _name = "stm.collection.dispute"
    _description = "Disputed Invoice"
    _inherit = ["mail.thread", "mail.activity.mixin", "stm.state.mixin"]
    _order = "id desc"
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'),"
        " ('payment_state', 'in', ('not_paid', 'partial')), ('company_id', '=', company_id)]",
    )
    statement_id = fields.Many2one(
        "stm.account.statement",
        "Account Statement",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="Of which the customer reported it.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict", readonly=True
    )
    case_id = fields.Many2one(
        "stm.collection.case", index="btree_not_null", ondelete="set null", readonly=True
    )
    reason = fields.Selection(REASONS, required=True, default="other", tracking=True)
    amount = fields.Monetary("Amount Disputed", required=True, tracking=True)
    owner_id = fields.Many2one("res.users", required=True, default=lambda self: self.env.user, tracking=True)
    note = fields.Char("What Is Wrong", required=True)
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
    )
    outcome = fields.Char("What Was Found", tracking=True)
    closed_on = fields.Date("Decided On", readonly=True)

    _open_unique = models.UniqueIndex(
        "(move_id) WHERE state = 'open'", "This invoice is disputed already: add to that dispute."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0 OR (amount = 0 AND move_id IS NULL))", "A dispute is about an amount above zero."
    )

    @api.depends("move_id", "partner_id", "create_date")
    def _compute_display_name(self):
        for dispute in self:
            day = fields.Date.to_string(dispute.create_date) or ""
            dispute.display_name = (
                dispute.move_id.display_name or f"{dispute.partner_id.display_name or ''} {day}"
            )

    @api.onchange("move_id")
    def _onchange_move_id(self):
        self.amount = abs(self.move_id.amount_residual_signed)

    @api.model_create_multi
    def create(self, vals_list):
        moves = self.env["account.move"].browse(
            [vals["move_id"] for vals in vals_list if vals.get("move_id")]
        )
        moves.check_access("read")
        for vals in vals_list:
            vals |= self._prepare_subject(vals) | {"state": "open"}
        disputes = super().create(vals_list)
        for dispute in disputes.filtered(lambda one: one.owner_id != self.env.user):
            dispute.activity_schedule(
                "mail.mail_activity_data_todo", user_id=dispute.owner_id.id, summary=dispute.note
            )
        disputes._refresh_cases()
        return disputes

    def _prepare_subject(self, vals):
        """Customer and company of a new dispute: of its invoice, or of the statement without one.

        :raises UserError: without either
        """
        move = self.env["account.move"].browse(vals.get("move_id"))
        statement = self.env["stm.account.statement"].browse(vals.get("statement_id"))
        if not move and not (statement and self.env.su):
            raise UserError(self.env._("Choose the invoice that the customer finds wrong."))
        company = vals.get("company_id") or (move or statement).company_id.id
        return {"partner_id": (move.commercial_partner_id or statement.partner_id).id, "company_id": company}

    def write(self, vals):
        self.check_access("write")
        if not self.env.su and KEPT & set(vals):
            raise UserError(self.env._("A dispute is decided with its buttons, and stays with its invoice."))
        return super().write(vals)

    def action_accept(self):
        """The customer is right: what it is about waits to be credited.

        :raises UserError: where nobody wrote what was found
        """
        self._decide("accepted")

    def action_reject(self):
        """The invoice is right, and asked for again.

        :raises UserError: where nobody wrote what was found
        """
        self._decide("rejected")

    def _decide(self, state):
        self.check_access("write")
        self._check_state("open")
        for dispute in self.sudo():
            if not (dispute.outcome or "").strip():
                raise UserError(self.env._("Write what was found: it stays with the dispute."))
            dispute.write({"state": state, "closed_on": dispute.company_id._get_stm_today()})
            dispute.activity_unlink(["mail.mail_activity_data_todo"])
        self._refresh_cases()

    def _refresh_cases(self):
        """Find figures of the customers' cases again; a dispute opens a case where there is none."""
        engine = self.env["stm.collection.engine"].sudo()
        for company, disputes in self.sudo().grouped("company_id").items():
            cases = engine._refresh(company, disputes.partner_id.ids)
            for dispute in disputes.filtered(lambda one: not one.case_id):
                dispute.case_id = cases.get(dispute.partner_id.id)
