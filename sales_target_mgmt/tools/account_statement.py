"""What a statement of account says: movements with a running balance, what is open, and its age.

>>> moves = [Movement("invoice", "INV/1", "", date(2026, 1, 10), date(2026, 2, 9), Decimal("120.00"), 7),
...          Movement("payment", "PAY/1", "", date(2026, 1, 20), None, Decimal("-50.00"), 8)]
>>> items = [OpenItem("INV/1", date(2026, 1, 10), date(2026, 2, 9), Decimal("70.00"), 7)]
>>> content = build(Decimal("30.00"), moves, items + [OpenItem("OLD", date(2025, 12, 1), date(2025, 12, 31),
...                 Decimal("30.00"), 3)], date(2026, 1, 31))
>>> [line["balance"] for line in content["lines"]], content["closing"]
(['150.00', '100.00'], '100.00')
>>> content["ageing"]["current"], content["ageing"]["31-60"], content["open"][0]["days"]
('70.00', '30.00', 31)
>>> abroad = OpenItem("E", date(2026, 1, 1), None, Decimal("110.00"), 9, "EUR", Decimal("100.00"))
>>> build(Decimal("110.00"), [], [abroad], date(2026, 1, 31))["open"][0]["foreign"]
'100.00'
>>> same_ledger(content, content), same_ledger(content, {**content, "opening": "31.00"})
(True, False)
"""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .receivables import BUCKETS, ageing_bucket

NAMES = tuple(name for _last, name in BUCKETS)
# what settles nothing yet: it has no age
UNAPPLIED = "unapplied"


class Movement(NamedTuple):
    """What one document changed.

    :ivar kind: `invoice`, `credit_note`, `payment` or `entry`
    :ivar amount: in company currency; what the customer owes more is positive
    :ivar move: id of the journal entry
    :ivar currency: code of the document's currency where it is another one, else empty
    :ivar foreign: the amount in that currency
    """

    kind: str
    name: str
    reference: str
    date: date
    due: date | None
    amount: Decimal
    move: int
    currency: str = ""
    foreign: Decimal | None = None


class OpenItem(NamedTuple):
    """What is left of a receivable as of a day; a payment or credit note is negative.

    :ivar currency: code of the document's currency where it is another one, else empty
    :ivar foreign: what is left in that currency
    """

    name: str
    date: date
    due: date | None
    residual: Decimal
    move: int
    currency: str = ""
    foreign: Decimal | None = None


def age(items, as_of):
    """Open amounts by ageing bucket, and what is not applied; their sum is the balance.

    >>> items = [OpenItem("A", date(2026, 1, 1), date(2026, 1, 1), Decimal(5), 1),
    ...          OpenItem("B", date(2026, 1, 1), None, Decimal(-2), 2)]
    >>> {name: int(amount) for name, amount in age(items, date(2026, 1, 31)).items() if amount}
    {'1-30': 5, 'unapplied': -2}
    """
    found = dict.fromkeys((*NAMES, UNAPPLIED), Decimal(0))
    for item in items:
        if item.residual < 0:
            found[UNAPPLIED] += item.residual
        else:
            found[ageing_bucket((as_of - (item.due or item.date)).days)] += item.residual
    return found


def build(opening, movements, items, as_of):
    """What is kept of a statement, as plain data for JSON; amounts are strings.

    :param opening: balance before the first movement
    :param movements: :class:`Movement` in order
    :param items: :class:`OpenItem`, as of the last day
    :raises ValueError: if what is open is not the closing balance: the ledger contradicts itself
    """
    balance, lines = opening, []
    for one in movements:
        balance += one.amount
        lines.append(
            {"kind": one.kind, "name": one.name, "reference": one.reference, "date": str(one.date),
             "due": one.due and str(one.due), "amount": str(one.amount), "move": one.move,
             "balance": str(balance), **_tell_foreign(one)}
        )  # fmt: skip
    if sum((item.residual for item in items), Decimal(0)) != balance:
        raise ValueError(f"open items do not add up to the balance of {balance}")
    return {
        "opening": str(opening),
        "closing": str(balance),
        "lines": lines,
        "open": [
            {
                "name": item.name,
                "date": str(item.date),
                "due": item.due and str(item.due),
                "days": (as_of - (item.due or item.date)).days,
                "residual": str(item.residual),
                "move": item.move,
                **_tell_foreign(item),
            }
            for item in sorted(items, key=lambda item: (item.due or item.date, item.move))
        ],
        "ageing": {name: str(amount) for name, amount in age(items, as_of).items()},
    }


def _tell_foreign(one):
    """What is told of the document's own currency: nothing where it is that of the statement."""
    return {"currency": one.currency, "foreign": str(one.foreign)} if one.currency else {}


def fingerprint(content):
    """SHA-256 of the content, the same whatever order its keys are kept in.

    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def same_ledger(one, other):
    """Whether two contents have the same movements; what settles what may have changed."""
    return _get_booked(one) == _get_booked(other)


def _get_booked(content):
    lines = [(line["move"], line["date"], Decimal(line["amount"])) for line in content["lines"]]
    return Decimal(content["opening"]), sorted(lines)
