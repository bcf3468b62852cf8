"""What the files say by themselves: csv and Decimal, nothing of Odoo, nothing of the loader.

A line is worth quantity × unit price × (1 − discount), rounded half up to cents, which is
how Odoo rounds a line. The column `amount` is the same product kept at four decimals;
rounding that once more would differ by a cent where the product lies just below a half.
"""

import csv
import gzip
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")
# the sales years of the quotas; quarters are in quotas.csv
YEARS = {
    "2011": (date(2010, 12, 29), date(2011, 12, 28)),
    "2012": (date(2011, 12, 29), date(2012, 12, 27)),
    "2013": (date(2012, 12, 28), date(2013, 12, 28)),
}
ORDERS, LINES, AMOUNT = 3796, 60855, Decimal("80450596.98")


class Line(NamedTuple):
    """An order line with the keys by which it is summed, and its cents."""

    order: str
    day: date
    employee: str
    manager: str
    category: str
    subcategory: str
    territory: str
    country: str
    group: str
    reseller: str
    amount: Decimal
    margin: Decimal
    quantity: Decimal


class Seat(NamedTuple):
    """Somebody looks after a territory from one day to another, both included."""

    employee: str
    territory: str
    first: date
    last: date


class Quota(NamedTuple):
    """A person's quota from one day to another, both included."""

    employee: str
    first: date
    last: date
    amount: Decimal


def cents(value):
    """Rounded half up, away from zero: 0.005 is 0.01."""
    return value.quantize(CENT, ROUND_HALF_UP)


def _read(folder, name):
    path = folder / name
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


class Sums:
    """The files, ready to be added up.

    :param folder: the folder of the data set, a Path
    :param first, last: only the orders of these days, both included
    """

    def __init__(self, folder, first=date.min, last=date.max):
        managers = {
            row["employee_key"]: row["manager_employee_key"] or row["employee_key"]
            for row in _read(folder, "salespeople.csv")
        }
        kinds = {
            row["product_key"]: (row["category"], row["subcategory"]) for row in _read(folder, "products.csv")
        }
        places = {
            row["territory_key"]: (row["territory_key"], row["country"], row["group"])
            for row in _read(folder, "territories.csv")
        }
        self.lines = []
        self.raw = Decimal(0)
        for row in _read(folder, "order_lines.csv.gz"):
            day = date.fromisoformat(row["order_date"])
            if first <= day <= last:
                self.raw += Decimal(row["amount"])
                self.lines.append(_line(row, day, managers, kinds, places))
        # there are orders on some forty days only
        self.days = defaultdict(list)
        for line in self.lines:
            self.days[line.day].append(line)
        self.quotas = [
            Quota(row["employee_key"], date.fromisoformat(row["date_from"]),
                  date.fromisoformat(row["date_to"]), Decimal(row["quota"]))
            for row in _read(folder, "quotas.csv")
        ]  # fmt: skip
        self.seats = [
            Seat(row["employee_key"], row["territory_key"], date.fromisoformat(row["date_from"]),
                 date.fromisoformat(row["date_to"]) if row["date_to"] else date.max)
            for row in _read(folder, "territory_history.csv")
        ]  # fmt: skip
        self.resellers = list(_read(folder, "resellers.csv"))

    def by(self, key, value="amount", first=date.min, last=date.max):
        """Sums of ``value`` by ``key``, a column of :class:`Line` or a function of one."""
        read = key if callable(key) else (lambda line: getattr(line, key))
        sums = defaultdict(Decimal)
        for day, lines in self.days.items():
            if first <= day <= last:
                for line in lines:
                    sums[read(line)] += getattr(line, value)
        return dict(sums)

    def total(self, value="amount", first=date.min, last=date.max):
        """The sum of ``value`` of all lines from one day to another."""
        return self.by(lambda line: None, value, first, last).get(None, Decimal(0))

    def seats_of(self, employee, day):
        """The territory keys of somebody on a day; empty: the person has none."""
        return {
            seat.territory
            for seat in self.seats
            if seat.employee == employee and seat.first <= day <= seat.last
        }

    def cases(self):
        """Orders that somebody sold outside of the own territories of that day.

        :return: {order: (kind, employee key, territory key of the address)}; the kind of a seller
            without any territory on that day is `no_territory`, otherwise it is `territory`
        """
        found = {}
        for line in self.lines:
            own = self.seats_of(line.employee, line.day)
            if line.territory not in own:
                found[line.order] = ("territory" if own else "no_territory", line.employee, line.territory)
        return found

    def faults(self):
        """What differs from the figures that the data set's own README states."""
        orders = len({line.order for line in self.lines})
        found = (("orders", orders, ORDERS), ("lines", len(self.lines), LINES),
                 ("amount", cents(self.raw), AMOUNT))  # fmt: skip
        return [
            f"{name}: {is_} in the files, {said} in their README" for name, is_, said in found if is_ != said
        ]


def _line(row, day, managers, kinds, places):
    quantity = Decimal(row["quantity"])
    worth = quantity * Decimal(row["unit_price"]) * (1 - Decimal(row["discount_pct"]))
    amount = cents(worth)
    category, subcategory = kinds[row["product_key"]]
    territory, country, group = places[row["territory_key"]]
    return Line(
        order=row["order"],
        day=day,
        employee=row["employee_key"],
        manager=managers[row["employee_key"]],
        category=category,
        subcategory=subcategory,
        territory=territory,
        country=country,
        group=group,
        reseller=row["reseller_key"],
        amount=amount,
        margin=cents(amount - Decimal(row["cost"])),
        quantity=quantity,
    )
