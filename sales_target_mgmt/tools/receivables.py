"""What is owed: ageing, days sales outstanding, payment behaviour, provisions and solvency.

>>> dso_countback(212, [(100, 30), (80, 30), (70, 30)])
Dso(days=Decimal('73.71'), capped=False)
>>> delinquency(15000, 4000, 10000, 30)
Delinquency(dso=Decimal('45.00'), best_possible=Decimal('12.00'), average_days_delinquent=Decimal('33.00'))
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .rate_table import exact
from .scorecard import interpolate

CENT = Decimal("0.01")
# days overdue up to which a bucket reaches, itself included
BUCKETS = ((0, "current"), (30, "1-30"), (60, "31-60"), (90, "61-90"), (None, "90+"))
# D&B's anchors: days late → index; linear in between is our choice
ANCHORS = ((-30, 100), (-20, 90), (0, 80), (15, 70), (22, 60), (30, 50), (60, 40), (90, 30), (120, 20))
# Altman's coefficients of working capital, retained earnings, EBIT (to total assets), equity (to
# liabilities: at market value, book value, book value) and sales (to total assets)
ALTMAN = {
    "public": ("1.2", "1.4", "3.3", "0.6", "0.999"),
    "private": ("0.717", "0.847", "3.107", "0.420", "0.998"),
    "service": ("6.56", "3.26", "6.72", "1.05", "0"),
}
# below the first in distress, above the second safe
ZONES = {"public": ("1.81", "2.99"), "private": ("1.23", "2.9"), "service": ("1.1", "2.6")}


class Dso(NamedTuple):
    """:ivar days: to two places
    :ivar capped: whether more is owed than all known sales, so that it is longer than can be told
    """

    days: Decimal
    capped: bool


class Delinquency(NamedTuple):
    """Days, to two places.

    :ivar dso: days sales outstanding
    :ivar best_possible: what they would be if nothing were overdue
    :ivar average_days_delinquent: the difference
    """

    dso: Decimal
    best_possible: Decimal
    average_days_delinquent: Decimal


def ageing_bucket(days_overdue):
    """The ageing bucket: `current`, `1-30`, `31-60`, `61-90` or `90+`, both ends included.

    >>> [ageing_bucket(days) for days in (-3, 0, 1, 30, 31, 90, 91)]
    ['current', 'current', '1-30', '1-30', '31-60', '61-90', '90+']
    """
    return next(name for last, name in BUCKETS if last is None or days_overdue <= last)


def provision(rows):
    """Expected credit loss by a provision matrix (IFRS 9, Illustrative Example 12).

    :param rows: (gross amount, loss rate) of each bucket, 0.003 for 0.3 %
    :raises ValueError: for a rate outside 0 to 1

    >>> matrix = [(15_000_000, "0.003"), (7_500_000, "0.016"), (4_000_000, "0.036"),
    ...           (2_500_000, "0.066"), (1_000_000, "0.106")]
    >>> int(provision(matrix))
    580000
    """
    total = Decimal(0)
    for amount, rate in rows:
        rate = exact(rate)
        if not 0 <= rate <= 1:
            raise ValueError(f"a loss rate lies between 0 and 1, not at {rate}")
        total += exact(amount) * rate
    return total


def roll_rates(balances, loss):
    """Historic loss rates: the loss divided by what had entered each bucket, newest bucket first.

    :param balances: what entered each bucket a period earlier than the next
    :returns: a rate per bucket, at most 1; None where nothing had entered

    >>> [str(rate) for rate in roll_rates([10000, 4000, 1000, 500], 200)]
    ['0.02', '0.05', '0.2', '0.4']
    >>> roll_rates([0, 100], 300)
    [None, Decimal('1')]
    """
    loss = exact(loss)
    if loss < 0:
        raise ValueError(f"a loss cannot be negative, it is {loss}")
    balances = [exact(balance) for balance in balances]
    return [min(Decimal(1), loss / balance) if balance > 0 else None for balance in balances]


def dso_countback(receivable, months):
    """Days sales outstanding by counting back the sales that the receivable consists of.

    :param receivable: at the end of the newest month
    :param months: (sales with tax, days), newest first; what was credited counts as no sales

    >>> dso_countback(-5, [(100, 30)])
    Dso(days=Decimal('0'), capped=False)
    >>> dso_countback(250, [(100, 30), (-20, 31), (50, 28)])
    Dso(days=Decimal('89.00'), capped=True)
    """
    left, days = exact(receivable), Decimal(0)
    if left <= 0:
        return Dso(Decimal(0), False)
    for sales, length in months:
        sales = exact(sales)
        if sales >= left:
            return Dso(_round(days + length * left / sales), False)
        left -= max(sales, Decimal(0))
        days += length
    return Dso(_round(days), True)


def delinquency(receivable, current, sales, days):
    """Days sales outstanding, the best possible ones and the average days delinquent; None without sales.

    :param current: of the receivable, what is not due
    :param sales: with tax, of so many `days`
    """
    sales = exact(sales)
    if sales <= 0:
        return None
    dso = exact(receivable) / sales * days
    best = exact(current) / sales * days
    return Delinquency(_round(dso), _round(best), _round(dso - best))


def collection_effectiveness(begin, sales, end, end_current):
    """What was collected of what could have been, in percent; None where nothing could.

    :param begin: receivable at the beginning
    :param sales: on credit, with tax
    :param end: receivable at the end
    :param end_current: of it, what is not due

    >>> collection_effectiveness(1000, 500, 600, 300)
    Decimal('75.00')
    >>> collection_effectiveness(0, 300, 300, 300) is None
    True
    """
    available = exact(begin) + exact(sales)
    due = available - exact(end_current)
    return (available - exact(end)) / due * 100 if due > 0 else None


def bad_debt(written_off, revenue):
    """What was written off of what was invoiced, in percent; None where nothing was invoiced.

    >>> bad_debt(1250, 100000)
    Decimal('1.25')
    >>> bad_debt(5, 0) is None
    True
    """
    revenue = exact(revenue)
    return _round(exact(written_off) / revenue * 100) if revenue > 0 else None


def payment_index(rows):
    """How promptly bills are paid, weighted by amount; 80 is prompt (after D&B's PAYDEX).

    :param rows: (amount, days late) items, days before the due date are negative; unpaid overdue
        invoices with their days so far
    :returns: 20 to 100, to two places; None without amounts

    50,000 prompt, 30,000 at 15 days, 20,000 at 30 days:

    >>> payment_index([(50000, 0), (30000, 15), (20000, 30)])
    Decimal('71.00')
    >>> payment_index([]) is None
    True
    """
    amounts = [(abs(exact(amount)), days) for amount, days in rows]
    total = sum(amount for amount, _days in amounts)
    if not total:
        return None
    return _round(sum(amount * interpolate(days, ANCHORS) for amount, days in amounts) / total)


def altman_z(kind, working_capital, retained_earnings, ebit, equity, sales):
    """Altman's score of solvency: Z of 1968, Z′ of 1983 for private firms, Z″ for services.

    :param kind: `public`, `private` or `service`
    :param equity: to liabilities; the others are ratios to total assets
    :raises ValueError: for another kind

    >>> z = altman_z("private", ".1", ".2", ".15", "1.2", "1.5")
    >>> round(z, 3), altman_zone("private", z)
    (Decimal('2.708'), 'grey')
    """
    if kind not in ALTMAN:
        raise ValueError(f"no kind of firm is {kind!r}: choose one of {', '.join(ALTMAN)}")
    ratios = (working_capital, retained_earnings, ebit, equity, sales)
    return sum(exact(weight) * exact(ratio) for weight, ratio in zip(ALTMAN[kind], ratios, strict=True))


def altman_zone(kind, value):
    """`distress`, `grey` or `safe`.

    >>> [altman_zone("private", value) for value in ("1.22", "1.23", "2.9", "2.91")]
    ['distress', 'grey', 'grey', 'safe']
    """
    distress, safe = map(exact, ZONES[kind])
    value = exact(value)
    return "distress" if value < distress else "safe" if value > safe else "grey"


def _round(number):
    return exact(number).quantize(CENT, ROUND_HALF_UP)
