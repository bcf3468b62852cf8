"""One component of a commission plan for one payee: from facts and ledger to new rows.

Rows are what :mod:`.ladder` finds still to be posted, with what gates and caps withhold and what
payments make payable. Three sums tell where somebody stands: of `amount` what was earned and is
not withheld, of `payable` what may be paid out, their difference is earned and still waiting.

10 % of an invoice over 1,000 that is paid in halves:

>>> from datetime import date
>>> from .rate_table import RateTable
>>> component = Component("R1", RateTable([(0, None, "0.1")], "flat"), payable_on="proportional")
>>> may = date(2026, 5, 1)
>>> half = (("pay:1", Decimal("0.5"), may),)
>>> credit = Credit("invoice:7", "move:3", may, may, Decimal(1000), payments=half)
>>> for row in settle([credit], Ledger(), lambda period: component, "0.01", may):
...     print(row.kind, row.key, row.amount, row.payable)
earn invoice:7 100.00 0
release invoice:7>pay:1 0 50.00
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from .ladder import WHOLE, ZERO, Fact, Scheme, climb, release, withhold
from .payout import NEARLY, rounded
from .rate_table import RateTable, exact

NOTHING = RateTable([(0, None, 0)], "flat")


@dataclass(frozen=True)
class Component:
    """The rule of a plan in one of its versions, for one payee.

    :ivar per_document: the table begins anew with each document, not with each period
    :ivar at: attainment that picks the tier, where it does
    :ivar gate: None, `all` or `accelerators`
    :ivar gate_open: whether it is passed; None: once the period's base reaches `gate_base`
    :ivar bonus: a sum for the period as a whole, as things stand
    :ivar reason: why nothing is earned, where that is so
    :ivar payable_on: as in :func:`~.payout.vesting_share`
    """

    code: str
    table: RateTable
    per_document: bool = True
    at: Decimal | None = None
    historic: bool = False
    plain: RateTable | None = None
    gate: str | None = None
    gate_open: bool | None = True
    gate_base: Decimal = ZERO
    cap: Decimal | None = None
    payable_on: str = "at_once"
    wait: int = 0
    bonus: Decimal | None = None
    reason: str = ""
    record: Any = None

    def get_scheme(self, unit):
        return Scheme(self.table, exact(unit), self.at, self.historic, self.plain)


class Credit(NamedTuple):
    """A fact as far as it is credited to the payee.

    :ivar key: names the source line
    :ivar document: names its document
    :ivar period: first day of the settlement period in which its day lies
    :ivar base: what counts, times the credited share
    :ivar origins: keys of the facts that it takes back
    :ivar payments: (key, share of the document, day), by day
    :ivar rate: by which `base` was converted to the currency of the plan
    :ivar fact: anything that the caller wants to find again in the row
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


@dataclass
class Ledger:
    """What is posted of a component and payee.

    :ivar pots: period → document or "" → key → :class:`~.ladder.Posted`
    :ivar withheld: period → key → amount
    :ivar released: period → key → payment key → payable

    :ivar bonuses: period → what was paid as a bonus
    """

    pots: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    withheld: dict = field(default_factory=lambda: defaultdict(dict))
    released: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    bonuses: dict = field(default_factory=dict)


