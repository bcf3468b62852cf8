"""The sheet of market data: a row per territory and year, read without a database.

Headings are English or Chinese, and the names of the drivers; see :mod:`.plan_sheet` for places
and faults. Nothing stops at the first fault.
"""

from dataclasses import dataclass, field

from .plan_amount import ENGLISH, AmountError, parse_amount
from .plan_sheet import Fault, Place, cell_text
from .workbook import UNCOMPUTED

SHEET = "Market"
HEADINGS = {
    "territory": ("Territory", "销售区域"),
    "year": ("Year", "年度"),
    "market_size": ("Market Size", "市场规模"),
    "reach": ("Within Reach %", "可及比例 %"),
    "customer_count": ("Customers in the Market", "市场客户数"),
    "competition": ("Competition 1–5", "竞争强度 1–5"),
    "competitors": ("Main Competitors", "主要竞争对手"),
    "budget": ("Sales Budget", "销售预算"),
}
REQUIRED = ("territory", "year")
TEXTS = ("territory", "competitors")
# largest value, and whether it is a whole number from 1 on
LIMITS = {"year": (2200, True), "reach": (100, False), "competition": (5, True)}
WHOLE = ("customer_count",)
FIRST_YEAR = 1900
_NAMES = {text.casefold(): name for name, texts in HEADINGS.items() for text in texts}


@dataclass
class MarketRow:
    """A row; `values` by the column's name, drivers by their name in lower case."""

    number: int
    columns: dict
    values: dict = field(default_factory=dict)
    # columns of which something has been said already
    bad: set = field(default_factory=set)

    def place(self, name):
        return Place(SHEET, self.number, self.columns.get(name, 0))


class MarketSheet:
    """What an upload says.

    :ivar rows: list of :class:`MarketRow`
    :ivar faults: list of :class:`.plan_sheet.Fault`

    >>> from .workbook import Row
    >>> rows = [["Territory", "Year", "income"], ["North", 2026, 4], ["South", "?", -1]]
    >>> rows = [Row(number, cells) for number, cells in enumerate(rows, 1)]
    >>> sheet = MarketSheet({"Market": rows}, ["Income"])
    >>> sheet.rows[0].values
    {'territory': 'North', 'year': 2026.0, 'driver:income': 4.0}
    >>> [(str(fault.place), fault.code) for fault in sheet.faults]
    [('Market!B3', 'text'), ('Market!C3', 'negative')]
    """

    def __init__(self, sheets, drivers, number_format=ENGLISH):
        self.number_format = number_format
        self.drivers = {name.strip().casefold(): f"driver:{name.strip().casefold()}" for name in drivers}
        self.columns, self.headed, self.rows, self.faults = {}, set(), [], []
        found = {title.strip().casefold(): title for title in sheets}
        title = found.get(SHEET.casefold()) or (next(iter(sheets)) if len(sheets) == 1 else None)
        if title is None:
            self.fault("no_sheet", sheets=", ".join(sheets))
            return
        self.read_rows(sheets[title])

    def fault(self, code, row=0, column=0, **values):
        self.faults.append(Fault(code, Place(SHEET, row, column), values))

    def read_rows(self, rows):
        header = rows[0].cells if rows and rows[0].number == 1 else []
        for column, value in enumerate(header, 1):
            if value is not None:
                self.read_heading(column, cell_text(value))
        missing = [name for name in REQUIRED if name not in self.columns]
        for name in missing:
            self.fault("missing_heading", 1, heading=HEADINGS[name][0])
        if not missing:
            for row in rows[1:]:
                self.read_row(row)

    def read_heading(self, column, text):
        self.headed.add(column)
        name = _NAMES.get(text.casefold()) or self.drivers.get(text.casefold())
        if name is None:
            self.fault("unknown_heading", 1, column, heading=text)
        elif name in self.columns:
            self.fault("duplicate_heading", 1, column, heading=text)
        else:
            self.columns[name] = column

    def read_row(self, source):
        row = MarketRow(source.number, self.columns)
        cells = dict(enumerate(source.cells, 1))
        for column, value in cells.items():
            if value is not None and column not in self.headed:
                # one message per column
                self.headed.add(column)
                self.fault("no_heading", source.number, column)
        for name, column in self.columns.items():
            self.read_cell(row, name, column, cells.get(column))
        if row.values or row.bad:
            self.rows.append(row)

    def read_cell(self, row, name, column, value):
        if value is UNCOMPUTED:
            self.reject(row, "uncomputed", name)
        elif name in TEXTS:
            if text := cell_text(value):
                row.values[name] = text
        else:
            self.read_number(row, name, value)

    def reject(self, row, code, name, **values):
        row.bad.add(name)
        self.fault(code, row.number, self.columns[name], **values)

    def read_number(self, row, name, value):
        try:
            amount = parse_amount(value, self.number_format)
        except AmountError as error:
            self.reject(row, str(error), name, value=cell_text(value))
            return
        if amount is None:
            return
        limit, is_rank = LIMITS.get(name, (None, False))
        first = FIRST_YEAR if name == "year" else 1
        if (is_rank and (amount < first or amount != int(amount))) or (limit and amount > limit):
            first = first if is_rank else 0
            self.reject(row, "out_of_range", name, value=cell_text(value), first=first, last=limit)
        elif name in WHOLE and (amount != int(amount) or amount >= 2**31):
            self.reject(row, "not_whole", name, value=cell_text(value))
        else:
            row.values[name] = amount
