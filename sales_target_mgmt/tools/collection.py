"""Collecting what is due: whom to call first, which step comes next, what late payment costs.

>>> expected_gain(1000, 45, "1.25", True)
Decimal('1500.00')
>>> next_step((-3, 0, 7, 14), 10, 7, 0)
(14, 4)
"""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

from .allocation import allocate
from .rate_table import exact
from .receivables import ageing_bucket

# what asking brings, by age, as share of the amount: what is not due comes by itself, what is very
# old is partly lost; our choice, to be replaced by what a company sees
AGE_FACTORS = {"current": "0.2", "1-30": "0.5", "31-60": "0.8", "61-90": "1", "90+": "0.6"}
BROKEN_FACTOR = "1.5"
# of the best grade, and how much more the worst one counts
GRADE_BASE, GRADE_SPAN = 1, Decimal("0.5")
CENT = Decimal("0.01")


def grade_factor(place, count):
    """From 1 for the best grade to 1.5 for the worst; 1.25 without a grade.

    :param place: from 0 for the best; None: not graded
    :param count: number of grades

    >>> [str(grade_factor(place, 5)) for place in (0, 2, 4, None)]
    ['1.0', '1.25', '1.5', '1.25']
    """
    if place is None:
        return GRADE_BASE + GRADE_SPAN / 2
    return GRADE_BASE + GRADE_SPAN * place / max(count - 1, 1)


def expected_gain(amount, days_overdue, factor, is_broken=False):
    """A weight for what asking a customer brings: amount × age × grade × 1.5 after a broken promise.

    It ranks cases and forecasts nothing: it may be more than the amount.

    :param amount: due, less what was paid and not settled
    :param days_overdue: of the oldest open invoice
    :param factor: of the grade, see :func:`grade_factor`

    >>> [str(expected_gain(100, days, 1)) for days in (0, 10, 45, 80, 120)]
    ['20.00', '50.00', '80.00', '100.00', '60.00']
    """
    gain = exact(amount) * exact(AGE_FACTORS[ageing_bucket(days_overdue)]) * exact(factor)
    if is_broken:
        gain *= exact(BROKEN_FACTOR)
    return gain.quantize(CENT, ROUND_HALF_UP)


def next_step(steps, days_overdue, last, wait):
    """The step that comes next, and in how many days; None after the last one.

    Nobody gets the last warning who did not get the first: after the due date steps come one by
    one. Steps before it are left out once the next one is reached.

    :param steps: days after the due date, ascending; negative before it
    :param days_overdue: of the oldest open invoice; negative before it is due
    :param last: the step taken last for this invoice, or None
    :param wait: days until the customer may be written to again

    >>> next_step((-3, 0, 7, 14), -5, None, 0), next_step((-3, 0, 7, 14), -1, None, 0)
    ((-3, 2), (-3, 0))
    >>> next_step((-3, 0, 7, 14), 40, None, 0), next_step((-3, 0, 7, 14), 40, 7, 5)
    ((7, 0), (14, 5))
    >>> next_step((-3, 0, 7, 14), 40, 14, 0)
    """
    left = [days for days in steps if last is None or days > last]
    if days_overdue > 0:
        left = [days for days in left if days > 0]
    else:
        left = [days for days in left if days <= days_overdue][-1:] or left
    if not left:
        return None
    return left[0], max(left[0] - days_overdue, wait, 0)


