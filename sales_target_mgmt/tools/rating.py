"""A customer's rating: figures become points by tables, points a score, the score a grade.

>>> criteria = [
...     Criterion("Payments", "payment_index", 30, [(0, 0), (100, 100)]),
...     Criterion("Form", "legal_form", 20, [("limited", 60), ("", 20)], is_category=True),
...     Criterion("Days", "days_late", 50, [(0, 100), (30, 40), (90, 0)]),
... ]
>>> bounds = [("A", 85), ("B", 70), ("C", 55), ("D", 40), ("E", 0)]
>>> rate(criteria, {"payment_index": 80, "legal_form": "limited", "days_late": 15}, bounds, "0.6")
Rating(points=[Decimal('80'), Decimal('60'), Decimal('70')], value=Decimal('71.00'), \
coverage=Decimal('1'), grade='B', why='')

Too little is known, or what has to be known is missing:

>>> rate(criteria, {"legal_form": "other"}, bounds, "0.6")[1:]
(Decimal('20.00'), Decimal('0.2'), None, 'coverage')
>>> criteria[0] = criteria[0]._replace(is_required=True)
>>> rate(criteria, {"legal_form": "limited", "days_late": 15}, bounds, "0.6")[1:]
(Decimal('67.14'), Decimal('0.7'), None, 'required')
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from .rate_table import exact
from .scorecard import grade, interpolate, score

CENT = Decimal("0.01")


class Criterion(NamedTuple):
    """One line of a scorecard.

    :ivar input: code of the figure or category that is looked at
    :ivar weight: in any unit, not negative
    :ivar table: (figure, points) rows by rising figure, linear in between and level beyond; or
        (category, points) rows, an empty category stands for all others
    :ivar is_required: without it there is no grade
    """

    name: str
    input: str
    weight: Any
    table: list
    is_category: bool = False
    is_required: bool = False


class Rating(NamedTuple):
    """:ivar points: of each criterion, 0 to 100, to two places; None where its input is missing
    :ivar value: weighted mean of the points that are known; None without any
    :ivar coverage: share of the weights whose points are known
    :ivar grade: None where too little is known
    :ivar why: `required` or `coverage` where there is no grade for that reason, else empty
    """

    points: list
    value: Decimal | None
    coverage: Decimal
    grade: Any
    why: str


def rate(criteria, inputs, bounds, coverage_min):
    """The rating of one customer.

    :param criteria: :class:`Criterion` items
    :param inputs: {code: figure or category}; None, or no item: not known
    :param bounds: (grade, lower bound) pairs from the best grade on
    :param coverage_min: share of the weights from which on a grade is given
    :raises ValueError: for a table, weights or bounds that cannot be computed with
    """
    points = [get_points(criterion, inputs.get(criterion.input)) for criterion in criteria]
    value, coverage = score(points, [criterion.weight for criterion in criteria])
    is_short = any(one.is_required and known is None for one, known in zip(criteria, points, strict=True))
    why = "required" if is_short else "coverage" if coverage < exact(coverage_min) or value is None else ""
    return Rating(points, value, coverage, None if why else grade(value, bounds), why)


def get_points(criterion, known):
    """Points of one criterion, None where nothing is known.

    >>> form = Criterion("Form", "legal_form", 1, [("listed", 90)], is_category=True)
    >>> get_points(form, "listed"), get_points(form, "limited"), get_points(form, None)
    (Decimal('90'), None, None)
    """
    if known is None or known == "":
        return None
    if criterion.is_category:
        table = dict(criterion.table)
        points = table.get(known, table.get(""))
        return None if points is None else exact(points)
    return _round(interpolate(known, criterion.table))


def _round(points):
    rounded = points.quantize(CENT, ROUND_HALF_UP)
    # 80 rather than 80.00, as it was written in the table
    return rounded if rounded != rounded.to_integral_value() else rounded.to_integral_value()
