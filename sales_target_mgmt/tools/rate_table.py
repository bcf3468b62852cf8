"""What a base earns by a table of tiers.

A table is a function of the whole base counted so far, F; a further base earns
F(before + base) − F(before). So the parts of a period add up however it is cut, and a refund is
a negative base. Below zero the function is mirrored, F(−x) = −F(x): what a transaction earned,
its exact reversal takes back. Beyond the end of a table that has one, nothing more is earned.

- `marginal`: each tier's rate applies to the part of the base that lies in the tier (Oracle
  Fusion Incentive Compensation calls it a step rate)
- `flat`: the rate of the tier that is reached applies to all of the base, from the first unit on
- `interpolated`: a tier's value is an amount for the whole tier, earned in proportion

Intervals are half-open, [from, to): a base exactly on a border belongs to the upper tier.

Oracle's step-rate example, per transaction and (derived) cumulative over a period:

>>> table = RateTable([(0, 1000, "0.01"), (1000, 3000, "0.02"), (3000, 8000, "0.03"),
...                    (8000, 20000, "0.05")], "marginal")
>>> deals = [200, 300, 1500, 1200, 2000, 4500]
>>> [int(table.earn(deal)) for deal in deals]
[2, 3, 20, 14, 30, 95]
>>> [int(table.earn(deal, before=sum(deals[:n]))) for n, deal in enumerate(deals)]
[2, 3, 25, 26, 60, 169]

Refunding the third, re-rated:

>>> int(table.total(sum(deals) - 1500))
210
"""

from bisect import bisect_right
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

METHODS = ("marginal", "flat", "interpolated")


class TierFault(ValueError):
    """Why a list of tiers is no rate table.

    :ivar kind: `empty`, `number`, `negative`, `order`, `open`, `gap`, `overlap`,
        `twice` or `whole`
    :ivar rows: numbers of the rows concerned, from 1, in the order given
    :ivar limits: the two limits that do not fit, where there are two
    """

    def __init__(self, kind, message, rows=(), limits=()):
        super().__init__(message)
        self.kind = kind
        self.rows = rows
        self.limits = limits


class Slice(NamedTuple):
    """A part of a base and what it earned: `amount` is `base` × `rate`."""

    base: Decimal
    rate: Decimal
    amount: Decimal


class _Tier(NamedTuple):
    start: Decimal
    end: Decimal | None
    value: Decimal
    row: int


def exact(value):
    """A number as people wrote it: the float 0.1 is one tenth.

    >>> exact(0.1), exact("0.1"), exact(3)
    (Decimal('0.1'), Decimal('0.1'), Decimal('3'))
    """
    if isinstance(value, Decimal):
        return value
    return Decimal(str(value)) if isinstance(value, float) else Decimal(value)


