from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

ADMIN = "sales_target_mgmt.group_commission_admin"


class StmCommissionForecast(models.TransientModel):
    """What payees may earn to the end of the period: earned, likely, and if all goes well.

    Commission administrators see everybody; leaders the members of the teams they lead, where
    the company lets them see pay. Nothing is written to the ledger.
    """

    _name = "stm.commission.forecast"
    _description = "Payout Forecast"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    day = fields.Date("As Of", required=True, readonly=True)
    line_ids = fields.One2many("stm.commission.forecast.line", "forecast_id", "Payees", readonly=True)

    @api.depends("day")
    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Payout Forecast")

    @api.model
    def action_open(self):
        """Compute the forecast of today, of those whose pay the user may see, and show it."""
        company = self.env.company
        users = self._get_people(company)
        day = company._get_stm_today()
        lines = []
        for plan in self._get_plans(company, day):
            lines += self._prepare_lines(plan, day, users)
        forecast = self.sudo().create(
            {"company_id": company.id, "day": day, "line_ids": [(0, 0, line) for line in lines]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payout Forecast"),
            "res_model": self._name,
            "res_id": forecast.id,
            "views": [(False, "form")],
        }

    def action_view_lines(self):
        """The same as pivot and graph."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_forecast_line_action"
        )
        action["domain"] = [("forecast_id", "=", self.id)]
        return action

    def _get_people(self, company):
        """The users whose pay may be seen; None: everybody.

        :raises AccessError: if there is nobody
        """
        if self.env.user.has_group(ADMIN):
            return None
        if company.sudo().stm_leader_sees_commission:
            led = Domain("crm_team_id.user_id", "=", self.env.uid) & Domain("crm_team_id.active", "=", True)
            members = self.env["crm.team.member"].sudo().search(led & Domain("active", "=", True))
            # whoever leads a team in which the user is a member stays private
            bosses = self.env["crm.team.member"].sudo().search([("user_id", "=", self.env.uid)])
            people = members.user_id - bosses.crm_team_id.user_id
            if people:
                return people
        raise AccessError(
            self.env._(
                "The payout forecast is for commission administrators, and for leaders where the company "
                "lets them see their team's commission."
            )
        )

    def _get_plans(self, company, day):
        """The version of each plan that is in force on a day."""
        plans = self.env["stm.commission.plan"].sudo()
        versions = plans.search(
            [("company_id", "=", company.id), ("state", "=", "active"), ("date_from", "<=", day)],
            order="date_from, version",
        )
        newest = {version.origin_id: version for version in versions}
        return [plan for plan in newest.values() if not plan.date_to or plan.date_to >= day]

    def _prepare_lines(self, plan, day, users):
        period = plan._get_period(day)
        outlook = self.env["stm.commission.engine"].sudo()._get_outlook(plan, day)
        values = []
        for payee, one in outlook.items():
            assignment = plan.assignment_ids.filtered(lambda line, payee=payee: line.payee_id.id == payee)[:1]
            user = assignment.user_id
            if users is not None and user not in users:
                continue
            values.append(
                {
                    "plan_id": plan.id,
                    "payee_id": payee,
                    "user_id": user.id,
                    "team_id": (assignment.team_id or user.sale_team_id).id,
                    "date_from": period.date_from,
                    "date_to": period.date_to,
                    "low": one.low,
                    "likely": one.likely,
                    "high": one.high,
                    "elapsed": one.elapsed,
                    "sales": one.sales,
                    "pipeline": one.pipeline,
                }
            )
        return sorted(values, key=lambda line: (-line["likely"], line["payee_id"]))


class StmCommissionForecastLine(models.TransientModel):
    """What a payee may earn by a plan in the running period."""

    _name = "stm.commission.forecast.line"
    _description = "Payout Forecast of a Payee"
    _order = "id"
    _rec_name = "payee_id"

    forecast_id = fields.Many2one("stm.commission.forecast", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="forecast_id.company_id", store=True)
    plan_id = fields.Many2one("stm.commission.plan", readonly=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    payee_id = fields.Many2one("res.partner", readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    date_from = fields.Date("Start", readonly=True)
    date_to = fields.Date("End", readonly=True)
    low = fields.Monetary("Earned So Far", readonly=True)
    likely = fields.Monetary(readonly=True, help="If it goes on at the pace so far.")
    high = fields.Monetary(
        readonly=True,
        help="With all open opportunities that are expected by the end, whatever their probability.",
    )
    elapsed = fields.Float("Period Elapsed", digits=(16, 4), readonly=True, aggregator=None)
    sales = fields.Monetary("Credited Sales", readonly=True)
    pipeline = fields.Monetary("Open Pipeline", readonly=True, help="All of the expected revenue.")

    def action_view_entries(self):
        """The entries of the period behind what is earned, each with its document."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_entry_action"
        )
        action["domain"] = [
            ("payee_id", "=", self.payee_id.id),
            ("lineage_id", "=", self.plan_id.sudo().origin_id.id),
            ("pot_date", "=", self.date_from),
        ]
        action["display_name"] = self.payee_id.sudo().name
        return action
