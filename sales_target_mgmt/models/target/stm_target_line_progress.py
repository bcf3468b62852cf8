from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models

from ...tools import pace
from ..achievement.stm_achievement_totals import TotalRequest

PACE_STATES = [
    ("ahead", "Ahead"),
    ("on_pace", "On Pace"),
    ("behind", "Behind"),
    ("at_risk", "At Risk"),
]
_DAY = timedelta(days=1)


class Elapsed(NamedTuple):
    """Working days of a target's range, and how far it has gone.

    The day itself has not elapsed yet: it belongs to what remains.

    :ivar total: working days from start to end
    :ivar remaining: of which today and later
    :ivar ruled: share of the days up to the end of the version's rule, 1 without a newer version
    :ivar started: whether the first day has come
    """

    total: Decimal
    remaining: Decimal
    ruled: Decimal
    started: bool

    @property
    def share(self):
        return 1 - self.remaining / self.total if self.total else Decimal(1)


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    date_end = fields.Date(
        string="Rules until",
        compute="_compute_date_end",
        help="The end of the target, or the day before a newer version of the plan came into force.",
    )
    target_in_force = fields.Float(
        string="Target in Force",
        compute="_compute_progress",
        digits=0,
        help="The part of the target that belongs to the days before a newer version.",
    )
    actual = fields.Float(string="Achieved", compute="_compute_progress", digits=0)
    actual_live = fields.Float(
        string="Achieved by Documents",
        compute="_compute_progress",
        digits=0,
        help="What the documents say now, also after the period was closed.",
    )
    changed_since = fields.Float(
        string="Changed since Closing",
        compute="_compute_progress",
        digits=0,
        help="What the documents say now less what was achieved when the period was closed.",
    )
    has_actual = fields.Boolean(
        compute="_compute_progress",
        help="Not set for a ratio whose denominator is zero so far.",
    )
    expected = fields.Float(
        string="Expected to Date",
        compute="_compute_progress",
        digits=0,
        help="Target × share of the working days that have passed. Today is not over: it counts "
        "among the remaining days.",
    )
    attainment = fields.Float(
        compute="_compute_progress", digits=0, help="Achieved ÷ target; 1 is the target."
    )
    attainment_percent = fields.Float(string="Attainment %", compute="_compute_progress", digits=0)
    attainment_to_date = fields.Float(
        compute="_compute_progress", digits=0, help="Achieved ÷ expected to date; 1 is on pace."
    )
    gap = fields.Float(
        compute="_compute_progress", digits=0, help="Target − achieved; negative beyond the target."
    )
    projection = fields.Float(
        compute="_compute_progress", digits=0, help="Achieved at the end at the rate so far."
    )
    pace_state = fields.Selection(PACE_STATES, string="Pace", compute="_compute_progress")
    required_rate = fields.Float(
        string="Required per Day",
        compute="_compute_progress",
        digits=0,
        help="What is needed on every remaining working day, today included.",
    )
    remaining_days = fields.Float(string="Working Days Left", compute="_compute_progress", digits=(16, 1))
    elapsed_share = fields.Float(
        compute="_compute_progress",
        digits=0,
        help="Share of the working days that have passed, between 0 and 1.",
    )

    @api.depends("date_to", "plan_id")
    def _compute_date_end(self):
        superseded = self.plan_id._get_superseded_dates()
        for line in self:
            until = superseded.get(line.plan_id.id)
            line.date_end = min(line.date_to, until - _DAY) if until and line.date_to else line.date_to

    @api.depends("node_id", "measure_id", "date_from", "date_to", "target", "company_id")
    def _compute_progress(self):
        for line, values in self._read_progress().items():
            line.update(values)

    def _read_progress(self):
        """{line: the computed figures by field name}, in a constant number of queries.

        Reading the fields of more than a thousand targets asks a thousand at a time; this asks
        once.
        """
        lines = self.filtered(lambda line: line.node_id and line.measure_id and line.date_to)
        elapsed = lines._get_elapsed()
        actuals = lines._get_actuals()
        thresholds = {company: company._get_pace_thresholds() for company in lines.company_id}
        return {
            line: line._get_progress(elapsed.get(line), actuals.get(line), thresholds.get(line.company_id))
            for line in self
        }

    def _get_actuals(self):
        """{line: achieved, or None for a ratio without denominator}, in one read for all.

        None of a company that is not the user's: a form that is being filled in can name any
        node, and what it relates to is then read without rights.
        """
        requests = [
            TotalRequest(
                line,
                line.measure_id.id,
                line.company_id.id,
                line.date_from,
                line.date_end,
                line.node_id._get_dimensions(),
            )
            for line in self
            if line.date_from and line.date_end >= line.date_from
            if self.env.su or line.company_id in self.env.companies
        ]
        return self.env["stm.achievement"]._get_totals(requests) if requests else {}

    def _get_elapsed(self):
        """{line: :class:`Elapsed`} by the working days of company or person."""
        lines = self.filtered(lambda line: line.date_from and line.date_from <= line.date_to)
        if not lines:
            return {}
        schedules = self.env["stm.schedule"]._get_working_days(
            {line._get_schedule_key() for line in lines},
            min(lines.mapped("date_from")),
            max(lines.mapped("date_to")),
        )
        today = {company: company._get_stm_today() for company in lines.company_id}
        return {
            line: line._measure_days(schedules[line._get_schedule_key()], today[line.company_id])
            for line in lines
        }

    def _get_schedule_key(self):
        return self.company_id.id, self.user_id.id

    def _measure_days(self, schedule, today):
        """:class:`Elapsed` of one target."""
        total = self._count_days(schedule, self.date_from, self.date_end)
        return Elapsed(
            total=total,
            remaining=self._count_days(schedule, max(today, self.date_from), self.date_end),
            ruled=self._measure_ruled(schedule, self.date_end),
            started=self.date_from <= today,
        )

    def _measure_ruled(self, schedule, until):
        """Share of the target's working days that lie before the end of a day."""
        return self._count_days(schedule, self.date_from, until) / self._count_days(
            schedule, self.date_from, self.date_to
        )

    def _count_days(self, schedule, start, end):
        """Working days; calendar days for a target in whose range nobody works."""
        if schedule.count(self.date_from, self.date_to):
            return Decimal(str(schedule.count(start, end)))
        return Decimal(max((end - start).days + 1, 0))

    def _get_progress(self, elapsed, actual, thresholds):
        """Values of the computed figures of one target.

        :param elapsed: :class:`Elapsed`, or None without usable dates
        :param actual: achieved by the documents, or None if there is nothing to say
        :param thresholds: :class:`..tools.pace.Thresholds` of the company
        """
        measure, share = self.measure_id, elapsed.share if elapsed else Decimal(0)
        target = self._get_target_in_force(elapsed)
        live, actual = actual, self._get_official_actual(actual)
        has_actual = actual is not None
        done = Decimal(str(actual or 0))
        if measure.aggregation == "ratio":
            result = pace.level(target, done)
        else:
            result = pace.pace(target, done, share)
        reached = pace.attainment(target, done, measure.direction) if has_actual else None
        remaining = elapsed.remaining if elapsed else Decimal(0)
        rate = None
        if measure.aggregation != "ratio" and measure.direction == "up":
            rate = pace.required_rate(result.gap, remaining)
        state = None
        if elapsed and elapsed.started and has_actual:
            state = pace.pace_state(result.expected, done, measure.direction, thresholds)
        return {
            "target_in_force": float(target),
            "actual": float(done),
            "actual_live": float(live or 0),
            "changed_since": float(Decimal(str(live or 0)) - done),
            "has_actual": has_actual,
            "expected": float(self._round(result.expected)),
            "attainment": float(reached or 0),
            "attainment_percent": float((reached or 0) * 100),
            "attainment_to_date": float(result.attainment_to_date or 0),
            "gap": float(result.gap),
            "projection": float(self._round(result.projection or 0)) if has_actual else 0.0,
            "pace_state": state or False,
            "required_rate": float(self._round(rate or 0)),
            "remaining_days": float(remaining),
            "elapsed_share": float(share),
        }

    def _get_official_actual(self, live):
        """What was achieved when the period was closed; what the documents say until then."""
        closing = self.closing_id.sudo()
        if not closing:
            return live
        return closing.actual if closing.has_actual else None

    def _get_target_in_force(self, elapsed):
        """The part of the target that belongs to the days on which this version rules.

        What the newer version was given for the days after is no longer part of it.
        """
        target = Decimal(str(self.target or 0))
        if not elapsed or elapsed.ruled == 1 or self.measure_id.aggregation == "ratio":
            return target
        newer = self.sudo().next_ids.filtered(
            lambda line: line.plan_id.is_frozen and line.plan_id.previous_id == self.plan_id
        )[:1]
        if newer:
            return target - Decimal(str(newer.target_previous))
        return self._get_share_of_target(elapsed.ruled)

    def _get_share_of_target(self, share):
        return self._round(Decimal(str(self.target)) * share)

    def _round(self, amount):
        """Money in whole units of its currency, everything else as it is."""
        if not self.currency_id:
            return Decimal(amount)
        return Decimal(str(self.currency_id.round(float(amount))))