class Row(NamedTuple):
    """A row of the ledger to be.

    :ivar kind: `earn`, `clawback`, `adjustment`, `withhold` or `release`
    :ivar period: of the pot
    :ivar day: of the fact or payment; None for a correction that has none
    :ivar step: :class:`~.ladder.Step`, for what climbs the table
    :ivar component: the :class:`Component` by which it was computed
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


def settle(credited, ledger, get_component, unit, today, periods=()):
    """The rows that are missing in the ledger.

    :param credited: :class:`Credit` items of one component and payee, of all periods
    :param get_component: period → :class:`Component`, None where the plan has none any more
    :param unit: of rounding
    :param today: last day that counts
    :param periods: first days of periods that may have a bonus without any fact
    :returns: a list of :class:`Row`
    """
    pots = defaultdict(lambda: defaultdict(list))
    for credit in sorted(credited, key=lambda credit: (credit.day, credit.key)):
        component = get_component(credit.period)
        if component:
            pots[credit.period][credit.document if component.per_document else ""].append(credit)
    rows, history = [], {}
    for period in sorted({*pots, *ledger.pots, *ledger.bonuses, *periods}):
        component = get_component(period) or Component("", NOTHING)
        rows += _settle_period(period, pots.get(period, {}), ledger, component, unit, today, history)
    return rows


def _settle_period(period, pots, ledger, component, unit, today, history):
    scheme = component.get_scheme(unit)
    held = ledger.pots.get(period, {})
    known = {credit.key: credit for credited in pots.values() for credit in credited}
    rows = []
    for document in {**held, **pots}:
        facts = [Fact(credit.key, credit.base, credit.origins) for credit in pots.get(document, [])]
        for step in climb(facts, held.get(document, {}), scheme, history):
            rows.append(_make_row(step, period, document, known, component))
    rows += _withhold(rows, period, ledger, component, known)
    if component.payable_on != "at_once":
        rows += _release(rows, period, ledger, component, known, unit, today)
    return rows + _grant_bonus(period, ledger, component, unit)


def _grant_bonus(period, ledger, component, unit):
    """The difference to the bonus that was paid, which may be less as well."""
    amount = rounded(component.bonus or ZERO, unit) - ledger.bonuses.get(period, ZERO)
    if not amount:
        return []
    key = name_pot(period, "")
    return [Row("bonus", key, period, "", None, amount, amount, component=component)]


def _make_row(step, period, document, known, component):
    credit = known.get(step.key)
    kind = "adjustment" if step.key == WHOLE else "earn" if step.base > 0 else "clawback"
    return Row(
        kind,
        step.key or name_pot(period, document),
        period,
        document,
        credit.day if credit else None,
        step.amount,
        step.amount if component.payable_on == "at_once" else ZERO,
        component.reason,
        step=step,
        credit=credit,
        component=component,
    )


def name_pot(period, document):
    """The key of what concerns a pot as a whole.

    >>> name_pot(date(2026, 5, 1), ""), name_pot(date(2026, 5, 1), "move:3")
    ('pot:2026-05-01', 'pot:2026-05-01/move:3')
    """
    return f"pot:{period}/{document}" if document else f"pot:{period}"


def _withhold(rows, period, ledger, component, known):
    held = ledger.withheld.get(period, {})
    if not component.gate and component.cap is None and not held:
        return []
    posted = [row for pot in ledger.pots.get(period, {}).values() for row in pot.values()]
    is_open = component.gate_open
    if is_open is None:
        base = sum((credit.base for credit in known.values()), ZERO)
        is_open = base >= component.gate_base
    steps = [(row.key, row.step.amount, row.step.plain) for row in rows]
    parts = withhold(
        steps,
        sum((row.amount for row in posted), ZERO),
        sum((row.plain for row in posted), ZERO),
        sum(held.values(), ZERO),
        is_open=is_open or not component.gate,
        accelerators=component.gate == "accelerators",
        cap=component.cap,
    )
    documents = {row.key: row.document for row in rows}
    reason = "gate" if component.gate and not is_open else "cap"
    return [
        Row(
            "withhold",
            key or name_pot(period, ""),
            period,
            documents.get(key, ""),
            known[key].day if key in known else None,
            -change,
            -change if component.payable_on == "at_once" else ZERO,
            reason,
            credit=known.get(key),
            component=component,
        )
        for key, change in parts
    ]


def _release(rows, period, ledger, component, known, unit, today):
    amounts = defaultdict(lambda: ZERO)
    for document, posted in ledger.pots.get(period, {}).items():
        for key, row in posted.items():
            amounts[key or name_pot(period, document)] += row.amount
    for key, amount in ledger.withheld.get(period, {}).items():
        amounts[key] -= amount
    for row in rows:
        amounts[row.key] += row.amount
    released = ledger.released.get(period, {})
    whole = _get_mean_payments(known, component, today)
    parts = []
    for key, amount in amounts.items():
        credit = known.get(key)
        payments = _get_payments(credit, component, today) if credit else whole if key[:4] == "pot:" else []
        days = {name: day for name, _share, day in payments}
        shares = [(name, share) for name, share, _day in payments]
        for name, payable in release(amount, shares, released.get(key, {}), unit).items():
            parts.append(
                Row(
                    "release", f"{key}>{name}", period, "", days.get(name), ZERO, payable,
                    credit=credit, component=component,
                )
            )  # fmt: skip
    return parts


def _get_payments(credit, component, today):
    """(key, share, day) of what makes a credit payable, by the component's condition."""
    if component.payable_on == "days":
        due = credit.day + timedelta(days=component.wait)
        return [("wait", Decimal(1), due)] if due <= today else []
    payments = [payment for payment in credit.payments if payment[2] <= today]
    if component.payable_on == "full":
        is_paid = sum((share for _key, share, _day in payments), ZERO) > 1 - NEARLY
        return [(payments[-1][0], Decimal(1), payments[-1][2])] if is_paid else []
    return payments


def _get_mean_payments(known, component, today):
    """The payable share of a period as a whole: that of its documents, by their bases."""
    base = sum((credit.base for credit in known.values()), ZERO)
    if not base:
        return []
    paid = sum(
        (
            credit.base * share
            for credit in known.values()
            for _key, share, _day in _get_payments(credit, component, today)
        ),
        ZERO,
    )
    return [("mean", paid / base, today)] if paid else []
