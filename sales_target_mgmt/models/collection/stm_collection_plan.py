from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date, formatLang

from ...tools.collection import instalments
from ..stm_links import check_links
from .stm_collection_promise import STATES

CONTENT = frozenset(("case_id", "move_ids", "line_ids", "count", "first_date", "every", "note"))


class StmCollectionPlan(models.Model):
    """Open invoices that a customer pays in instalments, as was agreed.

    draft → agreed (open) → kept, or broken, wholly or in part, with the first instalment that is not
    there on its day. While a plan is open its invoices are not asked for; a broken one counts as a
    broken promise. Its instalments add up to what was open of its invoices when it was agreed.
    """

    _name = "stm.collection.plan"
    _description = "Payment Plan"
    _inherit = ["stm.collection.part.mixin", "mail.thread", "stm.state.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    state = fields.Selection(
        [("draft", "Draft"), ("open", "Agreed"), *STATES[1:]],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    move_ids = fields.Many2many(
        "account.move",
        "stm_collection_plan_move_rel",
        "plan_id",
        "move_id",
        "Invoices",
        compute="_compute_move_ids",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('commercial_partner_id', '=', partner_id), ('company_id', '=', company_id),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt')), ('state', '=', 'posted'),"
        " ('payment_state', 'in', ('not_paid', 'partial'))]",
        help="They are not asked for while the plan is open.",
    )
    amount = fields.Monetary("Open Amount", compute="_compute_amount", store=True, tracking=True)
    planned = fields.Monetary("Instalments", compute="_compute_planned")
    received = fields.Monetary(compute="_compute_planned")
    next_date = fields.Date("Next Instalment", compute="_compute_planned")
    count = fields.Integer("Number of Instalments", default=3)
    first_date = fields.Date("First Instalment", default=lambda self: self._default_first_date())
    every = fields.Selection(
        [("week", "Every week"), ("fortnight", "Every two weeks"), ("month", "Every month")],
        required=True,
        default="month",
    )
    line_ids = fields.One2many("stm.collection.plan.line", "plan_id", "Instalments by Day")
    given_on = fields.Date("Agreed On", readonly=True, copy=False)
    closed_on = fields.Date("Ended On", readonly=True, copy=False)
    note = fields.Char("What Was Agreed")

    _one_open = models.UniqueIndex(
        "(case_id) WHERE state = 'open'", "This customer has a payment plan: cancel it before another one."
    )
    _count_positive = models.Constraint(
        "CHECK(count BETWEEN 1 AND 120)", "A plan has between 1 and 120 instalments."
    )

    def _default_first_date(self):
        return self.env.company._get_stm_today() + timedelta(days=7)

    @api.depends("partner_id", "amount")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = self.env._(
                "%(customer)s: payment plan of %(amount)s",
                customer=plan.partner_id.display_name,
                amount=formatLang(self.env, plan.amount, currency_obj=plan.currency_id),
            )

    @api.depends("case_id")
    def _compute_move_ids(self):
        """What is overdue and not disputed."""
        for plan in self:
            case = plan.case_id.sudo()
            today = (plan.company_id or self.env.company)._get_stm_today()
            moves = case.line_ids.filtered(
                lambda line, today=today: (
                    line.amount_residual > 0 and (line.date_maturity or line.date) < today
                )
            ).move_id
            moves = moves.filtered(lambda move: move.move_type in ("out_invoice", "out_receipt"))
            plan.move_ids = moves - case.dispute_ids.filtered(lambda one: one.state == "open").move_id

    @api.depends("move_ids")
    def _compute_amount(self):
        for plan in self:
            plan.amount = plan._get_open_amount()

    @api.depends("line_ids.amount", "line_ids.received", "line_ids.state")
    def _compute_planned(self):
        for plan in self:
            plan.planned = sum(plan.line_ids.mapped("amount"))
            plan.received = sum(plan.line_ids.mapped("received"))
            waiting = plan.line_ids.filtered(lambda line: line.state == "open")
            plan.next_date = plan.state == "open" and min(waiting.mapped("date"), default=False)

    @api.onchange("move_ids", "count", "first_date", "every")
    def _onchange_instalments(self):
        if self.case_id and self.first_date and self.count > 0:
            self.line_ids = [Command.clear(), *self._prepare_instalments()]

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "case_id")
        self.env["stm.collection.case"].browse(
            [vals["case_id"] for vals in vals_list if vals.get("case_id")]
        ).check_access("write")
        # a default of the client counts for as little as a value
        asked = {"state": "draft", "given_on": False, "closed_on": False}
        plans = super().create(
            [{k: v for k, v in vals.items() if k in CONTENT} | asked for vals in vals_list]
        )
        for plan in plans.filtered(lambda one: one.first_date and not one.line_ids):
            plan.line_ids = plan._prepare_instalments()
        return plans

    def write(self, vals):
        self.check_access("write")
        if not self.env.su and any(not name.startswith(("message_", "activity_")) for name in vals):
            if vals.keys() - CONTENT:
                raise UserError(self.env._("Whether a payment plan is kept is found by the payments."))
            check_links(self, [vals], "case_id")
            self._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_state("draft")

    def action_agree(self):
        """The customer has agreed: the invoices are not asked for any more, open promises end.

        :raises UserError: if the instalments are not what is open, or something of them cannot be meant
        """
        self.check_access("write")
        self._check_state("draft")
        for plan in self.sudo():
            plan.amount = plan._get_open_amount()
            plan._check_agreement()
            today = plan.company_id._get_stm_today()
            plan.write({"state": "open", "given_on": today})
            case = plan.case_id
            case.promise_ids.filtered(lambda one: one.state == "open").write({"state": "cancelled"})
            case.last_contact = today
            case.message_post(body=plan._describe(), author_id=self.env.user.partner_id.id)
        self.case_id._refresh()

    def action_cancel(self):
        """It was a mistake, or something else was agreed: the invoices are asked for again."""
        self.check_access("write")
        self._check_state("open")
        for plan in self.sudo():
            plan.write({"state": "cancelled", "closed_on": plan.company_id._get_stm_today()})
        self.case_id._refresh()

    def _get_open_amount(self):
        """What is open of the invoices, in company currency."""
        lines = self.sudo().move_ids.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        return self.currency_id.round(sum(lines.mapped("amount_residual"))) if lines else 0.0

    def _prepare_instalments(self):
        """Commands of equal instalments of what is open; none of nothing."""
        rows = instalments(
            str(self._get_open_amount()),
            self.count,
            self.first_date,
            self.every,
            str(self.currency_id.rounding),
        )
        return [Command.create({"date": day, "amount": float(amount)}) for day, amount in rows if amount > 0]

    def _check_agreement(self):
        """:raises UserError: naming what is wrong, by how much, and what to do"""
        today, lines = self.company_id._get_stm_today(), self.line_ids
        late = lines.filtered(lambda line: line.date < today)
        disputed = self.case_id.dispute_ids.filtered(lambda one: one.state == "open").move_id & self.move_ids
        strange = self.move_ids.filtered(
            lambda move: move.state != "posted" or move.commercial_partner_id != self.partner_id
        )
        money = lambda amount: formatLang(self.env, amount, currency_obj=self.currency_id)  # noqa: E731
        if not self.move_ids or self.currency_id.is_zero(self.amount):
            raise UserError(self.env._("Nothing is open of the invoices: choose those the plan is about."))
        if disputed or strange:
            raise UserError(
                self.env._(
                    "“%s” cannot be in the plan: it is disputed, no posted invoice or another customer's.",
                    ", ".join((disputed | strange).mapped("display_name")),
                )
            )
        if late:
            raise UserError(
                self.env._(
                    "An instalment of %s is over: choose days to come.", format_date(self.env, late[0].date)
                )
            )
        if self.currency_id.compare_amounts(self.planned, self.amount):
            raise UserError(
                self.env._(
                    "The instalments come to %(planned)s, what is open to %(open)s: they differ by %(gap)s.",
                    planned=money(self.planned),
                    open=money(self.amount),
                    gap=money(self.planned - self.amount),
                )
            )
        if self.search_count([("case_id", "=", self.case_id.id), ("state", "=", "open")]):
            raise ValidationError(
                self.env._(
                    "“%s” has a payment plan: cancel it before another one.", self.partner_id.display_name
                )
            )

    def _describe(self):
        return self.env._(
            "Payment plan agreed: %(amount)s in %(count)s instalments, the first until %(first)s, the last "
            "until %(last)s. %(note)s",
            amount=formatLang(self.env, self.amount, currency_obj=self.currency_id),
            count=len(self.line_ids),
            first=format_date(self.env, min(self.line_ids.mapped("date"))),
            last=format_date(self.env, max(self.line_ids.mapped("date"))),
            note=self.note or "",
        )
