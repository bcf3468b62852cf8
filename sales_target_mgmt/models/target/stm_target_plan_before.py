from datetime import timedelta
from math import fsum

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ...tools.spans import whole_months, year_before
from ..achievement.stm_achievement_totals import TotalRequest
from .stm_target_smart import MANAGERS


class StmTargetPlan(models.Model):
    """What was achieved before, beside what is planned: is the whole believable?"""

    _inherit = "stm.target.plan"

    before_total = fields.Float(
        string="A Year Before",
        compute="_compute_before",
        digits=0,
        groups=MANAGERS,
        help="Achieved in the same days a year before; where they are not over yet, in the last "
        "twelve whole months. Empty for plans over several years.",
    )
    before_growth = fields.Float(string="Growth", compute="_compute_before", digits=0, groups=MANAGERS)
    before_text = fields.Char(string="Days Before", compute="_compute_before", groups=MANAGERS)

    @api.depends("headline_measure_id", "line_ids.target", "date_from", "date_to")
    def _compute_before(self):
        days = {plan: plan._get_days_before() for plan in self}
        asked = [plan for plan in self if days[plan] and plan.headline_measure_id.is_additive]
        totals = self.env["stm.achievement"]._get_totals(
            TotalRequest(
                (plan, top),
                plan.headline_measure_id.id,
                plan.company_id.id,
                *days[plan],
                top._get_dimensions(),
            )
            for plan in asked
            for top in plan._origin._get_roots()
        )
        for plan in self:
            before = fsum(total for (one, _top), total in totals.items() if one == plan)
            plan.before_total = before
            plan.before_growth = plan.target_total / before - 1 if before > 0 else 0.0
            plan.before_text = (
                self.env._(
                    "%(start)s – %(end)s",
                    start=format_date(self.env, days[plan][0]),
                    end=format_date(self.env, days[plan][1]),
                )
                if before
                else False
            )

    def _get_days_before(self):
        """First and last day of what the plan is compared with, or None."""
        self.ensure_one()
        if not (self.date_from and self.date_to) or self.date_to >= self.date_from + relativedelta(years=1):
            return None
        start, end = year_before(self.date_from, self.date_to)
        first = self.company_id.sudo()._get_stm_today().replace(day=1)
        if end < first:
            return start, end
        if whole_months(self.date_from, self.date_to) == 12:
            return first - relativedelta(years=1), first - timedelta(days=1)
        return None
