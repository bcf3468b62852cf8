"""What still has to be posted: what is wanted, minus what is posted.

A *pot* is what is counted together on one rate table: the facts of one component for one payee
in one period, or those of one document. Of each fact the ledger knows by its key what was
posted. The difference of the bases climbs the table from where the pot stands:

    amount = round(F(before + difference)) − round(F(before))

So a rerun finds no differences and posts nothing, a late invoice is a fact with nothing posted,
a cancelled one has a wanted base of zero, and whatever the order, the sum is round(F(total)).
Where somebody's clawback follows the rate of the sale it takes back (historic), the difference
to the table is kept as `off`, so that a changed table can still be told from it.

Oracle's ladder of :mod:`.rate_table`; then the third deal is refunded, both ways:

>>> table = RateTable([(0, 1000, "0.01"), (1000, 3000, "0.02"), (3000, 8000, "0.03"),
...                    (8000, 20000, "0.05")], "marginal")
>>> deals = [Fact(name, Decimal(base)) for name, base in
...          zip("abcdef", (200, 300, 1500, 1200, 2000, 4500))]
>>> steps = climb(deals, {}, Scheme(table, Decimal("0.01")))
>>> [int(step.amount) for step in steps], int(sum(step.amount for step in steps))
([2, 3, 25, 26, 60, 169], 285)
>>> refund = Fact("g", Decimal(-1500), ("c",))
>>> for historic in (True, False):
...     steps = climb([*deals, refund], {}, Scheme(table, Decimal("0.01"), historic=historic))
...     print(int(steps[-1].amount), int(sum(step.amount for step in steps)))
-25 260
-75 210
"""

from decimal import Decimal
from typing import NamedTuple

from .payout import capped, gated, rounded, vested
from .rate_table import RateTable, Slice

ZERO = Decimal(0)
# the key of what concerns the pot as a whole
WHOLE = ""


class Fact(NamedTuple):
    """What counts now.

    :ivar key: names the source line for good
    :ivar base: the amount that is credited, negative for a refund
    :ivar origins: keys of the facts that a refund takes back
    """

    key: str
    base: Decimal
    origins: tuple = ()


class Posted(NamedTuple):
    """What the ledger says of a key: sums of its rows.

    :ivar off: the part of `amount` that does not follow the table
    :ivar plain: what the table without its accelerators would have earned
    """

    base: Decimal = ZERO
    amount: Decimal = ZERO
    off: Decimal = ZERO
    plain: Decimal = ZERO


class Scheme(NamedTuple):
    """How a pot earns.

    :ivar unit: of rounding, 0.01 for cents
    :ivar at: what picks the tier instead of the base; an attainment
    :ivar historic: take back at the rate at which it was earned, instead of down the table
    :ivar plain: the table without its accelerators, where a gate may withhold them
    """

    table: RateTable
    unit: Decimal
    at: Decimal | None = None
    historic: bool = False
    plain: RateTable | None = None

    def total(self, base, *, plain=False):
        """F, not rounded."""
        table = self.plain if plain else self.table
        return table.total(base) if self.at is None or plain else table.earn(base, at=self.at)


class Step(NamedTuple):
    """A row to be posted; it can be recomputed from its own content.

    `amount` is round(`exact` + the slices' amounts) − round(`exact`).

    :ivar before: the pot's base before the step
    :ivar exact: what the pot had earned before, not rounded; zero off the table
    """

    key: str
    base: Decimal
    before: Decimal
    after: Decimal
    exact: Decimal
    slices: list
    amount: Decimal
    off: Decimal
    plain: Decimal


def climb(facts, posted, scheme, history=None):
    """The steps by which a pot comes from what is posted to what is wanted.

    :param facts: :class:`Fact` items, or what has the same names, in the order in which they count
    :param posted: key → :class:`Posted` of this pot; :data:`WHOLE` for earlier corrections
    :param history: key → (base, amount) of the component's facts in any pot, which refunds
        look up; what is posted and every step are added to it
    :returns: a list of :class:`Step`; empty when nothing differs

    >>> scheme = Scheme(RateTable([(0, None, "0.1")], "flat"), Decimal("0.01"))
    >>> climb([Fact("a", Decimal(100))], {"a": Posted(Decimal(100), Decimal(10))}, scheme)
    []
    >>> [step] = climb([], {"a": Posted(Decimal(100), Decimal(10))}, scheme)
    >>> int(step.base), int(step.amount)
    (-100, -10)

    A refund at the 5 % of its sale is cancelled, while the table says 10 %:

    >>> posted = {"b": Posted(Decimal(100), Decimal(10)),
    ...           "r": Posted(Decimal(-40), Decimal(-2), Decimal(2))}
    >>> [step] = climb([Fact("b", Decimal(100))], posted, scheme._replace(historic=True))
    >>> int(step.amount), int(step.off)
    (2, -2)
    """
    history = {} if history is None else history
    for key, row in posted.items():
        history[key] = (row.base, row.amount)
    before = sum((row.base for row in posted.values()), ZERO)
    steps = _regrade(before, posted.values(), scheme)
    known = {fact.key for fact in facts}
    gone = [Fact(key, ZERO) for key, row in posted.items() if row.base and key not in known]
    # F here, and F rounded
    earned = _earned(before, scheme)
    for fact in [*gone, *facts]:
        held = posted.get(fact.key) if posted else None
        base = fact.base - held.base if held else fact.base
        if base:
            after = before + base
            wanted = _earned(after, scheme)
            steps.append(_step(fact, (base, before, after), (earned, wanted), scheme, history))
            before, earned = after, wanted
    return steps


