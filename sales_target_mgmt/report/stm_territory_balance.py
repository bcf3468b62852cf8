from decimal import Decimal
from statistics import fmean

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..tools import balance

FIGURES = [
    ("workload", "Workload"),
    ("customer_count", "Customers"),
    ("potential", "Potential"),
    ("quota_ratio", "Quota ÷ Potential"),
    ("lead_ratio", "Open Opportunities ÷ Potential"),
    ("budget_ratio", "Sales Budget ÷ Potential"),
]
# what cannot be told without potential
RATIO_OF = {"quota": "quota_ratio", "leads": "lead_ratio", "budget": "budget_ratio"}
RATIOS = ("potential", *RATIO_OF.values())


class StmTerritoryBalance(models.TransientModel):
    """Whether a division and the quotas of a plan are fair, per territory or person, on a day."""

    _name = "stm.territory.balance"
    _description = "Balance of Territories"

    division_id = fields.Many2one("stm.territory.division", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="division_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_id = fields.Many2one(
        "stm.target.plan",
        domain="[('company_id', '=', company_id)]",
        ondelete="cascade",
        help="Its quotas are compared with the potential. Empty: only the territories.",
    )
    measure_id = fields.Many2one(
        "stm.measure", compute="_compute_measure_id", help="The plan's first measure of money."
    )
    date = fields.Date("On", required=True, default=lambda self: self.env.company._get_stm_today())
    by = fields.Selection(
        [("territory", "Territory"), ("person", "Person")], "Per", required=True, default="territory"
    )
    figure = fields.Selection(FIGURES, required=True, default="workload")
    tolerance = fields.Float("Tolerance ± %", default=15.0)
    cv = fields.Float("Coefficient of Variation", compute="_compute_balance", digits=(16, 3))
    gini = fields.Float("Gini Coefficient", compute="_compute_balance", digits=(16, 3))
    within = fields.Float("Within Tolerance %", compute="_compute_balance", digits=(16, 0))
    verdict = fields.Char(compute="_compute_balance")
    is_in_hours = fields.Boolean(readonly=True)
    line_ids = fields.One2many("stm.territory.balance.line", "balance_id", readonly=True)
    figure_ids = fields.One2many("stm.territory.balance.figure", "balance_id", "Figures", readonly=True)

    @api.depends("division_id")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._("Balance")

    @api.depends("plan_id.measure_ids")
    def _compute_measure_id(self):
        for report in self:
            report.measure_id = report.plan_id._get_money_measure()

    @api.depends("figure", "tolerance", "line_ids")
    def _compute_balance(self):
        for report in self:
            values = report._get_values(report.figure)
            report.cv, report.gini, report.within = report._measure(values)
            outside = round(len(values) * (1 - report.within / 100))
            report.verdict = (
                self.env._("%(count)s of %(total)s stand out", count=outside, total=len(values))
                if values
                else self.env._("Nothing to compare")
            )

    def _measure(self, values):
        """(coefficient of variation, Gini, percent within the tolerance); 0 where there are none."""
        values = [Decimal(str(value)) for value in values]
        tolerance = Decimal(str(self.tolerance)) / 100
        share = balance.share_within(values, tolerance)
        return (
            float(balance.coefficient_of_variation(values) or 0),
            float(balance.gini(values) or 0),
            float(100 * (share or 0)),
        )

    def _get_values(self, figure):
        if figure == "budget_ratio" and not any(self.line_ids.mapped("budget")):
            return []
        lines = self.line_ids.filtered(lambda line: not line.is_vacant)
        return [line[figure] for line in lines if line._is_known(figure)]

    def action_refresh(self):
        """Compute anew, for the day, the plan and the way that are chosen."""
        self.ensure_one()
        for record in (self.division_id, self.plan_id):
            record.check_access("read")
        if self.plan_id and self.plan_id.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "“%(plan)s” is a plan of another company than “%(division)s”: choose one of the same.",
                    plan=self.plan_id.display_name,
                    division=self.division_id.display_name,
                )
            )
        self.line_ids.unlink()
        self.figure_ids.unlink()
        rows, in_hours = self.env["stm.territory.balance.source"]._get_rows(self)
        self.write(
            {
                "is_in_hours": in_hours,
                "line_ids": [(0, 0, row) for row in rows],
                "figure_ids": [(0, 0, {"figure": name}) for name, _label in FIGURES],
            }
        )
        return self._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Balance and Fairness"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }


