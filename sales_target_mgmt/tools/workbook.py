"""Reading the cells of an XLSX file that somebody uploaded, without trusting it.

XLSX: Office Open XML, ISO/IEC 29500; a zip archive of XML parts. What an upload can do to a
server is limited before anything of it is parsed: size as sent, size unpacked, number of parts,
no document type definitions (which XLSX never has, and which can grow without limit).
"""

import zipfile
import zlib
from io import BytesIO
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 10 * 2**20
MAX_UNPACKED = 100 * 2**20
MAX_PARTS = 500
MAX_ROWS = 20_000
MAX_COLUMNS = 400
MAX_CELLS = 500_000
# the last row that a sheet can have; a row may claim any number
LAST_ROW = 1_048_576

# what programs before 2007 write, and what holds an encrypted XLSX
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTITIES = tuple("<!ENTITY".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_MALFORMED = (
    InvalidFileException,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


class Uncomputed:
    """Stands for a formula whose result is not in the file."""

    def __repr__(self):
        return "UNCOMPUTED"


UNCOMPUTED = Uncomputed()


class WorkbookError(Exception):
    """The file cannot be read at all.

    :ivar code: why: `empty`, `large`, `old_or_encrypted`, `not_xlsx`, `encrypted`, `bomb`,
        `damaged`, `rows`, `columns`, `cells`
    :ivar values: what the message about it names
    """

    def __init__(self, code, **values):
        super().__init__(code)
        self.code = code
        self.values = values


class Row(NamedTuple):
    """A row with at least one value; `cells` ends with its last value."""

    number: int
    cells: list


def read_sheets(content):
    """The values of every sheet, formulas by their last result.

    :param content: bytes of the file
    :returns: {title: list of :class:`Row`}; a formula without a result is :data:`UNCOMPUTED`
    :raises WorkbookError: when the file is none, is too large or cannot be read

    >>> read_sheets(b"Node;Measure")
    Traceback (most recent call last):
    odoo.addons.sales_target_mgmt.tools.workbook.WorkbookError: not_xlsx
    >>> read_sheets(_OLE)
    Traceback (most recent call last):
    odoo.addons.sales_target_mgmt.tools.workbook.WorkbookError: old_or_encrypted
    """
    _check_bytes(content)
    try:
        _check_parts(content)
        values, formulas = (
            load_workbook(BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
            for data_only in (True, False)
        )
        budget = [MAX_CELLS]
        sheets = {sheet.title: _read_rows(sheet, budget) for sheet in values.worksheets}
        for sheet in formulas.worksheets:
            _mark_uncomputed(sheet, sheets[sheet.title])
    except _MALFORMED as fault:
        raise WorkbookError("damaged", fault=str(fault)) from fault
    return sheets


def _check_bytes(content):
    if not content:
        raise WorkbookError("empty")
    if len(content) > MAX_BYTES:
        raise WorkbookError("large", limit=MAX_BYTES // 2**20)
    if content.startswith(_OLE):
        raise WorkbookError("old_or_encrypted")
    if not zipfile.is_zipfile(BytesIO(content)):
        raise WorkbookError("not_xlsx")


def _check_parts(content):
    """Refuse what is no workbook, is encrypted or would unpack to too much.

    The sizes that the archive states are binding: `zipfile` never unpacks more than these.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise WorkbookError("bomb", limit=MAX_UNPACKED // 2**20)
        if any(part.flag_bits & 1 for part in parts):
            raise WorkbookError("encrypted")
        if "[Content_Types].xml" not in archive.namelist():
            raise WorkbookError("not_xlsx")
        for part in parts:
            text = archive.read(part) if part.filename.endswith((".xml", ".rels")) else b""
            if any(entity in text for entity in _ENTITIES):
                raise WorkbookError("bomb", limit=MAX_UNPACKED // 2**20)


def _numbered(sheet, **options):
    # a sheet may state a size that it does not have
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1, **options), 1):
        if number > LAST_ROW:
            raise WorkbookError("rows", sheet=sheet.title, limit=MAX_ROWS)
        yield number, cells


def _read_rows(sheet, budget):
    """:param budget: list of one number, the cells that may still be read from the file"""
    rows = []
    for number, cells in _numbered(sheet, values_only=True):
        if cells.count(None) == len(cells):
            continue
        width = len(cells)
        while cells[width - 1] is None:
            width -= 1
        budget[0] -= width
        _check_size(sheet, rows, number, width)
        if budget[0] < 0:
            raise WorkbookError("cells", limit=MAX_CELLS)
        rows.append(Row(number, list(cells[:width])))
    return rows


def _check_size(sheet, rows, number, width):
    if len(rows) > MAX_ROWS:
        raise WorkbookError("rows", sheet=sheet.title, limit=MAX_ROWS)
    if width > MAX_COLUMNS:
        raise WorkbookError("columns", sheet=sheet.title, limit=MAX_COLUMNS, row=number)


def _mark_uncomputed(sheet, rows):
    """Put :data:`UNCOMPUTED` where a cell has a formula and no result."""
    known = {row.number: row for row in rows}
    for number, cells in _numbered(sheet):
        for at, cell in enumerate(cells):
            if cell.data_type != "f":
                continue
            _check_size(sheet, rows, number, at + 1)
            row = known.get(number)
            if row is None:
                row = known[number] = Row(number, [])
                rows.append(row)
            row.cells.extend([None] * (at + 1 - len(row.cells)))
            if row.cells[at] is None:
                row.cells[at] = UNCOMPUTED
    rows.sort(key=lambda row: row.number)