def _regrade(before, rows, scheme):
    """The correction of what is posted, where the table or what picks its tier has changed."""
    rows = list(rows)
    if not rows:
        return []
    held = sum((row.amount - row.off for row in rows), ZERO)
    wanted = scheme.total(before)
    amount = rounded(wanted, scheme.unit) - held
    plain = ZERO
    if scheme.plain:
        off = sum((row.off for row in rows), ZERO)
        plain = _plain(before, scheme) + off - sum((row.plain for row in rows), ZERO)
    if not amount and not plain:
        return []
    slices = [Slice(before, wanted / before if before else ZERO, wanted), Slice(before, ZERO, -held)]
    return [Step(WHOLE, ZERO, before, before, ZERO, slices, amount, ZERO, plain)]


def _earned(base, scheme):
    exact = scheme.total(base)
    return exact, rounded(exact, scheme.unit)


def _step(fact, way, totals, scheme, history):
    base, before, after = way
    (exact, held), (_wanted, wanted) = totals
    on_table = wanted - held
    plain = _plain(after, scheme) - _plain(before, scheme) if scheme.plain else ZERO
    held_base, held_amount = history.get(fact.key, (ZERO, ZERO))
    # a refund that becomes smaller, or is gone, gives back what it took
    takes_back = base < 0 or held_base < 0
    rate = get_historic_rate(fact, history) if scheme.historic and takes_back else None
    if rate is None:
        amount, slices = on_table, scheme.table.slices(base, before, scheme.at)
    else:
        amount, slices, exact = rounded(base * rate, scheme.unit), [Slice(base, rate, base * rate)], ZERO
        plain += amount - on_table
    history[fact.key] = (held_base + base, held_amount + amount)
    return Step(fact.key, base, before, after, exact, slices, amount, amount - on_table, plain)


def _plain(base, scheme):
    return rounded(scheme.total(base, plain=True), scheme.unit)


def get_historic_rate(fact, history):
    """At which rate something was earned that is now taken back; None: it is a sale of its own.

    :param fact: with `key` and `origins`
    :param history: key → (base, amount)
    """
    keys = fact.origins if fact.origins else (fact.key,)
    base = sum((history[key][0] for key in keys if key in history), ZERO)
    amount = sum((history[key][1] for key in keys if key in history), ZERO)
    if base:
        return amount / base
    return ZERO if fact.origins else None


def withhold(steps, earned, plain, withheld, *, is_open=True, accelerators=False, cap=None):
    """What a gate and a cap keep back, step by step.

    :param steps: (key, amount, plain) items
    :param earned: posted so far in the period, before anything was withheld
    :param plain: the same without accelerators
    :param withheld: posted so far as withheld, not negative
    :param is_open: whether the gate is passed
    :param accelerators: the gate is for the accelerators only
    :returns: (key, change of what is withheld) items; not all zero

    A refund first eats what was withheld:

    >>> steps = [("sale", Decimal(12000), 0), ("refund", Decimal(-600), 0)]
    >>> [(key, int(part)) for key, part in withhold(steps, ZERO, ZERO, ZERO, cap=10000)]
    [('sale', 2000), ('refund', -600)]
    """

    def target():
        rest = gated(earned, plain if accelerators else ZERO, is_open=is_open).amount
        return earned - capped(rest, cap).amount

    parts = []
    for key, amount, without in [(WHOLE, ZERO, ZERO), *steps]:
        earned += amount
        plain += without
        change = target() - withheld
        if change:
            parts.append((key, change))
            withheld += change
    return parts


def release(amount, payments, posted, unit):
    """What becomes payable of an amount, payment by payment.

    The last payment takes the residue of rounding, and one that was undone is taken back.

    :param amount: what was earned and not withheld
    :param payments: (key, share of the document) items in the order of their days
    :param posted: key → payable, of what was released before
    :returns: key → what is to be posted; no zeros

    >>> payments = [("p1", "0.3333"), ("p2", "0.6667")]
    >>> parts = release(Decimal("0.10"), payments, {}, "0.01")
    >>> {key: str(part) for key, part in parts.items()}
    {'p1': '0.03', 'p2': '0.07'}
    >>> release(Decimal(100), [], {"p1": Decimal(40)}, "0.01")
    {'p1': Decimal('-40')}
    """
    wanted, share, before = dict.fromkeys(posted, ZERO), ZERO, ZERO
    for key, part in payments:
        share += Decimal(part)
        after = rounded(vested(amount, share), unit)
        wanted[key] = wanted.get(key, ZERO) + after - before
        before = after
    differences = {key: total - posted.get(key, ZERO) for key, total in wanted.items()}
    return {key: difference for key, difference in differences.items() if difference}