class StmTerritoryBalanceLine(models.TransientModel):
    _name = "stm.territory.balance.line"
    _description = "Balance of a Territory or Person"
    _order = "id"

    balance_id = fields.Many2one("stm.territory.balance", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="balance_id.currency_id")
    territory_id = fields.Many2one("stm.territory", ondelete="cascade")
    user_id = fields.Many2one("res.users", "Person", ondelete="cascade")
    is_vacant = fields.Boolean("Vacant")
    workload = fields.Float(digits=(16, 1))
    customer_count = fields.Float("Customers", digits=(16, 1))
    potential = fields.Monetary()
    quota = fields.Float(digits=0)
    leads = fields.Monetary("Open Opportunities")
    quota_ratio = fields.Float("Quota ÷ Potential %", compute="_compute_ratios", digits=(16, 1))
    lead_ratio = fields.Float("Open Opportunities ÷ Potential %", compute="_compute_ratios", digits=(16, 1))
    budget = fields.Monetary("Sales Budget")
    budget_ratio = fields.Float("Sales Budget ÷ Potential %", compute="_compute_ratios", digits=(16, 1))
    outlier = fields.Char("Stands out", compute="_compute_outlier")

    @api.depends("potential", "quota", "leads", "budget")
    def _compute_ratios(self):
        for line in self:
            for name, ratio in RATIO_OF.items():
                line[ratio] = 100 * line[name] / line.potential if line.potential else 0

    def _is_known(self, figure):
        return bool(self.potential) if figure in RATIOS else True

    @api.depends(
        "balance_id.tolerance", "balance_id.line_ids", "workload", "potential", "quota", "leads", "budget"
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_outlier(self):
        labels = dict(self.env["stm.territory.balance"]._fields["figure"]._description_selection(self.env))
        means = {
            (report, name): fmean(values) if (values := report._get_values(name)) else 0
            for report in self.balance_id
            for name in labels
        }
        for line in self:
            report, words = line.balance_id, []
            for name, label in labels.items():
                mean = means.get((report, name))
                if not mean or not line._is_known(name) or line.is_vacant:
                    continue
                gap = 100 * (line[name] / mean - 1)
                # a hair beyond the tolerance by arithmetic only is not
                if abs(gap) > report.tolerance + 1e-9:
                    words.append(line._get_words(label, gap))
            line.outlier = "; ".join(words) or False

    def _get_words(self, label, gap):
        text = (
            self.env._("%(figure)s %(gap)s %% above the mean")
            if gap > 0
            else self.env._("%(figure)s %(gap)s %% below the mean")
        )
        return text % {"figure": label, "gap": formatLang(self.env, abs(gap), digits=0)}


class StmTerritoryBalanceFigure(models.TransientModel):
    _name = "stm.territory.balance.figure"
    _description = "Figure of a Balance"
    _order = "id"

    balance_id = fields.Many2one("stm.territory.balance", required=True, index=True, ondelete="cascade")
    figure = fields.Selection(FIGURES, required=True)
    mean = fields.Float(compute="_compute_balance", digits=(16, 1))
    cv = fields.Float("Coefficient of Variation", compute="_compute_balance", digits=(16, 3))
    gini = fields.Float("Gini Coefficient", compute="_compute_balance", digits=(16, 3))
    within = fields.Float("Within Tolerance %", compute="_compute_balance", digits=(16, 0))

    @api.depends("figure", "balance_id.tolerance", "balance_id.line_ids")
    def _compute_balance(self):
        for row in self:
            values = row.balance_id._get_values(row.figure)
            row.mean = fmean(values) if values else 0
            row.cv, row.gini, row.within = row.balance_id._measure(values)


class StmTerritoryDivision(models.Model):
    _inherit = "stm.territory.division"

    def action_view_balance(self):
        """Show how evenly work and potential are spread, with the quotas of the newest plan."""
        self.ensure_one()
        plan = self.env["stm.target.plan"].search(
            [("company_id", "=", self.company_id.id), ("node_ids.territory_id.division_id", "=", self.id)],
            order="date_from desc, id desc",
            limit=1,
        )
        return self._open_balance(plan)

    def _open_balance(self, plan):
        values = {"division_id": self.id, "plan_id": plan.id, "date": self.company_id._get_stm_today()}
        return self.env["stm.territory.balance"].create(values).action_refresh()


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    def action_view_balance(self):
        """Show whether the quotas are fair, by the division that the plan uses, or the primary one."""
        self.ensure_one()
        self.check_access("read")
        used = self.node_ids.territory_id.division_id.sorted(lambda one: not one.is_primary)
        division = used[:1] or self.env["stm.territory.division"]._get_primary(self.company_id)
        if not division:
            # the list explains how to begin
            return self.env["ir.actions.act_window"]._for_xml_id(
                "sales_target_mgmt.stm_territory_division_action"
            )
        return division._open_balance(self)
