"""One component of a commission plan for one payee: from facts and ledger to new rows.

Rows are what :mod:`.ladder` finds still to be posted, with minimums, what gates and caps
withhold, and what payments make payable (:mod:`.vesting`). Three sums tell where somebody
stands: of `amount` what was earned and is not withheld, of `payable` what may be paid out, their
difference is earned and still waiting.

10 % of an invoice over 1,000 that is paid in halves:

>>> from datetime import date
>>> from decimal import Decimal
>>> from .rate_table import RateTable
>>> component = Component("R1", RateTable([(0, None, "0.1")], "flat"), payable_on="proportional")
>>> may = date(2026, 5, 1)
>>> half = (Payment("pay:1", Decimal("0.5"), may),)
>>> credit = Credit("invoice:7", "move:3", may, may, Decimal(1000), payments=half)
>>> for row in settle([credit], Ledger(), lambda period: component, "0.01", may):
...     print(row.kind, row.key, row.amount, row.payable)
earn invoice:7 100.00 0
release invoice:7>pay:1 0 50.00
"""

from collections import defaultdict

from .formula import FormulaFault
from .formula_pot import assess
from .ladder import WHOLE, ZERO, Step, climb, withhold
from .payout import floored, rounded
from .pots import NOTHING, Component, Credit, Ledger, Payment, Row, name_pot
from .rate_table import exact
from .vesting import vest

__all__ = ("NOTHING", "Component", "Credit", "Ledger", "Payment", "Row", "name_pot", "settle")


def settle(credited, ledger, get_component, unit, today, periods=(), sold=None, paid=None):
    """The rows that are missing in the ledger.

    :param credited: :class:`Credit` items of one component and payee, of all periods
    :param get_component: period → :class:`Component`, None where the plan has none any more
    :param unit: of rounding
    :param today: last day that counts
    :param periods: first days of periods that may have a bonus without any fact
    :param sold: keys of all that the payee was ever credited for; a refund of something else takes
        nothing back and lowers no pot. None: not known, so every refund counts
    :param paid: key → (base, amount) of sales that refunds take back and that are in neither
    :returns: a list of :class:`Row`

    A refund of 400 for a sale from before the plan, beside a sale of 1,000 at 10 %:

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> from .rate_table import RateTable
    >>> may, component = date(2026, 5, 1), Component("R1", RateTable([(0, None, "0.1")], "flat"))
    >>> sale = Credit("invoice:7", "move:3", may, may, Decimal(1000))
    >>> refund = Credit("invoice:8", "move:4", may, may, Decimal(-400), origins=("account.move:1",))
    >>> for sold in (None, {sale.key}):
    ...     rows = settle([sale, refund], Ledger(), lambda period: component, "0.01", may, sold=sold)
    ...     print([(row.kind, str(row.amount), row.reason) for row in rows])
    [('earn', '100.00', ''), ('clawback', '-40.00', '')]
    [('clawback', '0', 'uncredited'), ('earn', '100.00', '')]
    """
    pots = defaultdict(lambda: defaultdict(list))
    for credit in sorted(credited, key=lambda credit: (credit.day, credit.key)):
        component = get_component(credit.period)
        if component:
            pots[credit.period][component.name_pot(credit)].append(credit)
    rows, history = [], dict(paid or {})
    for period in sorted({*pots, *ledger.pots, *ledger.bonuses, *periods}):
        component = get_component(period) or Component("", NOTHING)
        spared, kept = _spare(period, pots.get(period, {}), ledger, component, sold)
        rows += spared + _settle_period(period, kept, ledger, component, unit, today, history)
    return rows


def _settle_period(period, pots, ledger, component, unit, today, history):
    held = ledger.pots.get(period, {})
    known = {credit.key: credit for credited in pots.values() for credit in credited}
    try:
        rows = _earn(period, pots, held, component, known, unit, history)
    except FormulaFault as fault:
        rows = _stop(period, pots, held, component, fault)
    rows += _raise_to_floor(rows, period, pots, ledger, component, unit)
    rows += _withhold(rows, period, ledger, component, known)
    rows += _grant_bonus(period, ledger, component, unit)
    if not component.is_direct or period in ledger.direct or period in ledger.released:
        rows += vest(rows, period, pots, ledger, component, unit, today)
    return rows


def _earn(period, pots, held, component, known, unit, history):
    """Rows that climb the table, or that a formula wants."""
    rows = []
    for pot in {**held, **pots}:
        credited, posted = pots.get(pot, []), held.get(pot, {})
        if component.formula:
            steps = assess(credited, posted, component, unit, history)
        else:
            scheme = component.get_scheme(unit, pot, credited)
            steps = ((step, None) for step in climb(credited, posted, scheme, history))
        for step, inputs in steps:
            rows.append(_make_row(step, period, pot, known, component, inputs))
    return rows


