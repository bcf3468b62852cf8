"""A pot that earns by a formula: what is wanted line by line, minus what is posted.

The formula is given the sums of the pot so far, line after line, and each line earns what the
total grows by:

    wanted = round(f(sums with the line)) − round(f(sums before it))

Below zero it is mirrored, as a rate table is: f(−x) = −f(x), and where refunds take back at the
rate of the sale they take that. A line that is gone gives back what was posted for it.

>>> from datetime import date
>>> from decimal import Decimal
>>> from .formula import Formula
>>> from .pots import NOTHING, Component, Credit
>>> may = date(2026, 5, 1)
>>> component = Component("R1", NOTHING, formula=Formula("max(amount * 0.05, 20)", ("amount",)))
>>> lines = [Credit(name, "", may, may, Decimal(base), values={"amount": Decimal(base)})
...          for name, base in (("a", 100), ("b", 500))]
>>> [str(step.amount) for step, _inputs in assess(lines, {}, component, "0.01", {})]
['20.00', '10.00']
"""

from collections import defaultdict

from .ladder import ZERO, Posted, Step, get_historic_rate
from .payout import rounded
from .rate_table import Slice, exact


def evaluate(formula, sums, constants=None):
    """The formula's value for the sums of a pot, mirrored below zero.

    :param sums: name → number; `base` or else the first decides on which side of zero
    :raises FormulaFault: when it fails on these values

    >>> from .formula import Formula
    >>> formula = Formula("max(amount * 0.05, 20)", ("amount",))
    >>> evaluate(formula, {"amount": -100})
    Decimal('-20')
    """
    side = sums["base"] if "base" in sums else next(iter(sums.values()), ZERO)
    if side >= 0:
        return formula.evaluate({**sums, **(constants or {})})
    return -formula.evaluate({**{name: -value for name, value in sums.items()}, **(constants or {})})


def assess(credited, posted, component, unit, history):
    """The steps by which a pot comes from what is posted to what the formula wants.

    :param credited: :class:`~.pots.Credit` items in the order in which they count
    :param posted: key → :class:`~.ladder.Posted`
    :param history: as in :func:`~.ladder.climb`
    :returns: (:class:`~.ladder.Step`, sums given to the formula) items
    :raises FormulaFault: when the formula fails
    """
    unit = exact(unit)
    for key, row in posted.items():
        history[key] = (row.base, row.amount)
    known = {credit.key for credit in credited}
    found = [
        (_take_back(key, row), None)
        for key, row in posted.items()
        if key not in known and (row.base or row.amount)
    ]
    sums, before, total = defaultdict(lambda: ZERO), ZERO, ZERO
    for credit in credited:
        for name, value in credit.values.items():
            sums[name] += value
        wanted = evaluate(component.formula, sums, component.constants)
        held = posted.get(credit.key, Posted())
        after = before + credit.base
        step = _step(credit, held, (before, after), (total, wanted), component, unit, history)
        if step.base or step.amount:
            found.append((step, {**sums, **component.constants}))
        history[credit.key] = (credit.base, held.amount + step.amount)
        before, total = after, wanted
    return found


def _take_back(key, row):
    slices = [Slice(-row.base, ZERO, -row.amount)]
    return Step(key, -row.base, ZERO, ZERO, ZERO, slices, -row.amount, ZERO, ZERO)


def _step(credit, held, bases, totals, component, unit, history):
    exact_before, wanted = totals
    rate = get_historic_rate(credit, history) if component.historic and credit.base < 0 else None
    if rate is None:
        part = wanted - exact_before
        amount = rounded(wanted, unit) - rounded(exact_before, unit)
    else:
        part, exact_before = credit.base * rate, ZERO
        amount = rounded(part, unit)
    slices = [Slice(credit.base, part / credit.base if credit.base else ZERO, part)]
    if held.base or held.amount:
        slices.append(Slice(held.base, ZERO, -held.amount))
    base = credit.base - held.base
    return Step(credit.key, base, *bases, exact_before, slices, amount - held.amount, ZERO, ZERO)