class RateTable:
    """Tiers and how they are applied.

    :param tiers: (from, to, value) items; `to` is None for no end. For `marginal` and `flat` the
        value is a rate (0.05 for 5 %), for `interpolated` an amount for the whole tier
    :param method: `marginal`, `flat` or `interpolated`
    :raises TierFault: when the tiers leave a gap or overlap; names the two rows

    >>> for start in (20, 5):
    ...     try:
    ...         RateTable([(0, 10, 1), (start, None, 2)], "flat")
    ...     except TierFault as fault:
    ...         print(fault)
    rows 1 and 2 leave a gap between 10 and 20
    rows 1 and 2 overlap between 5 and 10
    """

    def __init__(self, tiers, method):
        if method not in METHODS:
            raise ValueError(f"no such method: {method}; there are {', '.join(METHODS)}")
        self.method = method
        self.tiers = _check([_Tier(*_numbers(row, tier), row) for row, tier in enumerate(tiers, 1)], method)
        self._starts = [tier.start for tier in self.tiers]
        self._rates = [self._get_rate(tier) for tier in self.tiers]
        self._end = self.tiers[-1].end
        self._before = [Decimal(0)]
        for tier, rate in zip(self.tiers[:-1], self._rates, strict=False):
            self._before.append(self._before[-1] + (tier.end - tier.start) * rate)

    def _get_rate(self, tier):
        if self.method != "interpolated":
            return tier.value
        return tier.value / (tier.end - tier.start) if tier.end is not None else Decimal(0)

    def earn(self, base, before=0, at=None):
        """What a base earns on top of what was counted already.

        :param base: negative for what is taken back
        :param before: the base counted so far
        :param at: another quantity, attainment say, that picks the tier; its rate applies to all
            of `base`, whatever the method, and `before` does not matter
        :returns: a `Decimal`, not rounded
        :raises ValueError: for `at` with an interpolated table, which has no rates

        >>> tiers = [(0, 10000, "0.01"), (10000, 50000, "0.02"), (50000, 100000, "0.03")]
        >>> flat, marginal = RateTable(tiers, "flat"), RateTable(tiers, "marginal")
        >>> int(flat.earn(15000)), int(marginal.earn(15000))
        (300, 200)
        >>> int(flat.earn(60000)), int(marginal.earn(60000))
        (1800, 1200)
        >>> int(RateTable([(0, 1, "0.05"), (1, None, "0.07")], "flat").earn(1000, at="1.2"))
        70
        """
        base, before = exact(base), exact(before)
        if at is None:
            return self.total(before + base) - self.total(before)
        return base * self.rate_at(at)

    def total(self, base):
        """What a base earns from nothing on: F.

        >>> table = RateTable([(0, 100, 10), (100, 200, 30)], "interpolated")
        >>> [str(table.total(base)) for base in (50, 100, 150, 200, 900, -50)]
        ['5.0', '10.0', '25.0', '40.0', '40.0', '-5.0']
        """
        base = exact(base)
        if base < 0:
            return -self.total(-base)
        if self._end is not None and base > self._end:
            base = self._end
        number = self._find(base)
        if number < 0:
            return Decimal(0)
        if self.method == "flat":
            return base * self._rates[number]
        return self._before[number] + (base - self._starts[number]) * self._rates[number]

    def rate_at(self, at):
        """The rate of the tier in which a quantity lies; 0 below the first tier.

        Beyond the last tier its rate holds on, and a negative quantity counts as none.

        >>> RateTable([(0, 1, "0.05"), (1, 2, "0.07")], "flat").rate_at(1)
        Decimal('0.07')
        """
        if self.method == "interpolated":
            raise ValueError("an interpolated table has amounts and no rates: nothing can pick one")
        number = self._find(max(exact(at), Decimal(0)))
        return self._rates[number] if number >= 0 else Decimal(0)

    def slices(self, base, before=0, at=None):
        """The same as :meth:`earn`, as parts that each have one rate.

        What a flat table pays afterwards on the base counted before, because a higher tier is
        reached, is a slice of that base at the difference of the rates.

        >>> tiers = [(0, 100, "0.01"), (100, None, "0.03")]
        >>> for part in RateTable(tiers, "marginal").slices(50, before=80):
        ...     print(part.base, part.rate, part.amount)
        20 0.01 0.20
        30 0.03 0.90
        >>> for part in RateTable(tiers, "flat").slices(50, before=80):
        ...     print(part.base, part.rate, part.amount)
        50 0.03 1.50
        80 0.02 1.60
        """
        base, before = exact(base), exact(before)
        if at is not None:
            pairs = [(base, self.rate_at(at))]
        else:
            cut = self._cut_flat if self.method == "flat" else self._cut
            pairs = self._cut_one(base, before) or cut(before, before + base)
        return [Slice(part, rate, part * rate) for part, rate in pairs if part]

    def _cut_flat(self, before, after):
        old, new = self._flat_rate(before), self._flat_rate(after)
        held, reached = self._clip(before), self._clip(after)
        pairs = [(reached - held, new)]
        return pairs if old == new else [*pairs, (held, new - old)]

    def _flat_rate(self, base):
        number = self._find(abs(self._clip(base)))
        return self._rates[number] if number >= 0 else Decimal(0)

    def _clip(self, base):
        """A base without what lies beyond the end of the table."""
        if self._end is None or abs(base) <= self._end:
            return base
        return self._end.copy_sign(base)

    def _cut_one(self, base, before):
        """The same by any method where the whole way lies in one tier, as it mostly does."""
        after = before + base
        low, high = (before, after) if after >= before else (after, before)
        number = self._find(low)
        if low < 0 or number < 0:
            return None
        end = self.tiers[number].end
        return [(base, self._rates[number])] if end is None or high < end else None

    def _cut(self, before, after):
        """(part, rate) of the way from one base to another, tier by tier."""
        sign = 1 if after >= before else -1
        low, high = min(before, after), max(before, after)
        for mirrored in (True, False):
            first, last = (max(-high, 0), max(-low, 0)) if mirrored else (max(low, 0), max(high, 0))
            for tier, rate in zip(self.tiers, self._rates, strict=True):
                end = last if tier.end is None else min(last, tier.end)
                part = end - max(first, tier.start)
                if part > 0:
                    yield sign * part, rate

    def _find(self, base):
        return bisect_right(self._starts, base) - 1


def _numbers(row, tier):
    numbers = [None if value is None else exact(value) for value in tier]
    if any(number is not None and not number.is_finite() for number in numbers) or None in numbers[::2]:
        raise TierFault("number", f"row {row} is not made of numbers", (row,))
    return numbers


def _check(tiers, method):
    """Tiers in order, each beginning where the one before ends."""
    if not tiers:
        raise TierFault("empty", "a rate table needs at least one row")
    for tier in tiers:
        if tier.start < 0:
            raise TierFault("negative", f"row {tier.row} begins below zero, at {tier.start}", (tier.row,))
        if tier.end is not None and tier.end <= tier.start:
            limits = (tier.start, tier.end)
            message = f"row {tier.row} ends at {tier.end}, not above its start {tier.start}"
            raise TierFault("order", message, (tier.row,), limits)
        if tier.end is None and method == "interpolated" and tier.value:
            message = f"row {tier.row} has no end, so that no part of its amount can be told"
            raise TierFault("whole", message, (tier.row,))
    tiers = sorted(tiers, key=lambda tier: tier.start)
    for lower, upper in pairwise(tiers):
        rows = tuple(sorted((lower.row, upper.row)))
        if lower.start == upper.start:
            message = f"rows {rows[0]} and {rows[1]} both begin at {lower.start}"
            raise TierFault("twice", message, rows, (lower.start,))
        if lower.end is None or lower.end > upper.start:
            where = f"from {upper.start} on"
            if lower.end is not None:
                where = f"between {upper.start} and {lower.end}"
            limits = (upper.start, lower.end)
            message = f"rows {rows[0]} and {rows[1]} overlap {where}"
            raise TierFault("overlap", message, rows, limits)
        if lower.end < upper.start:
            message = f"rows {rows[0]} and {rows[1]} leave a gap between {lower.end} and {upper.start}"
            raise TierFault("gap", message, rows, (lower.end, upper.start))
    return tiers
