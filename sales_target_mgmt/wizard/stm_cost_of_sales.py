from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.achievement.stm_achievement_totals import TotalRequest
from ..tools.periods import Period, whole

MONTHS = 120


class StmCostOfSales(models.TransientModel):
    """Cost of sales: commission ÷ sales, by team and month.

    Commission is what the entries earn on the day of their document, in company currency, for the
    team of the document. Sales are a measure of money, read like every other figure.
    """

    _name = "stm.cost.of.sales"
    _description = "Cost of Sales"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date_from = fields.Date("From", required=True, default=lambda self: self._get_default_days()[0])
    date_to = fields.Date("To", required=True, default=lambda self: self._get_default_days()[1])
    measure_id = fields.Many2one(
        "stm.measure",
        "Sales",
        required=True,
        ondelete="cascade",
        check_company=True,
        domain="[('unit', '=', 'money'), ('aggregation', '=', 'sum')]",
        default=lambda self: self.env.ref("sales_target_mgmt.measure_invoiced", raise_if_not_found=False),
    )

    def action_confirm(self):
        """Compute the rates and show them."""
        self.ensure_one()
        self._check()
        lines = self.env["stm.cost.of.sales.line"]
        lines.search([("cost_id", "=", self.id)]).unlink()
        lines.create(self._prepare_lines())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_cost_of_sales_line_action"
        )
        action["domain"] = [("cost_id", "=", self.id)]
        return action

    def _get_default_days(self):
        """The twelve months that are over, without those in which nobody was paid by a plan yet."""
        company = self.env.company
        month = company._get_stm_today().replace(day=1)
        plans = self.env["stm.commission.plan"].sudo()
        domain = [("company_id", "=", company.id), ("state", "=", "active"), ("date_from", "<", month)]
        [(begun,)] = plans._read_group(domain, [], ["date_from:min"])
        first = month - relativedelta(months=12)
        return max(first, begun.replace(day=1)) if begun else first, month - relativedelta(days=1)

    def _check(self):
        self.env["stm.commission.plan"]._check_admin()
        if self.date_from > self.date_to:
            raise UserError(self.env._("The last day lies before the first: exchange them."))
        if self.date_to > self.date_from + relativedelta(months=MONTHS):
            raise UserError(self.env._("Choose at most %s months.", MONTHS))
        if self.measure_id.unit != "money" or self.measure_id.aggregation != "sum":
            raise UserError(
                self.env._("“%s” is no sum of money: choose revenue or margin.", self.measure_id.name)
            )

    def _prepare_lines(self):
        commission = self._get_commission()
        sales = self._get_sales()
        return [
            {
                "cost_id": self.id,
                "team_id": team,
                "month": month,
                "date_to": min(whole(Period(month, month), "month").date_to, self.date_to),
                "commission": commission.get((team, month), 0.0),
                "sales": sales.get((team, month), 0.0),
                "rate": self._divide(commission.get((team, month), 0.0), sales.get((team, month), 0.0)),
            }
            for team, month in sorted({*commission, *sales}, key=lambda key: (key[1], key[0] or 0))
            if commission.get((team, month)) or sales.get((team, month))
        ]

    def _divide(self, commission, sales):
        return commission / sales if sales else 0.0

    def _get_commission(self):
        """(team id or False, month) → earned, in company currency.

        What has no document, a bonus say, counts for the person's own team.
        """
        entries = self.env["stm.commission.entry"].sudo()
        currency = self.company_id.currency_id
        sums = defaultdict(float)
        for team, user, month, paid_in, amount in entries._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            ["team_id", "user_id", "date:month", "currency_id"],
            ["amount:sum"],
        ):
            last = min(whole(Period(month, month), "month").date_to, self.date_to)
            team = team or user.sale_team_id
            sums[team.id, month] += paid_in._convert(amount, currency, self.company_id, last)
        return {key: currency.round(amount) for key, amount in sums.items()}

    def _get_sales(self):
        """(team id or False, month) → achieved; of no team what is left of the company's."""
        teams = self.env["crm.team"].sudo().with_context(active_test=False)
        teams = teams.search([("company_id", "in", (self.company_id.id, False))])
        requests, month = [], self.date_from.replace(day=1)
        while month <= self.date_to:
            start, end = max(month, self.date_from), whole(Period(month, month), "month").date_to
            for team in (False, *teams.ids):
                requests.append(
                    TotalRequest(
                        (team, month),
                        self.measure_id.id,
                        self.company_id.id,
                        start,
                        min(end, self.date_to),
                        {"team_id": team} if team else {},
                    )
                )
            month = end + relativedelta(days=1)
        totals = self.env["stm.achievement"]._get_totals(requests)
        currency = self.company_id.currency_id
        rest = {key: total for key, total in totals.items() if not key[0]}
        for (team, month), total in totals.items():
            if team:
                rest[False, month] -= total
        return {key: currency.round(total) for key, total in {**totals, **rest}.items()}


class StmCostOfSalesLine(models.TransientModel):
    """Commission and sales of a team in a month."""

    _name = "stm.cost.of.sales.line"
    _description = "Cost of Sales of a Team"
    _order = "month, team_id, id"

    cost_id = fields.Many2one("stm.cost.of.sales", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="cost_id.company_id")
    currency_id = fields.Many2one(related="cost_id.company_id.currency_id")
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    month = fields.Date(readonly=True)
    date_to = fields.Date("End", readonly=True)
    commission = fields.Monetary(readonly=True)
    sales = fields.Monetary(readonly=True)
    rate = fields.Float(
        "Cost of Sales",
        digits=(16, 4),
        readonly=True,
        aggregator="avg",
        help="Commission ÷ sales; of a group the one of its sums.",
    )

    def _read_group_select(self, aggregate_spec, query):
        """The rate of a group is that of its sums, not the mean of its rates."""
        if aggregate_spec != "rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "COALESCE(SUM(%s) / NULLIF(SUM(%s), 0.0), 0)",
            self._field_to_sql(self._table, "commission", query),
            self._field_to_sql(self._table, "sales", query),
        )

    def action_view_entries(self):
        """The entries behind the commission, each with its document."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_entry_action"
        )
        cost = self.cost_id
        action["domain"] = [
            ("company_id", "=", cost.company_id.id),
            ("date", ">=", max(self.month, cost.date_from)),
            ("date", "<=", self.date_to),
            "|",
            ("team_id", "=", self.team_id.id or -1),
            "&",
            ("team_id", "=", False),
            ("user_id.sale_team_id", "=", self.team_id.id),
        ]
        return action
