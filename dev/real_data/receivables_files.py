"""Ratings from the receivables sample without Odoo, and what came after them."""

import csv
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from statistics import correlation, mean
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo.addons.sales_target_mgmt.tools import rating, receivables

FILE = "invoices.csv"
# a rating looks a year back and the outcome three months ahead
YEAR, QUARTER = relativedelta(months=12), relativedelta(months=3)


class Bill(NamedTuple):
    """An invoice of the sample."""

    number: str
    customer: str
    day: date
    due: date
    paid: date
    amount: Decimal

    @property
    def late(self):
        """Days after the due date; 0 where it was paid in time."""
        return max((self.paid - self.due).days, 0)


class Outcome(NamedTuple):
    """What a grade was followed by.

    :ivar cases: pairs of a customer and a month
    :ivar share: of the invoices of the three following months, paid late
    :ivar days: late on average, 0 for those in time
    """

    grade: str
    cases: int
    bills: int
    share: Decimal
    days: Decimal


def read(folder):
    """All :class:`Bill` items by day."""
    with (folder / FILE).open(encoding="utf-8") as text:
        rows = [
            Bill(
                row["invoiceNumber"],
                row["customerID"],
                *(_day(row[name]) for name in ("InvoiceDate", "DueDate", "SettledDate")),
                Decimal(row["InvoiceAmount"]),
            )
            for row in csv.DictReader(text)
        ]
    return sorted(rows, key=lambda bill: (bill.day, bill.number))


def _day(text):
    return datetime.strptime(text, "%m/%d/%Y").date()


def months(bills):
    """Ends of months from three months after the first invoice to three before the last."""
    end = bills[0].day.replace(day=1) + QUARTER
    last = bills[-1].day - QUARTER
    found = []
    while end - relativedelta(days=1) <= last:
        found.append(end - relativedelta(days=1))
        end += relativedelta(months=1)
    return found


def get_inputs(bills, as_of):
    """What was known of a customer at the end of a day, by its bills: {code: figure or None}."""
    bills = [bill for bill in bills if bill.day <= as_of]
    if not bills:
        return {}
    owed = [bill for bill in bills if bill.paid > as_of]
    late = [bill for bill in owed if bill.due < as_of]
    seen = [(b.amount, (b.paid - b.due).days, b.paid) for b in bills if as_of - YEAR < b.paid <= as_of]
    seen += [(bill.amount, (as_of - bill.due).days, as_of) for bill in late]
    now, before = (
        _average([row for row in seen if (row[2] > as_of - QUARTER) is is_now]) for is_now in (True, False)
    )
    index = receivables.payment_index([row[:2] for row in seen])
    whole = sum(bill.amount for bill in owed)
    known = {
        "payment_index": index,
        "days_late": _average(seen),
        "days_late_trend": None if now is None or before is None else now - before,
        "overdue_share": sum(bill.amount for bill in late) / whole if whole else Decimal(0),
        "relation_years": Decimal((as_of - bills[0].day).days) / Decimal("365.25"),
    }
    # as many places as are kept with a rating
    return {code: None if figure is None else round(figure, 6) for code, figure in known.items()}


def _average(seen):
    """Days late, weighted by amount; None for nothing seen."""
    whole = sum(amount for amount, _days, _day in seen)
    return sum(amount * max(days, 0) for amount, days, _day in seen) / whole if whole else None


class Ratings:
    """Every customer rated at the end of every month, by files or by Odoo, and what followed.

    :param bills: what :func:`read` returns
    :param rate: day → {customer: (score or None, grade or None)}
    """

    def __init__(self, bills, rate):
        self.by_customer = defaultdict(list)
        for bill in bills:
            self.by_customer[bill.customer].append(bill)
        self.months = months(bills)
        self.found = {(customer, day): one for day in self.months for customer, one in rate(day).items()}

    def _after(self, customer, day):
        """Invoices of the three months after a day: nothing of them was known on it."""
        return [bill for bill in self.by_customer[customer] if day < bill.day <= day + QUARTER]

    def outcomes(self):
        """An :class:`Outcome` for each grade, and one for no grade with the name “–”."""
        groups, cases = defaultdict(list), defaultdict(int)
        for (customer, day), (_score, grade) in self.found.items():
            after = self._after(customer, day)
            if after:
                groups[grade or "–"] += after
                cases[grade or "–"] += 1
        return [
            Outcome(
                grade,
                cases[grade],
                len(bills),
                Decimal(sum(bill.late > 0 for bill in bills)) / len(bills),
                Decimal(sum(bill.late for bill in bills)) / len(bills),
            )
            for grade, bills in sorted(groups.items())
        ]

    def correlations(self):
        """Spearman's rank correlation of the score with (share late, days late), and the number of pairs."""
        scores, shares, days = [], [], []
        for (customer, day), (score, _grade) in self.found.items():
            after = self._after(customer, day)
            if after and score is not None:
                scores.append(score)
                shares.append(mean(bill.late > 0 for bill in after))
                days.append(mean(bill.late for bill in after))
        return spearman(scores, shares), spearman(scores, days), len(scores)


def spearman(ones, others):
    """Rank correlation, ties at their mean rank.

    >>> round(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), 4)
    0.8208
    """
    return correlation(_ranks(ones), _ranks(others))


def _ranks(values):
    places = defaultdict(list)
    for place, value in enumerate(sorted(values), 1):
        places[value].append(place)
    return [mean(places[value]) for value in values]


def rate_by_files(bills, criteria, bounds, coverage_min):
    """A function for :class:`Ratings` that rates by the files alone."""
    by_customer = defaultdict(list)
    for bill in bills:
        by_customer[bill.customer].append(bill)

    def rate(day):
        found = {}
        for customer, own in by_customer.items():
            one = rating.rate(criteria, get_inputs(own, day), bounds, coverage_min)
            found[customer] = one.value, one.grade
        return found

    return rate


def table(ratings):
    """Lines of a Markdown table."""
    yield "| grade | customers × months | invoices | paid late | days late |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for one in ratings.outcomes():
        yield f"| {one.grade} | {one.cases:,} | {one.bills:,} | {one.share:.1%} | {one.days:.1f} |"
