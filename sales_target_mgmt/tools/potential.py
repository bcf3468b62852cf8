"""How much a territory could buy.

The buying-power index (Sales & Marketing Management's survey, since 1929) weighs a
territory's shares of income, retail sales and population; weights and drivers are free here.

>>> weights = [Decimal("0.5"), Decimal("0.3"), Decimal("0.2")]
>>> buying_power_index([4, 3, 5], weights)
Decimal('3.9')
>>> buying_power_index([4, 3, 5], weights) / 100 * 50_000_000
Decimal('1950000.000')
"""

from decimal import Decimal


def buying_power_index(shares, weights):
    """Weighted mean of a territory's shares, in the unit of the shares.

    A driver that is not known (None) is left out, and the others weigh more.

    :param shares: of the whole market, one per driver
    :param weights: one per driver, not negative
    :returns: None where nothing is known
    :raises ValueError: when a weight is negative

    >>> buying_power_index([4, None], [1, 1]), buying_power_index([None], [1])
    (Decimal('4'), None)
    """
    pairs = [
        (Decimal(share), Decimal(weight))
        for share, weight in zip(shares, weights, strict=True)
        if share is not None
    ]
    if any(weight < 0 for _share, weight in pairs):
        raise ValueError("a weight must not be negative")
    total = sum(weight for _share, weight in pairs)
    return sum(share * weight for share, weight in pairs) / total if total else None
