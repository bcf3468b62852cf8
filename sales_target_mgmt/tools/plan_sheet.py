"""The sheets of a target plan: what their rows and columns mean, read without a database.

Sheet "Targets" has a row per node and measure and a column per period; sheet "Nodes" has a row
per node with its dimensions. Headings are written in English or Chinese and read in both, so
that a file does not depend on who made it. What is wrong is collected, cell by cell; nothing
stops at the first fault.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from .periods import Period
from .plan_amount import ENGLISH, AmountError, parse_amount
from .plan_labels import LABELS, NODES, TARGETS
from .workbook import UNCOMPUTED

# path of a node: the names from the topmost node on
SEPARATOR = " / "
DIMENSION_COLUMNS = (
    "territory",
    "team",
    "user",
    "categ",
    "channel",
    "customer_class",
    "partner_ref",
    "partner",
    "product_class",
)
REQUIRED = {
    TARGETS: ("key", "path", "measure"),
    NODES: ("key", "path", "label", *DIMENSION_COLUMNS),
}
# written for the reader, ignored when a file is read
INFORMATIVE = {TARGETS: ("meaning", "total"), NODES: ()}

_DAY = r"(\d{4}-\d{1,2}-\d{1,2})"
_PERIOD = re.compile(rf"{_DAY}\s*(?:–|—|-|\.\.|to|至|~)\s*{_DAY}", re.IGNORECASE)
_NAMES = {text.casefold(): name for name, texts in LABELS.items() for text in texts}


class Place(NamedTuple):
    """A cell; row and column count from 1, 0 where none is meant."""

    sheet: str = ""
    row: int = 0
    column: int = 0

    def __str__(self):
        """As a spreadsheet names it.

        >>> str(Place("Targets", 7, 4)), str(Place("Nodes", 1, 28)), str(Place("Nodes"))
        ('Targets!D7', 'Nodes!AB1', 'Nodes')
        """
        letters, column = "", self.column
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        cell = f"{letters}{self.row or ''}"
        return f"{self.sheet}!{cell}" if self.sheet and cell else self.sheet or cell


NOWHERE = Place()


class Fault(NamedTuple):
    """What is wrong where; `code` stands for a message that uses the values."""

    code: str
    place: Place = NOWHERE
    values: dict = {}


@dataclass
class SheetRow:
    """A row of either sheet; `texts` are its cells by the column's name."""

    sheet: str
    number: int
    columns: dict
    key: int | None = None
    texts: dict = field(default_factory=dict)
    amounts: dict = field(default_factory=dict)

    @property
    def path(self):
        return self.texts.get("path", "")

    def place(self, column):
        """:param column: name of a column, or a :class:`Period`"""
        return Place(self.sheet, self.number, self.columns.get(column, 0))


@dataclass
class PlanSheets:
    """What an upload says; `periods` are the headings of dates with their places."""

    nodes: list = field(default_factory=list)
    targets: list = field(default_factory=list)
    periods: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)


def parse_period(text):
    """A heading of two dates; `None` when it is none.

    :raises ValueError: for a day that does not exist, or an end before the start

    >>> parse_period("2026-01-01 – 2026-03-31")
    Period(date_from=datetime.date(2026, 1, 1), date_to=datetime.date(2026, 3, 31))
    >>> parse_period("First quarter")
    """
    match = _PERIOD.fullmatch(text.strip())
    if not match:
        return None
    start, end = (date(*map(int, day.split("-"))) for day in match.groups())
    if end < start:
        raise ValueError(f"{end} lies before {start}")
    return Period(start, end)


def period_text(period):
    """The heading of a period, as :func:`parse_period` reads it."""
    return f"{period[0]} – {period[1]}"


def path_text(names):
    """The path of a node; a separator inside of a name is written closer.

    >>> path_text(["Company", "North", "All / Pumps"])
    'Company / North / All/Pumps'
    """
    return SEPARATOR.join(re.sub(r"\s+/\s+|\s+/$|^/\s+", "/", name.strip()) for name in names)


