"""How long the proposal of a better cut takes for 500 customers and 10 people.

Ten towns, customers around them with 1 to 40 hours of work, a tenth of them with a person far
away. Run without a database: `python -m benchmarks.cut`.
"""

import random
import time

from odoo.addons.sales_target_mgmt.tools import territory_cut

CUSTOMERS, PEOPLE = 500, 10
TOLERANCE = 0.1


def make_units(seed=1):
    """500 customers whose loads are as uneven as those of grown territories."""
    dice = random.Random(seed)
    towns = [(dice.uniform(47, 55), dice.uniform(6, 15)) for _person in range(PEOPLE)]
    weights = [dice.uniform(0.5, 2) for _person in range(PEOPLE)]
    for number in range(CUSTOMERS):
        town = dice.choices(range(PEOPLE), weights)[0]
        owner = town if dice.random() < 0.9 else dice.randrange(PEOPLE)
        latitude, longitude = towns[town]
        point = (latitude + dice.gauss(0, 0.4), longitude + dice.gauss(0, 0.4))
        yield territory_cut.Unit(number, dice.choice((1, 2, 4, 8, 12, 24, 40)), {owner: 1}, point)


def measure(report):
    """Both methods, where SciPy is installed; each has ten seconds."""
    units = list(make_units())
    for use_solver in (True, False) if territory_cut.optimize else (False,):
        start = time.perf_counter()
        cut = territory_cut.propose(units, range(PEOPLE), TOLERANCE, use_solver=use_solver)
        seconds = time.perf_counter() - start
        name = f"{CUSTOMERS} customers × {PEOPLE} people, cut by the {cut.method} method"
        report.add(name, seconds, "s", budget=10, moved=cut.moved, within=cut.is_within)
