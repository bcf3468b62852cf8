"""Proposing the parts of a whole: weights from history and potential, bounds, pins, units.

What is proposed is exact: the parts add up to the whole whatever the weights, bounds and pins.

Of 1,234 in three regions, by 60 % of their history and 40 % of their potential:

>>> weights = blend([42, 33, 25], [30, 30, 40], "0.6")
>>> [str(round(weight, 3)) for weight in weights]
['0.372', '0.318', '0.310']
>>> [int(part) for part in allocate_within(1234, weights).amounts]
[459, 392, 383]
>>> [int(part) for part in allocate_within(1234, weights, pinned={0: 500}).amounts]
[500, 372, 362]
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .allocation import allocate


class Parts(NamedTuple):
    """The parts of a whole.

    :ivar amounts: one `Decimal` per weight; with the rest they add up to the total
    :ivar rest: what is left when everything is pinned
    :ivar missed: by how much the total lies above all upper bounds together (positive) or
        below all lower ones (negative); the bounds are not kept then
    """

    amounts: list
    rest: Decimal
    missed: Decimal


def blend(history, potential, alpha):
    """Weights from shares of history and of potential: α·history + (1 − α)·potential.

    Where one of the two is nothing at all, the other one counts alone.

    :param history: amounts, one per part; what is negative counts as nothing
    :param potential: the same; None where it is not known: the mean of the known ones
    :param alpha: weight of history, from 0 to 1

    >>> blend([0, 0], [1, 3], "0.5")
    [Decimal('0.25'), Decimal('0.75')]
    >>> blend([1, 1], [None, None], 0)
    [Decimal('0.5'), Decimal('0.5')]
    """
    alpha = Decimal(alpha)
    past, future = _shares(history), _shares(fill_mean(potential))
    if not any(future):
        alpha = Decimal(1)
    elif not any(past):
        alpha = Decimal(0)
    return [alpha * one + (1 - alpha) * other for one, other in zip(past, future, strict=True)]


def fill_mean(values):
    """Values with the mean of the known ones in place of None; zero where none is known.

    >>> fill_mean([2, None, 4])
    [Decimal('2'), Decimal('3'), Decimal('4')]
    """
    known = [Decimal(value) for value in values if value is not None]
    mean = sum(known) / len(known) if known else Decimal(0)
    return [mean if value is None else Decimal(value) for value in values]


def _shares(values):
    values = [max(Decimal(value), Decimal(0)) for value in values]
    whole = sum(values)
    return [value / whole for value in values] if whole else [Decimal(0)] * len(values)


def next_of_trend(values):
    """What comes next on the straight line through a series (least squares), zero at least.

    What lies before the first value that is not zero tells nothing: there was nobody, or no market.

    :param values: oldest first; a single one is repeated

    >>> next_of_trend([0, 0, 40]), next_of_trend([0, 0])
    (Decimal('40'), Decimal('0'))
    >>> next_of_trend([100, 120, 140]), next_of_trend([7]), next_of_trend([5, 1])
    (Decimal('160'), Decimal('7'), Decimal('0'))
    """
    values = [Decimal(value) for value in values]
    while len(values) > 1 and not values[0]:
        values = values[1:]
    count = len(values)
    if count == 1:
        return max(values[0], Decimal(0))
    middle, mean = Decimal(count - 1) / 2, sum(values) / count
    slope = sum((x - middle) * (y - mean) for x, y in enumerate(values)) / sum(
        (x - middle) ** 2 for x in range(count)
    )
    return max(mean + slope * (count - middle), Decimal(0))


def in_units(amount, unit):
    """The nearest whole multiple of a unit, half-up.

    >>> in_units("1250", 500), in_units("1249.99", 500)
    (Decimal('1500'), Decimal('1000'))
    """
    amount, unit = Decimal(amount), Decimal(unit)
    return (amount / unit).to_integral_value(rounding=ROUND_HALF_UP) * unit


def hedged(total, hedge, unit):
    """What is handed on of a total with a hedge, in whole units; without hedge the total itself.

    >>> hedged(8_000_000, Decimal(1) / Decimal("0.85") - 1, 10_000)
    Decimal('9410000')
    >>> hedged(1001, 0, 10)
    Decimal('1001')
    """
    total = Decimal(total)
    return in_units(total * (1 + Decimal(hedge)), unit) if hedge else total


def allocate_within(total, weights, unit=1, *, pinned=None, lower=None, upper=None, floor=None):
    """Divide a total in proportion to weights, in whole units, between bounds.

    Parts that leave their bounds are set on them and the others share what remains (the
    water-filling solution of proportional allocation with bounds). Units are given to the
    largest remainders. What the total has beside whole units goes to the largest free part.
    When the bounds together leave no way, they are given up, and :attr:`Parts.missed` says so.

    :param pinned: position to amount, never touched
    :param lower: one per part or None: the least it gets
    :param upper: the most
    :param floor: the least it gets even when bounds are given up
    :raises ValueError: when pinned amounts and floors exceed the total, or for negative numbers

    >>> [int(part) for part in allocate_within(300, [1, 1, 1], upper=[80, None, None]).amounts]
    [80, 110, 110]
    >>> [int(part) for part in allocate_within(300, [8, 1, 1], lower=[0, 50, 0], upper=[200, 99, 99]).amounts]
    [200, 50, 50]
    >>> short = allocate_within(300, [1, 1], upper=[100, 50])
    >>> [int(part) for part in short.amounts], int(short.missed)
    ([200, 100], 150)
    >>> [int(part) for part in allocate_within(12345, [1, 2], 1000).amounts]
    [4000, 8345]
    >>> allocate_within(100, [1, 1], pinned={0: 30, 1: 60}).rest
    Decimal('10')
    """
    total, unit, count = Decimal(total), Decimal(unit), len(weights)
    pinned = {position: Decimal(amount) for position, amount in (pinned or {}).items()}
    free = [position for position in range(count) if position not in pinned]
    floors = [_bound(floor, position) or Decimal(0) for position in range(count)]
    rest = total - sum(pinned.values())
    if (excess := sum(floors[position] for position in free) - rest) > 0:
        raise ValueError(f"the pinned amounts exceed the total of {total} by {excess}")
    if not free:
        return Parts([pinned[position] for position in range(count)], rest, Decimal(0))
    units = (rest / unit).to_integral_value(rounding=ROUND_FLOOR)
    lows, highs = _whole_bounds(free, unit, lower, upper, floors)
    missed = _get_missed(units, lows, highs)
    shares = [Decimal(weights[position]) for position in free]
    if missed:
        # in proportion to what was allowed; only what is pinned inside of a part still holds
        shares = highs if missed > 0 else lows
        lows, highs = _whole_bounds(free, unit, None, None, floors)
    if sum(lows) > units:
        # floors that are no whole units: down to the last decimal
        return allocate_within(total, weights, unit / 10, pinned=pinned, floor=floor)
    if any(lows) or any(high is not None for high in highs):
        shares = _clamp(units, shares, lows, highs)
    amounts = {**pinned, **_place(free, rest, units, unit, shares, highs)}
    return Parts([amounts[position] for position in range(count)], Decimal(0), missed * unit)


def _place(free, rest, units, unit, shares, highs):
    """Whole units by the largest remainder, then what is left of the last one."""
    parts = [part * unit for part in allocate(units, shares)]
    if odd := rest - units * unit:
        roomy = [at for at, high in enumerate(highs) if high is None or parts[at] + odd <= high * unit]
        parts[max(roomy or range(len(parts)), key=lambda at: (parts[at], -at))] += odd
    return dict(zip(free, parts, strict=True))


def _bound(bounds, position):
    bound = bounds[position] if bounds else None
    return None if bound is None else Decimal(bound)


def _whole_bounds(free, unit, lower, upper, floors):
    """Bounds in units: from below rounded up, from above rounded down, never crossed."""
    lows, highs = [], []
    for position in free:
        low = max(_bound(lower, position) or Decimal(0), floors[position])
        high = _bound(upper, position)
        low = (low / unit).to_integral_value(rounding=ROUND_CEILING)
        if high is not None:
            high = max((high / unit).to_integral_value(rounding=ROUND_FLOOR), Decimal(0))
            low = min(low, max(high, (floors[position] / unit).to_integral_value(rounding=ROUND_CEILING)))
            high = max(high, low)
        lows.append(low)
        highs.append(high)
    return lows, highs


def _get_missed(units, lows, highs):
    if sum(lows) > units:
        return units - sum(lows)
    if all(high is not None for high in highs) and sum(highs) < units:
        return units - sum(highs)
    return Decimal(0)


def _clamp(total, weights, lows, highs):
    """Exact shares in proportion to weights, none below its low or above its high."""
    fixed, free = {}, list(range(len(weights)))
    while free:
        rest = total - sum(fixed.values())
        whole = sum(weights[at] for at in free)
        share = {at: rest * weights[at] / whole if whole else rest / len(free) for at in free}
        above = {at: highs[at] for at in free if highs[at] is not None and share[at] > highs[at]}
        below = {at: lows[at] for at in free if share[at] < lows[at]}
        if not above and not below:
            fixed.update(share)
            break
        # what violates more decides on which side the others are moved
        over = sum(share[at] - bound for at, bound in above.items())
        under = sum(bound - share[at] for at, bound in below.items())
        fixed.update(above if over > under else below if under > over else {**above, **below})
        free = [at for at in free if at not in fixed]
    return [fixed[at] for at in range(len(weights))]
