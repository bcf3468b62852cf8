"""Dividing a total into whole units.

Hamilton's method, the largest remainder (Balinski & Young, Fair Representation, 1982): every
part gets its share rounded down, the units left over go to the largest remainders, ties to
the first. Pinned parts are taken off first and never touched. The sum is always exact.

With 60 % history and 40 % potential the weights of three regions are:

>>> history, potential = (42, 33, 25), (30, 30, 40)
>>> weights = [Decimal(6 * h + 4 * p) / 1000 for h, p in zip(history, potential)]
>>> [str(weight) for weight in weights]
['0.372', '0.318', '0.31']
>>> [int(part) for part in allocate(1234, weights)]
[459, 392, 383]
>>> [int(part) for part in allocate(1234, weights, pinned={0: 500})]
[500, 372, 362]
"""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal


def allocate(total, weights, unit=1, pinned=None):
    """Divide a total in proportion to weights, in whole units.

    :param total: what is divided, a multiple of `unit`
    :param weights: one per part, not negative; all zero: even
    :param unit: the smallest step, 0.01 for cents or 1000 for thousands
    :param pinned: position to amount, multiples of `unit`
    :returns: one `Decimal` per weight, by position; the sum is `total`
    :raises ValueError: names what is wrong and by how much

    >>> [str(part) for part in allocate(100, [1, 1, 1], unit="0.01")]
    ['33.34', '33.33', '33.33']
    >>> [int(part) for part in allocate(10, [0, 0, 0])]
    [4, 3, 3]
    >>> allocate(100, [1, 1], pinned={0: 120})
    Traceback (most recent call last):
    ValueError: the pinned amounts are 120, which exceeds the total of 100 by 20
    """
    total, unit = Decimal(total), Decimal(unit)
    weights = [Decimal(weight) for weight in weights]
    parts = {position: Decimal(amount) for position, amount in (pinned or {}).items()}
    _check(total, weights, unit, parts)
    free = [position for position in range(len(weights)) if position not in parts]
    rest = total - sum(parts.values())
    if not free:
        if rest:
            raise ValueError(f"every part is pinned, and {rest} of {total} is left")
        return [parts[position] for position in range(len(weights))]
    parts.update(_largest_remainder(rest, {position: weights[position] for position in free}, unit))
    return [parts[position] for position in range(len(weights))]


def share_out(whole, parts, remaining, unit):
    """Divide what has become of a whole among its parts, in proportion to what they had.

    What the parts left of the whole, its reserve, shrinks or grows alike.

    :param remaining: what the whole has become
    :returns: one `Decimal` per part; None where whole or parts are nothing

    >>> [str(part) for part in share_out(100, [30, 30], Decimal("49.99"), Decimal("0.01"))]
    ['15.00', '14.99']
    >>> share_out(100, [0, 0], 50, 1) is None
    True
    """
    whole, unit = Decimal(whole), Decimal(unit)
    parts = [Decimal(part) for part in parts]
    if not whole or not sum(parts):
        return None
    left = Decimal(remaining) * sum(parts) / whole
    return allocate((left / unit).to_integral_value(rounding=ROUND_HALF_UP) * unit, parts, unit)


def _largest_remainder(total, weights, unit):
    whole = sum(weights.values())
    if not whole:
        weights, whole = dict.fromkeys(weights, Decimal(1)), Decimal(len(weights))
    units = total / unit
    exact = {position: units * weight / whole for position, weight in weights.items()}
    parts = {position: share.to_integral_value(rounding=ROUND_FLOOR) for position, share in exact.items()}
    left = int(units - sum(parts.values()))
    by_remainder = sorted(parts, key=lambda position: (parts[position] - exact[position], position))
    for position in by_remainder[:left]:
        parts[position] += 1
    return {position: part * unit for position, part in parts.items()}


def _check(total, weights, unit, pinned):
    """Refuse what cannot be divided.

    >>> _check(Decimal(5), [Decimal(1)], Decimal(2), {})
    Traceback (most recent call last):
    ValueError: 5 is not a multiple of the unit 2
    """
    if unit <= 0:
        raise ValueError(f"the unit must be positive, not {unit}")
    if total < 0:
        raise ValueError(f"the total must not be negative, it is {total}")
    for weight in weights:
        if weight < 0:
            raise ValueError(f"a weight must not be negative, one is {weight}")
    for amount in (total, *pinned.values()):
        if amount % unit:
            raise ValueError(f"{amount} is not a multiple of the unit {unit}")
    for position, amount in pinned.items():
        if not 0 <= position < len(weights):
            raise ValueError(f"there is no part at the pinned position {position}")
        if amount < 0:
            raise ValueError(f"a pinned amount must not be negative, one is {amount}")
    if (fixed := sum(pinned.values())) > total:
        raise ValueError(
            f"the pinned amounts are {fixed}, which exceeds the total of {total} by {fixed - total}"
        )
