"""Scores of customers: a weighted mean of points, and the grade it falls in.

Weights 30/20/20/15/15 and points 80/60/70/50/90; then the last input is missing:

>>> weights = (30, 20, 20, 15, 15)
>>> score((80, 60, 70, 50, 90), weights)
Score(value=Decimal('71.00'), coverage=Decimal('1'))
>>> partial = score((80, 60, 70, 50, None), weights)
>>> partial
Score(value=Decimal('67.65'), coverage=Decimal('0.85'))
>>> [grade(value, (85, 70, 55, 40)) for value in (71, partial.value, 85, "39.99")]
['B', 'C', 'A', 'E']
"""

import itertools
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .rate_table import exact

LETTERS = "ABCDEFGHIJ"
CENT = Decimal("0.01")


class Score(NamedTuple):
    """:ivar value: weighted mean of the points that are known, to two places; None without any
    :ivar coverage: share of the weights whose points are known, 0 to 1
    """

    value: Decimal | None
    coverage: Decimal


def score(points, weights):
    """The weighted mean of what is known; what is missing lowers the coverage, not the value.

    Rounded to two places, so that the figure that is shown is the one that is graded.

    :param points: of each criterion, None where its input is missing
    :param weights: of each criterion, in any unit, not negative
    :raises ValueError: where numbers of points and weights differ, or no weight is above zero

    >>> score((None, None), (1, 2))
    Score(value=None, coverage=Decimal('0'))
    >>> score((50,), (0,))
    Traceback (most recent call last):
    ValueError: one of the weights has to be above zero
    """
    points, weights = list(points), [exact(weight) for weight in weights]
    if len(points) != len(weights):
        raise ValueError(f"there are {len(points)} points for {len(weights)} weights")
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight cannot be negative")
    total = sum(weights)
    if not total:
        raise ValueError("one of the weights has to be above zero")
    known = [
        (exact(point), weight) for point, weight in zip(points, weights, strict=True) if point is not None
    ]
    covered = sum((weight for _point, weight in known), Decimal(0))
    if not covered:
        return Score(None, Decimal(0))
    value = sum(point * weight for point, weight in known) / covered
    return Score(value.quantize(CENT, ROUND_HALF_UP), covered / total)


def grade(value, cutoffs):
    """The first grade whose lower bound, itself included, is reached.

    :param cutoffs: lower bounds of A, B, C, … from the best on, what is below them is the next
        letter; or (grade, lower bound) pairs, where None bounds nothing
    :returns: the grade; None for no value, and below all bounds of pairs
    :raises ValueError: for bounds that do not fall

    >>> grade(70, [("gold", 70), ("silver", 40), ("none", None)])
    'gold'
    >>> grade(10, [("gold", 70), ("silver", 40), ("none", None)])
    'none'
    >>> grade(None, (85, 70)) is None
    True
    >>> grade(50, (40, 70))
    Traceback (most recent call last):
    ValueError: the lower bounds must fall from grade to grade, not go from 40 to 70
    """
    pairs = _name_grades(list(cutoffs.items() if hasattr(cutoffs, "items") else cutoffs))
    bounds = [bound for _name, bound in pairs if bound is not None]
    for upper, lower in itertools.pairwise(bounds):
        if lower >= upper:
            raise ValueError(
                f"the lower bounds must fall from grade to grade, not go from {upper} to {lower}"
            )
    if value is None:
        return None
    value = exact(value)
    return next((name for name, bound in pairs if bound is None or value >= bound), None)


def _name_grades(cutoffs):
    if any(isinstance(cutoff, (tuple, list)) for cutoff in cutoffs):
        return [(name, None if bound is None else exact(bound)) for name, bound in cutoffs]
    if len(cutoffs) >= len(LETTERS):
        raise ValueError(f"there are at most {len(LETTERS)} grades without names")
    return [*zip(LETTERS, map(exact, cutoffs), strict=False), (LETTERS[len(cutoffs)], None)]


def interpolate(value, table):
    """Points of a figure by a table of anchors, linear between them and level beyond them.

    :param table: (figure, points) items, by rising figure
    :raises ValueError: for no anchors, or figures that do not rise

    >>> anchors = [(0, 100), (30, 60), (90, 0)]
    >>> [interpolate(days, anchors) for days in (-5, 15, 90, 400)]
    [Decimal('100'), Decimal('80'), Decimal('0'), Decimal('0')]
    """
    anchors = [(exact(figure), exact(points)) for figure, points in table]
    if not anchors:
        raise ValueError("a table of points needs at least one row")
    for (left, _points), (right, _others) in itertools.pairwise(anchors):
        if right <= left:
            raise ValueError(f"the figures must rise from row to row, not go from {left} to {right}")
    value = exact(value)
    if value <= anchors[0][0]:
        return anchors[0][1]
    for (left, start), (right, end) in itertools.pairwise(anchors):
        if value <= right:
            return start + (end - start) * (value - left) / (right - left)
    return anchors[-1][1]
