"""From what is needed to what is asked of people: hedges, ramps, bounds of growth.

>>> round(assigned(8_000_000, Decimal("0.85")) / 1_000_000, 2)
Decimal('9.41')
>>> hedge_factor(["0.05", "0.08", "0.10"])
Decimal('1.247400')
>>> ramped(1_200_000, [0, Decimal("0.25"), Decimal("0.5"), Decimal("0.75")], 12)
Decimal('950000.00')
"""

from decimal import Decimal


def assigned(target, expected_attainment):
    """What is to be assigned so that the target is met at the usual attainment.

    :param expected_attainment: 0.85 when people usually reach 85 %
    """
    expected_attainment = Decimal(expected_attainment)
    if expected_attainment <= 0:
        raise ValueError(f"the expected attainment must be positive, not {expected_attainment}")
    return Decimal(target) / expected_attainment


def hedge_factor(hedges):
    """Hedges of nested levels multiply: 5 %, 8 % and 10 % make 24.7 %.

    :param hedges: one share per level, 0.05 is 5 %
    """
    factor = Decimal(1)
    for hedge in hedges:
        factor *= 1 + Decimal(hedge)
    return factor


def ramp_shares(shares, periods, skipped=0):
    """Share of a full quota that a new hire carries in each period.

    :param shares: of the first periods on the job; full afterwards
    :param periods: number of periods wanted
    :param skipped: periods since the start that lie before the first wanted one;
        negative: periods before the start, which carry nothing

    >>> [[str(share) for share in ramp_shares(["0.5"], 2, skipped)] for skipped in (0, 1, -1)]
    [['0.5', '1'], ['1', '1'], ['0', '0.5']]
    """
    shares = [Decimal(share) for share in shares]
    result = []
    for age in range(skipped, skipped + periods):
        if age < 0:
            result.append(Decimal(0))
        else:
            result.append(shares[age] if age < len(shares) else Decimal(1))
    return result


def ramped(quota, shares, periods):
    """Quota of a new hire for so many periods, the first ones ramped."""
    return Decimal(quota) / periods * sum(ramp_shares(shares, periods))


def within_growth(amount, history, minimum=None, maximum=None):
    """An amount moved inside the bounds of growth over history; unbounded without history.

    :param minimum: smallest growth, -0.1 is 10 % less; None: no bound
    :param maximum: largest growth

    >>> within_growth(150, 100, maximum="0.2"), within_growth(50, 100, minimum="-0.1")
    (Decimal('120.0'), Decimal('90.0'))
    """
    amount, history = Decimal(amount), Decimal(history)
    if history > 0:
        if minimum is not None:
            amount = max(amount, history * (1 + Decimal(minimum)))
        if maximum is not None:
            amount = min(amount, history * (1 + Decimal(maximum)))
    return amount