def cell_text(value):
    """A cell as text: identifiers that the spreadsheet took for numbers included.

    >>> cell_text(1001.0), cell_text(" =cmd|' /C calc'!A0 "), cell_text(None)
    ('1001', "=cmd|' /C calc'!A0", '')
    """
    if value is None or value is UNCOMPUTED:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def parse_sheets(sheets, number_format=ENGLISH):
    """What the sheets of an upload say.

    :param sheets: see :func:`.workbook.read_sheets`
    :returns: :class:`PlanSheets`, with every fault that can be seen without the plan
    """
    result = PlanSheets()
    found = {title.strip().casefold(): title for title in sheets}
    if TARGETS.casefold() not in found:
        result.faults.append(Fault("no_sheet", Place(TARGETS), {"sheets": ", ".join(sheets)}))
    for name, rows in ((TARGETS, result.targets), (NODES, result.nodes)):
        title = found.get(name.casefold())
        if title is not None:
            reader = _SheetReader(name, number_format, result)
            rows.extend(reader.read_rows(sheets[title]))
    return result


class _SheetReader:
    """Reads one sheet into rows and collects its faults."""

    def __init__(self, sheet, number_format, result):
        self.sheet = sheet
        self.number_format = number_format
        self.result = result
        self.columns = {}
        self.ignored = set()

    def fault(self, code, row=0, column=0, **values):
        self.result.faults.append(Fault(code, Place(self.sheet, row, column), values))

    def read_rows(self, rows):
        header = rows[0].cells if rows and rows[0].number == 1 else []
        for column, value in enumerate(header, 1):
            self.read_heading(column, value)
        missing = [name for name in REQUIRED[self.sheet] if name not in self.columns]
        for name in missing:
            self.fault("missing_heading", 1, heading=LABELS[name][0])
        if missing:
            return []
        return [row for row in map(self.read_row, rows[1:]) if row]

    def read_heading(self, column, value):
        if value is None:
            return
        text = cell_text(value)
        name = _NAMES.get(text.casefold())
        if name in INFORMATIVE[self.sheet]:
            self.ignored.add(column)
            return
        self.ignored.add(column)
        if name not in REQUIRED[self.sheet]:
            name = self.read_period(column, value, text)
            if name is None:
                return
        if name in self.columns:
            self.fault("duplicate_heading", 1, column, heading=text, other=self.columns[name])
            return
        self.ignored.discard(column)
        self.columns[name] = column

    def read_period(self, column, value, text):
        """The period of a heading of the targets, or `None` after having said what is wrong."""
        if self.sheet != TARGETS or not isinstance(value, str):
            self.fault("unknown_heading", 1, column, heading=text)
            return None
        try:
            period = parse_period(text)
        except ValueError:
            self.fault("wrong_dates", 1, column, heading=text)
            return None
        if period is None:
            self.fault("unknown_heading", 1, column, heading=text)
        else:
            self.result.periods.setdefault(period, Place(self.sheet, 1, column))
        return period

    def read_row(self, source):
        row = SheetRow(self.sheet, source.number, self.columns)
        names = {column: name for name, column in self.columns.items()}
        for column, value in enumerate(source.cells, 1):
            name = names.get(column)
            if name is None:
                self.check_stray(source.number, column, value)
            elif isinstance(name, Period):
                self.read_amount(row, name, value)
            elif value is UNCOMPUTED:
                # without it nothing more can be said about the row
                self.fault("uncomputed", source.number, column)
                row.texts[name] = UNCOMPUTED
            else:
                row.texts[name] = cell_text(value)
        if not row.amounts and not any(row.texts.values()):
            return None
        if UNCOMPUTED in row.texts.values():
            return None
        self.read_key(row)
        return row

    def check_stray(self, number, column, value):
        """Values below no heading are most likely shifted; one message per column."""
        if value is not None and column not in self.ignored:
            self.ignored.add(column)
            self.fault("no_heading", number, column)

    def read_amount(self, row, period, value):
        try:
            amount = parse_amount(value, self.number_format)
        except AmountError as error:
            self.fault(str(error), row.number, self.columns[period], value=cell_text(value))
            # counts as a value, so that nothing is said about a row without one
            row.amounts[period] = None
            return
        if amount is not None:
            row.amounts[period] = amount

    def read_key(self, row):
        key = row.texts.get("key", "")
        if key.isdecimal() and len(key) < 10:
            row.key = int(key)
        elif key:
            self.fault("wrong_key", row.number, self.columns["key"], value=key)
            row.key = 0
        elif not row.path:
            self.fault("no_node", row.number, self.columns["path"])
