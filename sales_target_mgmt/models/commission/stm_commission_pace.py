from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import models

from ...tools.ladder import ZERO
from ...tools.periods import Period

ONE_DAY = timedelta(days=1)


class Pace(NamedTuple):
    """Working days that lie before a day, and from that day on."""

    passed: Decimal = ZERO
    left: Decimal = ZERO

    @property
    def elapsed(self):
        """The share that is over; 0 where there are no such days."""
        total = self.passed + self.left
        return self.passed / total if total else ZERO

    @property
    def more(self):
        """What is still to come for one of what there is, if it goes on like this; 0 before the first day."""
        return self.left / self.passed if self.passed else ZERO


class StmCommissionEngine(models.AbstractModel):
    """The pace of people: by their working days in the plan, for who joins or leaves sells on those."""

    _inherit = "stm.commission.engine"

    def _get_paces(self, book, period, day):
        """How far payees are in their days of a period.

        :param book: of one version
        :return: payee id → :class:`Pace`; of targets: user id → that of the person's figures; that of all
            others. Who has joined within the period and sold before has figures from its first day on.
        """
        payees = book.versions.assignment_ids
        users = {one.payee_id.id: one.user_id.id for one in payees}
        keys = {(book.company, user) for user in (*users.values(), False)}
        days = self.env["stm.schedule"].sudo()._get_working_days(keys, *period)
        spans = {payee: self._get_days_in_plan(lines, period) for payee, lines in self._by_payee(payees)}
        paces = {payee: _count(days[book.company, users[payee]], spans[payee], day) for payee in users}
        first_sales = {}
        for fact in book.facts:
            first_sales[fact.user_id] = min(fact.date, first_sales.get(fact.user_id, fact.date))
        figures = {}
        for payee, user in users.items():
            if not user or not spans[payee]:
                continue
            first, last = spans[payee][0].date_from, spans[payee][-1].date_to
            if first_sales.get(user, first) < first:
                first = period.date_from
            figures[user] = _count(days[book.company, user], [Period(first, last)], day)
        return paces, figures, _count(days[book.company, False], [period], day)

    def _by_payee(self, assignments):
        return ((payee.id, lines) for payee, lines in assignments.grouped("payee_id").items())

    def _get_days_in_plan(self, assignments, period):
        """The days of a period on which a payee is in a plan, as ranges that do not overlap, in order."""
        found = []
        for first, last in sorted(
            (max(one.date_from or period.date_from, period.date_from),
             min(one.date_to or period.date_to, period.date_to))
            for one in assignments
        ):  # fmt: skip
            if first > last:
                continue
            if found and first <= found[-1].date_to + ONE_DAY:
                found[-1] = Period(found[-1].date_from, max(last, found[-1].date_to))
            else:
                found.append(Period(first, last))
        return found


def _count(days, spans, day):
    """The :class:`Pace` in ranges of days.

    :param days: :class:`~..tools.workdays.WorkingDays`
    """
    passed = sum(days.count(one.date_from, min(one.date_to, day - ONE_DAY)) for one in spans)
    left = sum(days.count(max(one.date_from, day), one.date_to) for one in spans)
    return Pace(Decimal(str(passed)), Decimal(str(left)))
