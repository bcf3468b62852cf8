"""How many salespeople are needed.

Three methods of the textbooks: by workload (Talley 1961; Zoltners & Sinha), by breakdown of
the target, and by marginal contribution (Semlow 1959).
"""

from decimal import ROUND_CEILING, Decimal


def by_workload(classes, selling_hours):
    """People it takes to call on every customer as often and as long as intended.

    :param classes: (customers, calls a year, hours a call) per class of customers
    :param selling_hours: hours a year that one person spends with customers
    :returns: whole people, rounded up
    :raises ValueError: when nobody has time to sell, or a class is negative

    >>> half, quarter = Decimal("0.5"), Decimal("0.25")
    >>> by_workload([(200, 24, 1), (350, 12, half), (330, 6, quarter)], 40 * 48 * Decimal("0.4"))
    10
    """
    return _whole(workload_hours(classes), selling_hours, "selling hours")


def workload_hours(classes):
    """Hours a year that the classes of customers take.

    >>> workload_hours([(200, 24, 1), (350, 12, Decimal("0.5")), (330, 6, Decimal("0.25"))])
    Decimal('7395.00')
    """
    hours = Decimal(0)
    for number, (customers, calls, length) in enumerate(classes, 1):
        if min(customers, calls, length) < 0:
            raise ValueError(f"class {number} has a negative number: {customers}, {calls}, {length}")
        hours += Decimal(customers) * Decimal(calls) * Decimal(length)
    return hours


def by_breakdown(target, productivity):
    """People it takes to sell the target if each sells what one usually does.

    >>> by_breakdown(10_000_000, 250_000)
    40
    """
    return _whole(target, productivity, "productivity")


def by_margin(revenue, cost, limit):
    """People from which on one more costs more than he brings.

    :param revenue: function of a number of people, their contribution in all
    :param cost: of one person, in the same unit
    :param limit: the largest number that is considered
    :returns: the number with the largest profit; the smaller one where two are alike

    >>> by_margin(lambda people: 1_000_000 * Decimal(people).sqrt(), 100_000, 100)
    25
    """
    if limit < 0:
        raise ValueError(f"the limit must not be negative, it is {limit}")
    cost = Decimal(cost)
    return max(range(limit + 1), key=lambda people: Decimal(revenue(people)) - cost * people)


def _whole(need, capacity, name):
    """
    >>> _whole(5, 0, "productivity")
    Traceback (most recent call last):
    ValueError: the productivity must be positive, not 0
    """
    need, capacity = Decimal(need), Decimal(capacity)
    if capacity <= 0:
        raise ValueError(f"the {name} must be positive, not {capacity}")
    if need < 0:
        raise ValueError(f"the need must not be negative, it is {need}")
    return int((need / capacity).to_integral_value(rounding=ROUND_CEILING))