def late_interest(parts, yearly_rate, unit=CENT):
    """Simple interest for late payment on the days of a year of 365 (actual/365), rounded once.

    Statutory interest is simple: directive 2011/7/EU, article 2 (5), German Civil Code § 289.

    :param parts: (amount, days) pairs: what was owed for how many days
    :param yearly_rate: 0.09 for 9 %
    :param unit: the smallest unit of the currency

    >>> late_interest([(1000, 73)], "0.09")
    Decimal('18.00')

    400 were paid after 30 days, the rest is open since 73:

    >>> late_interest([(400, 30), (600, 73)], "0.09")
    Decimal('13.76')
    >>> late_interest([(1000, -3)], "0.09")
    Decimal('0.00')
    """
    days = sum(exact(amount) * max(days, 0) for amount, days in parts)
    unit = exact(unit)
    return (days * exact(yearly_rate) / 365 / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


EVERY = {"week": 7, "fortnight": 14}


def instalments(total, count, first, every="month", unit=CENT):
    """Equal parts of a debt with their days; the first ones take the cents that do not divide.

    :param first: last day of the first one
    :param every: `week`, `fortnight` or `month`; at the end of a short month on its last day
    :return: (day, amount) pairs that add up to the total

    >>> from datetime import date
    >>> for day, amount in instalments(100, 3, date(2026, 1, 31)):
    ...     print(day, amount)
    2026-01-31 33.34
    2026-02-28 33.33
    2026-03-31 33.33
    >>> [str(day) for day, _amount in instalments(100, 2, date(2026, 1, 31), "fortnight")]
    ['2026-01-31', '2026-02-14']
    """
    amounts = allocate(exact(total), [1] * count, unit)
    if every == "month":
        days = [first + relativedelta(months=place) for place in range(count)]
    else:
        days = [first + timedelta(days=EVERY[every] * place) for place in range(count)]
    return list(zip(days, amounts, strict=True))


def share_money(promises, received):
    """What counts for each of the promises of one customer: no money counts for two.

    The promise that ends first takes what was received on its days, up to what was promised. Money
    that went back to the customer counts against what was received.

    :param promises: (key, amount, first day, last day)
    :param received: (day, money of that day) pairs; below zero: it went back
    :return: key → money

    >>> from datetime import date
    >>> may = [date(2026, 5, day) for day in range(1, 32)]
    >>> soon, later = ("soon", 300, may[0], may[9]), ("later", 200, may[4], may[19])
    >>> {key: str(paid) for key, paid in share_money([later, soon], [(may[6], 300)]).items()}
    {'soon': '300', 'later': '0'}
    >>> {key: str(paid) for key, paid in share_money([later, soon], [(may[2], 250), (may[6], 300)]).items()}
    {'soon': '300', 'later': '200'}
    >>> {key: str(paid) for key, paid in share_money([soon], [(may[2], 300), (may[3], -300)]).items()}
    {'soon': '0'}
    """
    money = {}
    for day, amount in sorted(received):
        money[day] = money.get(day, Decimal(0)) + exact(amount)
    result = {}
    for key, amount, first, last in sorted(promises, key=lambda one: (one[3], one[0])):
        days = [day for day in money if first <= day <= last]
        left = sum((money[day] for day in days), Decimal(0))
        result[key] = taken = max(min(left, exact(amount)), Decimal(0))
        for day in days:
            part = max(min(money[day], taken), Decimal(0))
            money[day], taken = money[day] - part, taken - part
    return result


def plan_states(parts, today):
    """What became of the instalments of a plan, and of the plan as a whole.

    Money pays the first instalment first; what comes early counts for the next ones.

    :param parts: (amount, last day, money from the first day of the plan to that day), by day
    :return: ([(state, money that counts for it)], state of the plan): `open`, `kept`, and once an
        instalment was missed `part` or `broken`

    >>> from datetime import date
    >>> first, second = date(2026, 1, 31), date(2026, 2, 28)
    >>> lines, state = plan_states([(50, first, 60), (50, second, 60)], date(2026, 2, 1))
    >>> [(one, str(paid)) for one, paid in lines], state
    ([('kept', '50'), ('open', '10')], 'open')
    >>> plan_states([(50, first, 60), (50, second, 90)], date(2026, 3, 1))[1]
    'part'
    >>> plan_states([(50, first, 0), (50, second, 0)], date(2026, 2, 1))[1]
    'broken'
    >>> plan_states([(50, first, 100), (50, second, 100)], date(2026, 1, 9))[1]
    'kept'
    """
    lines, before = [], Decimal(0)
    for amount, day, received in parts:
        paid = min(exact(amount), max(Decimal(0), exact(received) - before))
        lines.append((promise_state(amount, paid, day < today), paid))
        before += exact(amount)
    states = {state for state, _paid in lines}
    if states & {"part", "broken"}:
        return lines, "part" if any(paid for _state, paid in lines) else "broken"
    return lines, "kept" if states == {"kept"} else "open"


def take_off(amount, residuals):
    """What an amount takes off each of some debts, the first ones first.

    :raises ValueError: if it is more than all of them

    >>> [str(part) for part in take_off("120.50", ["100", "50", "30"])]
    ['100', '20.50', '0.00']
    """
    left, parts = exact(amount), []
    for residual in map(exact, residuals):
        parts.append(min(left, residual))
        left -= parts[-1]
    if left:
        raise ValueError(f"{amount} is more than what is open, by {left}")
    return parts


def promise_state(amount, received, is_over):
    """`kept`, `part`, `broken`, or `open` as long as there is time.

    :param received: since it was given and until its last day

    >>> [promise_state(100, paid, over) for paid, over in ((100, False), (60, False), (60, True), (0, True))]
    ['kept', 'open', 'part', 'broken']
    """
    received = exact(received)
    if received >= exact(amount):
        return "kept"
    if not is_over:
        return "open"
    return "part" if received > 0 else "broken"
