"""Where somebody stands against a target on the way through a period.

Linear pace: what should be there by now is the target times the share of the period that
has elapsed (working days, or a seasonal share). The projection carries the achieved rate
forward to the end and is not capped.

A target of 1,200 for a year, 300 achieved after five of twelve months:

>>> linear = pace(1200, 300, Decimal(5) / 12)
>>> round(linear.expected), round(linear.projection), linear.gap
(500, 720, Decimal('900'))

The same with a season in which 35 % of the year is usually done by then:

>>> seasonal = pace(1200, 300, Decimal("0.35"))
>>> round(seasonal.expected), round(seasonal.projection)
(420, 857)
>>> round(seasonal.attainment_to_date * 100)
71
>>> round(required_rate(seasonal.gap, 12 - 5), 1)
Decimal('128.6')
"""

from decimal import Decimal
from typing import NamedTuple


class Pace(NamedTuple):
    """What is expected by now, and where it leads.

    :ivar expected: what should have been achieved by now
    :ivar attainment_to_date: achieved ÷ expected, 1 is exactly on pace; None if nothing is expected
    :ivar gap: target − achieved, negative beyond the target
    :ivar projection: achieved at the end at the rate so far; None at the very start
    """

    expected: Decimal
    attainment_to_date: Decimal | None
    gap: Decimal
    projection: Decimal | None


class Thresholds(NamedTuple):
    """From which attainment to date on somebody is ahead, on pace, or behind; below: at risk."""

    ahead: Decimal = Decimal("1.05")
    on_pace: Decimal = Decimal("0.95")
    behind: Decimal = Decimal("0.80")


DEFAULT_THRESHOLDS = Thresholds()


def pace(target, actual, elapsed_share):
    """Compare what is achieved with what should be by now.

    :param target: for the whole period
    :param actual: achieved so far
    :param elapsed_share: between 0 and 1
    :raises ValueError: when the share lies outside of 0 to 1

    >>> pace(100, 20, 0)
    Pace(expected=Decimal('0'), attainment_to_date=None, gap=Decimal('80'), projection=None)
    >>> pace(100, 150, 1)[1:]
    (Decimal('1.5'), Decimal('-50'), Decimal('150'))
    """
    target, actual, share = Decimal(target), Decimal(actual), Decimal(elapsed_share)
    if not 0 <= share <= 1:
        raise ValueError(f"the elapsed share must lie between 0 and 1, not {share}")
    expected = target * share
    return Pace(
        expected=expected,
        attainment_to_date=actual / expected if expected else None,
        gap=target - actual,
        projection=actual / share if share else None,
    )


def level(target, actual):
    """The same for what does not pile up over a period: a rate, a score, a price.

    A conversion rate of 20 % is due on every day, and if nothing changes it stays what it is.

    >>> level(20, 25)[:2]
    (Decimal('20'), Decimal('1.25'))
    """
    target, actual = Decimal(target), Decimal(actual)
    return Pace(target, actual / target if target else None, target - actual, actual)


def required_rate(gap, remaining):
    """What is needed per remaining unit of time; 0 once reached, None when no time is left.

    >>> required_rate(900, 7).quantize(Decimal("0.1"))
    Decimal('128.6')
    >>> required_rate(-5, 7), required_rate(5, 0)
    (Decimal('0'), None)
    """
    gap, remaining = Decimal(gap), Decimal(remaining)
    if gap <= 0:
        return Decimal(0)
    return gap / remaining if remaining > 0 else None


def attainment(target, actual, direction="up"):
    """Achieved share of a target; None where it has no meaning.

    Where less is better it is target ÷ achieved: 1 is the target, more is better in both cases.

    >>> attainment(200, 150), attainment(4, 5, "down"), attainment(0, 5)
    (Decimal('0.75'), Decimal('0.8'), None)
    """
    over, under = (actual, target) if direction == "up" else (target, actual)
    over, under = Decimal(over), Decimal(under)
    return over / under if under else None


def pace_state(expected, actual, direction="up", thresholds=DEFAULT_THRESHOLDS):
    """Name the pace: `ahead`, `on_pace`, `behind`, `at_risk`, or None if nothing is expected.

    A threshold belongs to the better state.

    >>> [pace_state(100, done) for done in (105, 95, 80, 79)]
    ['ahead', 'on_pace', 'behind', 'at_risk']
    >>> pace_state(5, 4, "down"), pace_state(5, 0, "down"), pace_state(0, 3)
    ('ahead', 'ahead', None)
    """
    expected, actual = Decimal(expected), Decimal(actual)
    if not expected:
        return None
    if direction == "down" and actual <= 0:
        return "ahead"
    reached = attainment(expected, actual, direction)
    for name in Thresholds._fields:
        if reached >= getattr(thresholds, name):
            return name
    return "at_risk"
