"""What a settlement is made of: a component's terms, what is credited, what is posted, rows to be.

A *pot* is what counts together on a rate table: a component, payee and period, or one document
of it. Where somebody's own rate changes within the period, each rate has pots of its own, named
with its first day.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from .formula import Formula
from .ladder import WHOLE, ZERO, Posted, Scheme
from .rate_table import RateTable, exact

NOTHING = RateTable([(0, None, 0)], "flat")
EMPTY: Mapping = MappingProxyType({})
# kinds of rows that climb the table up and down
CLIMBING = ("earn", "clawback", "adjustment")
# the payment of what is payable as soon as it is earned
NOW = "now"


class Payment(NamedTuple):
    """What settles a part of a document.

    :ivar share: of the document, that was paid with money
    :ivar offset: share that was settled without money: a discount, a credit note
    """

    key: str
    share: Decimal
    day: date
    offset: Decimal = ZERO


class Credit(NamedTuple):
    """A fact as far as it is credited to the payee.

    :ivar key: names the source line
    :ivar document: names its document
    :ivar period: first day of the settlement period in which its day lies
    :ivar base: what counts, times the credited share
    :ivar origins: keys of the facts that it takes back
    :ivar payments: :class:`Payment` items, by day
    :ivar rate: by which `base` was converted to the currency of the plan
    :ivar fact: anything that the caller wants to find again in the row
    :ivar quantity: credited pieces, which may pick the tier
    :ivar values: name → number, for a formula
    :ivar sold_on: day of what is taken back, or None
    :ivar hold: why nothing of it is released now, or ""
    """

    key: str
    document: str
    day: date
    period: date
    base: Decimal
    origins: tuple = ()
    payments: tuple = ()
    fact: Any = None
    rate: Decimal = Decimal(1)
    quantity: Decimal = ZERO
    values: Mapping = EMPTY
    sold_on: date | None = None
    hold: str = ""


@dataclass(frozen=True)
class Component:
    """The rule of a plan in one of its versions, for one payee.

    :ivar per_document: the table begins anew with each document, not with each period
    :ivar at: attainment that picks the tier, where it does
    :ivar by_quantity: the quantity of the pot picks the tier instead
    :ivar variants: (first day, table) items where the payee's own rate changes within the period
    :ivar formula: earns instead of the table; `constants` are what it knows beyond its pot
    :ivar floor: what a pot earns at least that earns anything
    :ivar gate: None, `all` or `accelerators`
    :ivar gate_open: whether it is passed; None: once the period's base reaches `gate_base`
    :ivar bonus: a sum for the period as a whole, as things stand
    :ivar bonus_payable: of a bonus component `at_once`, or `sales`: in the share in which `sales` are
    :ivar sales: :class:`Credit` items of the period, whatever component pays for them
    :ivar reason: why nothing is earned, where that is so
    :ivar payable_on: as in :func:`~.payout.vesting_share`
    :ivar holds: whether customers may hold up what is payable
    :ivar window: days after the sale within which a refund takes back; None: always
    :ivar instalments: settlement periods over which a refund is taken back
    :ivar length: of a settlement period, as in :mod:`.periods`
    :ivar left: last day of a payee who has left and forfeits what is not payable by then
    """

    code: str
    table: RateTable
    per_document: bool = True
    at: Decimal | None = None
    by_quantity: bool = False
    variants: tuple = ()
    formula: Formula | None = None
    constants: Mapping = field(default_factory=dict)
    historic: bool = False
    plain: RateTable | None = None
    floor: Decimal | None = None
    gate: str | None = None
    gate_open: bool | None = True
    gate_base: Decimal = ZERO
    cap: Decimal | None = None
    payable_on: str = "at_once"
    wait: int = 0
    holds: bool = False
    window: int | None = None
    instalments: int = 1
    length: str = "month"
    left: date | None = None
    bonus: Decimal | None = None
    bonus_payable: str = ""
    sales: tuple = ()
    reason: str = ""
    record: Any = None

    @property
    def is_direct(self):
        """Whether everything is payable with the row that earns it."""
        if self.bonus_payable == "at_once":
            return True
        return self.payable_on == "at_once" and not self.holds and self.instalments < 2

    def name_pot(self, credit):
        """The pot of a credit within its period: a document, or "" for the period.

        >>> tables = ((date(2026, 5, 1), NOTHING), (date(2026, 5, 16), NOTHING))
        >>> sale = Credit("invoice:7", "move:3", date(2026, 5, 20), date(2026, 5, 1), Decimal(1000))
        >>> Component("R1", NOTHING, variants=tables).name_pot(sale)
        'move:3@2026-05-16'
        """
        document = credit.document if self.per_document else ""
        if not self.variants:
            return document
        starts = [start for start, _table in self.variants if start <= credit.day]
        return f"{document}@{max(starts)}" if starts else document

    def get_scheme(self, unit, pot="", credits=()):
        """How a pot earns, see :class:`~.ladder.Scheme`."""
        start = pot.partition("@")[2]
        table = next((table for first, table in self.variants if str(first) == start), self.table)
        at = self.at
        if self.by_quantity:
            at = sum((credit.quantity for credit in credits), ZERO)
        return Scheme(table, exact(unit), at, self.historic, self.plain)

    def spares(self, credit):
        """Whether a refund comes too late to take anything back."""
        if self.window is None or not credit.sold_on or credit.base >= 0:
            return False
        return (credit.day - credit.sold_on).days > self.window


class Row(NamedTuple):
    """A row of the ledger to be.

    :ivar kind: `earn`, `clawback`, `adjustment`, `floor`, `withhold`, `release`, `forfeit` or `bonus`
    :ivar period: of the pot
    :ivar day: of the fact or payment; None for a correction that has none
    :ivar step: :class:`~.ladder.Step`, for what climbs the table
    :ivar component: the :class:`Component` by which it was computed
    :ivar held: change of what would be payable but for a hold
    :ivar inputs: what a formula was given, or its fault, as plain data
    """

    kind: str
    key: str
    period: date
    document: str
    day: date | None
    amount: Decimal
    payable: Decimal
    reason: str = ""
    step: Any = None
    credit: Credit | None = None
    component: Component | None = None
    held: Decimal = ZERO
    inputs: Any = None


def _two():
    return defaultdict(lambda: defaultdict(lambda: ZERO))


@dataclass
class Ledger:
    """What is posted of a component and payee.

    :ivar pots: period → pot → key → :class:`~.ladder.Posted`
    :ivar withheld: period → key → amount
    :ivar floors: period → pot → amount
    :ivar direct: period → key → payable at once
    :ivar released: period → key → payment key → payable
    :ivar held: period → key → payment key → amount on hold
    :ivar forfeited: period → key → amount
    :ivar bonuses: period → what was paid as a bonus
    """

    pots: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    withheld: dict = field(default_factory=lambda: defaultdict(dict))
    floors: dict = field(default_factory=_two)
    direct: dict = field(default_factory=_two)
    released: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    held: dict = field(default_factory=lambda: defaultdict(_two))
    forfeited: dict = field(default_factory=_two)
    bonuses: dict = field(default_factory=dict)

    def note(self, kind, period, pot, key, posted, payable=ZERO, held=ZERO):
        """Add sums of posted rows.

        :param posted: :class:`~.ladder.Posted`
        """
        amount = posted.amount
        if kind == "release":
            key, payment = key.split(">")
            before = self.released[period][key].get(payment, ZERO)
            self.released[period][key][payment] = before + payable
            self.held[period][key][payment] += held
            return
        self.direct[period][key] += payable
        if kind in CLIMBING:
            name = WHOLE if key.startswith("pot:") else key
            rows = self.pots[period][pot]
            before = rows.get(name)
            rows[name] = Posted(*map(sum, zip(before, posted, strict=True))) if before else posted
        elif kind == "withhold":
            self.withheld[period][key] = self.withheld[period].get(key, ZERO) - amount
        elif kind == "floor":
            self.floors[period][pot] += amount
        elif kind == "forfeit":
            self.forfeited[period][key] -= amount
        elif kind == "bonus":
            self.bonuses[period] = self.bonuses.get(period, ZERO) + amount


def name_pot(period, document):
    """The key of what concerns a pot as a whole.

    >>> name_pot(date(2026, 5, 1), ""), name_pot(date(2026, 5, 1), "move:3")
    ('pot:2026-05-01', 'pot:2026-05-01/move:3')
    """
    return f"pot:{period}/{document}" if document else f"pot:{period}"
