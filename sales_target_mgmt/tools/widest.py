"""Which of several descriptions of the same sales to add up.

A plan divides the same sales in several ways. Who sees parts of it only, the own nodes or those of
a team, finds a person again below a team, below a category and beside them.

>>> team, person = {"team_id": 1}, {"user_id": 7}
>>> widest({"north": team, "pumps of Rep": {"categ_id": 3, **person}})
['north']
>>> widest({"in the team": {**team, **person}, "pumps": {"categ_id": 3, **person}, "alone": person})
['alone']
>>> widest({"Rep": {**team, **person}, "Rep2": {**team, "user_id": 8}})
['Rep', 'Rep2']
"""

from collections import defaultdict

_OWN = ("user_id", "team_id")


def widest(descriptions):
    """The keys of those that add up: teams before people, of each person what is narrowed least.

    :param descriptions: key → {dimension: value}, dimensions without a value left out
    """
    groups = defaultdict(lambda: defaultdict(list))
    for key, dimensions in descriptions.items():
        others = tuple(sorted(dimensions.keys() - _OWN))
        width = (len(others), others, "team_id" in dimensions)
        groups[dimensions.get("user_id")][width].append(key)
    chosen = [groups[None]] if None in groups else groups.values()
    return [key for widths in chosen for key in widths[min(widths)]]
