"""From what a base earns to what is paid: gates, caps, floors, vesting and rounding.

Each works on totals of a period, and a step is the difference of two totals. So a refund first
eats what a cap had withheld, and rounded parts add up to the rounded whole.

3 % of 400,000 under a cap of 10,000, and then 20,000 returned:

>>> capped(12000, 10000)
Limited(amount=Decimal('10000'), withheld=Decimal('2000'))
>>> capped(11400, 10000)
Limited(amount=Decimal('10000'), withheld=Decimal('1400'))

A deal of 1,000,000 at 10 %, half of it paid (Siebel, prorating):

>>> rounded(vested(100000, "0.5"), "0.01")
Decimal('50000.00')
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from .rate_table import exact

# a share that is short of everything by less is everything: shares are quotients
NEARLY = Decimal("1e-9")


class Limited(NamedTuple):
    """:ivar amount: what counts
    :ivar withheld: what was earned beyond it and is kept visible
    """

    amount: Decimal
    withheld: Decimal


def capped(earned, cap):
    """A total with an upper limit; None for no limit.

    >>> capped(500, None)
    Limited(amount=Decimal('500'), withheld=Decimal('0'))
    """
    earned = exact(earned)
    amount = earned if cap is None else min(earned, exact(cap))
    return Limited(amount, earned - amount)


def gated(earned, without, *, is_open):
    """A total of which a part waits for a gate.

    5 % to 100 k, 6 % to 125 k, 7 % above are 8,250 for 150 k; accelerators wait for a quota:

    >>> gated(8250, 7500, is_open=False)
    Limited(amount=Decimal('7500'), withheld=Decimal('750'))
    >>> gated(8250, 7500, is_open=True).withheld
    Decimal('0')

    :param without: what is paid while the gate is closed; 0 where the gate is for everything
    """
    earned, without = exact(earned), exact(without)
    return Limited(earned, Decimal(0)) if is_open else Limited(without, earned - without)


def floored(earned, floor):
    """(amount, added): a minimum for what earned anything at all.

    Credit of 100 at 5 % with a minimum of 10 pays 10; its reversal takes back the 5 that were
    earned (Xactly): the addition is an event of its own.

    >>> floored(5, 10)
    (Decimal('10'), Decimal('5'))
    >>> floored(0, 10)
    (Decimal('0'), Decimal('0'))
    """
    earned, floor = exact(earned), exact(floor)
    added = max(Decimal(0), floor - earned) if earned > 0 else Decimal(0)
    return earned + added, added


def vested(amount, share):
    """The part of an amount that has become payable.

    :param share: paid share of the document; what exceeds 1 counts as 1, below 0 as 0

    >>> vested(100, "0.25"), vested(100, "0.9999999999"), vested(100, 2)
    (Decimal('25.00'), Decimal('100'), Decimal('100'))
    """
    amount, share = exact(amount), exact(share)
    if share > 1 - NEARLY:
        return amount
    return amount * max(share, Decimal(0))


def vesting_share(condition, paid=0, days=0, wait=0):
    """The share of an earned amount that is payable.

    :param condition: `at_once`, `proportional` (with each payment), `full` (when everything is
        paid) or `days` (so many days after it was earned)
    :param paid: share of the document that is paid
    :param days: days since it was earned
    :param wait: days it has to wait
    :raises ValueError: for another condition

    >>> [vesting_share(condition, "0.5") for condition in ("at_once", "proportional", "full")]
    [Decimal('1'), Decimal('0.5'), Decimal('0')]
    >>> vesting_share("full", 1)
    Decimal('1')
    >>> vesting_share("days", days=29, wait=30), vesting_share("days", days=30, wait=30)
    (Decimal('0'), Decimal('1'))
    """
    paid = exact(paid)
    if condition == "at_once":
        return Decimal(1)
    if condition == "proportional":
        return min(max(paid, Decimal(0)), Decimal(1))
    if condition == "full":
        return Decimal(int(paid > 1 - NEARLY))
    if condition == "days":
        return Decimal(int(days >= wait))
    raise ValueError(f"no such condition: {condition}")


def rounded(amount, unit):
    """Half away from zero to whole units, as Odoo rounds money.

    >>> rounded("0.125", "0.01"), rounded("-0.125", "0.01"), rounded("12.3", "0.05")
    (Decimal('0.13'), Decimal('-0.13'), Decimal('12.30'))

    However the unit is written, as a database or a float has it:

    >>> rounded("123.4", "1"), rounded("123.4", "1.0"), rounded("1.005", "0.010000")
    (Decimal('123'), Decimal('123'), Decimal('1.01'))
    """
    amount, unit = exact(amount), exact(unit)
    digit = _get_digit(unit)
    if digit is not None:
        return amount.quantize(digit, ROUND_HALF_UP)
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


# units are few, what is rounded are millions
@lru_cache(maxsize=100)
def _get_digit(unit):
    """The last digit that is left where whole units are a number without its further digits, else None.

    Units that are equal have the same one, for they share what is cached.
    """
    digit = unit.normalize()
    return digit if digit.as_tuple().digits == (1,) else None
