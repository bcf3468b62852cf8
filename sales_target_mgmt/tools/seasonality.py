"""Seasonal shape of a series: by how much a season lies above or below the average.

Classical multiplicative decomposition (Hyndman & Athanasopoulos, Forecasting: Principles and
Practice, chapter 3). One or two whole years give simple averages; from three on, the ratio
to the centred moving average, which takes the growth out; less than one year gives no shape.

Quarters of 80, 110, 90 and 120 that repeat:

>>> simple = seasonal_indices([80, 110, 90, 120], 4)
>>> simple.method, [str(index) for index in simple.indices]
('simple_average', ['0.8', '1.1', '0.9', '1.2'])
>>> [int(1_000_000 * index / 4) for index in simple.indices]
[200000, 275000, 225000, 300000]

The same in three years, each 1.1 times the one before:

>>> quarters = [value * Decimal("1.1") ** year for year in range(3) for value in (80, 110, 90, 120)]
>>> ratio = seasonal_indices(quarters, 4)
>>> ratio.method, [str(round(index, 3)) for index in ratio.indices]
('ratio_to_moving_average', ['0.832', '1.116', '0.891', '1.161'])
"""

from decimal import Decimal
from typing import NamedTuple

FLAT, SIMPLE, RATIO = "flat", "simple_average", "ratio_to_moving_average"
# whole years from which a trend can be told from a season
YEARS_FOR_RATIO = 3


class SeasonalIndices(NamedTuple):
    """A factor per season and how it was found.

    :ivar indices: one `Decimal` per season; their average is 1
    :ivar method: `simple_average`, `ratio_to_moving_average`, or `flat` where there was too
        little to go by
    """

    indices: list
    method: str


def seasonal_indices(values, season_length):
    """The index of every season.

    :param values: the series without gaps, oldest first; the first belongs to season 0.
        What is negative, a month of refunds, counts as nothing
    :param season_length: seasons in a year: 12, 4, 52
    :raises ValueError: when there is no season to speak of

    >>> seasonal_indices([5, 7], 12).method
    'flat'
    >>> seasonal_indices([0] * 12, 12).method
    'flat'
    >>> seasonal_indices([1, 2], 0)
    Traceback (most recent call last):
    ValueError: a year needs at least one season, not 0
    """
    if season_length < 1:
        raise ValueError(f"a year needs at least one season, not {season_length}")
    values = [max(Decimal(value), Decimal(0)) for value in values]
    years = len(values) // season_length
    if not years or not any(values[-years * season_length :]):
        return SeasonalIndices([Decimal(1)] * season_length, FLAT)
    simple = _simple_averages(values, season_length, years)
    if years < YEARS_FOR_RATIO:
        return SeasonalIndices(_normalise(simple), SIMPLE)
    ratios = _moving_average_ratios(values, season_length)
    return SeasonalIndices(
        _normalise([_mean(found) if found else simple[season] for season, found in enumerate(ratios)]),
        RATIO,
    )


def _simple_averages(values, length, years):
    """Average of every season over the latest whole years, in shares of the overall average.

    >>> [str(share) for share in _simple_averages([Decimal(9), Decimal(1), Decimal(3)], 2, 1)]
    ['1.5', '0.5']
    """
    by_season = [[] for _season in range(length)]
    for position in range(len(values) - years * length, len(values)):
        by_season[position % length].append(values[position])
    averages = [_mean(season) for season in by_season]
    overall = _mean(averages)
    return [average / overall for average in averages]


def _moving_average_ratios(values, length):
    """Per season the ratios of values to the centred average of the year around them."""
    half = length // 2
    ratios = [[] for _season in range(length)]
    for position in range(half, len(values) - half):
        around = values[position - half : position + half + 1]
        if length % 2:
            average = sum(around) / length
        else:
            # an even year has no middle: half a season at either end
            average = (sum(around) - (around[0] + around[-1]) / 2) / length
        if average:
            ratios[position % length].append(values[position] / average)
    return ratios


def _normalise(indices):
    average = _mean(indices)
    return [index / average for index in indices] if average else [Decimal(1)] * len(indices)


def _mean(values):
    return sum(values) / len(values)
