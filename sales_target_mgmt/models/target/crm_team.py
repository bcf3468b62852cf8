from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .stm_target_breakdown import DIMENSIONS
from .stm_target_plan import FROZEN_STATES


class CrmTeam(models.Model):
    """Feeds Odoo's own invoicing target of a team with the approved target of the month.

    Only while the company's setting is on. The value that was there before is kept beside it and
    comes back when the setting goes off, the target ends or the addon is uninstalled.
    """

    _inherit = "crm.team"

    stm_invoiced_target_before = fields.Float(string="Invoicing Target before", readonly=True, copy=False)
    stm_invoiced_target_fed = fields.Boolean(string="Invoicing Target from Plan", readonly=True, copy=False)

    @api.model
    def _feed_invoiced_target(self):
        """Write the month's approved target to teams of companies that want it."""
        targets = self._get_team_targets()
        fed = self.sudo().with_context(active_test=False).search([("stm_invoiced_target_fed", "=", True)])
        (fed - self.concat(*targets))._restore_invoiced_target()
        for team, amount in targets.items():
            values = {"invoiced_target": amount, "stm_invoiced_target_fed": True}
            if not team.stm_invoiced_target_fed:
                values["stm_invoiced_target_before"] = team.invoiced_target
            if team.invoiced_target != amount or not team.stm_invoiced_target_fed:
                team.write(values)

    @api.model
    def _get_team_targets(self):
        """{team: what is written to it}.

        A team without a company sells for all of them, and Odoo adds up its invoices of every
        company: its target is the sum over the companies that want it. Amounts in different
        currencies have no sum; such a team keeps the target that it has of its own.
        """
        parts = defaultdict(dict)
        for company in self.env["res.company"].sudo().search([("stm_feed_team_target", "=", True)]):
            for team, amount in self._get_month_targets(company).items():
                if not team.company_id or team.company_id == company:
                    parts[team][company] = amount
        return {
            team: sum(amounts.values())
            for team, amounts in parts.items()
            if len({company.currency_id for company in amounts}) == 1
        }

    def _restore_invoiced_target(self):
        """Give back what was there before."""
        for team in self.sudo().filtered("stm_invoiced_target_fed"):
            team.write(
                {
                    "invoiced_target": team.stm_invoiced_target_before,
                    "stm_invoiced_target_before": 0.0,
                    "stm_invoiced_target_fed": False,
                }
            )

    @api.model
    def _get_month_targets(self, company):
        """{team: target of the current month} in revenue invoiced, from approved plans.

        A target over a longer time gives the share of its working days that lie in the month.
        Where several plans have a target for a team, the one with the shortest periods counts,
        then the newest.
        """
        first = company._get_stm_today().replace(day=1)
        last = first + relativedelta(months=1) - timedelta(days=1)
        lines = self._search_team_lines(company, first, last)
        schedules = self.env["stm.schedule"]._get_working_days(
            {line._get_schedule_key() for line in lines},
            min(lines.mapped("date_from"), default=first),
            max(lines.mapped("date_to"), default=last),
        )
        by_team = defaultdict(lambda: defaultdict(list))
        for line in lines.filtered(lambda line: line.date_from <= line.date_end >= first):
            version = line.plan_id.origin_id or line.plan_id
            by_team[line.team_id][version].append(line)
        result = {}
        for team, plans in by_team.items():
            chosen = min(plans, key=lambda plan: (_shortest(plans[plan]), -plan.id))
            result[team] = company.currency_id.round(
                sum(
                    line._get_part(schedules[line._get_schedule_key()], first, last) for line in plans[chosen]
                )
            )
        return result

    @api.model
    def _search_team_lines(self, company, first, last):
        """Approved targets in revenue invoiced that touch the days and describe a team alone."""
        others = [(f"node_id.{name}", "=", False) for name in DIMENSIONS if name != "team_id"]
        return (
            self.env["stm.target.line"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("measure_id", "=", self.env.ref("sales_target_mgmt.measure_invoiced").id),
                    ("plan_id.state", "in", FROZEN_STATES),
                    ("date_from", "<=", last),
                    ("date_to", ">=", first),
                    ("team_id", "!=", False),
                    *others,
                ]
            )
        )


def _shortest(lines):
    return min((line.date_to - line.date_from).days for line in lines)


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    def _get_part(self, schedule, date_from, date_to):
        """The part of the target for some days, by working days, as far as the version rules."""
        self.ensure_one()
        start, end = max(self.date_from, date_from), min(self.date_end, date_to)
        if end < start:
            return 0.0
        share = self._count_days(schedule, start, end) / self._count_days(
            schedule, self.date_from, self.date_to
        )
        return float(self.target) * float(share)
