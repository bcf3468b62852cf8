"""The rows of the AdventureWorks files as they stand, and the orders that they make up."""

import csv
import gzip
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple


class Order(NamedTuple):
    """One order: what its lines have in common, and the rows of its lines."""

    name: str
    day: date
    due: date
    reseller: str
    employee: str
    territory: str
    lines: list


def rows(folder, name):
    """The rows of one file, as dictionaries of strings.

    :param folder: the folder that holds the data set, a Path
    :param name: the file's name without `.csv` or `.csv.gz`
    :raises FileNotFoundError: when neither is there
    """
    packed = folder / f"{name}.csv.gz"
    opener = gzip.open if packed.exists() else open
    with opener(packed if packed.exists() else folder / f"{name}.csv", "rt", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def orders(folder, first=date.min, last=date.max):
    """The orders of a range of days, both included, by day and name, as :class:`Order`."""
    lines = [
        line
        for line in rows(folder, "order_lines")
        if first <= date.fromisoformat(line["order_date"]) <= last
    ]
    lines.sort(key=lambda line: (line["order_date"], line["order"], int(line["line"])))
    return [
        _order(name, list(group))
        for (_day, name), group in groupby(lines, key=itemgetter("order_date", "order"))
    ]


def _order(name, lines):
    head = lines[0]
    return Order(
        name=name,
        day=date.fromisoformat(head["order_date"]),
        due=date.fromisoformat(head["due_date"]),
        reseller=head["reseller_key"],
        employee=head["employee_key"],
        territory=head["territory_key"],
        lines=lines,
    )
