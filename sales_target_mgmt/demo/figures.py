"""What the demonstration firm sells: pure Python, no database.

Every figure follows from the seller's table below, the calendar and a seed, so that the
same day always gives the same firm.
"""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

SEED = 2019
MONTHS = 25
# share of the average month, January first: a weak first quarter, strong quarter ends
SEASON = (0.78, 0.72, 1.08, 0.96, 1.00, 1.14, 0.92, 0.88, 1.10, 1.02, 1.12, 1.28)
UNIT = 500
# days after the due date on which a customer pays, at the earliest and at the latest
HABITS = {"prompt": (-5, 2), "usual": (0, 12), "late": (8, 35), "slow": (25, 60)}
# how often they pay in two parts
IN_PARTS = {"late": 0.25, "slow": 0.7}


class Seller(NamedTuple):
    """A salesperson of the demonstration firm.

    :param login: login of the user
    :param monthly: target of an average month of the year in progress, untaxed
    :param growth: by how much a year's target exceeds that of the year before
    :param form: share of the target achieved in the year in progress
    :param form_now: the same in the month in progress
    :param joined: per customer, in the order of the customers' file, how many months
        ago the first purchase was
    :param discount: largest discount granted, in percent
    :param lapsed: how many months ago the first customer stopped buying, 0 for never
    :param pipeline: open opportunities
    :param new_customers: target of a year
    """

    login: str
    monthly: int
    growth: float
    form: float
    form_now: float
    joined: tuple
    discount: int = 5
    lapsed: int = 0
    pipeline: int = 6
    new_customers: int = 2


SELLERS = (
    Seller("lea", 78000, 0.10, 1.15, 1.22, (30, 30, 30, 16, 7), pipeline=8, new_customers=1),
    Seller("sam", 60000, 0.15, 1.01, 1.08, (30, 30, 30, 14, 3, 0), pipeline=7),
    Seller("diego", 52000, 0.12, 0.70, 0.55, (30, 30, 30, 30, 18), 12, 7, 4),
    Seller("lina", 88000, 0.12, 1.03, 1.00, (30, 30, 30, 13, 9), pipeline=8, new_customers=1),
    Seller("wei", 66000, 0.18, 1.22, 1.30, (30, 30, 30, 12, 5, 1), pipeline=7),
    Seller("jing", 56000, 0.14, 0.88, 0.86, (30, 30, 30, 15, 10), 8),
    Seller("priya", 72000, 0.12, 0.99, 0.94, (30, 30, 30, 11, 0), pipeline=7),
    Seller("kenji", 44000, 0.08, 0.78, 0.72, (30, 30, 4), 10, 5, 3, new_customers=1),
)


class Sale(NamedTuple):
    """One sale: the day it is invoiced, the day it was ordered, and its untaxed amount."""

    invoiced: date
    ordered: date
    amount: float
    customer: int


def first_months(today, count=MONTHS):
    """First days of `count` months, the last of them that of `today`."""
    month = today.replace(day=1)
    return [month - relativedelta(months=back) for back in reversed(range(count))]


def working_days(first, last):
    """Mondays to Fridays from `first` to `last`, both included."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def target(seller, month, today):
    """The seller's target of a month, a multiple of UNIT.

    >>> target(SELLERS[1], date(2026, 1, 1), date(2026, 5, 4))
    47000
    >>> target(SELLERS[1], date(2025, 1, 1), date(2026, 5, 4))
    40500
    """
    amount = seller.monthly * (1 + seller.growth) ** (month.year - today.year)
    return round(amount * SEASON[month.month - 1] / UNIT) * UNIT


def elapsed(month, today):
    """Working days of the month before `today`, and the share of the month they are.

    Today is not over, as in the plan's own reckoning. The list is never empty: a firm that
    is shown on the first of a month, or on its first weekend, has sold something already.
    """
    last = month + relativedelta(day=31)
    whole = len(working_days(month, last))
    days = working_days(month, min(last, today - timedelta(days=1)))
    if not days:
        return [today], 0.5 / whole
    return days, len(days) / whole


def sales(seller, today, count=MONTHS, seed=SEED):
    """The seller's sales of the last `count` months, oldest first, as a list of `Sale`."""
    done, turn = [], 0
    for back, month in zip(reversed(range(count)), first_months(today, count), strict=True):
        rng = Random(f"{seed}/{seller.login}/{month:%Y-%m}")
        days, share = elapsed(month, today)
        form = seller.form if month.year == today.year else rng.uniform(0.94, 1.05)
        if not back:
            form = seller.form_now
        budget = target(seller, month, today) * form * share * rng.uniform(0.95, 1.05)
        new, usual = _customers(seller, back, count)
        number = max(len(new), _number(rng, back, days))
        weights = [rng.uniform(0.6, 1.4) for _ in range(number)]
        for position, weight in enumerate(weights):
            customer = new[position] if position < len(new) else usual[turn % len(usual)]
            turn += position >= len(new)
            # evenly over a past month on its Fridays, up to yesterday in the present one
            place = (position + 0.5) / number if back else (position + 1) / number
            day = days[min(len(days) - 1, int(len(days) * place))]
            if back:
                day = min(day + timedelta(days=4 - day.weekday()), days[-1])
            ordered = _weekday(day - timedelta(days=rng.randint(2, 16)))
            if position < len(new):
                # a new customer counts on the day of the order, which is to be in this month
                ordered = max(ordered, month)
            done.append(Sale(day, ordered, budget * weight / sum(weights), customer))
    return done


