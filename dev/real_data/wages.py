"""What AdventureWorks owes its salespeople, from the files alone: csv and Decimal, nothing of Odoo.

Rounding, half up, away from zero: each line to cents (:mod:`.sums`), then the commission of each
invoice to cents, which is the person's percentage of the sum of its lines. A quarter's commission
is the sum of its invoices'. That is the rule of the engine, whose pot of a component with one
rate is the document.

Quotas are uneven: the first begins on 29 December and ends on 30 March. A quota belongs to the
calendar quarter in which its last day lies; in these files that is the one in which most of its
days lie as well, which is what the engine goes by.
"""

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .sums import cents


class Invoice(NamedTuple):
    """An order, which is invoiced on its day: what it sums to, in how many lines."""

    name: str
    day: date
    employee: str
    amount: Decimal
    lines: int


class Wages:
    """Percentages and bonuses of the people, and what they come to.

    :param files: :class:`.sums.Sums`
    :param folder: the folder of the data set, a Path
    """

    def __init__(self, files, folder):
        self.quotas, self.lines = files.quotas, files.lines
        with (folder / "salespeople.csv").open(encoding="utf-8", newline="") as text:
            people = list(csv.DictReader(text))
        self.rates = {row["employee_key"]: Decimal(row["commission_pct"]) for row in people}
        self.bonuses = {row["employee_key"]: Decimal(row["bonus"]) for row in people}
        found = {}
        for line in files.lines:
            one = found.get(line.order) or Invoice(line.order, line.day, line.employee, Decimal(0), 0)
            found[line.order] = one._replace(amount=one.amount + line.amount, lines=one.lines + 1)
        self.invoices = sorted(found.values())

    def quarters(self):
        """(first day, last day) of the calendar quarters with invoices, without gaps."""
        first = quarter(min(one.day for one in self.invoices))
        last = quarter(max(one.day for one in self.invoices))
        found = [first]
        while found[-1] != last:
            found.append(quarter(found[-1][1] + timedelta(days=1)))
        return found

    def earned(self, invoice):
        """The commission of an invoice, in cents."""
        return cents(self.rates[invoice.employee] * invoice.amount)

    def commission(self):
        """(employee key, first day of the quarter) → commission."""
        sums = defaultdict(Decimal)
        for one in self.invoices:
            sums[one.employee, quarter(one.day)[0]] += self.earned(one)
        return dict(sums)

    def bonus(self):
        """(employee key, first day of the quarter) → bonus of those who met the quota."""
        sold = defaultdict(Decimal)
        for line in self.lines:
            sold[line.employee, line.day] += line.amount
        days = sorted({day for _employee, day in sold})
        found = {}
        for quota in self.quotas:
            done = sum(sold[quota.employee, day] for day in days if quota.first <= day <= quota.last)
            if done >= quota.amount and self.bonuses[quota.employee]:
                found[quota.employee, quarter(quota.last)[0]] = self.bonuses[quota.employee]
        return found


def quarter(day):
    """(first day, last day) of the calendar quarter of a day.

    >>> [str(one) for one in quarter(date(2011, 12, 29))]
    ['2011-10-01', '2011-12-31']
    """
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)
    return first, following - timedelta(days=1)
