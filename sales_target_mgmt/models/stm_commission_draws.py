from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from ..tools.draw import carry
from ..tools.rate_table import exact
from ..tools.settlement import Row


class Line(NamedTuple):
    """A row with whom and what it is for, and the first day of the statement's period."""

    code: str
    payee: int
    row: Row
    target: object


class Draws:
    """What a book lends to payees and takes back."""

    def get_draws(self, lines):
        """Lines that lend what a statement lacks to a draw, or to zero, and recover it later."""
        payable = defaultdict(Decimal)
        for line in lines:
            payable[line.payee, line.target] += line.row.payable
        draws = {}
        for period in self.get_periods():
            version = self.get_version(period)
            for payee in self._get_payees(version)[3]:
                amount = sum(exact(one.draw) for one in self._get_assignments(version, period, payee))
                if amount and self.get_open(payee, period) == period:
                    draws[payee, period] = amount
        found = []
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
                    row = Row(kind, f"draw:{period}", period, "", None, Decimal(0), part, reason)
                    found.append(Line("draw", payee, row, period))
        return found
