from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from ...tools.draw import carry, promised, top_up
from ...tools.periods import Period, count_days
from ...tools.settlement import Row
from .stm_commission_entry import CORRECTION, DRAWS

# the code of what is lent, guaranteed and recovered: no component of the plan
DRAW = "draw"
# the kind of a line of the ledger as it is read that says what was lent
LENT = "lent"
# how the key of a row begins that recovers what is owed to a plan before
CARRIED = "carried:"


class Line(NamedTuple):
    """A row with whom and what it is for, and the first day of the statement's period."""

    code: str
    payee: int
    row: Row
    target: object


def get_former(key):
    """Id of the plan to which is owed what a row recovers; None: to the plan of the row."""
    return int(key.split(":")[1]) if key.startswith(CARRIED) else None


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
        due = sorted({*payable, *draws, *self._get_returns()})
        for payee in dict.fromkeys(payee for payee, _period in due):
            periods = [period for one, period in due if one == payee]
            parts = carry(
                [payable[payee, period] for period in periods],
                [draws.get((payee, period), 0) for period in periods],
                max(self.get_balance(payee, self.origin.id), Decimal(0)),
            )
            for period, part in zip(periods, parts, strict=True):
                payable[payee, period] += part
                if part:
                    kind = "draw" if part > 0 else "draw_recovery"
                    reason = "" if (payee, period) in draws else "carried"
                    found.append(self._make_line(payee, period, kind, Decimal(0), part, reason))
            found += self._get_carried(payee, periods, payable, draws)
        return found

    def _get_carried(self, payee, periods, payable, draws):
        """Lines that recover what plans have lent that the payee had left, the one left first at first.

        :param payable: (payee id, first day) → what is payable by then; what is recovered is taken off
        """
        found = []
        formers = sorted((day, lineage) for (one, lineage), day in self.joined.items() if one == payee)
        for joined, former in formers:
            after = [period for period in periods if self.get_period(period).date_to >= joined]
            parts = carry(
                [payable[payee, period] for period in after],
                [draws.get((payee, period), 0) for period in after],
                max(self.get_balance(payee, former), Decimal(0)),
            )
            if after:
                parts[0] += self._get_return(payee, former)
            for period, part in zip(after, parts, strict=True):
                payable[payee, period] += part
                if part:
                    key = f"{CARRIED}{former}:{period}"
                    row = Row("draw_recovery", key, period, "", None, Decimal(0), part, "carried")
                    found.append(Line(DRAW, payee, row, period))
        return found

    def _get_return(self, payee, former):
        """What goes back of what was recovered here: statements that were lent in changed afterwards."""
        posted, _open = self.lent[payee, former].get(self.origin.id, (Decimal(0), None))
        return max(min(-self.get_balance(payee, former), -posted), Decimal(0))

    def _get_returns(self):
        """(payee id, first day) of the open periods in which something goes back."""
        period = self.get_period(self.until).date_from
        payees = {payee for payee, former in self.joined if self._get_return(payee, former)}
        return {(payee, self.get_open(payee, period)) for payee in payees}

    def note_lent(self, payee, owner, lineage, joined, posted, still_open):
        """Note what is owed to a plan by rows of this or another one.

        :param owner: lineage of the plan to which it is owed, `lineage` of the one that has the rows
        :param joined: day on which the payee came from there; None: it is owed here
        """
        self.lent[payee, owner][lineage] = posted, still_open
        if joined:
            self.joined[payee, owner] = joined

    def get_balance(self, payee, owner):
        """What is owed to a plan: posted here, and posted or open in other plans."""
        return sum(
            (
                posted + (Decimal(0) if lineage == self.origin.id else still_open)
                for lineage, (posted, still_open) in self.lent.get((payee, owner), {}).items()
            ),
            Decimal(0),
        )

    def know(self, other, lines):
        """Take what another book has computed and nobody has written for what its plan lends and recovers."""
        lineage = other.origin.id
        sums = defaultdict(Decimal)
        for line in lines:
            if line.row.kind in DRAWS:
                sums[line.payee, get_former(line.row.key) or lineage] += line.row.payable
        for (payee, owner), parts in self.lent.items():
            if lineage in parts or (payee, owner) in sums:
                posted, _open = parts.get(lineage, (Decimal(0), None))
                parts[lineage] = posted, sums[payee, owner]

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
