"""Targets at several lengths for the same thing: a year, its quarters, their months."""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

_DAY = timedelta(days=1)


class Mismatch(NamedTuple):
    """A longer period whose parts do not make it up.

    :ivar whole: its position
    :ivar count: number of parts
    :ivar difference: whole less the sum of its parts
    """

    whole: int
    count: int
    difference: Decimal


def mismatches(wholes, parts):
    """Longer periods that differ from the sum of the shorter ones inside of them.

    Parts that leave days out can only be too much: what is missing may be meant for those days.

    :param wholes: (first day, last day, amount) of one thing, in the plan above
    :param parts: the same in the plan below, none overlapping another

    >>> from datetime import date
    >>> quarter = (date(2026, 1, 1), date(2026, 3, 31), 100)
    >>> months = [(date(2026, 1, 1), date(2026, 1, 31), 30), (date(2026, 2, 1), date(2026, 2, 28), 30),
    ...     (date(2026, 3, 1), date(2026, 3, 31), 35)]
    >>> mismatches([quarter], months)
    [Mismatch(whole=0, count=3, difference=Decimal('5'))]
    >>> mismatches([quarter], months[:2]), mismatches([quarter], [quarter])
    ([], [])
    >>> mismatches([quarter], [(*months[0][:2], 101)])[0].difference
    Decimal('-1')
    """
    found = []
    for number, (start, end, amount) in enumerate(wholes):
        inside = [part for part in parts if start <= part[0] and part[1] <= end]
        if not inside:
            continue
        difference = Decimal(str(amount)) - sum(Decimal(str(part[2])) for part in inside)
        days = sum((part[1] - part[0] + _DAY).days for part in inside)
        if difference < 0 or (difference and days == (end - start + _DAY).days):
            found.append(Mismatch(number, len(inside), difference))
    return found
