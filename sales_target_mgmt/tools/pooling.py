"""What a journal may tell of a sum without telling what one person gets.

A line for a group of one person is that person's pay. Such groups go into a common line, and
with them the smallest other group as long as the common line would be one person's: it could be
found by subtracting the others from the total (complementary suppression; Willenborg and
de Waal, Elements of Statistical Disclosure Control, 2001, ch. 6).
"""

from decimal import Decimal


def pool(parts, least=2):
    """Merge groups until no line is of fewer than `least` people, as far as there are so many.

    :param parts: {key: {person: amount}}; the key None is the common line
    :returns: {key: amount}, without lines of nothing
    :raises ValueError: if `least` is below one

    >>> north, south, east = {"ann": 10, "bob": 20}, {"cho": 5}, {"dee": 7, "eve": 8, "fay": 9}
    >>> pool({"north": north, "south": south, "east": east})
    {'east': Decimal('24'), None: Decimal('35')}
    >>> pool({"south": south, "east": {"cho": 1, "dee": 7}})
    {None: Decimal('13')}

    One person alone cannot be hidden, so the group is kept:

    >>> pool({"south": south})
    {'south': Decimal('5')}
    """
    if least < 1:
        raise ValueError("At least one person makes a group.")
    everybody = {person for people in parts.values() for person in people}
    if len(everybody) < least:
        return _sum_up(parts)
    kept = {key: people for key, people in parts.items() if key is not None and len(people) >= least}
    common = [people for key, people in parts.items() if key not in kept]
    while common and kept and len(set().union(*common)) < least:
        smallest = min(kept, key=lambda key: (len(kept[key]), str(key)))
        common.append(kept.pop(smallest))
    merged = {}
    for people in common:
        for person, amount in people.items():
            merged[person] = merged.get(person, 0) + amount
    return _sum_up({**kept, **({None: merged} if merged else {})})


def _sum_up(parts):
    sums = {key: sum(people.values(), Decimal(0)) for key, people in parts.items()}
    return {key: amount for key, amount in sums.items() if amount}
