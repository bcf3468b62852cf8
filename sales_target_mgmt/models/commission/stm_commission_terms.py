from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.exchange import RateMissing
from ...tools.periods import Period, whole

ONE = Decimal(1)
DIGITS = Decimal("1e-8")


class Terms:
    """What a plan's versions say of a period and a payee; the part of a book that is not gathered.

    The book sets `versions`, `first`, `until`, `period`, `currency`, `closed`, `rates`, `payees` and
    `goals`.
    """

    def __init__(self):
        self._periods, self._versions, self._components, self._payees = {}, {}, {}, {}

    def get_period(self, day):
        """The settlement period of a day."""
        if day not in self._periods:
            self._periods[day] = whole(Period(day, day), self.period)
        return self._periods[day]

    def get_open(self, payee, period):
        """The first day of the period into whose statement a row of a period goes."""
        closed = self.closed.get(payee)
        if closed is None or period > closed:
            return period
        return self.get_period(self.get_period(closed).date_to + timedelta(days=1)).date_from

    def get_target(self, payee, row):
        """The first day of the statement's period in which a row goes."""
        day = self.get_period(row.day).date_from if row.day else row.period
        return self.get_open(payee, max(day, row.period))

    def get_periods(self):
        """First days of all periods from the plan's beginning on."""
        periods, day = [], self.first
        while day <= self.until:
            periods.append(day)
            day = self.get_period(day).date_to + timedelta(days=1)
        return periods

    def get_version(self, period):
        """The version in force in a period: of those that have begun, the last."""
        if period not in self._versions:
            begun = [version for version in self.versions if version.date_from <= period]
            last = begun[-1] if begun else self.versions.browse()
            ended = last.date_to and last.date_to < period
            self._versions[period] = self.versions.browse() if ended else last
        return self._versions[period]

    def get_component(self, period, code, payee):
        """The component by code in a period, for a payee; None where the plan has none."""
        version = self.get_version(period)
        key = (version.id, period, code, payee)
        if key not in self._components:
            rule = version.rule_ids.filtered(lambda rule: rule.code == code)
            self._components[key] = rule and rule._get_component(
                self._get_own_rates(version, period, payee),
                self._get_attainment(rule, version, period, payee),
                left=self._get_forfeit_day(version, payee),
            )
        return self._components[key] or None

    def _get_own_rates(self, version, period, payee):
        """(first day, rate) items of a period; rate None: that of the component."""
        assignments = self._get_assignments(version, period, payee)
        if not any(one.has_own_rate for one in assignments):
            return ()
        last = self.get_period(period).date_to
        days = {max(one.date_from or period, period) for one in assignments}
        days |= {one.date_to + timedelta(days=1) for one in assignments if one.date_to and one.date_to < last}
        found = []
        for day in sorted({period, *days}):
            covering = [one for one in assignments if one._covers(day)]
            rate = next((one.rate for one in covering if one.has_own_rate), None)
            if covering and (not found or found[-1][1] != rate):
                found.append((day, rate))
        return tuple(found)

    def get_leaving(self, payee):
        """The last day on which a payee is in the plan; None: has not left."""
        last = None
        for number, version in enumerate(self.versions):
            ends = [version.date_to] if version.date_to else []
            ends += [one.date_from - timedelta(days=1) for one in self.versions[number + 1 :]]
            for one in self._get_payees(version)[3].get(payee, ()):
                own = min((day for day in (one.date_to, *ends) if day), default=None)
                if own is None or own >= self.until:
                    return None
                last = max(last or own, own)
        return last

    def _get_forfeit_day(self, version, payee):
        return self.get_leaving(payee) if version.unvested == "forfeited" else None

    def _get_attainment(self, rule, version, period, payee):
        for one in self._get_assignments(version, period, payee):
            subject = one.user_id if rule.attainment_of == "user" else one.team_id
            goal = self.goals.get((rule.attainment_of, subject.id, rule.measure_id.id, period))
            if goal and goal.percent is not None:
                return goal.percent
        return None

    def _get_assignments(self, version, period, payee):
        """A payee's assignments on some day of a period."""
        last = self.get_period(period).date_to
        return [
            one
            for one in self._get_payees(version)[3].get(payee, ())
            if (not one.date_from or one.date_from <= last) and (not one.date_to or one.date_to >= period)
        ]

    def get_bonus_periods(self):
        """(code, payee id) → first days of the periods in which a bonus could be due."""
        bonuses = defaultdict(list)
        for period in self.get_periods():
            version = self.get_version(period)
            for rule in version.rule_ids.filtered(lambda rule: rule.method == "bonus"):
                for payee in self._get_payees(version)[3]:
                    if self._get_assignments(version, period, payee):
                        bonuses[rule.code, payee].append(period)
        return bonuses

    def _concerns(self, assignment):
        return self.payees is None or assignment.payee_id.id in self.payees

    def get_users(self):
        """Ids of the users among the payees."""
        return {one.user_id.id for one in self.versions.assignment_ids if one.user_id and self._concerns(one)}

    def get_teams(self, credit=None):
        """Ids of the teams of the payees; of those for whose sales they are paid."""
        return {
            one.team_id.id
            for one in self.versions.assignment_ids
            if one.team_id and self._concerns(one) and one.credit == (credit or one.credit)
        }

    def _get_payees(self, version):
        """Assignments of a version: user id → payee id; own by payee; by team; all by payee."""
        if version not in self._payees:
            own, teams = defaultdict(list), defaultdict(list)
            assignments = [one for one in version.assignment_ids if self._concerns(one)]
            for one in assignments:
                if one.credit == "own":
                    own[one.payee_id.id].append(one)
                else:
                    teams[one.team_id.id].append(one)
            users = {one.user_id.id: one.payee_id.id for one in assignments if one.user_id}
            everybody = defaultdict(list)
            for one in assignments:
                everybody[one.payee_id.id].append(one)
            self._payees[version] = (users, own, teams, everybody)
        return self._payees[version]

    def get_rate(self, version, day):
        """Units of the plan's currency for one of the company's, for what happened on a day.

        :raises UserError: where there is none
        """
        if self.rates is None:
            return ONE
        if version.rate_date == "period":
            day = self.get_period(day).date_to
        try:
            return self.rates.get(day)
        except RateMissing as fault:
            raise self._describe_missing(fault) from fault

    def get_default_rate(self):
        """The rate of what concerns no document: none but where nothing is converted."""
        return ONE if self.rates is None else None

    def convert(self, paid_for, value, rate):
        """What counts, in the plan's currency; pieces stay pieces."""
        if self.rates is None or paid_for == "quantity":
            return value
        # digits are bounded, so that sums of the ledger come back to the last one
        return (value * rate).quantize(DIGITS)

    def _describe_missing(self, fault):
        env = self.versions.env
        currency = env["res.currency"].browse(fault.currency)
        return UserError(
            env._(
                "“%(plan)s” is paid in %(paid)s, and there is no exchange rate of %(currency)s for "
                "%(day)s or before: enter one under Currencies and compute again.",
                plan=self.versions[-1].name,
                paid=env["res.currency"].browse(self.currency).name,
                currency=currency.name,
                day=format_date(env, fault.day),
            )
        )
