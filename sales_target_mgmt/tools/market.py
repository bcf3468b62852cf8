"""What the places of a tree could buy, from market data of which some are missing.

A place without an own figure has the sum of those below it; where nothing is known at all the
answer is None, which is not the same as nothing. See :mod:`.potential` for the formula.

>>> parents = {"all": None, "a": "all", "b": "all"}
>>> sizes = {"all": 50_000_000}
>>> drivers = {"income": {"all": 100, "a": 4, "b": 6}, "retail": {"all": 100, "a": 3},
...            "people": {"all": 100, "a": 5}}
>>> weights = {"income": Decimal("0.5"), "retail": Decimal("0.3"), "people": Decimal("0.2")}
>>> found = by_index(parents, sizes, drivers, weights)
>>> found["a"], found["b"], found["all"]
(Decimal('1950000.000'), Decimal('3000000.00'), Decimal('50000000'))
"""

from collections import defaultdict
from decimal import Decimal

from .potential import buying_power_index


def totals(parents, values):
    """The own value of each place, or the sum of those below it.

    :param parents: {place: place above it, or None}
    :param values: {place: number}, of those that have one
    :returns: {place: Decimal, or None where nothing is known below either}

    >>> totals({"all": None, "a": "all", "b": "all", "c": "b"}, {"a": 3, "c": 4})
    {'all': Decimal('7'), 'a': Decimal('3'), 'b': Decimal('4'), 'c': Decimal('4')}
    >>> totals({"all": None, "a": "all"}, {"all": 5})
    {'all': Decimal('5'), 'a': None}
    """
    below = defaultdict(list)
    for place, parent in parents.items():
        below[parent].append(place)
    result = {}

    def add_up(place):
        parts = [add_up(part) for part in below[place]]
        known = [part for part in parts if part is not None]
        if place in values:
            result[place] = Decimal(values[place])
        else:
            result[place] = sum(known) if known else None
        return result[place]

    for place in below[None]:
        add_up(place)
    return {place: result[place] for place in parents}


def total_of(parents, sums):
    """The sum over the topmost places; None where nothing is known.

    >>> total_of({"one": None, "two": None, "part": "two"}, {"one": 1, "two": 2, "part": 2})
    3
    """
    tops = [sums[place] for place, parent in parents.items() if parent is None]
    known = [one for one in tops if one is not None]
    return sum(known) if known else None


def by_index(parents, sizes, drivers, weights):
    """Potential = buying-power index × size of the whole market.

    :param sizes: {place: size of its market}
    :param drivers: {driver: {place: value}}
    :param weights: {driver: weight}
    :returns: {place: Decimal or None}; places without drivers have the sum of those below
    """
    market = total_of(parents, totals(parents, sizes))
    if market is None:
        return dict.fromkeys(parents)
    shares = {}
    for driver, values in drivers.items():
        sums = totals(parents, values)
        whole = total_of(parents, sums)
        # a driver that is zero everywhere tells nobody apart
        shares[driver] = {
            place: value / whole for place, value in sums.items() if value is not None and whole
        }
    own = {}
    for place in parents:
        if any(place in values for values in drivers.values()):
            index = buying_power_index(
                [shares[driver].get(place) for driver in drivers], [weights[driver] for driver in drivers]
            )
            if index is not None:
                own[place] = index * market
    return totals(parents, own)


def by_share(parents, sizes, reach):
    """Potential = the part of the own market that is within reach.

    :param reach: {place: part of its market, 0.25 is a quarter}

    >>> by_share({"all": None, "a": "all", "b": "all"}, {"a": 1000, "b": 500}, {"a": Decimal("0.25"), "b": 1})
    {'all': Decimal('750.00'), 'a': Decimal('250.00'), 'b': Decimal('500')}
    """
    return totals(parents, {place: Decimal(size) * reach[place] for place, size in sizes.items()})
