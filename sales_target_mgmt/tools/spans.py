"""The ranges of days before a given one, for comparing a period with those before it."""

import calendar
from datetime import date, timedelta

_DAY = timedelta(days=1)
# a length may be off by one part in so many
TOLERANCE = 50


def shift_months(day, months):
    """The same day some months later or earlier; the last day of a shorter month.

    >>> str(shift_months(date(2026, 3, 31), -1)), str(shift_months(date(2026, 1, 5), -12))
    ('2026-02-28', '2025-01-05')
    """
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(date_from, date_to):
    """How many months a range is long, 0 if it does not begin and end with a month.

    >>> whole_months(date(2026, 1, 1), date(2026, 3, 31))
    3
    >>> whole_months(date(2025, 12, 29), date(2026, 3, 30))
    0
    """
    after = date_to + _DAY
    if date_from.day != 1 or after.day != 1:
        return 0
    return (after.year - date_from.year) * 12 + after.month - date_from.month


def previous(date_from, date_to, count):
    """The given range and those of the same length before it, the oldest first.

    Whole months stay whole months, any other range keeps its number of days.

    :returns: `count` pairs of dates, the last one is the given range

    >>> [str(end) for _start, end in previous(date(2026, 3, 1), date(2026, 3, 31), 3)]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    >>> [f"{start:%m-%d} {end:%m-%d}" for start, end in previous(date(2026, 1, 5), date(2026, 1, 11), 2)]
    ['12-29 01-04', '01-05 01-11']
    """
    months = whole_months(date_from, date_to)
    ranges = []
    for steps in range(count - 1, -1, -1):
        if months:
            start = shift_months(date_from, -months * steps)
            ranges.append((start, shift_months(start, months) - _DAY))
        else:
            length = ((date_to - date_from).days + 1) * steps
            ranges.append((date_from - timedelta(days=length), date_to - timedelta(days=length)))
    return ranges


def cut(date_from, date_to, days):
    """A range cut into equal parts of about so many days, the oldest first.

    A year of weeks has 364 or 371 days, and a sales year that ends with a month's last order
    some more or less: a part may be off by one in fifty. The range itself where that fails.

    >>> [str(start) for start, _end in cut(date(2010, 12, 29), date(2012, 12, 27), 366)]
    ['2010-12-29', '2011-12-29']
    >>> len(cut(date(2026, 1, 1), date(2026, 12, 31), 240))
    1
    """
    given = (date_to - date_from).days + 1
    count = round(given / days)
    if count < 2 or abs(given - count * days) * TOLERANCE > given:
        return [(date_from, date_to)]
    starts = [date_from + timedelta(days=given * part // count) for part in range(count)]
    return list(zip(starts, [*(start - _DAY for start in starts[1:]), date_to], strict=True))


def year_before(date_from, date_to):
    """The same days a year earlier; the end of a month stays the end of the month.

    >>> [str(day) for day in year_before(date(2025, 2, 1), date(2025, 2, 28))]
    ['2024-02-01', '2024-02-29']
    >>> [str(day) for day in year_before(date(2026, 7, 1), date(2026, 7, 19))]
    ['2025-07-01', '2025-07-19']
    """
    start, end = shift_months(date_from, -12), shift_months(date_to, -12)
    if (date_to + _DAY).day == 1:
        end = end.replace(day=calendar.monthrange(end.year, end.month)[1])
    return start, end


def shift_period(date_from, date_to, months):
    """The same range some months later or earlier; what ends with a month still does.

    >>> [str(day) for day in shift_period(date(2027, 2, 1), date(2027, 2, 28), 12)]
    ['2028-02-01', '2028-02-29']
    >>> [str(day) for day in shift_period(date(2026, 1, 5), date(2026, 1, 11), 12)]
    ['2027-01-05', '2027-01-11']
    """
    return shift_months(date_from, months), shift_months(date_to + _DAY, months) - _DAY
