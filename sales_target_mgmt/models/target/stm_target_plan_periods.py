import re
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date

from ...tools.periods import split, whole


class StmTargetPlan(models.Model):
    """The periods into which a plan cuts its days."""

    _inherit = "stm.target.plan"

    period_text = fields.Char(
        string="Period", compute="_compute_period_text", help="All days that the plan covers."
    )

    @api.depends("date_from", "date_to", "granularity", "date_effective", "line_ids.date_from")
    @api.depends_context("lang")
    def _compute_period_text(self):
        """With the year, which Odoo's date fields leave out while it is the running one."""
        for plan in self:
            start, end = plan.date_from, plan.date_to
            plan.period_text = False
            if start and end and start <= end:
                plan.period_text = self.env._(
                    "%(start)s – %(end)s · %(count)s periods",
                    start=format_date(self.env, start),
                    end=format_date(self.env, end),
                    count=len(plan._get_periods()) if plan.granularity else 1,
                )

    @api.onchange("date_from", "date_to")
    def _onchange_dates(self):
        """Offer a name that says which years are planned, until somebody gives another."""
        if not self.date_from or not self.date_to:
            return
        years = sorted({self.date_from.year, self.date_to.year})
        offered = re.escape(self._get_offered_name("YEARS")).replace("YEARS", r"\d{4}(–\d{4})?")
        if not self.name or re.fullmatch(offered, self.name):
            self.name = self._get_offered_name("–".join(map(str, years)))

    def _get_offered_name(self, years):
        return self.env._("Sales Plan %s", years)

    def _get_periods(self):
        """The plan's periods, see :func:`..tools.periods.split`.

        With free ranges: those that its targets use already, or the whole plan. A revision has
        those from its effective date on, the first one as far as it lies behind that date.
        """
        self.ensure_one()
        start = self._get_start()
        return [
            period._replace(date_from=max(period.date_from, start)) for period in self._get_uncut_periods()
        ]

    def _get_uncut_periods(self):
        """The same periods with the days before the effective date of a revision."""
        self.ensure_one()
        periods = split(
            self.date_from,
            self.date_to,
            self.granularity,
            fiscal_end=self._get_fiscal_end(),
            ranges=self._get_free_ranges() if self.granularity == "free" else None,
        )
        start = self._get_start()
        return [period for period in periods if period.date_to >= start]

    def _get_fiscal_end(self):
        company = self.company_id.sudo()
        return int(company.fiscalyear_last_month), company.fiscalyear_last_day

    def _get_period_weights(self):
        """How much of a whole period each of the plan's periods is: 1, or less where it is cut off.

        By the working days of the company, calendar days where nobody works. What cuts a period
        off is the start or end of the plan or the effective date of a revision.

        :return: `Decimal` items in the order of :meth:`_get_periods`
        """
        self.ensure_one()
        periods = self._get_periods()
        wholes = [
            whole(period, self.granularity, fiscal_end=self._get_fiscal_end())
            for period in self._get_uncut_periods()
        ]
        key = (self.company_id.id, False)
        days = self.env["stm.schedule"]._get_working_days({key}, wholes[0].date_from, wholes[-1].date_to)[key]
        weights = []
        for period, entire in zip(periods, wholes, strict=True):
            if period == entire:
                weights.append(Decimal(1))
                continue
            part, total = days.count(*period), days.count(*entire)
            if not total:
                part, total = ((span[1] - span[0]).days + 1 for span in (period, entire))
            weights.append(Decimal(str(part)) / Decimal(str(total)))
        return weights

    def _get_start(self):
        """The first day for which this version can have targets."""
        self.ensure_one()
        return max(self.date_from, self.date_effective or self.date_from)

    def _get_free_ranges(self):
        """Ranges of the plan's targets, as far as they do not overlap; the shortest win.

        What revisions have cut off counts with the days that it had in the first version.
        """
        used = {(line._get_uncut_start(), line.date_to) for line in self.line_ids}
        ranges = []
        for start, end in sorted(used, key=lambda pair: (pair[1] - pair[0], pair[0])):
            if all(end < other[0] or other[1] < start for other in ranges):
                ranges.append((start, end))
        return ranges
