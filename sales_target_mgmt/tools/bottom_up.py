"""Bottom-up: what people propose, added up along the tree of a plan.

Own rule: a node's own answer goes before what is below it. Of several ways in which a node is
divided the first one in which anybody was asked counts, so that nobody counts twice.
"""

from decimal import Decimal
from typing import NamedTuple


class BottomUp(NamedTuple):
    """What is proposed at a node.

    :ivar amount: sum of the answers; who has not answered adds nothing
    :ivar open_amount: sum of the top-down numbers of those who have not answered
    :ivar answered: how many answers
    :ivar unanswered: how many were asked and have not answered
    :ivar gap: how much the answers lie above the present targets of those who gave them
    """

    amount: Decimal = Decimal(0)
    open_amount: Decimal = Decimal(0)
    answered: int = 0
    unanswered: int = 0
    gap: Decimal = Decimal(0)

    def plus(self, other):
        """
        >>> [str(one) for one in answer(5, None).plus(answer(7, 0))]
        ['0', '5', '1', '1', '-7']
        """
        return BottomUp(*(one + two for one, two in zip(self, other, strict=True)))


def answer(top_down, amount, target=None):
    """What one asked person adds.

    :param top_down: the number that was given from above
    :param amount: what the person proposes, zero included; None: no answer yet
    :param target: the present target, if it is no longer the number from above
    """
    if amount is None:
        return BottomUp(open_amount=_decimal(top_down), unanswered=1)
    present = _decimal(top_down if target is None else target)
    return BottomUp(amount=_decimal(amount), answered=1, gap=_decimal(amount) - present)


def roll_up(nodes, answers):
    """Add up what people propose from the bottom of a tree to its top.

    :param nodes: (node, parent or None, division) with parents before their children; divisions
        of a parent sort in the order in which they are preferred
    :param answers: {node: {key: BottomUp}} of those who were asked, by measure and period say
    :return: {node: {key: BottomUp}} of every node

    >>> tree = [("all", None, 0), ("north", "all", 1), ("ann", "north", 1), ("bob", "north", 1),
    ...     ("pumps", "all", 2), ("bob: pumps", "pumps", 1)]
    >>> asked = {"ann": {"may": answer(60, 50)}, "bob": {"may": answer(40, None)},
    ...     "bob: pumps": {"may": answer(30, 31)}}
    >>> for name, sums in roll_up(tree, asked).items():
    ...     print(name, *map(str, sums["may"]))
    all 50 40 1 1 -10
    north 50 40 1 1 -10
    ann 50 0 1 0 -10
    bob 0 40 0 1 0
    pumps 31 0 1 0 1
    bob: pumps 31 0 1 0 1
    """
    below = {}
    found = {}
    for node, parent, division in reversed(nodes):
        sums = {key: parts[min(parts)] for key, parts in below.get(node, {}).items()}
        sums |= answers.get(node, {})
        found[node] = sums
        for key, own in sums.items():
            parts = below.setdefault(parent, {}).setdefault(key, {})
            parts[division] = parts.get(division, BottomUp()).plus(own)
    return {node: found[node] for node, _parent, _division in nodes}


def settled(top_down, figures, method, share=None):
    """The number that a settlement gives.

    :param figures: :class:`BottomUp`; who has not answered keeps the number from above
    :param method: bottom_up, top_down, or between
    :param share: for between, how far to go from top-down to bottom-up; 0.5 meets in the middle

    >>> half = Decimal("0.5")
    >>> [str(settled(60, answer(60, 50), how, half)) for how in ("bottom_up", "top_down", "between")]
    ['50', '60', '55.0']
    """
    top_down = _decimal(top_down)
    if method == "top_down":
        return top_down
    bottom_up = figures.amount + figures.open_amount
    if method == "bottom_up":
        return bottom_up
    return top_down + (bottom_up - top_down) * _decimal(share)


def _decimal(value):
    return Decimal(str(value))
