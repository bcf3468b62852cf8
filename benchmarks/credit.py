"""Exposures of many customers in one statement, beside Odoo's own figure of what they owe."""

import time

from .report import ratio

CUSTOMERS = 10_000
# customers with entries that both are asked for
BESIDE = 3_000
ROUNDS = 5


def measure(env, firm, report):
    """Cold, that is with nothing in the cache: after documents were made, as a run of the night finds it."""
    reader = env["stm.credit.exposure"]
    partners = _find_customers(env, firm)
    queries, seconds = _time(env, lambda: reader._get_exposures(firm.company, partners))
    report.add(f"exposure of {len(partners):,} customers: queries", queries, budget=3)
    report.add("… seconds", seconds, "s")
    beside = partners[:BESIDE]
    _open_entries(env, firm, beside)
    accounts = env["stm.credit.account"]
    queries, _seconds = _time(env, lambda: accounts._read_accounts(firm.company, partners))
    report.add("… with limits and grades: queries more", queries, budget=1)
    found = {}
    pairs = []
    for _round in range(ROUNDS):
        _queries, ours = _time(env, lambda: found.update(_ask(reader, firm, beside)))
        core_queries, theirs = _time(env, lambda: beside.mapped("credit"))
        pairs.append((ours, theirs))
    wrong = sum(round(one.credit - float(found[one.id].receivable), 2) != 0 for one in beside)
    report.add(f"what {len(beside):,} customers owe: answers that differ from core's", wrong, budget=0)
    report.add("… queries of core", core_queries)
    report.add("… seconds of core", min(theirs for _ours, theirs in pairs), "s")
    report.add("… seconds of exposure, orders included", min(ours for ours, _theirs in pairs), "s")
    report.add("… exposure, against core's receivable alone", ratio(pairs), "×", budget=0.1, pairs=pairs)
    env.cr.rollback()


def _ask(reader, firm, partners):
    return reader._get_exposures(firm.company, partners)


def _find_customers(env, firm):
    """The firm's customers, and new ones without documents up to the number."""
    missing = CUSTOMERS - len(firm.customers)
    more = env["res.partner"].create([{"name": f"Prospect {number}"} for number in range(max(missing, 0))])
    env.flush_all()
    return (firm.customers | more)[:CUSTOMERS]


def _open_entries(env, firm, partners):
    """Make an invoice of each of these customers an open one; undone with the transaction."""
    env.cr.execute(
        """UPDATE account_move_line SET reconciled = FALSE, amount_residual = balance
        WHERE id IN (
            SELECT DISTINCT ON (l.partner_id) l.id FROM account_move_line l
            JOIN account_account a ON a.id = l.account_id
            WHERE a.account_type = 'asset_receivable' AND l.company_id = %s AND l.partner_id = ANY(%s)
                AND l.parent_state = 'posted' AND l.balance > 0 ORDER BY l.partner_id, l.id DESC)""",
        [firm.company.id, partners.ids],
    )
    env.invalidate_all()


def _time(env, work):
    """(queries, seconds) of a call that finds nothing in the cache."""
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    start = time.perf_counter()
    work()
    return env.cr.sql_log_count - before, time.perf_counter() - start
