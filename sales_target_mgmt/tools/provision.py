"""Expected credit losses of receivables by a provision matrix: IFRS 9, simplified approach (5.5.15).

The historic loss rate of a bucket is what was lost in the end divided by what had entered the bucket
(IFRS 9, B5.5.35; the cohort method of the roll rates): of invoices of 10,000 that are all decided by
now, 4,000 were not paid when due, 1,000 not 30 days later, 500 not 60 and 250 not 90 days later, and
200 were never paid.

>>> cohort = Cohort(tuple(map(Decimal, (10000, 4000, 1000, 500, 250))), Decimal(200))
>>> [f"{rate:.2f}" for rate in cohort.get_rates()]
['0.02', '0.05', '0.20', '0.40', '0.80']
>>> from .receivables import provision
>>> rows = [Row(Decimal(amount), rate, Decimal(1)) for amount, rate in zip(
...     (15_000_000, 7_500_000, 4_000_000, 2_500_000, 1_000_000),
...     map(Decimal, ("0.003", "0.016", "0.036", "0.066", "0.106")))]
>>> int(provision((row.amount, row.loss_rate) for row in rows))
580000
"""

from decimal import Decimal
from typing import NamedTuple

from .receivables import BUCKETS, ageing_bucket, roll_rates

NAMES = tuple(name for _last, name in BUCKETS)
# days after the due date at whose end an unpaid debt enters the next bucket
LATE_DAYS = tuple(last for last, _name in BUCKETS if last is not None)


class Cohort(NamedTuple):
    """What became of the invoices of some due dates.

    :ivar entered: what entered each bucket: all that was invoiced, then what was unpaid when it was due,
        30, 60 and 90 days later
    :ivar lost: of it, what was never paid
    """

    entered: tuple
    lost: Decimal

    def get_rates(self):
        """Historic loss rates by bucket, from 0 to 1; None for a bucket that nothing entered."""
        return roll_rates(self.entered, self.lost)


class Row(NamedTuple):
    """A bucket of the matrix.

    :ivar amount: gross
    :ivar rate: of the losses, from 0 to 1
    :ivar factor: by which the future is expected to differ from the past, 1 for not at all
    """

    amount: Decimal
    rate: Decimal
    factor: Decimal

    @property
    def loss_rate(self):
        """The rate for the future, at most 1.

        >>> Row(Decimal(100), Decimal("0.8"), Decimal("1.5")).loss_rate
        Decimal('1')
        """
        return min(Decimal(1), self.rate * self.factor)


def net_ageing(items, as_of):
    """What a customer owes by ageing bucket, after what is not applied yet is taken off the oldest.

    :param items: open items of one customer, what is paid or credited negative
    :return: {bucket: amount}, none below zero

    >>> from datetime import date
    >>> from .account_statement import OpenItem
    >>> items = [OpenItem("A", date(2026, 1, 1), date(2026, 1, 31), Decimal(100), 1),
    ...          OpenItem("B", date(2026, 5, 1), date(2026, 5, 31), Decimal(100), 2),
    ...          OpenItem("P", date(2026, 5, 1), None, Decimal(-130), 3)]
    >>> {name: int(amount) for name, amount in net_ageing(items, date(2026, 6, 1)).items() if amount}
    {'1-30': 70}
    """
    found = dict.fromkeys(NAMES, Decimal(0))
    for item in items:
        if item.residual > 0:
            found[ageing_bucket((as_of - (item.due or item.date)).days)] += item.residual
    loose = -sum((item.residual for item in items if item.residual < 0), Decimal(0))
    for name in reversed(NAMES):
        taken = min(loose, found[name])
        found[name] -= taken
        loose -= taken
    return found
