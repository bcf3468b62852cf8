"""Who fits which task best: the assignment problem.

Exact in both ways: by `scipy.optimize.linear_sum_assignment` when SciPy is installed, else by
the Hungarian method with potentials (Kuhn 1955, Munkres 1957; the shortest augmenting path form
of Jonker and Volgenant 1987), of cubic time.
"""

from decimal import Decimal

try:
    from scipy.optimize import linear_sum_assignment
except ImportError:
    linear_sum_assignment = None


def assign(scores):
    """Give every person at most one task and every task at most one person, best in sum.

    :param scores: a row per person, a column per task; higher is better
    :return: per person the position of the task, None for who is left over

    >>> assign([[9, 2, 7], [6, 4, 3], [5, 8, 1]])
    [2, 0, 1]
    >>> assign([[1], [5]]), assign([[1, 5]]), assign([])
    ([None, 0], [1], [])
    """
    if not scores or not scores[0]:
        return [None] * len(scores)
    if len({len(row) for row in scores}) > 1:
        raise ValueError("every person needs a score for every task")
    if linear_sum_assignment:
        rows, columns = linear_sum_assignment([[-float(value) for value in row] for row in scores])
        found = dict(zip(map(int, rows), map(int, columns), strict=True))
        return [found.get(row) for row in range(len(scores))]
    return assign_exactly(scores)


def assign_exactly(scores):
    """The same without SciPy.

    >>> assign_exactly([[9, 2, 7], [6, 4, 3], [5, 8, 1]]), assign_exactly([[1], [5]])
    ([2, 0, 1], [None, 0])
    """
    if len(scores) > len(scores[0]):
        turned = assign_exactly([list(column) for column in zip(*scores, strict=True)])
        found = {row: column for column, row in enumerate(turned) if row is not None}
        return [found.get(row) for row in range(len(scores))]
    costs = [[-value for value in row] for row in scores]
    taken = _augment(costs, len(costs), len(costs[0]))
    result = [None] * len(costs)
    for column, row in enumerate(taken[1:]):
        if row:
            result[row - 1] = column
    return result


def _augment(costs, rows, columns):
    """Row of each column, counted from 1, 0 for none; at least as many columns as rows."""
    row_potential, column_potential = [0] * (rows + 1), [0] * (columns + 1)
    taken = [0] * (columns + 1)
    for row in range(1, rows + 1):
        taken[0] = row
        current = 0
        slack = [None] * (columns + 1)
        before = [0] * (columns + 1)
        visited = [False] * (columns + 1)
        while taken[current]:
            visited[current] = True
            own = taken[current]
            step, following = None, 0
            for column in range(1, columns + 1):
                if visited[column]:
                    continue
                reduced = costs[own - 1][column - 1] - row_potential[own] - column_potential[column]
                if slack[column] is None or reduced < slack[column]:
                    slack[column], before[column] = reduced, current
                if step is None or slack[column] < step:
                    step, following = slack[column], column
            for column in range(columns + 1):
                if visited[column]:
                    row_potential[taken[column]] += step
                    column_potential[column] -= step
                elif slack[column] is not None:
                    slack[column] -= step
            current = following
        while current:
            taken[current], current = taken[before[current]], before[current]
    return taken


def fit(parts):
    """How well somebody fits, between 0 and 1: the weighted mean of what is known.

    :param parts: (value between 0 and 1 or None, weight)
    :return: None when nothing is known

    >>> fit([(Decimal("0.8"), 2), (None, 3), (Decimal("0.5"), 1)])
    Decimal('0.7')
    >>> fit([(None, 1)]) is None
    True
    """
    known = [(Decimal(value), Decimal(weight)) for value, weight in parts if value is not None]
    total = sum(weight for _value, weight in known)
    return sum(value * weight for value, weight in known) / total if total else None
