from datetime import timedelta
from decimal import Decimal

from odoo import fields, models

from ...tools.allocation import share_out

_DAY = timedelta(days=1)


class StmTargetLine(models.Model):
    """A target and the same one in the version before."""

    _inherit = "stm.target.line"

    next_ids = fields.One2many("stm.target.line", "previous_id", string="In the Next Version")

    def _link_previous(self):
        """Link targets that are made in a revision to those of the previous version.

        What was removed and comes back, by typing or from a spreadsheet, is the same target for
        the same days; without the link it would be one removed and another one added.
        """
        for plan, lines in self.filtered(lambda line: not line.previous_id).grouped("plan_id").items():
            nodes = lines.node_id.previous_id
            if not plan.date_effective or not nodes:
                continue
            before = self.sudo().search(
                [("node_id", "in", nodes.ids), ("date_to", ">=", plan.date_effective)]
            )
            free = {
                (line.node_id, line.measure_id, max(line.date_from, plan.date_effective), line.date_to): line
                for line in before.filtered(lambda line, plan=plan: plan not in line.next_ids.plan_id)
            }
            pairs = {
                line: free.get((line.node_id.previous_id, line.measure_id, line.date_from, line.date_to))
                for line in lines.sudo()
            }
            found = before.browse().concat(*filter(None, pairs.values()))
            remaining = found._get_remaining_by_plan(plan.date_effective)
            for line, older in pairs.items():
                if older:
                    line.write({"previous_id": older.id, "target_previous": remaining[older]})

    def _get_uncut_start(self):
        """The first day that this target had before revisions cut it off."""
        self.ensure_one()
        line = self.sudo()
        while line.previous_id and line.date_from == line.plan_id._get_start():
            line = line.previous_id
        return line.date_from

    def _get_remaining_by_plan(self, date):
        """The same as :meth:`_get_remaining_targets`, also for a part of a plan's targets.

        What a breakdown's children share depends on all of them.
        """
        cut = self.filtered(lambda line: line.date_from < date)
        siblings = self.search(
            [
                ("plan_id", "in", cut.plan_id.ids),
                ("measure_id", "in", cut.measure_id.ids),
                ("date_from", "<", date),
                ("date_to", ">=", date),
            ]
        )
        return (self | siblings)._get_remaining_targets(date)

    def _get_remaining_targets(self, date):
        """{line: the target from a day on}.

        By the share of the company's working days, leave of people aside, so that parts and
        whole shrink alike; ratios stay whole. What a breakdown holds in reserve shrinks as well,
        and its children share the rest to the cent.
        """
        result = {line: line.target for line in self}
        cut = self.filtered(lambda line: line.date_from < date and line.measure_id.aggregation != "ratio")
        if not cut:
            return result
        schedules = self.env["stm.schedule"]._get_working_days(
            {(line.company_id.id, False) for line in cut},
            min(cut.mapped("date_from")),
            max(cut.mapped("date_to")),
        )
        for line in cut:
            ruled = line._measure_ruled(schedules[line.company_id.id, False], date - _DAY)
            result[line] = float(Decimal(str(line.target)) - line._get_share_of_target(ruled))
        groups = cut.filtered("measure_id.is_additive").grouped(
            lambda line: (line.node_id.breakdown_id, line.measure_id, line.date_from, line.date_to)
        )
        wholes = {(line.node_id, line.measure_id, line.date_from, line.date_to): line for line in cut}
        # from the top down: what a node gets is settled before its children share it
        for (breakdown, *where), parts in sorted(
            groups.items(), key=lambda item: len(item[0][0].node_id.parent_path or "")
        ):
            if whole := wholes.get((breakdown.node_id, *where)):
                result.update(whole._share_out(parts, result[whole]))
        return result

    def _share_out(self, parts, remaining):
        """Divide what remains of this target among its parts, in proportion to what they had.

        :return: {part: amount}; with the reserve in proportion the sum is exact
        """
        had = [Decimal(str(part.target)) for part in parts]
        shares = share_out(Decimal(str(self.target)), had, Decimal(str(remaining)), self._get_unit())
        return dict(zip(parts, map(float, shares), strict=True)) if shares else {}
