"""Exchange rates by day, read once for many amounts.

A rate holds from its day until the next one. The company's own rates come before those that are
for all companies, as Odoo takes them. A currency that has no rate yet on a day cannot be
converted: Odoo would take a later rate or 1, which nobody should be paid by.

>>> from datetime import date
>>> may, june = date(2026, 5, 1), date(2026, 6, 1)
>>> rates = Rates([(2, True, may, "1.25"), (2, True, june, "1.5")], 1, 2)
>>> rates.get(date(2026, 5, 31)), rates.get(june)
(Decimal('1.250000000000'), Decimal('1.500000000000'))
>>> try:
...     rates.get(date(2026, 4, 30))
... except RateMissing as fault:
...     print(fault)
currency 2 has no rate on 2026-04-30
"""

from bisect import bisect_right
from decimal import Decimal

# of what is kept of a quotient of two rates
DIGITS = Decimal("1e-12")


class RateMissing(LookupError):
    """:ivar currency: which has no rate
    :ivar day: on which
    """

    def __init__(self, currency, day):
        super().__init__(f"currency {currency} has no rate on {day}")
        self.currency = currency
        self.day = day


class Rates:
    """From one currency to another.

    :param rows: (currency, whether it is the company's own, day, rate to the common base) items
    :param start: the currency of the amounts; has the rate 1 as long as it has none
    :param end: the currency to which they are converted
    """

    def __init__(self, rows, start, end):
        self.start, self.end = start, end
        self._found = {}
        self._days, self._rates = {}, {}
        for currency, is_own, day, rate in sorted(rows, key=lambda row: row[2]):
            self._days.setdefault((currency, is_own), []).append(day)
            self._rates.setdefault((currency, is_own), []).append(Decimal(rate))

    def get(self, day):
        """Units of `end` for one of `start` on a day.

        :raises RateMissing: where `end` has no rate on the day or before
        """
        if day not in self._found:
            end = self._get_one(self.end, day)
            if not end:
                raise RateMissing(self.end, day)
            self._found[day] = (end / (self._get_one(self.start, day) or Decimal(1))).quantize(DIGITS)
        return self._found[day]

    def _get_one(self, currency, day):
        for is_own in (True, False):
            number = bisect_right(self._days.get((currency, is_own), ()), day)
            if number:
                return self._rates[currency, is_own][number - 1]
        return None
