"""Settling commission, beside a loop over lines and SQL written by hand."""

import time

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tools import SQL

from .report import ratio

TIERS = ((0, 20000, 0.03), (20000, 60000, 0.04), (60000, 0, 0.055))
# of the loop: it takes that long that more would not be waited for
SAMPLE = 1000


def measure(env, firm, report, rounds=3):
    """A plan of two months for everybody: a marginal ladder over the month, payable at once."""
    first = firm.today.replace(day=1) - relativedelta(months=1)
    plan = _make_plan(env, firm, first)
    engine = env["stm.commission.engine"]
    [(lines,)] = env.execute_query(_select_number(firm, first))
    pairs, loops, seconds = [], [], []
    for _round in range(rounds):
        env.invalidate_all()
        before = env.cr.sql_log_count
        start = time.perf_counter()
        rows = engine._settle(plan, firm.today)
        seconds.append(time.perf_counter() - start)
        queries = env.cr.sql_log_count - before
        start = time.perf_counter()
        number = by_hand(env, firm, first)
        pairs.append((seconds[-1], time.perf_counter() - start))
        if number != rows:
            raise AssertionError(f"{rows} rows of the engine, {number} by hand")
        start = time.perf_counter()
        by_line(env, firm, first)
        loops.append((seconds[-1] / lines, (time.perf_counter() - start) / SAMPLE))
    report.add(
        f"commission of {lines:,} invoice lines: seconds for 50,000",
        min(seconds) / lines * 50_000, "s", budget=1, runs=seconds,
    )  # fmt: skip
    report.add("… queries for 1,000 lines", queries / lines * 1000, budget=15, queries=queries)
    report.add("… against INSERT … SELECT written by hand", ratio(pairs), "×", pairs=pairs)
    report.add("… against a loop over lines, by line", ratio(loops), "×", pairs=loops)
    _measure_rerun(env, firm, report, plan)
    env.cr.rollback()


def _measure_rerun(env, firm, report, plan):
    """Posted, then settled again: nothing is left to write."""
    statements = env["stm.commission.statement"].search([("company_id", "=", firm.company.id)])
    statements._move_on("checked", {})
    statements._post()
    rows = env["stm.commission.engine"]._settle(plan, firm.today)
    report.add("… rows that a rerun adds to what is posted", rows, budget=0)


def _make_plan(env, firm, first):
    plan = env["stm.commission.plan"].create(
        {
            "name": "Bench",
            "company_id": firm.company.id,
            "date_from": first,
            "rule_ids": [
                Command.create(
                    {
                        "name": "Revenue",
                        "method": "marginal",
                        "tier_ids": [
                            Command.create({"lower": lower, "upper": upper, "rate": rate})
                            for lower, upper, rate in TIERS
                        ],
                    }
                )
            ],
            "assignment_ids": [Command.create({"user_id": user.id}) for user in firm.users],
        }
    )
    plan.action_activate()
    env.flush_all()
    return plan


def _select_lines(firm, first):
    """SQL of the lines that count: id, day, salesperson, amount."""
    return SQL(
        """SELECT l.id, m.invoice_date AS day, m.invoice_user_id AS user_id, -l.balance AS amount
        FROM account_move m JOIN account_move_line l ON l.move_id = m.id
        WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            AND l.display_type = 'product' AND m.company_id = %s AND m.invoice_date BETWEEN %s AND %s
            AND m.invoice_user_id = ANY(%s)""",
        firm.company.id,
        first,
        firm.today,
        firm.users.ids,
    )


def _select_number(firm, first):
    return SQL("SELECT COUNT(*) FROM (%s) l", _select_lines(firm, first))


def by_hand(env, firm, first):
    """The same ladder with a window over the month, into a table without index or reason.

    :return: number of rows
    """
    after, before = (_climb(SQL(name)) for name in ("climbed", "climbed - amount"))
    env.cr.execute("DROP TABLE IF EXISTS bench_commission")
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE bench_commission AS
            SELECT id, user_id, day, amount, ROUND(%s, 2) - ROUND(%s, 2) AS earned FROM (
                SELECT l.*, SUM(amount) OVER (
                    PARTITION BY user_id, date_trunc('month', day) ORDER BY day, id) AS climbed
                FROM (%s) l
            ) c""",
            after,
            before,
            _select_lines(firm, first),
        )
    )
    [(number,)] = env.execute_query(SQL("SELECT COUNT(*) FROM bench_commission"))
    return number


def _climb(base):
    """SQL of what a base earns on the ladder."""
    return SQL(" + ").join(
        SQL(
            "GREATEST(0, LEAST(%s, %s::numeric) - %s::numeric) * %s::numeric",
            base,
            upper or 10**12,
            lower,
            rate,
        )
        for lower, upper, rate in TIERS
    )


def by_line(env, firm, first):
    """A loop as add-ons have it: read a line, find the person's rate, write a row for it."""
    ids = env.execute_query(
        SQL("SELECT id FROM (%s) l ORDER BY day, id LIMIT %s", _select_lines(firm, first), SAMPLE)
    )
    env.invalidate_all()
    # any small model with a name: what a row of pay would cost at least
    rows = env["res.partner.category"]
    climbed = {}
    with env.cr.savepoint(flush=False) as point:
        for (line_id,) in ids:
            line = env["account.move.line"].browse(line_id)
            move = line.move_id
            key = (move.invoice_user_id, move.invoice_date.month)
            before = climbed.get(key, 0.0)
            climbed[key] = before - line.balance
            earned = round(_earn(climbed[key]) - _earn(before), 2)
            rows.create({"name": f"{line.product_id.display_name} {earned}"})
        env.flush_all()
        point.rollback()
    env.invalidate_all()


def _earn(base):
    return sum(max(0, min(base, upper or base) - lower) * rate for lower, upper, rate in TIERS)
