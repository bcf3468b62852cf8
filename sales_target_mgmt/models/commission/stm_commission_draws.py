from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from ...tools.draw import carry, promised, top_up
from ...tools.periods import Period, count_days
from ...tools.settlement import Row
from .stm_commission_entry import CORRECTION

# the code of what is lent, guaranteed and recovered: no component of the plan
DRAW = "draw"


class Line(NamedTuple):
    """A row with whom and what it is for, and the first day of the statement's period."""

    code: str
    payee: int
    row: Row
    target: object


class Draws:
    """What a book guarantees to payees, lends them and takes back."""

    def get_draws(self, lines):
        """Lines that raise a statement to its guarantee, or lend what it lacks and recover it later."""
        payable, adjusted = defaultdict(Decimal), defaultdict(Decimal)
        for line in lines:
            payable[line.payee, line.target] += line.row.payable
            if line.code == CORRECTION:
                adjusted[line.payee, line.target] += line.row.payable
        draws = self._get_promised("draw")
        guarantees = self._get_promised("guarantee")
        found = []
        for (payee, period), amount in guarantees.items():
            # what was taken back or adjusted stays: the guarantee is for what was earned
            earned = payable[payee, period] - adjusted[payee, period]
            added = top_up(max(earned, Decimal(0)), amount)
            payable[payee, period] += added
            draws[payee, period] = max(draws.get((payee, period), Decimal(0)), amount)
            if added:
                found.append(self._make_line(payee, period, "guarantee", added, added, "guarantee"))
        due = sorted({*payable, *draws})
        for payee in dict.fromkeys(payee for payee, _period in due):
            periods = [period for one, period in due if one == payee]
            parts = carry(
                [payable[payee, period] for period in periods],
                [draws.get((payee, period), 0) for period in periods],
                max(self.balances[payee], Decimal(0)),
            )
            for period, part in zip(periods, parts, strict=True):
                if part:
                    kind = "draw" if part > 0 else "draw_recovery"
                    reason = "" if (payee, period) in draws else "carried"
                    found.append(self._make_line(payee, period, kind, Decimal(0), part, reason))
        return found

    def _make_line(self, payee, period, kind, amount, payable, reason):
        key = "guarantee" if kind == "guarantee" else "draw"
        row = Row(kind, f"{key}:{period}", period, "", None, amount, payable, reason)
        return Line(DRAW, payee, row, period)

    def _get_promised(self, name):
        """(payee id, first day) → what assignments promise for a period that is not posted yet.

        Somebody who is in the plan for some days of a period only is promised that part of it.
        """
        found = {}
        for period in self.get_periods():
            version = self.get_version(period)
            days = count_days(self.get_period(period))
            for payee in self._get_payees(version)[3]:
                parts = [
                    (one[name], self._count_days(version, period, one))
                    for one in self._get_assignments(version, period, payee)
                    if one[name]
                ]
                amount = promised(parts, days, self.unit)
                if amount and self.get_open(payee, period) == period:
                    found[payee, period] = amount
        return found

    def _count_days(self, version, period, assignment):
        """The days of a period for which somebody is in a plan."""
        first, last = self.get_period(period)
        ends = [day for day in (last, assignment.date_to, version.date_to) if day]
        return count_days(Period(max(first, assignment.date_from or first), min(ends)))
