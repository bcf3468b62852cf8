"""Where somebody stands on a rate table, and what the next tier would bring.

Tiers 0–1,000 at 2 %, above at 3 %; 800 sold so far. 200 more reach the next tier, and earn 2 % of
themselves by then; with a flat table, 3 % of everything that was sold before as well:

>>> from .rate_table import RateTable
>>> tiers = [(0, 1000, "0.02"), (1000, None, "0.03")]
>>> for method in ("marginal", "flat"):
...     step = next_tier(RateTable(tiers, method), 800)
...     print(step.start, step.missing, step.brings)
1000 200 4.00
1000 200 14.00
"""

from decimal import Decimal
from typing import NamedTuple

from .rate_table import exact


class NextTier(NamedTuple):
    """:ivar number: of the tier, from 0
    :ivar start: where it begins
    :ivar missing: what is still to be counted until then
    :ivar brings: what is earned on the way there, with what reaching it adds to what was counted before
    """

    number: int
    start: Decimal
    missing: Decimal
    brings: Decimal


def reached(table, base):
    """Number of the tier in which a quantity lies, from 0; None: below the first one.

    >>> from .rate_table import RateTable
    >>> table = RateTable([(10, 20, "0.01"), (20, None, "0.02")], "flat")
    >>> [reached(table, base) for base in (5, 10, 19, 20, 500, -3)]
    [None, 0, 0, 1, 1, None]
    """
    base = max(exact(base), Decimal(0))
    found = [number for number, tier in enumerate(table.tiers) if tier.start <= base]
    return found[-1] if found else None


def next_tier(table, base, at=None):
    """The :class:`NextTier`; None where there is none above.

    :param base: counted so far
    :param at: what picks the tier instead, attainment in percent; `missing` is then in its terms, and
        `brings` is for what was counted so far

    80 % attained, 50,000 sold, 100 % lifts the rate from 5 % to 7 %:

    >>> from .rate_table import RateTable
    >>> step = next_tier(RateTable([(0, 100, "0.05"), (100, None, "0.07")], "flat"), 50000, at=80)
    >>> step.start, step.missing, step.brings
    (Decimal('100'), Decimal('20'), Decimal('1000.00'))
    """
    base = exact(base)
    place = base if at is None else exact(at)
    number = reached(table, place)
    number = 0 if number is None else number + 1
    if number >= len(table.tiers):
        return None
    start = table.tiers[number].start
    if at is None:
        brings = table.total(start) - table.total(base)
    else:
        brings = base * (table.rate_at(start) - table.rate_at(place))
    return NextTier(number, start, start - max(place, Decimal(0)), brings)