def _number(rng, back, days):
    """How many sales a month sees: fewer in the first year, which keeps the database small."""
    if not back:
        return min(3, 1 + len(days) // 4)
    return rng.choice((2, 3, 3) if back < 4 else (2, 2, 2, 3) if back < 13 else (1, 2, 2))


def _weekday(day):
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _customers(seller, back, count):
    """Customers whose first purchase lies `back` months ago, and those who buy as usual."""
    new = [n for n, joined in enumerate(seller.joined) if joined == back and joined < count]
    usual = [n for n, joined in enumerate(seller.joined) if joined > back or joined >= count]
    if seller.lapsed and back < seller.lapsed:
        usual.remove(0)
    return new, usual


def not_invoiced(seller, today, seed=SEED):
    """Orders of the last days that wait for their invoice: list of (day, amount)."""
    rng = Random(f"{seed}/{seller.login}/not invoiced")
    days = working_days(today - timedelta(days=12), today)
    chosen = [days[-1], rng.choice(days)] if seller.form > 0.8 else [rng.choice(days)]
    return [(day, seller.monthly * rng.uniform(0.08, 0.2)) for day in chosen]


def quoted(seller, today, seed=SEED):
    """Quotations that wait for the customer's answer: list of (day, amount)."""
    rng = Random(f"{seed}/{seller.login}/quoted")
    days = working_days(today - timedelta(days=25), today)
    return [(rng.choice(days), seller.monthly * rng.uniform(0.1, 0.35)) for _ in range(rng.choice((1, 2)))]


def paid(due, amount, rng, habit):
    """When an invoice is paid, and how much of it: list of (day, amount), oldest first.

    Customers pay on the 10th. Some pay two thirds first.
    """
    early, late = HABITS[habit]
    day = _payday(due + timedelta(days=rng.randint(early, late)))
    if rng.random() >= IN_PARTS.get(habit, 0):
        return [(day, amount)]
    first = round(amount * 2 / 3, -2)
    return [(day, first), (_payday(day + timedelta(days=rng.randint(40, 100))), amount - first)]


def _payday(day):
    return day.replace(day=10) if day.day <= 10 else day + relativedelta(months=1, day=10)


def lines(rng, amount, prices, discount):
    """Split an amount into one to three order lines.

    :param amount: what the lines should be worth, untaxed; they come close to it
    :param prices: list prices by product
    :param discount: largest discount in percent
    :return: triples (product, quantity, discount in percent) with different products
    """
    chosen = []
    rest = amount
    for left in reversed(range(rng.choice((1, 2, 2, 3)))):
        part = rest if not left else rest * rng.uniform(0.4, 0.7)
        fitting = [
            product
            for product, price in prices.items()
            if part / 8 <= price <= part and product not in [line[0] for line in chosen]
        ]
        if not fitting:
            break
        product = rng.choice(fitting)
        granted = rng.choice((0, 0, 0, discount // 2, discount))
        net = prices[product] * (1 - granted / 100)
        quantity = max(1, round(part / net))
        chosen.append((product, quantity, granted))
        rest -= quantity * net
    return chosen or [(min(prices, key=prices.get), max(1, round(amount / min(prices.values()))), 0)]


def worth(chosen, prices):
    """Untaxed worth of order lines as `lines` gives them."""
    return sum(prices[product] * quantity * (1 - granted / 100) for product, quantity, granted in chosen)
