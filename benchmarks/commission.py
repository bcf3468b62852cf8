"""Settling commission, beside a loop over lines and SQL written by hand."""

import time
from statistics import median
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.addons.sales_target_mgmt.models.commission.stm_commission_writer import BATCH
from odoo.addons.sales_target_mgmt.tools.settlement import Ledger, settle
from odoo.tools import SQL

from .processor import Processor
from .report import ratio

TIERS = ((0, 20000, 0.03), (20000, 60000, 0.04), (60000, 0, 0.055))
LADDER = {
    "name": "Revenue",
    "method": "marginal",
    "tier_ids": [
        Command.create({"lower": lower, "upper": upper, "rate": rate}) for lower, upper, rate in TIERS
    ],
}
PERCENTAGE = {"name": "Revenue", "rate": 0.05}
# of the loop: it takes that long that more would not be waited for
SAMPLE = 1000
# of the budget of time: so many lines in a second
LINES = 50_000


class Run(NamedTuple):
    """Seconds on the clock, of the processor in Python and in PostgreSQL, queries, what was written."""

    wall: float
    python: float
    postgres: float
    queries: int
    written: object


def measure(env, firm, report, rounds=3):
    """A plan of two months for everybody: a marginal ladder over the month, payable at once."""
    first = firm.today.replace(day=1) - relativedelta(months=1)
    [(lines,)] = env.execute_query(_select_number(firm, first))
    _measure_computing(env, firm, report, _make_plan(env, firm, first, PERCENTAGE), "a percentage")
    plan = _make_plan(env, firm, first, LADDER)
    _measure_computing(env, firm, report, plan, "a ladder")
    runs, again, hand, loops, bare = [], [], [], [], []
    for _round in range(rounds):
        env.execute_query(SQL("DELETE FROM stm_commission_entry WHERE lineage_id = %s RETURNING 1", plan.id))
        runs.append(_run(env, plan, firm.today))
        start = time.perf_counter()
        number = by_hand(env, firm, first)
        hand.append(time.perf_counter() - start)
        if number != runs[-1].written.rows:
            raise AssertionError(f"{runs[-1].written} of the engine, {number} by hand")
        bare.append(write_again(env, plan))
        again.append(_run(env, plan, firm.today))
        start = time.perf_counter()
        by_line(env, firm, first)
        loops.append((time.perf_counter() - start) / SAMPLE * lines)
    for name, found in (("for the first time", runs), ("again", again)):
        walls = [run.wall / lines * LINES for run in found]
        title = f"commission of {lines:,} invoice lines settled {name}"
        report.add(f"{title}: seconds for {LINES:,}", min(walls), "s", budget=1, runs=walls)
        _add_processor(report, found, lines)
        report.add("… queries for 1,000 lines", found[-1].queries / lines * 1000, budget=15, runs=found)
        walls = [run.wall for run in found]
        report.add("… against INSERT … SELECT by hand, no keys", _compare(walls, hand), "×", pairs=hand)
        report.add("… against the bare writing of its rows", _compare(walls, bare), "×", pairs=bare)
        report.add("… against a loop over lines, by line", _compare(walls, loops), "×", pairs=loops)
    report.add("… rows written by that", sum(sum(run.written[1:]) for run in again), budget=0)
    _measure_rerun(env, firm, report, plan, lines)
    env.cr.rollback()


def _add_processor(report, runs, lines):
    for name, place in (("Python", "python"), ("PostgreSQL", "postgres")):
        spent = [getattr(run, place) / lines * LINES for run in runs]
        report.add(f"… of which the processor in {name}", min(spent), "s", runs=spent)


def _compare(ours, theirs):
    return ratio(list(zip(ours, theirs, strict=True)))


def _run(env, plan, until):
    processor = Processor(env)
    env.invalidate_all()
    before = env.cr.sql_log_count
    spent, written = processor.measure(lambda: env["stm.commission.engine"]._settle(plan, until))
    # COPY is not counted as a query by Odoo
    queries = env.cr.sql_log_count - before + -(-written.added // BATCH)
    return Run(*spent, queries, written)


def _measure_computing(env, firm, report, plan, rule, rounds=5):
    """What the rules cost: from facts that have been read to rows that have not been written."""
    engine = env["stm.commission.engine"]
    book = engine._gather(plan, firm.today, engine._get_money(plan))
    lines, whole, pure = len(book.facts), [], []
    for _round in range(rounds):
        fresh = engine._gather(plan, firm.today, engine._get_money(plan))
        start = time.process_time()
        engine._compute(fresh)
        whole.append((time.process_time() - start) / lines * LINES)
        credited = book.get_credits()
        start = time.process_time()
        for (code, payee), own in credited.items():
            settle(own, Ledger(), _find_component(book, code, payee), book.unit, book.until)
        pure.append((time.process_time() - start) / lines * LINES)
    title = f"{LINES:,} lines by {rule}: seconds of the processor"
    report.add(f"{title} for the rate table", median(pure), "s", budget=1, runs=pure)
    report.add("… with who is credited for them, and into which statement", median(whole), "s", runs=whole)


def _find_component(book, code, payee):
    return lambda period: book.get_component(period, code, payee)


def write_again(env, plan):
    """The same rows into the same table, with its keys and indexes, and nothing computed.

    :return: seconds
    """
    table = SQL("stm_commission_entry WHERE lineage_id = %s", plan.id)
    env.cr.execute("DROP TABLE IF EXISTS bench_entry")
    env.cr.execute(SQL("CREATE TEMP TABLE bench_entry AS SELECT * FROM %s", table))
    env.cr.execute(SQL("DELETE FROM %s", table))
    start = time.perf_counter()
    env.cr.execute("INSERT INTO stm_commission_entry SELECT * FROM bench_entry")
    return time.perf_counter() - start


def _measure_rerun(env, firm, report, plan, lines):
    """Posted, then settled again: nothing is left to write, and what remains is reading."""
    statements = env["stm.commission.statement"].search([("company_id", "=", firm.company.id)])
    statements._move_on("checked", {})
    statements._post()
    run = _run(env, plan, firm.today)
    report.add("… rows that a rerun adds to what is posted", run.written.rows, budget=0)
    report.add("… seconds of it, for as many lines", run.wall / lines * LINES, "s", run=run)
    _add_processor(report, [run], lines)
    first = plan.date_from
    seconds = []
    for _round in range(3):
        start = time.perf_counter()
        env["stm.achievement"]._get_credit_facts(
            ["invoice"], firm.company.id, first, firm.today, with_margin=False
        )
        seconds.append((time.perf_counter() - start) / lines * LINES)
    report.add("… and reading the facts alone", median(seconds), "s", runs=seconds)


def _make_plan(env, firm, first, rule):
    plan = env["stm.commission.plan"].create(
        {
            "name": "Bench",
            "company_id": firm.company.id,
            "date_from": first,
            "rule_ids": [Command.create(rule)],
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
