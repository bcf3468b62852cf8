from odoo import models

from ..tools.periods import split


class StmTargetPlan(models.Model):
    """The periods into which a plan cuts its days."""

    _inherit = "stm.target.plan"

    def _get_periods(self):
        """The plan's periods, see :func:`..tools.periods.split`.

        With free ranges: those that its targets use already, or the whole plan. A revision has
        those from its effective date on, the first one as far as it lies behind that date.
        """
        self.ensure_one()
        ranges = None
        if self.granularity == "free":
            ranges = self._get_free_ranges()
        company = self.company_id.sudo()
        periods = split(
            self.date_from,
            self.date_to,
            self.granularity,
            fiscal_end=(int(company.fiscalyear_last_month), company.fiscalyear_last_day),
            ranges=ranges,
        )
        start = self._get_start()
        return [
            period._replace(date_from=max(period.date_from, start))
            for period in periods
            if period.date_to >= start
        ]

    def _get_start(self):
        """The first day for which this version can have targets."""
        self.ensure_one()
        return max(self.date_from, self.date_effective or self.date_from)

    def _get_free_ranges(self):
        """Ranges of the plan's targets, as far as they do not overlap; the shortest win."""
        used = {(line.date_from, line.date_to) for line in self.line_ids}
        ranges = []
        for start, end in sorted(used, key=lambda pair: (pair[1] - pair[0], pair[0])):
            if all(end < other[0] or other[1] < start for other in ranges):
                ranges.append((start, end))
        return ranges
