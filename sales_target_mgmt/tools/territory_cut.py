"""Who should look after which customers, so that work is even and little changes hands.

An assignment problem with capacities (generalised assignment, Ross & Soland 1975), as used for
aligning sales territories (Zoltners & Sinha 1983). With SciPy it is solved as an integer
programme by HiGHS; without it customers are moved one after the other.

>>> units = [Unit(number, 10, {"Ann": 1}) for number in range(6)] + [Unit(6, 10, {"Bo": 1})]
>>> cut = propose(units, ["Ann", "Bo"], 0.15, use_solver=False)
>>> cut.loads, cut.moved, cut.is_within
({'Ann': 40.0, 'Bo': 30.0}, 2, True)
"""

import math
import time
from collections import defaultdict
from typing import NamedTuple

try:
    import numpy
    from scipy import optimize, sparse
except ImportError:
    optimize = None

EARTH = 6371.0
# a move across the whole area costs half as much again as one next door
FAR = 0.5
# an answer this close to the best possible one is good enough
GAP = 0.01


class Unit(NamedTuple):
    """What is assigned as one: a customer, or all customers of a postcode area.

    :ivar key: any hashable
    :ivar workload: in any unit, not negative
    :ivar customers: {owner: number of customers that are hers today}, owner None: nobody's
    :ivar point: (latitude, longitude) in degrees, or None
    """

    key: object
    workload: float
    customers: dict
    point: tuple | None = None


class Cut(NamedTuple):
    """:ivar owners: {key of a unit: owner}
    :ivar loads: {owner: workload}
    :ivar moved: number of customers that change hands
    :ivar is_within: whether every load is within the tolerance around the mean
    :ivar method: `solver` or `greedy`
    """

    owners: dict
    loads: dict
    moved: int
    is_within: bool
    method: str


def propose(units, owners, tolerance, *, time_limit=8.0, use_solver=None):
    """Assign units to owners.

    :param owners: the people or territories there are; none is added or left out
    :param tolerance: 0.1 is 10 % of the mean load; kept where it can be
    :param time_limit: seconds for the solver, and for the greedy method
    :param use_solver: True or False; by default whether SciPy is installed
    :raises ValueError: without owners, or with a negative workload
    """
    units, owners = list(units), list(owners)
    if not owners:
        raise ValueError("there is nobody to assign customers to")
    if any(unit.workload < 0 for unit in units):
        raise ValueError("a workload must not be negative")
    mean = math.fsum(unit.workload for unit in units) / len(owners)
    bounds = (mean * (1 - float(tolerance)), mean * (1 + float(tolerance)))
    costs = _get_costs(units, owners)
    wants_solver = optimize is not None if use_solver is None else use_solver
    found, method = None, "solver"
    if wants_solver and units and optimize is not None:
        found = _solve(units, owners, bounds, costs, time_limit)
    if found is None:
        found, method = _improve(units, owners, bounds, costs, time_limit), "greedy"
    return _describe(units, owners, bounds, found, method)


def distance(one, other):
    """Kilometres between two points on the sphere (haversine, Sinnott 1984).

    >>> round(distance((52.52, 13.405), (48.137, 11.575)))
    504
    """
    (lat, lon), (lat2, lon2) = ([math.radians(value) for value in point] for point in (one, other))
    half = math.sin((lat2 - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(half, 1.0)))


def _get_costs(units, owners):
    """costs[unit][owner]: customers that change hands, far ones weighing more."""
    centres = _get_centres(units)
    away = [
        [distance(unit.point, centres[one]) if unit.point and one in centres else None for one in owners]
        for unit in units
    ]
    longest = max((one for row in away for one in row if one is not None), default=0) or 1
    costs = []
    for unit, row in zip(units, away, strict=True):
        whole = sum(unit.customers.values())
        costs.append(
            [
                # what is nobody's has to go somewhere: near is better
                (whole - unit.customers.get(owner, 0)) * (1 + FAR * (0.5 if far is None else far / longest))
                for owner, far in zip(owners, row, strict=True)
            ]
        )
    return costs


def _get_centres(units):
    """Where the customers of each owner are, in the middle."""
    points = defaultdict(list)
    for unit in units:
        if unit.point:
            for owner, number in unit.customers.items():
                points[owner] += [unit.point] * number
    return {
        owner: tuple(math.fsum(axis) / len(axis) for axis in zip(*own, strict=True))
        for owner, own in points.items()
        if owner is not None
    }


