from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ...tools.receivables import BUCKETS, ageing_bucket
from ..credit.sale_order import QUOTATION
from ..credit.stm_credit_hold import WAITING

# in the cache of a cursor: the day of steps that are entered afterwards
DAY = "stm.collection.day"
AGES = {name: f"age_{place}" for place, (_last, name) in enumerate(BUCKETS)}


class StmCollectionCase(models.Model):
    """What stands around a case on its form: invoices, ageing, contacts, held orders. Read when shown."""

    _inherit = "stm.collection.case"

    line_ids = fields.Many2many("account.move.line", string="Open Items", compute="_compute_line_ids")
    age_0 = fields.Monetary("Not Due", compute="_compute_ages")
    age_1 = fields.Monetary("1–30 Days", compute="_compute_ages")
    age_2 = fields.Monetary("31–60 Days", compute="_compute_ages")
    age_3 = fields.Monetary("61–90 Days", compute="_compute_ages")
    age_4 = fields.Monetary("Over 90 Days", compute="_compute_ages")
    contact_id = fields.Many2one("res.partner", "Written To", compute="_compute_contact_id")
    contact_ids = fields.Many2many("res.partner", string="Contacts", compute="_compute_contact_id")
    held_count = fields.Integer("Orders on Hold", compute="_compute_held")
    held_amount = fields.Monetary("Amount on Hold", compute="_compute_held")
    why = fields.Char("Why Now", compute="_compute_why")
    promise_text = fields.Char("Promise", compute="_compute_promise_text")

    @api.depends("partner_id", "company_id")
    def _compute_line_ids(self):
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("reconciled", "=", False),
                    ("parent_state", "=", "posted"),
                ],
                order="date_maturity, id",
            )
        )
        found = lines.grouped(lambda line: (line.company_id, line.partner_id.commercial_partner_id))
        for case in self:
            case.line_ids = found.get((case.company_id, case.partner_id), lines.browse()).sudo(self.env.su)

    @api.depends("line_ids")
    def _compute_ages(self):
        for case in self:
            today = case.company_id._get_stm_today()
            ages = dict.fromkeys(AGES.values(), 0.0)
            for line in case.sudo().line_ids:
                if line.amount_residual > 0:
                    ages[AGES[ageing_bucket((today - (line.date_maturity or line.date)).days)]] += (
                        line.amount_residual
                    )
            case.update(ages)

    def _get_owed(self):
        """What is open now, due or not, less what was paid and not settled; not below zero."""
        self.ensure_one()
        residuals = self.sudo().line_ids.mapped("amount_residual")
        return max(0.0, self.currency_id.round(sum(residuals)))

    @api.depends("partner_id")
    def _compute_contact_id(self):
        """Invoice contacts with a mail address come first, then the customer."""
        partners = (
            self.env["res.partner"]
            .sudo()
            .search_fetch(
                ["|", ("parent_id", "in", self.partner_id.ids), ("id", "in", self.partner_id.ids)],
                ["parent_id", "type", "email", "name", "lang", "commercial_partner_id"],
                order="id",
            )
        )
        children = partners.grouped("parent_id")
        for case in self:
            mine = children.get(case.partner_id, partners.browse())
            wanted = mine.filtered(lambda one: one.type == "invoice" and one.email)
            customer = case.partner_id
            case.contact_id = wanted[:1] or (
                customer if customer.email else mine.filtered("email")[:1] or customer
            )
            case.contact_ids = customer | mine

    @api.depends("partner_id")
    def _compute_held(self):
        orders = self.env["sale.order"].sudo().search(self._get_held_domain())
        found = orders.grouped(lambda one: (one.company_id, one.partner_invoice_id.commercial_partner_id))
        for case in self:
            held = found.get((case.company_id, case.partner_id), orders.browse())
            case.held_count = len(held)
            case.held_amount = sum(held.stm_hold_id.mapped("amount"))

    def _get_held_domain(self):
        return [
            ("partner_invoice_id.commercial_partner_id", "in", self.partner_id.ids),
            ("company_id", "in", self.company_id.ids),
            ("stm_hold_id.event", "in", WAITING),
            ("state", "in", QUOTATION),
        ]

    @api.depends("overdue_days", "oldest_date", "is_broken", "stop", "state")
    @api.depends_context("lang")
    def _compute_why(self):
        labels = dict(self._fields["stop"]._description_selection(self.env))
        for case in self:
            parts = []
            if case.overdue_days == 1:
                parts.append(self.env._("1 day overdue"))
            elif case.overdue_days:
                parts.append(self.env._("%s days overdue", case.overdue_days))
            elif case.oldest_date:
                parts.append(self.env._("Due on %s", format_date(self.env, case.oldest_date)))
            if case.is_broken:
                parts.append(self.env._("Promise Broken"))
            if case.stop:
                parts.append(labels[case.stop])
            case.why = " · ".join(parts)

    @api.depends(
        "promise_ids.state",
        "promise_ids.amount",
        "promise_ids.date",
        "plan_ids.state",
        "plan_ids.line_ids.state",
    )
    @api.depends_context("lang")
    def _compute_promise_text(self):
        """The next promise or instalment."""
        for case in self:
            plans = case.plan_ids.filtered(lambda one: one.state == "open")
            agreed = [*case.promise_ids, *plans.line_ids]
            first = min(
                (one for one in agreed if one.state == "open"), key=lambda one: one.date, default=None
            )
            case.promise_text = first is not None and self.env._(
                "%(amount)s until %(date)s",
                amount=formatLang(self.env, first.amount - first.received, currency_obj=case.currency_id),
                date=format_date(self.env, first.date),
            )

    def _get_waiting_moves(self):
        """Invoices that are not asked for until something about them is decided or paid."""
        case = self.sudo()
        return (
            case.dispute_ids.filtered(lambda one: one.state == "open").move_id
            | case.plan_ids.filtered(lambda one: one.state == "open").move_ids
            | case.writeoff_ids.filtered(lambda one: one.state == "asked").move_ids
        )

    def _get_asked_rows(self):
        """Open invoices as told to the customer: number, due date, days overdue, amount in its currency."""
        self.ensure_one()
        today = self.env.cr.cache.get(DAY) or self.company_id._get_stm_today()
        first = min(self.sudo().policy_id.step_ids.mapped("days"), default=0)
        until = today - timedelta(days=min(first, 0))
        waiting = self._get_waiting_moves()
        lines = self.sudo().line_ids.filtered(
            lambda line: (
                line.amount_residual > 0
                and not line.no_followup
                and line.move_id.payment_state != "blocked"
                and line.move_id not in waiting
                and (line.date_maturity or line.date) <= until
            )
        )
        return [
            {
                "name": line.move_id.payment_reference or line.move_id.name,
                "due": line.date_maturity or line.date,
                "days": max(0, (today - (line.date_maturity or line.date)).days),
                "amount": line.amount_residual_currency,
                "currency": line.currency_id,
            }
            for line in lines
        ]
