"""How well people fit tasks, from what is known of them, and who should take which.

A value lies between 0 and 1. What is known of nobody says nothing about a task and is left out;
what is known of others but not of a person counts as nothing for that person, so that nobody
wins by an empty profile.
"""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from .matching import assign, fit

SCALE = 5
# years in sales from which on more of them make no difference
FULL_YEARS = 10
_CENT = Decimal("0.01")
# what breaks ties is far below a hundredth of a point
_EARLIER, _IN_ORDER = 1e-6, 1e-10


def skill_value(levels):
    """Mean level of the skills that count, over the scale.

    :param levels: 0 to 5 per skill, None where nobody has judged it; that counts 0
    :return: None when none of them is judged

    >>> skill_value([5, 3]), skill_value([5, None]), skill_value([None]), skill_value([])
    (Decimal('0.8'), Decimal('0.5'), None, None)
    """
    if all(level is None for level in levels):
        return None
    return Decimal(sum(level or 0 for level in levels)) / (SCALE * len(levels))


def experience_value(days):
    """Years in sales over ten, at most 1.

    :param days: since the first day in sales, None when it is not known

    >>> round(experience_value(1826), 2), experience_value(9999), float(experience_value(-3))
    (Decimal('0.50'), Decimal('1'), 0.0)
    >>> experience_value(None) is None
    True
    """
    if days is None:
        return None
    return min(max(Decimal(days), Decimal(0)) / (Decimal("365.25") * FULL_YEARS), Decimal(1))


def result_value(target, achieved, sold, whole):
    """What somebody achieved in a place: attainment of the targets, else the share of its sales.

    :param target: of the person there, 0 without one
    :param achieved: of that target
    :param sold: by the person there in the period
    :param whole: by everybody there in the period
    :return: at most 1; None where nobody sold anything and the person had no target

    >>> result_value(200, 150, 150, 600), result_value(0, 0, 150, 600), result_value(100, 130, 0, 0)
    (Decimal('0.75'), Decimal('0.25'), Decimal('1'))
    >>> result_value(0, 0, 0, 0) is None
    True
    """
    if target > 0:
        share = Decimal(achieved) / Decimal(target)
    elif whole > 0:
        share = Decimal(sold) / Decimal(whole)
    else:
        return None
    return min(max(share, Decimal(0)), Decimal(1))


def telling(values):
    """Values as they are, or None for all where they tell nobody apart.

    >>> telling([1, 0]), telling([1, 1]), telling([])
    ([1, 0], [None, None], [])
    """
    return values if len(set(values)) > 1 else [None] * len(values)


def load_values(loads):
    """The less somebody has to do already, the better.

    :param loads: of all people, in any unit
    :return: 1 for nothing to 0 for the most; None where all have the same

    >>> load_values([0, 30, 40])
    [Decimal('1'), Decimal('0.25'), Decimal('0')]
    >>> load_values([7, 7])
    [None, None]
    """
    loads = [Decimal(load) for load in loads]
    most = max(loads, default=0) or 1
    return telling([1 - load / most for load in loads])


def score_task(rows, weights):
    """Scores of everybody for one task.

    :param rows: per person {criterion: value between 0 and 1, or None}
    :param weights: {criterion: weight}
    :return: per person the score from 0 to 100, or None when nothing is known of anybody; and
        the criteria that count

    >>> rows = [{"skill": Decimal("0.8"), "result": None}, {"skill": None, "result": None}]
    >>> score_task(rows, {"skill": 30, "result": 30})
    ([Decimal('80.00'), Decimal('0.00')], ['skill'])
    """
    used = [
        name
        for name, weight in weights.items()
        if weight > 0 and any(row.get(name) is not None for row in rows)
    ]
    scores = [fit([(row.get(name) or 0, weights[name]) for name in used]) for row in rows]
    return [None if score is None else (100 * score).quantize(_CENT, ROUND_HALF_UP) for score in scores], used


def suggest(scores, tasks, *, capacity=1, minimum=0, fixed=None):
    """Who takes which task, best in sum; what is as good goes to who comes first.

    :param scores: per person a score per task, None where nothing is known
    :param tasks: number of tasks
    :param capacity: most tasks that one person takes
    :param minimum: nobody takes a task below this score
    :param fixed: {task: person, or None for nobody}, decided already
    :return: per task the position of the person, None where nobody fits

    >>> scores = [[90, 80, 40], [70, 30, 60], [50, 20, 10]]
    >>> suggest(scores, 3)
    [2, 0, 1]
    >>> suggest(scores, 3, minimum=65), suggest(scores, 3, fixed={0: 0, 2: None})
    ([1, 0, None], [0, 1, None])
    >>> suggest([[90, 80, 40]], 3), suggest([[90, 80, 40]], 3, capacity=2)
    ([0, None, None], [0, 0, None])
    >>> suggest([[50, 50], [50, 50]], 2), suggest([], 1)
    ([0, 1], [None])
    """
    found = dict(fixed or {})
    free = [task for task in range(tasks) if task not in found]
    taken = Counter(found.values())
    seats = [person for person in range(len(scores)) for _seat in range(max(capacity - taken[person], 0))]
    allowed = [[_is_allowed(scores[person][task], minimum) for task in free] for person in seats]
    table = [
        [
            float(scores[person][task]) - _EARLIER * person + _IN_ORDER * person * task if fits else 0.0
            for task, fits in zip(free, row, strict=True)
        ]
        for person, row in zip(seats, allowed, strict=True)
    ]
    for seat, column in enumerate(assign(table)):
        if column is not None and allowed[seat][column]:
            found[free[column]] = seats[seat]
    return [found.get(task) for task in range(tasks)]


def _is_allowed(score, minimum):
    return score is not None and score > 0 and score >= minimum
