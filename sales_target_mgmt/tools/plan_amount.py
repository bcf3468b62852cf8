"""Targets from the cells of a spreadsheet, numbers that are text included."""

import math
import re
from typing import NamedTuple

from .workbook import UNCOMPUTED

MAX_AMOUNT = 1e15


class NumberFormat(NamedTuple):
    """How the user's language writes numbers."""

    decimal_point: str = "."
    thousands_sep: str = ","


ENGLISH = NumberFormat()


class AmountError(ValueError):
    """The value is no target; the message is the code of the fault."""


def parse_amount(value, number_format=ENGLISH):
    """A target from a cell, `None` when the cell is empty.

    Numbers that are text count when the language's way of writing leaves one reading only:
    one separator before three digits could mean thousands or decimals, and is refused.

    :raises AmountError: `text`, `boolean`, `date`, `uncomputed`, `ambiguous_number`,
        `other_language`, `not_finite`, `negative`, `too_large`

    >>> parse_amount("1,234.5"), parse_amount("1.234,5", NumberFormat(",", "."))
    (1234.5, 1234.5)
    >>> parse_amount("1,234")
    Traceback (most recent call last):
    odoo.addons.sales_target_mgmt.tools.plan_amount.AmountError: ambiguous_number
    >>> parse_amount("1.234,5")
    Traceback (most recent call last):
    odoo.addons.sales_target_mgmt.tools.plan_amount.AmountError: other_language
    >>> parse_amount(0), parse_amount(" ")
    (0.0, None)
    """
    if isinstance(value, str):
        value = _parse_text(value.strip(), number_format)
    if value is None:
        return None
    if value is UNCOMPUTED:
        raise AmountError("uncomputed")
    if isinstance(value, bool):
        raise AmountError("boolean")
    if not isinstance(value, (int, float)):
        raise AmountError("date")
    # an integer may be too large for a float
    if abs(value) >= MAX_AMOUNT and value not in (math.inf, -math.inf):
        raise AmountError("too_large")
    if not math.isfinite(value):
        raise AmountError("not_finite")
    if value < 0:
        raise AmountError("negative")
    return float(value)


def _parse_text(text, number_format):
    if not text:
        return None
    # a space of any width between digits separates thousands
    text = re.sub(r"(?<=\d)[\s'’](?=\d{3})", " ", text)
    point = number_format.decimal_point
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", text):
        raise AmountError("ambiguous_number")
    if _matches(text, point, {number_format.thousands_sep, " "} - {point, ""}):
        return float(re.sub(r"[^\d+.-]", "", text.replace(point, "\0").replace(".", "").replace("\0", ".")))
    if _matches(text, ".", {",", " "}) or _matches(text, ",", {".", " "}):
        raise AmountError("other_language")
    if text.casefold() in ("inf", "-inf", "infinity", "nan", "∞"):
        raise AmountError("not_finite")
    raise AmountError("text")


def _matches(text, point, separators):
    """Whether a text is one number in this way of writing, thousands in groups of three."""
    decimals = rf"(?:{re.escape(point)}\d+)?"
    grouped = (rf"\d{{1,3}}(?:{re.escape(one if one.strip() else ' ')}\d{{3}})+" for one in separators)
    return any(re.fullmatch(rf"[+-]?{whole}{decimals}", text) for whole in (r"\d+", *grouped))
