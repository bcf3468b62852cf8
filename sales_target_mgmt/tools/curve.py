"""What a component of a commission plan earns, as a curve and for a few deals.

Nothing is computed here: deals that nobody made are settled by :func:`~.settlement.settle`, with
nothing posted before. So what is drawn is what will be paid.

Oracle's step-rate example of :mod:`.rate_table`, six deals one after the other:

>>> from .rate_table import RateTable
>>> from .settlement import Component
>>> table = RateTable([(0, 1000, "0.01"), (1000, 3000, "0.02"), (3000, 8000, "0.03"),
...                    (8000, 20000, "0.05")], "marginal")
>>> component = Component("R1", table, per_document=False, cap=Decimal(200))
>>> deals = earn(component, [200, 300, 1500, 1200, 2000, 4500], "0.01")
>>> [int(deal.earned) for deal in deals], int(deals[-1].withheld)
([2, 3, 25, 26, 60, 84], 85)
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .ladder import ZERO
from .rate_table import exact
from .settlement import Credit, Ledger, settle

# any day: deals that nobody made have none
DAY = date(2000, 1, 1)
STEPS = 80
# a curve goes on beyond the last of its marks, so that one sees what comes then
BEYOND = Decimal("1.25")


class Point(NamedTuple):
    """What a deal earns.

    :ivar base: the amount of the deal, or the attainment
    :ivar earned: after gate and cap
    :ivar withheld: what they keep back
    :ivar parts: (base, rate) of the parts of the table
    """

    base: Decimal
    earned: Decimal
    withheld: Decimal
    parts: tuple = ()


def earn(component, bases, unit):
    """What deals earn that come one after the other in one period.

    :param component: :class:`~.settlement.Component`
    :param bases: amounts of the deals
    :param unit: of rounding
    :returns: a :class:`Point` for each deal
    """
    deals = [
        Credit(
            f"deal:{number:06}",
            f"deal:{number:06}",
            DAY,
            DAY,
            exact(base),
            quantity=Decimal(1),
            values={"base": exact(base), "amount": exact(base)},
        )
        for number, base in enumerate(bases)
    ]
    earned, withheld, parts = ({credit.key: empty for credit in deals} for empty in (ZERO, ZERO, ()))
    for row in _settle(component, deals, unit):
        # what concerns the period as a whole is seen with its last deal
        key = row.credit.key if row.credit else deals[-1].key
        earned[key] += row.amount
        if row.kind == "withhold":
            withheld[key] -= row.amount
        elif row.step:
            parts[key] = tuple((part.base, part.rate) for part in row.step.slices)
    return [Point(one.base, earned[one.key], withheld[one.key], parts[one.key]) for one in deals]


def draw(component, xs, unit):
    """The curve: what one deal alone earns, for every amount in `xs`."""
    return [earn(component, [x], unit)[0] for x in xs]


def draw_attainment(get_component, xs, unit, base=ZERO):
    """The curve over attainment or quantity: the bonus, or what a deal of `base` earns.

    Without gate, cap and floor, which are for sums of money.

    :param get_component: x → :class:`~.settlement.Component`
    """
    points = []
    for x in map(exact, xs):
        deals = [Credit("deal", "deal", DAY, DAY, exact(base), quantity=x)] if base else []
        component = replace(get_component(x), gate=None, plain=None, cap=None, floor=None)
        earned = sum((row.amount for row in _settle(component, deals, unit)), ZERO)
        points.append(Point(x, earned, ZERO))
    return points


def _settle(component, deals, unit):
    component = replace(component, payable_on="at_once", holds=False, instalments=1)
    return settle(deals, Ledger(), lambda _period: component, exact(unit), DAY, (DAY,))


def sample(borders, end, unit):
    """Where to look at a curve between 0 and `end`: evenly, at its borders, and just below them.

    >>> [str(x) for x in sample([50], 100, "0.01")][38:43]
    ['47.5', '48.75', '49.99', '50', '51.25']
    """
    end, unit = exact(end), exact(unit)
    xs = {end * step / STEPS for step in range(STEPS + 1)}
    for border in map(exact, borders):
        if 0 < border <= end:
            xs |= {border, border - unit}
    return sorted(x for x in xs if x >= 0)


def find_end(borders, default):
    """How far a curve is drawn: beyond the last border, or to `default` where there is none."""
    highest = max(map(exact, borders), default=ZERO)
    return highest * BEYOND if highest > 0 else exact(default)
