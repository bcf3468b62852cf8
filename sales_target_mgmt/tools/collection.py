"""Collecting what is due: whom to call first, which step comes next, what late payment costs.

>>> expected_gain(1000, 45, "1.25", True)
Decimal('1500.00')
>>> next_step((-3, 0, 7, 14), 10, 7, 0)
(14, 4)
"""

from decimal import ROUND_HALF_UP, Decimal

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
    """What asking a customer is expected to bring: amount × age × grade × 1.5 after a broken promise.

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


def late_interest(amount, yearly_rate, days):
    """Simple interest for late payment on the days of a year of 365.

    :param yearly_rate: 0.09 for 9 %

    >>> late_interest(1000, "0.09", 73)
    Decimal('18.00')
    """
    return (exact(amount) * exact(yearly_rate) * max(days, 0) / 365).quantize(CENT, ROUND_HALF_UP)


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