def _solve(units, owners, bounds, costs, time_limit):
    """Index of the owner per unit by an integer programme, None when there was no time for any."""
    count, people = len(units), len(owners)
    size = count * people
    loads = numpy.array([unit.workload for unit in units], dtype=float)
    rows = numpy.repeat(numpy.arange(count), people)
    each = sparse.csr_array((numpy.ones(size), (rows, numpy.arange(size))), shape=(count, size))
    persons = numpy.tile(numpy.arange(people), count)
    work = sparse.csr_array(
        (numpy.repeat(loads, people), (persons, numpy.arange(size))), shape=(people, size)
    )
    # beyond the bounds costs more than any move: kept where it can be, else missed by little
    eye = sparse.eye_array(people, format="csr")
    slack = sparse.hstack([-eye, eye], format="csr")
    empty = sparse.csr_array((count, 2 * people))
    matrix = sparse.vstack([sparse.hstack([each, empty]), sparse.hstack([work, slack])], format="csc")
    lower = numpy.concatenate([numpy.ones(count), numpy.full(people, bounds[0])])
    upper = numpy.concatenate([numpy.ones(count), numpy.full(people, bounds[1])])
    flat = numpy.array(costs, dtype=float).ravel()
    penalty = 10 * max(flat.max(), 1) * count / max(loads.sum() / people, 1e-9)
    result = optimize.milp(
        numpy.concatenate([flat, numpy.full(2 * people, penalty)]),
        constraints=optimize.LinearConstraint(matrix, lower, upper),
        integrality=numpy.concatenate([numpy.ones(size), numpy.zeros(2 * people)]),
        bounds=optimize.Bounds(0, numpy.concatenate([numpy.ones(size), numpy.full(2 * people, numpy.inf)])),
        options={"time_limit": time_limit, "mip_rel_gap": GAP},
    )
    if result.x is None:
        return None
    return result.x[:size].reshape(count, people).argmax(axis=1).tolist()


def _improve(units, owners, bounds, costs, time_limit):
    """Index of the owner per unit: today's, then the best single move until none helps."""
    until = time.monotonic() + time_limit
    found, loads = _start(units, owners, costs)
    cheapest = list(found)
    while time.monotonic() < until:
        move = _find_move(units, bounds, costs, found, loads)
        if move is None:
            break
        _move(units, found, loads, *move)
    # what an early move achieved, later ones may have made needless
    for number, home in enumerate(cheapest):
        source, work = found[number], units[number].workload
        if source != home and costs[number][home] < costs[number][source]:
            now = _miss(bounds, loads[source]) + _miss(bounds, loads[home])
            then = _miss(bounds, loads[source] - work) + _miss(bounds, loads[home] + work)
            if then <= now + 1e-9:
                _move(units, found, loads, number, home)
    return found


def _start(units, owners, costs):
    """(index of the owner per unit, loads): where each costs least; what is nobody's evens out."""
    found, loads = [None] * len(units), [0.0] * len(owners)
    for number in sorted(range(len(units)), key=lambda one: min(costs[one]) > 0):
        row = costs[number]
        cheapest = min(row)
        choices = [one for one, cost in enumerate(row) if cost <= cheapest + 1e-9]
        found[number] = min(choices, key=loads.__getitem__)
        loads[found[number]] += units[number].workload
    return found, loads


def _move(units, found, loads, number, target):
    loads[found[number]] -= units[number].workload
    loads[target] += units[number].workload
    found[number] = target


def _miss(bounds, load):
    """By how much a load lies outside of its bounds."""
    low, high = bounds
    return max(load - high, 0.0) + max(low - load, 0.0)


def _find_move(units, bounds, costs, found, loads):
    """(unit, owner) of the move that brings loads nearest to their bounds for what it costs."""
    best, choice = 0.0, None
    for number, unit in enumerate(units):
        source, work = found[number], unit.workload
        if not work:
            continue
        relief = _miss(bounds, loads[source]) - _miss(bounds, loads[source] - work)
        for target, load in enumerate(loads):
            gain = relief + _miss(bounds, load) - _miss(bounds, load + work)
            if target != source and gain > 1e-9:
                extra = costs[number][target] - costs[number][source]
                value = gain / max(extra, 1e-3)
                if value > best:
                    best, choice = value, (number, target)
    return choice


def _describe(units, owners, bounds, found, method):
    loads, moved = dict.fromkeys(owners, 0.0), 0
    for unit, number in zip(units, found, strict=True):
        owner = owners[number]
        loads[owner] += unit.workload
        moved += sum(unit.customers.values()) - unit.customers.get(owner, 0)
    slack = 1e-6 * max(bounds[1], 1)
    within = all(bounds[0] - slack <= load <= bounds[1] + slack for load in loads.values())
    assigned = {unit.key: owners[number] for unit, number in zip(units, found, strict=True)}
    return Cut(assigned, loads, moved, within, method)
