"""How evenly something is spread over territories or people.

>>> workload = [80, 95, 100, 105, 120]
>>> round(coefficient_of_variation(workload), 3), gini(workload)
(Decimal('0.130'), Decimal('0.072'))
>>> share_within(workload, Decimal("0.15"))
Decimal('0.6')
"""

from decimal import Decimal


def coefficient_of_variation(values):
    """Standard deviation of the population ÷ mean; None without a mean.

    >>> coefficient_of_variation([]), coefficient_of_variation([0, 0]), coefficient_of_variation([5])
    (None, None, Decimal('0'))
    """
    values, mean = _with_mean(values)
    if not mean:
        return None
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    return variance.sqrt() / mean


def gini(values):
    """Mean absolute difference of all pairs ÷ twice the mean: 0 is even; None without a mean.

    Gini (1912); by rank, which is the same without forming the pairs.

    >>> gini([1, 1, 1]), gini([0, 0, 0, 4]), gini([])
    (Decimal('0'), Decimal('0.75'), None)
    """
    values, mean = _with_mean(values)
    if not mean:
        return None
    number = len(values)
    weighted = sum((2 * rank - number + 1) * value for rank, value in enumerate(sorted(values)))
    return weighted / (number * number * mean)


def share_within(values, tolerance):
    """Share of the values that are at most `tolerance` (0.15 is 15 %) of the mean away from it.

    :returns: between 0 and 1; None where there are no values

    >>> share_within([85, 100, 115], Decimal("0.15")), share_within([], 1)
    (Decimal('1'), None)
    """
    values, mean = _with_mean(values)
    if mean is None:
        return None
    allowed = abs(mean * Decimal(tolerance))
    inside = [value for value in values if abs(value - mean) <= allowed]
    return Decimal(len(inside)) / len(values)


def _with_mean(values):
    values = [Decimal(value) for value in values]
    return values, sum(values) / len(values) if values else None
