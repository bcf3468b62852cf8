"""Proposals of credit limits.

The published rule is the mean of a tenth of the net worth, the median of trade references and
what the customer says to need, by which one raises the limit by asking for more. Here the need
is a bound:

>>> propose_limit(45000, [90000, 60000])
Decimal('45000')
>>> propose_limit(450000, [90000, 60000])
Decimal('75000')
"""

from decimal import Decimal

from .rate_table import exact


def propose_limit(need, others, factor=1, ceiling=None, unit=1):
    """The need, but no more than the mean of the other opinions; times the grade's factor.

    :param need: the largest exposure that the business asks for; None: unknown
    :param others: other opinions on what the customer can bear; None items are missing
    :param factor: of the grade, 0 for no credit
    :param ceiling: of the grade; None: none
    :param unit: to which it is rounded down
    :returns: None where nothing is known

    >>> propose_limit(45000, [None, None], factor="0.5")
    Decimal('22500')
    >>> propose_limit(None, [80000], ceiling=50000), propose_limit(None, [])
    (Decimal('50000'), None)
    >>> propose_limit(12345, [99999], unit=1000)
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
    unit = exact(unit)
    return limit // unit * unit
