"""What may still happen to an invoice, and what that makes of the commission; nothing of Odoo.

Commission is earned with the invoice and payable with each payment. In the two quarters after
the last one some invoices are paid, some paid in part, refunded, paid and reopened. What is owed
then follows from :class:`.wages.Wages` and a few rules, each rounded half up to cents:

- a payment makes payable its share of what the invoice had earned; the last one the rest of it
- an invoice that is reopened takes back what was payable, at once
- a refund takes back its share of what the invoice had earned, payable once it is paid out
- a refund that is settled with the invoice is no payment: only money makes payable

Who would have to give something back gets nothing, and owes it to the next statement.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from .sums import cents
from .wages import quarter

# an invoice of more lines would take long to pay and refund, and show nothing else
LINES = 12
PART = Decimal("0.4")


class Turns(NamedTuple):
    """Which invoices what happens to, as lists of :class:`.wages.Invoice`.

    :ivar whole: paid
    :ivar reopened: paid, and in the next quarter the payment is undone; every other one is paid again
    :ivar back: paid, then refunded in full, which is paid out in the next quarter
    :ivar part: paid by two fifths, the rest in the next quarter; of one line each, as `less` is
    :ivar less: refunded by a third, the rest is paid in the next quarter
    """

    whole: list
    reopened: list
    back: list
    part: list
    less: list


class Owed(NamedTuple):
    """Of somebody in a quarter."""

    earned: Decimal = Decimal(0)
    released: Decimal = Decimal(0)


def choose(wages, count):
    """Invoices for every turn, spread over people and years.

    :param wages: :class:`.wages.Wages`
    :param count: for each turn
    """
    paid = [one for one in wages.invoices if wages.rates[one.employee] and one.lines <= LINES]
    several = _spread([one for one in paid if one.lines > 1], 3 * count)
    single = _spread([one for one in paid if one.lines == 1], 2 * count)
    return Turns(several[::3], several[1::3], several[2::3], single[::2], single[1::2])


def _spread(items, count):
    return items[:: max(len(items) // count, 1)][:count]


def after(wages):
    """(first day, last day) of the two quarters after the last invoice."""
    first = quarter(wages.quarters()[-1][1] + timedelta(days=1))
    return first, quarter(first[1] + timedelta(days=1))


def paid_first(invoice):
    """The first payment of one that is paid in two."""
    return cents(invoice.amount * PART)


def refunded(invoice):
    """The refund of a third."""
    return cents(invoice.amount / 3)


def owed(wages, turns):
    """(employee key, 0 or 1 for the quarter) → :class:`Owed`."""
    sums = defaultdict(Owed)

    def add(invoice, number, earned=0, released=0):
        key = (invoice.employee, number)
        sums[key] = Owed(sums[key].earned + earned, sums[key].released + released)

    for one in turns.whole:
        add(one, 0, released=wages.earned(one))
    for position, one in enumerate(turns.reopened):
        add(one, 0, released=wages.earned(one))
        add(one, 1, released=-wages.earned(one) if position % 2 else 0)
    for one in turns.back:
        add(one, 0, earned=-wages.earned(one), released=wages.earned(one))
        add(one, 1, released=-wages.earned(one))
    for one in turns.part:
        first = cents(wages.earned(one) * paid_first(one) / one.amount)
        add(one, 0, released=first)
        add(one, 1, released=wages.earned(one) - first)
    for one in turns.less:
        less = refunded(one)
        add(one, 0, earned=-cents(less * wages.earned(one) / one.amount))
        add(one, 1, released=cents(wages.earned(one) * (one.amount - less) / one.amount))
    return dict(sums)


def pay_out(released, owing):
    """(what is paid, what is owed to the next statement)."""
    rest = released - owing
    return max(rest, Decimal(0)), max(-rest, Decimal(0))
