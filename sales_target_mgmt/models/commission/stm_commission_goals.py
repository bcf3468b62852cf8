from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from ...tools.rate_table import exact
from ..target.stm_target_plan import FROZEN_STATES
from .stm_commission_verdict import Goal

# of whom a target is, by the dimensions of its node; of several kinds the first counts, and
# targets of a kind, one for each territory say, are added up
SUBJECTS = (
    ("user", {"user_id"}),
    ("user", {"user_id", "team_id"}),
    ("user", {"user_id", "territory_id"}),
    ("user", {"user_id", "team_id", "territory_id"}),
    ("team", {"team_id"}),
    ("team", {"team_id", "territory_id"}),
)


class StmCommissionEngine(models.AbstractModel):
    """What has to be attained for tiers and bonuses."""

    _inherit = "stm.commission.engine"

    def _get_goals(self, book):
        """(`user` or `team`, id, measure id, first day of the period) → :class:`Goal`.

        Of the targets in approved plans that are for the person or team as a whole, not for a
        category or customer; each belongs to the settlement period of :meth:`_get_goal_period`.
        """
        rules = book.versions.rule_ids.filtered(lambda rule: rule._needs_attainment())
        if not rules:
            return {}
        domain = Domain(
            [
                ("company_id", "=", book.company),
                ("measure_id", "in", rules.measure_id.ids),
                ("plan_id.state", "in", FROZEN_STATES),
                ("date_to", ">=", book.first),
                ("date_from", "<=", book.get_period(book.until).date_to),
            ]
        )
        if book.payees is not None:
            domain &= Domain("user_id", "in", book.get_users()) | Domain("team_id", "in", book.get_teams())
        lines = self.env["stm.target.line"].sudo().search(domain)
        progress = lines._read_progress()
        goals = defaultdict(dict)
        for line in lines.filtered(lambda line: line.date_end >= line.date_from):
            period = self._get_goal_period(book, line)
            if not period:
                continue
            dimensions = line.node_id._get_dimensions()
            for rank, (name, keys) in enumerate(SUBJECTS):
                if dimensions.keys() == keys:
                    key = (name, dimensions[f"{name}_id"], line.measure_id, period)
                    goal = goals[key].get(rank, Goal(Decimal(0), Decimal(0), line.measure_id))
                    goals[key][rank] = Goal(
                        goal.target + exact(progress[line]["target_in_force"]),
                        goal.reached + exact(progress[line]["actual"]),
                        goal.measure,
                        (*goal.parts, dimensions),
                    )
        return {
            (name, id_, measure.id, period): ranks[min(ranks)]
            for (name, id_, measure, period), ranks in goals.items()
        }

    def _get_goal_period(self, book, line):
        """The first day of the settlement period to which a target belongs; None: to none.

        That in which at least two thirds of its days lie: a quarter from 29 December to 30 March is
        that of the first of the year, while a year or half-year is the target of no quarter.
        """
        days = (line.date_to - line.date_from).days + 1
        # of what lies in one period for the greater part, the middle does
        period = book.get_period(line.date_from + timedelta(days=days // 2))
        inside = min(line.date_to, period.date_to) - max(line.date_from, period.date_from)
        return period.date_from if 3 * (inside.days + 1) >= 2 * days else None
