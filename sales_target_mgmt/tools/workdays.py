"""Counting working days, half days included, over many ranges at once."""

from datetime import datetime, time, timedelta
from itertools import accumulate

_DAY = timedelta(days=1)


class WorkingDays:
    """The working days of one schedule between two dates.

    :param date_from: first day that may be asked for
    :param date_to: last day
    :param hours: working intervals of a week of 14 days, `(parity, weekday) -> [(from, to)]` in
        hours; parity is that of the ISO-like week `(ordinal - 1) // 7 % 2`, Monday is 0
    :param absences: pairs of local datetimes in which nobody works; a day counts by the share
        of its hours that is left

    >>> from datetime import date
    >>> week = {(parity, day): [(8, 12), (13, 17)] for parity in (0, 1) for day in range(5)}
    >>> days = WorkingDays(date(2026, 1, 1), date(2026, 1, 31), week)
    >>> days.count(date(2026, 1, 1), date(2026, 1, 31))
    22.0
    >>> noon = datetime(2026, 1, 2, 12, 30)
    >>> ill = WorkingDays(date(2026, 1, 1), date(2026, 1, 31), week, [(noon, datetime(2026, 1, 6))])
    >>> ill.count(date(2026, 1, 1), date(2026, 1, 31))
    20.5
    >>> days.count(date(2026, 1, 10), date(2026, 1, 9))
    0.0
    """

    def __init__(self, date_from, date_to, hours, absences=()):
        self.date_from = date_from
        days = [date_from + _DAY * number for number in range((date_to - date_from).days + 1)]
        shares = [1.0 if self._hours(day, hours) else 0.0 for day in days]
        lost = {}
        for begin, end in absences:
            day = max(begin.date(), date_from)
            while day <= min(end.date(), date_to):
                lost.setdefault(day, []).append((begin, end))
                day += _DAY
        for day, spans in lost.items():
            if intervals := self._hours(day, hours):
                shares[(day - date_from).days] = _left(day, intervals, spans)
        self._sums = list(accumulate(shares, initial=0.0))

    def count(self, date_from, date_to):
        """Working days from one date to another, both included; 0 if the second is earlier."""
        first = min(max((date_from - self.date_from).days, 0), len(self._sums) - 1)
        last = min(max((date_to - self.date_from).days + 1, 0), len(self._sums) - 1)
        return max(self._sums[last] - self._sums[first], 0.0)

    @staticmethod
    def _hours(day, hours):
        return hours.get(((day.toordinal() - 1) // 7 % 2, day.weekday()))


def _left(day, intervals, spans):
    """Share of a day's working time that no absence covers."""
    midnight = datetime.combine(day, time.min)
    work = [(midnight + timedelta(hours=a), midnight + timedelta(hours=b)) for a, b in intervals]
    total = sum((b - a for a, b in work), timedelta())
    if not total:
        return 0.0
    for begin, end in spans:
        work = [
            piece for a, b in work for piece in ((a, min(b, begin)), (max(a, end), b)) if piece[0] < piece[1]
        ]
    return sum((b - a for a, b in work), timedelta()) / total
