"""Proposals of credit limits.

The published rule is the mean of a tenth of the net worth, the median of trade references and
what the customer says to need, by which one raises the limit by asking for more. Here the need
is a bound:

>>> propose_limit(45000, [90000, 60000])
Decimal('45000')
>>> propose_limit(450000, [90000, 60000])
Decimal('75000')
"""

from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from .rate_table import exact

# digits that a proposal keeps where no unit is given
DIGITS = 2


def propose_limit(need, others, factor=1, ceiling=None, unit=None):
    """The need, but no more than the mean of the other opinions; times the grade's factor.

    :param need: the largest exposure that the business asks for; None: unknown
    :param others: other opinions on what the customer can bear; None items are missing
    :param factor: of the grade, 0 for no credit
    :param ceiling: of the grade; None: none
    :param unit: to which it is rounded down, see :func:`round_limit`
    :returns: None where nothing is known

    >>> propose_limit(45000, [None, None], factor="0.5", unit=1)
    Decimal('22500')
    >>> propose_limit(None, [80000], ceiling=50000), propose_limit(None, [])
    (Decimal('50000'), None)
    >>> propose_limit(12345, [99999], unit=500)
    Decimal('12000')
    """
    known = [exact(other) for other in others if other is not None]
    bounds = [sum(known) / len(known)] if known else []
    if need is not None:
        bounds.append(exact(need))
    if not bounds:
        return None
    limit = max(min(bounds), Decimal(0)) * exact(factor)
    if ceiling is not None:
        limit = min(limit, exact(ceiling))
    return round_limit(limit, unit)


def round_limit(limit, unit=None):
    """Rounded down to a multiple of the unit; without one, to two digits, whatever the currency.

    A fixed unit suits one currency only: 100 is little in yen and much in dinars.

    >>> round_limit(Decimal(12345)), round_limit(Decimal(1234567)), round_limit(Decimal("12.345"))
    (Decimal('12000'), Decimal('1200000'), Decimal('12'))
    >>> round_limit(Decimal(7)), round_limit(Decimal("0.3")), round_limit(Decimal(0))
    (Decimal('7'), Decimal('0'), Decimal('0'))
    >>> round_limit(Decimal(1234567), 100000)
    Decimal('1200000')
    """
    step = exact(unit) if unit else Decimal(10 ** max(0, limit.adjusted() - DIGITS + 1))
    return (limit / step).to_integral_value(ROUND_FLOOR) * step


class Terms(NamedTuple):
    """What a grade makes of a limit.

    :ivar ceiling: None: none
    """

    factor: Decimal = Decimal(1)
    ceiling: Decimal | None = None


def carry_limit(limit, now, then, base=None):
    """A limit of now as other terms of the grade would make it, or another grade.

    What was decided by hand keeps its place: half the factor is half the limit.

    :param limit: in force
    :param now: :class:`Terms` that hold
    :param then: :class:`Terms` instead
    :param base: a proposal without factor and ceiling, which tells what a factor of 0 or a ceiling
        hides; None: unknown

    >>> one, half = Terms(), Terms(Decimal("0.5"))
    >>> carry_limit(Decimal(1000), one, half), int(carry_limit(Decimal(1000), half, one))
    (Decimal('500.0'), 2000)
    >>> carry_limit(Decimal(1000), one, Terms(Decimal(1), Decimal(800)))
    Decimal('800')

    Above a ceiling, or with a factor of 0, nothing follows from the limit itself:

    >>> bound = Terms(Decimal(1), Decimal(1000))
    >>> carry_limit(Decimal(1000), bound, one, Decimal(4000)), carry_limit(Decimal(1000), bound, one)
    (Decimal('4000'), Decimal('1000'))
    >>> none = Terms(Decimal(0))
    >>> carry_limit(Decimal(0), none, half, Decimal(4000)), carry_limit(Decimal(0), none, half)
    (Decimal('2000.0'), Decimal('0.0'))
    """
    if now == then:
        return limit
    whole = limit / now.factor if now.factor else Decimal(0)
    if base is not None and hides(limit, now):
        whole = max(whole, base)
    found = whole * then.factor
    return found if then.ceiling is None else min(found, then.ceiling)


def hides(limit, terms):
    """Whether terms keep a limit from telling what there would be without them."""
    return not terms.factor or (terms.ceiling is not None and limit >= terms.ceiling)
