from math import fsum

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ...tools.levels import mismatches
from .stm_target_breakdown import DIMENSIONS

_SHOWN = 10
WHOLE_READERS = (
    "sales_team.group_sale_salesman_all_leads,account.group_account_invoice,account.group_account_readonly"
)


class StmTargetPlan(models.Model):
    """Long-term plan → annual plan → quarters → months: consistent, or visibly not."""

    _inherit = "stm.target.plan"

    long_term_state = fields.Selection(
        [
            ("none", "No long-term plan"),
            ("missing", "Not in the long-term plan"),
            ("equal", "As in the long-term plan"),
            ("differs", "Differs from the long-term plan"),
        ],
        compute="_compute_long_term",
        groups=WHOLE_READERS,
    )
    long_term_total = fields.Float(
        string="In the Long-term Plan",
        compute="_compute_long_term",
        digits=0,
        groups=WHOLE_READERS,
        help="What the long-term plan says for the days of this plan, in the leading measure.",
    )
    own_total = fields.Float(string="This Plan", compute="_compute_long_term", digits=0, groups=WHOLE_READERS)
    long_term_difference = fields.Float(
        string="Difference",
        compute="_compute_long_term",
        digits=0,
        groups=WHOLE_READERS,
        help="This plan less the long-term plan.",
    )
    level_text = fields.Text(
        string="Inconsistent Periods",
        compute="_compute_level_text",
        groups=WHOLE_READERS,
        help="Periods of the plan above that are not the sum of those of this one: a year and its "
        "quarters, a quarter and its months.",
    )

    @api.depends("parent_id", "line_ids.target", "parent_id.line_ids.target", "measure_ids")
    def _compute_long_term(self):
        plans = self | self.parent_id
        tops = self.env["stm.target.line"].search(
            [("plan_id", "in", plans._origin.ids), ("node_id.parent_id", "=", False)]
        )
        lines = tops.grouped("plan_id")
        for plan in self:
            measure = plan.headline_measure_id
            own = plan._sum_tops(lines.get(plan._origin), measure)
            above = plan._sum_tops(lines.get(plan.parent_id._origin), measure)
            if own is not None and plan.date_effective:
                own += plan._sum_earlier_versions(measure)
            plan.own_total = own or 0.0
            plan.long_term_total = above or 0.0
            plan.long_term_difference = (own or 0.0) - above if above is not None else 0.0
            if not plan.parent_id:
                plan.long_term_state = "none"
            elif above is None:
                plan.long_term_state = "missing"
            else:
                same = plan.currency_id.compare_amounts(own or 0.0, above) == 0
                plan.long_term_state = "equal" if same else "differs"

    def _sum_tops(self, lines, measure):
        """The whole for the days of this plan; None: there is none.

        :param lines: targets of topmost nodes, of this plan or of the one above
        """
        if not lines or not measure.is_additive:
            return None
        inside = lines.filtered(
            lambda line: (
                line.measure_id == measure
                and line.date_from >= self.date_from
                and line.date_to <= self.date_to
            )
        )
        return fsum(inside.mapped("target")) if inside else None

    def _sum_earlier_versions(self, measure):
        """What the versions before this one have set for the days before it."""
        amount, version = 0.0, self._origin
        while version.date_effective and version.previous_id:
            tops = version.previous_id.line_ids.filtered(
                lambda line: line.measure_id == measure and not line.node_id.parent_id
            )
            start = version.date_effective
            past = tops.filtered(lambda line, start=start: line.date_to < start)
            left = (tops - past)._get_remaining_by_plan(start)
            amount += fsum(past.mapped("target")) + fsum(line.target - left[line] for line in tops - past)
            version = version.previous_id
        return amount

    @api.depends("line_ids.target", "line_ids.date_from", "parent_id.line_ids.target")
    def _compute_level_text(self):
        lines = self.env["stm.target.line"].search([("plan_id", "in", (self | self.parent_id)._origin.ids)])
        groups = lines.filtered("measure_id.is_additive").grouped(
            lambda line: (line.plan_id, line._get_spot())
        )
        for plan in self:
            found = []
            for spot in {spot for one, spot in groups if one == plan._origin}:
                above = list(groups.get((plan.parent_id._origin, spot), ()))
                found += [
                    above[fault.whole]._describe_mismatch(fault)
                    for fault in mismatches(
                        [line._get_span() for line in above],
                        [line._get_span() for line in groups[plan._origin, spot]],
                    )
                ]
            found.sort()
            more = [self.env._("… and %s more", len(found) - _SHOWN)] if len(found) > _SHOWN else []
            plan.level_text = "\n".join(found[:_SHOWN] + more) or False


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    def _get_spot(self):
        """Equal for targets of two plans that mean the same in other periods."""
        node = self.node_id.sudo()
        return (self.measure_id, *(node[name] for name in DIMENSIONS))

    def _get_span(self):
        return self.date_from, self.date_to, self.target

    def _describe_mismatch(self, fault):
        def amount(value):
            return formatLang(self.env, value, currency_obj=self.currency_id or None)

        return self.env._(
            "“%(node)s”, %(measure)s, %(start)s to %(end)s: %(whole)s, the %(count)s targets of this "
            "plan in these days make up %(parts)s, difference %(difference)s",
            node=self.node_id.name,
            measure=self.measure_id.name,
            start=format_date(self.env, self.date_from),
            end=format_date(self.env, self.date_to),
            whole=amount(self.target),
            count=fault.count,
            parts=amount(self.target - float(fault.difference)),
            difference=amount(float(fault.difference)),
        )
