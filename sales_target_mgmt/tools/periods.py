"""Cutting a range of days into periods.

Periods are whole days, both ends included, without gaps or overlaps; the first and the last
one are cut off where the range begins and ends in the middle of a month or year.
"""

import calendar
from datetime import date, timedelta
from typing import NamedTuple

GRANULARITIES = ("month", "quarter", "half", "year", "fiscal_year", "week_445", "free")

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_DAY = timedelta(days=1)
_PATTERN = (28, 28, 35)


class Period(NamedTuple):
    date_from: date
    date_to: date


def split(date_from, date_to, granularity, *, fiscal_end=(12, 31), ranges=None):
    """Cut the days from one date to another into periods.

    :param granularity: `month`, `quarter`, `half` and `year` are those of the calendar;
        `fiscal_year` ends on `fiscal_end`; `week_445` are the periods of a 4-4-5 calendar that
        begins with the range; `free` are the given ranges
    :param fiscal_end: month and day on which the fiscal year ends; a day that the month does
        not have is its last one
    :param ranges: pairs of dates for `free`; none: the whole range is one period
    :returns: a list of :class:`Period`
    :raises ValueError: when the end lies before the start, for an unknown granularity, and for
        ranges that overlap or leave the whole

    >>> [str(period.date_to) for period in split(date(2026, 1, 15), date(2026, 3, 31), "month")]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    >>> len(split(date(2026, 1, 1), date(2028, 12, 31), "quarter"))
    12
    >>> first, second = split(date(2026, 1, 1), date(2026, 12, 31), "fiscal_year", fiscal_end=(6, 30))
    >>> str(first.date_to), str(second.date_from)
    ('2026-06-30', '2026-07-01')
    """
    if date_to < date_from:
        raise ValueError(f"the end {date_to} lies before the start {date_from}")
    if granularity == "free":
        return _free(date_from, date_to, ranges)
    if granularity == "week_445":
        return _weeks(date_from, date_to)
    if granularity == "fiscal_year":
        return _until(date_from, date_to, lambda day: _fiscal_end(day, *fiscal_end))
    if granularity not in _MONTHS:
        raise ValueError(f"no such granularity: {granularity}")
    length = _MONTHS[granularity]
    return _until(date_from, date_to, lambda day: _month_end(day, length))


def count_days(period):
    """The days of a period, both ends included; 0 where it ends before it begins.

    >>> count_days(Period(date(2026, 2, 1), date(2026, 2, 28)))
    28
    """
    return max((period.date_to - period.date_from).days + 1, 0)


def whole(period, granularity, *, fiscal_end=(12, 31)):
    """The period of the calendar of which a period may be only a part.

    Periods of 4-4-5 weeks and free ranges are no part of anything: they are returned as they are.

    >>> [str(day) for day in whole(Period(date(2026, 6, 11), date(2026, 6, 30)), "quarter")]
    ['2026-04-01', '2026-06-30']
    >>> part = Period(date(2026, 7, 1), date(2026, 12, 31))
    >>> [str(day) for day in whole(part, "fiscal_year", fiscal_end=(2, 29))]
    ['2026-03-01', '2027-02-28']
    """
    if granularity == "fiscal_year":
        end = _fiscal_end(period.date_from, *fiscal_end)
        before = _fiscal_end(date(end.year - 1, end.month, 1), *fiscal_end)
        return Period(before + _DAY, end)
    if granularity not in _MONTHS:
        return period
    end = _month_end(period.date_from, _MONTHS[granularity])
    return Period(date(end.year, end.month - _MONTHS[granularity] + 1, 1), end)


def _until(date_from, date_to, end_of):
    periods = []
    while date_from <= date_to:
        end = min(end_of(date_from), date_to)
        periods.append(Period(date_from, end))
        date_from = end + _DAY
    return periods


def _month_end(day, length):
    """Last day of the group of `length` months of the calendar year in which `day` lies.

    >>> str(_month_end(date(2026, 5, 4), 6))
    '2026-06-30'
    """
    month = (day.month - 1) // length * length + length
    return date(day.year, month, calendar.monthrange(day.year, month)[1])


def _fiscal_end(day, month, last):
    """End of the fiscal year in which `day` lies.

    >>> str(_fiscal_end(date(2028, 2, 29), 2, 29)), str(_fiscal_end(date(2026, 3, 1), 2, 29))
    ('2028-02-29', '2027-02-28')
    """
    for year in (day.year, day.year + 1):
        end = date(year, month, min(last, calendar.monthrange(year, month)[1]))
        if end >= day:
            break
    return end


def _weeks(date_from, date_to):
    """Periods of four, four and five weeks: quarters of 13 weeks, the year of 52.

    What a quarter of 13 weeks leaves over at the end belongs to the last period when it is a
    week or less: the 53rd week of a long year, or the one or two days by which the calendar's
    year is longer than 364 days. More than a week begins a new quarter.

    >>> year = _weeks(date(2025, 12, 29), date(2027, 1, 3))
    >>> [(period.date_to - period.date_from).days // 7 + 1 for period in year]
    [4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 6]
    >>> len(_weeks(date(2026, 1, 1), date(2026, 12, 31)))
    12
    """
    periods = []
    while date_from <= date_to:
        length = _PATTERN[len(periods) % 3]
        end = date_from + timedelta(days=length - 1)
        ends_quarter = len(periods) % 3 == 2
        if end > date_to or (ends_quarter and (date_to - end).days <= 7):
            end = date_to
        periods.append(Period(date_from, end))
        date_from = end + _DAY
    return periods


def _free(date_from, date_to, ranges):
    """Given ranges, in order.

    >>> _free(date(2026, 1, 1), date(2026, 6, 30), [(date(2026, 1, 1), date(2026, 7, 1))])
    Traceback (most recent call last):
    ValueError: 2026-01-01 to 2026-07-01 leaves the range from 2026-01-01 to 2026-06-30
    """
    periods = sorted(Period(*pair) for pair in ranges or [(date_from, date_to)])
    for before, period in zip([None, *periods], periods, strict=False):
        if period.date_to < period.date_from:
            raise ValueError(f"the end {period.date_to} lies before the start {period.date_from}")
        if period.date_from < date_from or period.date_to > date_to:
            raise ValueError(
                f"{period.date_from} to {period.date_to} leaves the range from {date_from} to {date_to}"
            )
        if before and period.date_from <= before.date_to:
            raise ValueError(f"two periods share the day {period.date_from}")
    return periods