def _spare(period, pots, ledger, component, sold):
    """(rows that say which refunds take nothing back, the pots without them)."""
    held = ledger.pots.get(period, {})
    rows, rest = [], {}
    for pot, credited in pots.items():
        spared = {}
        for credit in credited:
            if reason := _get_pardon(credit, component, sold):
                spared[credit.key] = reason
        rest[pot] = [credit for credit in credited if credit.key not in spared] if spared else credited
        rows += [
            Row("clawback", credit.key, period, pot, credit.day, ZERO, ZERO, spared[credit.key],
                credit=credit, component=component)
            for credit in credited
            if credit.key in spared and credit.key not in held.get(pot, {})
        ]  # fmt: skip
    return rows, rest


def _get_pardon(credit, component, sold):
    """Why a refund takes nothing back, or ""."""
    if not credit.origins:
        return ""
    if sold is not None and sold.isdisjoint(credit.origins):
        return "uncredited"
    return "window" if component.spares(credit) else ""


def _stop(period, pots, held, component, fault):
    """Rows that say why nothing is earned; what is posted stays."""
    inputs = {"fault": fault.kind, "line": fault.line, "column": fault.column, "text": fault.text}
    rows = []
    for pot, credited in pots.items():
        for credit in credited:
            if credit.key not in held.get(pot, {}):
                step = Step(credit.key, credit.base, ZERO, ZERO, ZERO, [], ZERO, ZERO, ZERO)
                row = _make_row(step, period, pot, {credit.key: credit}, component, inputs)
                rows.append(row._replace(reason="formula"))
    return rows


def _grant_bonus(period, ledger, component, unit):
    """The difference to the bonus that was paid, which may be less as well."""
    amount = rounded(component.bonus or ZERO, unit) - ledger.bonuses.get(period, ZERO)
    if not amount:
        return []
    key = name_pot(period, "")
    payable = amount if component.is_direct else ZERO
    return [Row("bonus", key, period, "", None, amount, payable, component=component)]


def _make_row(step, period, pot, known, component, inputs=None):
    credit = known.get(step.key)
    kind = "adjustment" if step.key == WHOLE else "earn" if step.base > 0 else "clawback"
    if not step.base and credit:
        # the same base earns another amount now
        kind = "earn" if credit.base > 0 else "clawback"
    return Row(
        kind,
        step.key or name_pot(period, pot),
        period,
        pot,
        credit.day if credit else None,
        step.amount,
        step.amount if component.is_direct else ZERO,
        component.reason,
        step=step,
        credit=credit,
        component=component,
        inputs={name: str(value) for name, value in inputs.items()} if inputs else None,
    )


def _raise_to_floor(rows, period, pots, ledger, component, unit):
    """The difference to the minimum of each pot whose sales earn anything; refunds do not lower it."""
    held = ledger.floors.get(period, {})
    if component.floor is None and not held:
        return []
    gross = dict.fromkeys([*pots, *held], ZERO)
    sales = {credit.key for credited in pots.values() for credit in credited if credit.base > 0} | {WHOLE}
    for pot, posted in ledger.pots.get(period, {}).items():
        gross[pot] = sum((row.amount for key, row in posted.items() if key in sales), ZERO)
    for row in rows:
        if row.step.key in sales:
            gross[row.document] = gross.get(row.document, ZERO) + row.amount
    found = []
    for pot, earned in gross.items():
        added = floored(earned, component.floor or ZERO)[1]
        amount = rounded(added, exact(unit)) - held.get(pot, ZERO)
        if amount:
            credit = next((one for one in pots.get(pot, ()) if pot), None)
            payable = amount if component.is_direct else ZERO
            day = max((one.day for one in pots.get(pot, ())), default=None)
            found.append(
                Row(
                    "floor", name_pot(period, pot), period, pot, day, amount, payable, "floor",
                    credit=credit, component=component,
                )
            )  # fmt: skip
    return found


def _withhold(rows, period, ledger, component, known):
    held = ledger.withheld.get(period, {})
    if not component.gate and component.cap is None and not held:
        return []
    posted = [row for pot in ledger.pots.get(period, {}).values() for row in pot.values()]
    floors = sum(ledger.floors.get(period, {}).values(), ZERO)
    is_open = component.gate_open
    if is_open is None:
        base = sum((credit.base for credit in known.values()), ZERO)
        is_open = base >= component.gate_base
    steps = [(row.key, row.amount, row.step.plain if row.step else row.amount) for row in rows]
    parts = withhold(
        steps,
        sum((row.amount for row in posted), floors),
        sum((row.plain for row in posted), floors),
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
            -change if component.is_direct else ZERO,
            reason,
            credit=known.get(key),
            component=component,
        )
        for key, change in parts
    ]
