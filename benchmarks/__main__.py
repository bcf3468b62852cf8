"""`python -m benchmarks`: measure the budgets; ODOO_RC names the database, FULL=1 makes it large.

ONLY=credit measures one part alone, on a small firm: planning, territories, commission, credit, classes.
Exit code: the number of budgets that were missed.
"""

import math
import os
import sys
import time

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from . import classes, commission, credit, cut, flow, planning, rebuild, territories, totals
from .firm import Firm
from .report import Report, ratio

SMALL = 100_000
LARGE = 10_000_000 if os.environ.get("FULL") else 1_000_000
# what can be measured alone
PARTS = {
    part.__name__.rpartition(".")[2]: part for part in (planning, territories, commission, credit, classes)
}


def main():
    [name] = config["db_name"] if isinstance(config["db_name"], list) else [config["db_name"]]
    with Registry(name).cursor() as cr:
        return _measure(api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True}))


def _measure(env):
    report = Report()
    if part := os.environ.get("ONLY"):
        firm = Firm(env)
        firm.grow(SMALL)
        PARTS[part].measure(firm.env, firm, report)
        return report.finish()
    cut.measure(report)
    flow.measure_core(env, report, rounds=15)
    firm = Firm(env)
    env = firm.env
    seconds, dashboards = {}, {}
    for size in (SMALL, LARGE):
        start = time.perf_counter()
        firm.grow(size)
        report.add(f"{size:,} invoice lines: documents made in", time.perf_counter() - start, "s")
        pairs, seconds[size], cells = rebuild.measure(env, firm, rounds=3 if size == SMALL else 1)
        budget = 1.3 if size >= 1_000_000 else None
        report.add(f"{size:,} invoice lines: cells built in", seconds[size], "s", cells=cells, pairs=pairs)
        report.add("… against INSERT … SELECT written by hand", ratio(pairs), "×", budget=budget)
        dashboards[size], number = totals.measure_dashboard(env, firm)
        report.add(f"{size:,} invoice lines: dashboard of {number:,} numbers", dashboards[size], "s")
    exponent = math.log(seconds[LARGE] / seconds[SMALL]) / math.log(LARGE / SMALL)
    report.add("exponent of the time to build over the size", exponent, budget=1.05)
    report.add("dashboard, large against small", dashboards[LARGE] / dashboards[SMALL], "×", budget=2)
    flow.measure_triggers(env, firm, report, rounds=15)
    flow.measure_first_purchases(env, firm, report, rounds=9)
    totals.measure_cells(env, firm, report)
    planning.measure(env, firm, report)
    territories.measure(env, firm, report)
    commission.measure(env, firm, report)
    credit.measure(env, firm, report)
    if not os.environ.get("FULL"):
        classes.measure(env, firm, report)
    return report.finish()


if __name__ == "__main__":
    odoo.evented = False
    sys.exit(main())
