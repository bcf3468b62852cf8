"""Actuals of many targets, from cells alone and from a firm's documents."""

import time
from statistics import median

from dateutil.relativedelta import relativedelta

from odoo.addons.sales_target_mgmt.models.achievement.stm_achievement_totals import TotalRequest
from odoo.tools import SQL

REQUESTS = 17_000
CELLS = 500_000
MONTHS = 24


def timed(work):
    """Seconds that a call takes, and what it returns."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def make_cells(env, firm, number):
    """Cells of two years for a company without documents, its months all clean."""
    company = env["res.company"].create({"name": f"Bench cells {number}", "stm_tz": "UTC"})
    first = firm.today.replace(day=1) - relativedelta(months=MONTHS)
    env.cr.execute(
        """INSERT INTO stm_achievement_cell (company_id, source, month, user_id, team_id, categ_id,
            commercial_partner_id, amount, margin, quantity, count, new_customer)
        SELECT %s, 'order', (%s::date + (n %% %s) * interval '1 month')::date,
            (%s::int[])[1 + k %% %s], (%s::int[])[1 + k %% %s], (%s::int[])[1 + k / %s %% %s],
            (%s::int[])[1 + k * 31 %% %s], n %% 1000 + 0.25, n %% 100, 1, 1, 0
        FROM generate_series(1::bigint, %s) n, LATERAL (SELECT n / %s AS k) combination""",
        [
            company.id, first, MONTHS, firm.users.ids, len(firm.users), firm.teams.ids, len(firm.teams),
            firm.categories.ids, len(firm.users), len(firm.categories), firm.customers.ids,
            len(firm.customers), number, MONTHS,
        ],
    )  # fmt: skip
    env.cr.execute(
        """INSERT INTO stm_achievement_month (company_id, source, month, built_at)
        SELECT %s, 'order', (%s::date + n * interval '1 month')::date, now() FROM generate_series(0, %s) n""",
        [company.id, first, MONTHS - 1],
    )
    env.cr.execute("ANALYZE stm_achievement_cell")
    env.cr.execute("ANALYZE stm_achievement_month")
    env.cr.commit()
    return company


def periods(first, months):
    """Months, quarters, years and the whole: 17 a year."""
    starts = [first + relativedelta(months=number) for number in range(months)]
    for length in (1, 3, 12):
        for start in starts[::length]:
            yield start, start + relativedelta(months=length, days=-1)


def make_requests(env, firm, company, number):
    """Target-like requests: the firm, teams, people, categories, people by category."""
    nodes = [
        {},
        *({"team_id": id_} for id_ in firm.teams.ids),
        *({"user_id": id_} for id_ in firm.users.ids),
        *({"categ_id": id_} for id_ in (firm.categories | firm.categories.parent_id).ids),
        *({"user_id": user, "categ_id": id_} for user in firm.users.ids for id_ in firm.categories.ids),
    ]
    spans = list(periods(firm.today.replace(day=1) - relativedelta(months=MONTHS), MONTHS))
    measure = env.ref("sales_target_mgmt.measure_ordered").id
    choices = [(node, span) for node in nodes for span in spans]
    return [
        TotalRequest(key, measure, company.id, *span, node)
        for key, (node, span) in enumerate(choices[:number])
    ]


def by_hand(env, requests):
    """The same from one statement written for it: cells per signature and month, joined."""
    rows = [
        (request.key, request.date_from, request.date_to, *map(request.dimensions.get, COLUMNS))
        for request in requests
    ]
    env.cr.execute("CREATE TEMP TABLE bench_target (key int, date_from date, date_to date, "
                   "user_id int, team_id int, categ_id int) ON COMMIT DROP")  # fmt: skip
    env.cr.execute(
        SQL(
            "INSERT INTO bench_target SELECT * FROM unnest(%s::int[], %s::date[], %s::date[], %s::int[], "
            "%s::int[], %s::int[])",
            *(list(column) for column in zip(*rows, strict=True)),
        )
    )
    env.cr.execute("ANALYZE bench_target")
    company = requests[0].company_id
    selects = []
    for names in ((), ("team_id",), ("user_id",), ("categ_id",), ("user_id", "categ_id")):
        own = "".join(f", {TREE if name == 'categ_id' else 'c.' + name} AS {name}" for name in names)
        tree = (
            "JOIN product_category d ON d.id = c.categ_id "
            "JOIN product_category a ON d.parent_path LIKE a.parent_path || '%%'"
            if "categ_id" in names
            else ""
        )
        joined = "".join(f" AND f.{name} = t.{name}" for name in names)
        empty = "".join(f" AND t.{name} IS NULL" for name in COLUMNS if name not in names)
        selects.append(
            f"""SELECT t.key, SUM(f.amount) FROM bench_target t JOIN (
                SELECT c.month{own}, SUM(c.amount) AS amount FROM stm_achievement_cell c {tree}
                WHERE c.company_id = {company} AND c.source = 'order'
                GROUP BY {", ".join(str(number + 1) for number in range(len(names) + 1))}
            ) f ON f.month BETWEEN t.date_from AND t.date_to{joined} WHERE TRUE{empty} GROUP BY t.key"""
        )
    env.cr.execute(" UNION ALL ".join(selects))
    return {key: float(amount) for key, amount in env.cr.fetchall()}


COLUMNS = ("user_id", "team_id", "categ_id")
TREE = "a.id"


def measure_cells(env, firm, report):
    """(a) 17,000 requests over half a million cells, against hand-written SQL; linear."""
    model = env["stm.achievement"]
    ours = {}
    for number in (CELLS // 4, CELLS):
        company = make_cells(env, firm, number)
        requests = make_requests(env, firm, company, REQUESTS)
        pairs = []
        for _round in range(3):
            queries = env.cr.sql_log_count
            mine, found = timed(lambda requests=requests: model._get_totals(requests))
            queries = env.cr.sql_log_count - queries
            theirs, expected = timed(lambda requests=requests: by_hand(env, requests))
            env.cr.commit()
            pairs.append((mine, theirs))
        wrong = [key for key, value in found.items() if abs(value - expected.get(key, 0.0)) > 0.005]
        assert not wrong, f"{len(wrong)} totals differ from the hand-written SQL"
        ours[number] = median(mine for mine, _theirs in pairs)
    size = {"requests": len(requests), "cells": CELLS, "pairs": pairs}
    report.add(
        f"actuals of {len(requests):,} targets over {CELLS:,} cells", ours[CELLS], "s", budget=1, **size
    )
    report.add("… queries", queries, budget=5)
    report.add("… against hand-written SQL", median(a / b for a, b in pairs), "×")
    report.add("… four times the cells take", ours[CELLS] / ours[CELLS // 4], "×", budget=4.4)
    few, _found = timed(lambda: model._get_totals(requests[: REQUESTS // 4]))
    report.add("… a quarter of the targets take", few, "s")


def dashboard_requests(env, firm):
    """What a dashboard asks: three measures, teams and people, month, quarter, year to date."""
    today = firm.today
    spans = [
        (today.replace(day=1) - relativedelta(months=number), today) for number in (0, 2, 11)
    ] + [
        (start, start + relativedelta(months=1, days=-1))
        for start in (today.replace(day=1) - relativedelta(months=number) for number in range(1, 12))
    ]  # fmt: skip
    nodes = [{}, *({"team_id": id_} for id_ in firm.teams.ids), *({"user_id": id_} for id_ in firm.users.ids)]
    measures = [
        env.ref(f"sales_target_mgmt.measure_{code}").id for code in ("ordered", "invoiced", "collected")
    ]
    return [
        TotalRequest((measure, number, span), measure, firm.company.id, *span, node)
        for measure in measures
        for number, node in enumerate(nodes)
        for span in spans
    ]


def measure_dashboard(env, firm):
    """(b) Median time of a dashboard on the firm's documents, its past months built."""
    requests = dashboard_requests(env, firm)
    model = env["stm.achievement"]
    model._get_totals(requests)
    times = [timed(lambda: model._get_totals(requests))[0] for _round in range(5)]
    env.cr.commit()
    return median(times), len(requests)
