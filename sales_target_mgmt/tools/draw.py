"""Advances that later earnings pay back, and guarantees that nothing pays back.

A recoverable draw is paid when too little was earned; the difference is carried as a balance
and taken from what is earned beyond it. With a draw of zero the same rule carries a negative
statement forward.

A draw of 3,000 while 2,000, then 5,000, then 2,500 are earned (derived):

>>> balance = 0
>>> for earned in (2000, 5000, 2500):
...     paid, balance = settle_draw(earned, 3000, balance)
...     print(paid, balance)
3000 1000
4000 0
3000 500
"""

from decimal import Decimal
from typing import NamedTuple

from .payout import rounded
from .rate_table import exact


class Draw(NamedTuple):
    """:ivar paid: what is paid out now
    :ivar balance: what is still to be recovered from later earnings
    """

    paid: Decimal
    balance: Decimal


def settle_draw(earned, draw, balance):
    """What is paid, and what remains to be recovered.

    :param earned: of the period; negative when more was taken back than earned
    :param draw: what is paid at least, not negative; 0 for no draw
    :param balance: what earlier periods left to be recovered, not negative
    :raises ValueError: for a negative draw or balance

    >>> settle_draw(-80, 0, 0)
    Draw(paid=Decimal('0'), balance=Decimal('80'))
    >>> settle_draw(100, 0, 80)
    Draw(paid=Decimal('20'), balance=Decimal('0'))
    """
    earned, draw, balance = exact(earned), exact(draw), exact(balance)
    if draw < 0:
        raise ValueError(f"a draw cannot be negative, it is {draw}")
    if balance < 0:
        raise ValueError(f"what is still to be recovered cannot be negative, it is {balance}")
    paid = max(draw, earned - balance)
    return Draw(paid, paid - (earned - balance))


def carry(payable, draws, balance):
    """What is added to what is payable, period by period, so that nobody owes at the end of one.

    :param payable: amounts of periods that follow each other
    :param draws: the draw of each, 0 for none: then only what is negative is carried on
    :param balance: what periods before left to be recovered
    :returns: differences, positive where something is lent, negative where it is recovered

    >>> [int(part) for part in carry([2000, 5000, 2500], [3000] * 3, 0)]
    [1000, -1000, 500]
    >>> [int(part) for part in carry([-80, 50, 100], [0, 0, 0], 0)]
    [80, -50, -30]
    """
    differences = []
    for amount, draw in zip(payable, draws, strict=True):
        paid, balance = settle_draw(amount, draw, balance)
        differences.append(paid - exact(amount))
    return differences


def promised(parts, days, unit):
    """What is promised for a period in which promises hold for some of its days only.

    :param parts: (amount for a whole period, days for which it holds) items
    :param days: of the period
    :param unit: of rounding; the sum is rounded, not its parts

    3,000 a month for who joins on 17 June, and 3,000 that become 2,000 on 11 May:

    >>> promised([(3000, 14)], 30, "0.01")
    Decimal('1400.00')
    >>> promised([(3000, 10), (2000, 21)], 31, "0.01")
    Decimal('2322.58')
    """
    return rounded(sum((exact(amount) * part for amount, part in parts), Decimal(0)) / days, unit)


def top_up(earned, guarantee):
    """What a guarantee adds to the earnings of a period; it is never recovered.

    >>> top_up(2000, 3000), top_up(5000, 3000)
    (Decimal('1000'), Decimal('0'))
    """
    earned, guarantee = exact(earned), exact(guarantee)
    if guarantee < 0:
        raise ValueError(f"a guarantee cannot be negative, it is {guarantee}")
    return max(Decimal(0), guarantee - earned)
