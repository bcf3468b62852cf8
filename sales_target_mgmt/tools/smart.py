"""Whether a target is achievable, by what was achieved before.

SMART: specific, measurable, achievable, relevant, time-bound (Doran 1981).
"""

from decimal import Decimal
from typing import NamedTuple


class Bounds(NamedTuple):
    """Shares: 0.5 is 50 %; None: no bound.

    :ivar growth_min: smallest growth over the same days a year before
    :ivar growth_max: largest growth
    :ivar capacity: largest multiple of the best result of anybody in these days a year before
    :ivar potential: largest share of the potential
    """

    growth_min: Decimal | None = None
    growth_max: Decimal | None = None
    capacity: Decimal | None = None
    potential: Decimal | None = None


def growth(target, history):
    """Growth over history as a share; None without history.

    >>> growth(120, 100), growth(120, 0), growth(5, None)
    (Decimal('0.2'), None, None)
    """
    if not history or history <= 0:
        return None
    return _decimal(target) / _decimal(history) - 1


def faults(target, bounds, history=None, best=None, potential=None):
    """What makes a target hard to believe: names of the bounds that it breaks.

    :param history: achieved by the same in the same days a year before
    :param best: the most that one person achieved in those days; for targets of people only
    :param potential: what there is to win

    >>> bounds = Bounds(Decimal("-0.3"), Decimal("0.5"), Decimal("1.5"), Decimal("0.4"))
    >>> faults(150, bounds, 100, 100, 400), faults(151, bounds, 100, 100, 300)
    ([], ['growth_max', 'capacity', 'potential'])
    >>> faults(60, bounds, 100), faults(1000, bounds), faults(0, bounds, 100)
    (['growth_min'], [], ['growth_min'])
    """
    found = []
    rate = growth(target, history)
    if rate is not None and bounds.growth_min is not None and rate < bounds.growth_min:
        found.append("growth_min")
    if rate is not None and bounds.growth_max is not None and rate > bounds.growth_max:
        found.append("growth_max")
    for name, whole in (("capacity", best), ("potential", potential)):
        bound = getattr(bounds, name)
        if bound is not None and whole and whole > 0 and _decimal(target) > bound * _decimal(whole):
            found.append(name)
    return found


def _decimal(value):
    return Decimal(str(value))
