"""Classes of products and customers by their figures: ABC, RFM, growth and share.

Every function answers in the order of its input.

>>> abc([500, 200, 100, 80, 50, 30, 20, 10, 6, 4])
['A', 'A', 'A', 'B', 'B', 'B', 'C', 'C', 'C', 'C']
>>> rfm_quantile(range(10))
[1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
"""

from bisect import bisect_left, bisect_right
from decimal import Decimal

CLASSES = ("A", "B", "C")
SCORES = (5, 4, 3, 2)


def abc(values, cuts=(80, 95)):
    """A, B or C by the share of the sum that lies *before* an item, the largest first.

    What brings nothing, or less, is C. Pareto's analysis as in inventory control (Dickie 1951).

    :param values: revenue or margin per item
    :param cuts: percentages at which A and B end
    :raises ValueError: when the cuts are not in order

    >>> abc([0, 10, -5])
    ['C', 'A', 'C']
    >>> abc([1], cuts=(95, 80))
    Traceback (most recent call last):
    ValueError: the cuts must rise from 0 to 100, not 95 and 80
    """
    first, second = map(Decimal, cuts)
    if not 0 <= first <= second <= 100:
        raise ValueError(f"the cuts must rise from 0 to 100, not {first} and {second}")
    values = [Decimal(value) for value in values]
    total = sum(value for value in values if value > 0)
    classes, before = ["C"] * len(values), Decimal(0)
    for position in sorted(range(len(values)), key=lambda position: -values[position]):
        if values[position] <= 0:
            break
        share = 100 * before / total
        classes[position] = CLASSES[(share >= first) + (share >= second)]
        before += values[position]
    return classes


def rfm_quantile(values, higher_is_better=True):
    """Scores 1 to 5 by rank: min(5, 1 + ⌊5·(worse + ½·equal) ÷ n⌋), `equal` counting itself.

    :param higher_is_better: False for recency in days

    >>> rfm_quantile([7, 7, 7])
    [3, 3, 3]
    >>> rfm_quantile([1, 400], higher_is_better=False)
    [4, 2]
    """
    ranks = [Decimal(value) if higher_is_better else -Decimal(value) for value in values]
    order = sorted(ranks)
    scores = []
    for rank in ranks:
        worse = bisect_left(order, rank)
        equal = bisect_right(order, rank) - worse
        scores.append(min(5, 1 + 5 * (2 * worse + equal) // (2 * len(order))))
    return scores


def rfm_threshold(value, thresholds):
    """Score 1 to 5 by fixed limits.

    :param thresholds: lower bounds, included, of the scores 5, 4, 3 and 2
    :raises ValueError: when there are not four, or they rise

    >>> [rfm_threshold(value, (1000, 500, 100, 1)) for value in (1000, 999, 100, 1, 0)]
    [5, 4, 3, 2, 1]
    """
    thresholds = [Decimal(threshold) for threshold in thresholds]
    if len(thresholds) != len(SCORES) or thresholds != sorted(thresholds, reverse=True):
        raise ValueError(f"four falling thresholds are needed, not {', '.join(map(str, thresholds))}")
    value = Decimal(value)
    for score, threshold in zip(SCORES, thresholds, strict=True):
        if value >= threshold:
            return score
    return 1


def growth_share(growth, share, growth_cut=Decimal("0.1"), share_cut=1):
    """Place in the growth–share matrix (Henderson 1970): star, cash cow, question mark or dog.

    :param growth: of the market or, without it, of the own revenue; 0.1 is 10 %
    :param share: relative to what it is compared with: 1 is as large
    :returns: `star`, `cash_cow`, `question_mark` or `dog`; a border belongs to the higher place

    >>> [growth_share(growth, share) for growth, share in ((0.1, 1), (0, 2), (0.5, 0.2), (-1, 0.2))]
    ['star', 'cash_cow', 'question_mark', 'dog']
    """
    grows, leads = growth >= growth_cut, share >= share_cut
    if leads:
        return "star" if grows else "cash_cow"
    return "question_mark" if grows else "dog"
