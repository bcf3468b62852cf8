"""Seasonal indices as weights of periods that need not be seasons."""

import calendar
from datetime import date, timedelta
from decimal import Decimal

from .quota_setting import ramp_shares
from .spans import shift_months

_DAY = timedelta(days=1)
# seasons of a year by the length of a plan's periods; twelve months for every other
SEASONS = {"quarter": 4, "half": 2}


def seasons_before(day, season_length, years):
    """The seasons of so many whole years that end before a day, oldest first.

    They begin with the first season of a calendar year's order: position modulo
    `season_length` in the list is the season when :func:`first_season` is taken into account.

    >>> [str(start) for start, _end in seasons_before(date(2026, 5, 20), 4, 1)]
    ['2025-04-01', '2025-07-01', '2025-10-01', '2026-01-01']
    """
    months = 12 // season_length
    end = date(day.year, (day.month - 1) // months * months + 1, 1)
    count = years * season_length
    starts = [shift_months(end, -months * steps) for steps in range(count, 0, -1)]
    return [(start, shift_months(start, months) - _DAY) for start in starts]


def season_of(day, season_length):
    """Position of the season in which a day lies.

    >>> season_of(date(2026, 5, 20), 4), season_of(date(2026, 12, 31), 12)
    (1, 11)
    """
    return (day.month - 1) // (12 // season_length)


def period_weights(periods, indices):
    """Weight of every period: the indices of the months inside of it, by days.

    :param periods: pairs of dates
    :param indices: one per season of a calendar year, 12, 4 or 2

    >>> quarter = (date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 15))
    >>> [str(weight) for weight in period_weights(quarter, [Decimal(2), Decimal(1), Decimal(1), Decimal(0)])]
    ['6', '0.5']
    """
    length = len(indices)
    return [
        sum(
            (share * indices[season_of(month, length)] for month, share in months_of(*period)),
            Decimal(0),
        )
        for period in periods
    ]


def months_of(date_from, date_to):
    """The first days of the months in a range, and how much of each lies in it.

    >>> [(str(month), str(share)) for month, share in months_of(date(2026, 4, 16), date(2026, 5, 31))]
    [('2026-04-01', '0.5'), ('2026-05-01', '1')]
    """
    result, month = [], date_from.replace(day=1)
    while month <= date_to:
        days = calendar.monthrange(month.year, month.month)[1]
        last = month + timedelta(days=days - 1)
        inside = (min(last, date_to) - max(month, date_from)).days + 1
        result.append((month, Decimal(inside) / days))
        month = last + _DAY
    return result


def ramp_factors(start, shares, periods):
    """Share of a full quota in every period of somebody who starts on a day.

    :param start: first day on the job
    :param shares: of the first months
    :param periods: pairs of dates

    >>> months = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28))]
    >>> [str(factor) for factor in ramp_factors(date(2025, 12, 15), ["0", "0.25"], months)]
    ['0.25', '1']
    """
    factors = []
    for period in periods:
        months = months_of(*period)
        whole = sum(share for _month, share in months)
        carried = Decimal(0)
        for month, share in months:
            age = (month.year - start.year) * 12 + month.month - start.month
            carried += share * ramp_shares(shares, 1, age)[0]
        factors.append(carried / whole)
    return factors
