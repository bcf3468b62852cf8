from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import clean_context, formatLang

from ..approval.read_once import reading_once
from ..stm_guard import guard_rows
from ..stm_links import check_links

REASONS = [
    ("insolvent", "Insolvent"),
    ("gone", "Cannot be found"),
    ("barred", "Barred by time"),
    ("settled", "Settled for less"),
    ("small", "Too small to ask for"),
    ("other", "Other"),
]
# merging contacts may rewrite who is meant, and a case may go
MEANT = "'{partner_id,case_id,write_uid,write_date}'::text[]"
KEPT = f"OLD.state = 'approved' AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - {MEANT} <> to_jsonb(NEW) - {MEANT})"
KEPT_LINK = "(SELECT state FROM stm_collection_writeoff WHERE id = OLD.writeoff_id) = 'approved'"
CONTENT = frozenset(("partner_id", "company_id", "move_ids", "amount", "reason", "note", "is_blocking"))


class StmCollectionWriteoff(models.Model):
    """A proposal to give up what a customer owes; who proposes it does not approve it.

    asked → approved by credit controllers, by amount as the levels say → posted and reconciled at
    once; or refused. While it waits, its invoices are not asked for.
    """

    _name = "stm.collection.writeoff"
    _description = "Write-Off Proposal"
    _inherit = ["stm.state.mixin", "stm.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"
    _approval_level = "stm.collection.writeoff.level"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="restrict")
    case_id = fields.Many2one(
        "stm.collection.case", index="btree_not_null", ondelete="set null", readonly=True, copy=False
    )
    move_ids = fields.Many2many(
        "account.move",
        "stm_collection_writeoff_move_rel",
        "writeoff_id",
        "move_id",
        "Invoices",
        check_company=True,
        domain="[('commercial_partner_id', '=', partner_id), ('company_id', '=', company_id),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt')), ('state', '=', 'posted'),"
        " ('payment_state', 'in', ('not_paid', 'partial'))]",
    )
    open_amount = fields.Monetary("Open", compute="_compute_open_amount")
    amount = fields.Monetary(
        "To Write Off",
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="Taxes included; taken off the oldest invoices first.",
    )
    reason = fields.Selection(REASONS, required=True, default="insolvent", tracking=True)
    note = fields.Char("Why", required=True)
    is_blocking = fields.Boolean(
        "Block the Customer",
        compute="_compute_is_blocking",
        store=True,
        readonly=False,
        precompute=True,
        help="No order is confirmed any more once it is approved, where credit is controlled.",
    )
    state = fields.Selection(
        [("asked", "To Approve"), ("approved", "Written Off"), ("refused", "Refused")],
        required=True,
        default="asked",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users", "Proposed By", required=True, readonly=True, ondelete="restrict", copy=False,
        default=lambda self: self.env.user,
    )  # fmt: skip
    asked_on = fields.Datetime(required=True, readonly=True, copy=False, default=fields.Datetime.now)
    approver_ids = fields.Many2many(
        "res.users",
        "stm_collection_writeoff_approver_rel",
        "writeoff_id",
        "user_id",
        "Approved By",
        readonly=True,
        copy=False,
    )
    decided_on = fields.Date(readonly=True, copy=False)
    answer = fields.Char("Why Not", copy=False)
    entry_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    waits_for = fields.Char("Still to Approve", compute="_compute_waits_for")

    _amount_positive = models.Constraint("CHECK(amount > 0)", "A write-off is an amount above zero.")

    def init(self):
        message = "Write-offs that were approved are never changed or deleted."
        guard_rows(self.env.cr, self._table, KEPT, message)
        guard_rows(self.env.cr, self._fields["approver_ids"].relation, KEPT_LINK, message)

    @api.depends("partner_id", "amount", "currency_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = one.partner_id and self.env._(
                "%(customer)s: write-off of %(amount)s",
                customer=one.partner_id.display_name,
                amount=formatLang(self.env, one.amount, currency_obj=one.currency_id),
            )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """What is overdue of the customer."""
        self.move_ids = self.env["account.move"].search(
            [
                ("commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("invoice_date_due", "<", self.company_id._get_stm_today()),
            ]
        )

    @api.depends("move_ids.amount_residual_signed")
    def _compute_open_amount(self):
        for one in self:
            one.open_amount = one.currency_id.round(sum(one._get_open_lines().mapped("amount_residual")))

    @api.depends("move_ids")
    def _compute_amount(self):
        for one in self:
            one.amount = one.open_amount

    @api.depends("reason")
    def _compute_is_blocking(self):
        for one in self:
            one.is_blocking = one.reason in ("insolvent", "gone")

    @api.depends("state", "approver_ids", "amount")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        with reading_once(self.env):
            for one in self:
                missing = one._get_missing() if one.state == "asked" and one.id else None
                one.waits_for = missing is not None and (
                    one._describe_missing(missing)
                    or self.env._("a credit controller who has not proposed it")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """To propose is to create.

        :raises UserError: for invoices of others, for more than is open, or for what waits already
        """
        # a default of the client proposes nothing
        self = self.with_context(clean_context(self.env.context))  # noqa: PLW0642
        check_links(self, vals_list, "partner_id", "company_id")
        self._check_moves(vals_list)
        # a default of the client counts for as little as a value
        asked = {"state": "asked", "user_id": self.env.uid, "asked_on": fields.Datetime.now()}
        asked |= {"entry_id": False, "decided_on": False, "answer": False, "approver_ids": []}
        made = super().create([{k: v for k, v in vals.items() if k in CONTENT} | asked for vals in vals_list])
        for one in made:
            one._check_proposal()
            one.sudo()._ask_approvers()
        made._refresh_cases()
        return made

    def write(self, vals):
        self.check_access("write")
        names = {name for name in vals if not name.startswith(("message_", "activity_"))}
        if not self.env.su and names:
            if names - CONTENT - {"answer"} or names & {"partner_id", "company_id"}:
                raise UserError(
                    self.env._(
                        "A write-off is approved or refused with its buttons, and stays with its customer."
                    )
                )
            self._check_state("asked")
            self._check_moves([vals])
            if names - {"answer"}:
                # who changes it answers for it, and all approve anew
                self.sudo().write({"user_id": self.env.uid, "approver_ids": [Command.clear()]})
        result = super().write(vals)
        if names & {"move_ids", "amount"} and not self.env.su:
            for one in self:
                one._check_proposal()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_state("asked", "refused")

    def _check_moves(self, vals_list):
        """:raises AccessError: for invoices that the user may not read"""
        moves = self.env["account.move"]
        for vals in vals_list:
            moves |= self.new({"move_ids": vals.get("move_ids") or []}).move_ids._origin
        moves.check_access("read")

    def _get_open_lines(self):
        """Open receivable lines of the invoices, the oldest first; on a form the client names them."""
        moves = self.move_ids if self.id else self.move_ids._origin._filtered_access("read")
        lines = moves.sudo().line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and line.amount_residual > 0
        )
        return lines.sorted(lambda line: (line.date_maturity or line.date, line.id))

    def _check_proposal(self):
        """:raises UserError: naming what cannot be written off"""
        for one in self.sudo():
            strange = one.move_ids.filtered(
                lambda move, one=one: (
                    move.state != "posted"
                    or move.company_id != one.company_id
                    or move.commercial_partner_id != one.partner_id
                )
            )
            waiting = one.search(
                [("id", "!=", one.id), ("state", "=", "asked"), ("move_ids", "in", one.move_ids.ids)], limit=1
            )
            if not one.move_ids:
                raise UserError(self.env._("Choose the invoices that are written off."))
            if strange:
                raise UserError(
                    self.env._(
                        "“%s” cannot be written off here: it is no posted invoice of the customer.",
                        ", ".join(strange.mapped("display_name")),
                    )
                )
            if waiting:
                raise UserError(
                    self.env._(
                        "“%s” waits for its approval already: decide about that first.", waiting.display_name
                    )
                )
            if one.currency_id.compare_amounts(one.amount, one.open_amount) > 0:
                raise UserError(
                    self.env._(
                        "%(amount)s is more than the %(open)s that is open: write off that much or less.",
                        amount=formatLang(self.env, one.amount, currency_obj=one.currency_id),
                        open=formatLang(self.env, one.open_amount, currency_obj=one.currency_id),
                    )
                )

    def _refresh_cases(self):
        """Find figures of the customers' cases again."""
        engine = self.env["stm.collection.engine"].sudo()
        for company, some in self.sudo().grouped("company_id").items():
            cases = engine._refresh(company, some.partner_id.ids)
            for one in some.filtered(lambda one: not one.case_id):
                one.case_id = cases.get(one.partner_id.id)
