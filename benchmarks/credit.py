"""Exposures, grades and the collection run of many customers, beside Odoo's own figures of them."""

import time
from itertools import cycle
from statistics import median

from dateutil.relativedelta import relativedelta

from .flow import DOCUMENTS, Flow, fastest
from .report import ratio

CUSTOMERS = 10_000
# customers with open invoices and orders that both are asked for
BESIDE = 3_000
# of them in a collection run
COLLECTED = 500
ROUNDS = 5
GRACE = relativedelta(days=45)


def measure(env, firm, report):
    """Cold, that is with nothing in the cache, as a run of the night finds it; undone at the end."""
    firm.company.stm_credit_control = True
    partners = _find_customers(env, firm)
    _open_documents(env, firm, partners[:BESIDE])
    _measure_exposures(env, firm, report, partners)
    _measure_beside(env, firm, report, partners[:BESIDE])
    _measure_confirming(env, firm, report)
    _measure_collection(env, firm, report, partners[:COLLECTED])
    _measure_figures(env, firm, report)
    env.cr.rollback()


def _measure_exposures(env, firm, report, partners):
    reader, accounts = env["stm.credit.exposure"], env["stm.credit.account"]
    rated = accounts.create(
        [{"partner_id": one.id, "company_id": firm.company.id} for one in partners[:BESIDE]]
    )
    rated.sudo().grade_id = env["stm.credit.grade"].search([("company_id", "=", firm.company.id)], limit=1)

    def read():
        accounts._read_accounts(firm.company, partners)
        reader._get_exposures(firm.company, partners)

    queries, seconds = min(_time(env, read) for _round in range(ROUNDS))
    report.add(f"exposure, limit and grade of {len(partners):,} customers: queries", queries, budget=3)
    report.add("… seconds", seconds, "s")


def _measure_beside(env, firm, report, beside):
    """The exposure against what core shows of the same customers: `credit` and `credit_to_invoice`."""
    firm.company.account_use_credit_limit = True
    reader, found, pairs, owed = env["stm.credit.exposure"], {}, [], []
    for _round in range(ROUNDS):
        _queries, ours = _time(env, lambda: found.update(reader._get_exposures(firm.company, beside)))
        _queries, receivable = _time(env, lambda: beside.mapped("credit"))
        owed.append((ours, receivable))
        queries, theirs = _time(env, lambda: (beside.mapped("credit"), beside.mapped("credit_to_invoice")))
        pairs.append((ours, theirs))
    wrong = sum(
        round(one.credit - float(found[one.id].receivable), 2) != 0
        or round(one.credit_to_invoice - float(found[one.id].orders), 2) != 0
        for one in beside
    )
    title = f"what {len(beside):,} customers owe and have ordered"
    report.add(f"{title}: answers that differ from core's", wrong, budget=0)
    report.add("… queries of core", queries)
    report.add("… seconds of core", min(theirs for _ours, theirs in pairs), "s")
    report.add("… seconds of exposures", min(ours for ours, _theirs in pairs), "s")
    report.add("… exposures against core", ratio(pairs), "×", budget=0.1, pairs=pairs)
    report.add("… against core's receivable alone, without orders", ratio(owed), "×", pairs=owed)


def _measure_confirming(env, firm, report):
    """What control costs a confirmation; other customers than those with open documents."""
    customers = env["res.partner"].create([{"name": f"Buyer {number}"} for number in range(DOCUMENTS)])
    accounts = env["stm.credit.account"].create(
        [{"partner_id": one.id, "company_id": firm.company.id} for one in customers]
    )
    accounts.action_stm_set_limit("limited", 1e9, "Bench")
    bare = Flow(env, customers, firm.products[0])
    # who confirms has changes tracked
    usual = Flow(env(context=dict(env.context, tracking_disable=False)), customers, firm.products[0])
    _compare(report, firm, f"confirm {DOCUMENTS} with credit control", usual, budget=1.1)
    _compare(report, firm, f"confirm {DOCUMENTS} without tracking, with credit control", bare)
    firm.company.stm_credit_control = True


def _compare(report, firm, title, flow, budget=None):
    """Confirmations with control on and off, in turns."""
    runs = {True: [], False: []}
    for number in range(ROUNDS + 1):
        for is_on in (True, False):
            firm.company.stm_credit_control = is_on
            run = flow.run()["confirm"]
            # the first one fills caches of rules and the like
            if number:
                runs[is_on].append(run)
    seconds, queries, busy = (
        [(ours[place], theirs[place]) for ours, theirs in zip(runs[True], runs[False], strict=True)]
        for place in range(3)
    )
    more = min(ours for ours, _theirs in queries) - min(theirs for _ours, theirs in queries)
    report.add(f"{title}: queries more than without", more, budget=2)
    report.add("… time against without", fastest(seconds), "×", budget=budget, pairs=seconds)
    report.add("… processor against without", fastest(busy), "×", pairs=busy)
    more = median(ours - theirs for ours, theirs in busy)
    report.add("… milliseconds of the processor more for an order", more * 1000 / DOCUMENTS, "ms")


def _measure_figures(env, firm, report):
    """The page of receivables by salesperson: what it reads, and the page as a whole."""
    for partner, user in zip(firm.customers, cycle(firm.users)):
        partner.user_id = user
    figures, page = env["stm.receivable.figures"], env["stm.receivable.page"].create({"by": "person"})
    queries, seconds = _time(env, lambda: figures._get_page(firm.company, firm.today, "person"))
    title = f"receivables of {len(firm.customers):,} customers, by {len(firm.users)} salespeople"
    report.add(f"{title}: queries", queries, budget=5)
    report.add("… seconds", seconds, "s")
    queries, seconds = _time(env, page.action_compute)
    report.add("… the page with its rows: queries", queries)


def _measure_collection(env, firm, report, partners):
    """The run over customers with overdue invoices: once with steps and mails, then with none due."""
    for number, partner in enumerate(partners):
        partner.email = f"payer{number}@example.com"
    firm.company.stm_collection = True
    engine = env["stm.collection.engine"].sudo()
    queries, seconds = _time(env, lambda: engine._run(firm.company, partners.ids))
    taken = env["stm.collection.log"].search_count([("company_id", "=", firm.company.id)])
    title = f"collection run of {len(partners)} customers, {taken} steps taken"
    report.add(f"{title}: queries", queries, budget=10)
    report.add("… seconds", seconds, "s", budget=10)
    queries, seconds = _time(env, lambda: engine._run(firm.company, partners.ids))
    report.add("… with no step due: queries", queries, budget=10)
    report.add("… seconds", seconds, "s", budget=10)


def _find_customers(env, firm):
    """The firm's customers, and new ones without documents up to the number."""
    missing = CUSTOMERS - len(firm.customers)
    more = env["res.partner"].create([{"name": f"Prospect {number}"} for number in range(max(missing, 0))])
    return (firm.customers | more)[:CUSTOMERS]


def _open_documents(env, firm, partners):
    """Make the newest invoice of each an open and overdue one, and its newest order one to be invoiced."""
    env.flush_all()
    values = {"company": firm.company.id, "partners": partners.ids, "due": firm.today - GRACE}
    for query in (
        """UPDATE account_move_line SET reconciled = FALSE, amount_residual = balance,
            amount_residual_currency = amount_currency, date_maturity = %(due)s
        WHERE id IN (
            SELECT DISTINCT ON (l.partner_id) l.id FROM account_move_line l
            JOIN account_account a ON a.id = l.account_id
            WHERE a.account_type = 'asset_receivable' AND l.company_id = %(company)s
                AND l.partner_id = ANY(%(partners)s) AND l.parent_state = 'posted' AND l.balance > 0
            ORDER BY l.partner_id, l.id DESC)""",
        """CREATE TEMP TABLE bench_open ON COMMIT DROP AS
        SELECT DISTINCT ON (partner_id) id FROM sale_order
        WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s) ORDER BY partner_id, id DESC""",
        """DELETE FROM sale_order_line_invoice_rel WHERE order_line_id IN (
            SELECT l.id FROM sale_order_line l JOIN bench_open o ON o.id = l.order_id)""",
        """UPDATE sale_order_line l SET invoice_status = 'to invoice', qty_invoiced = 0,
            qty_to_invoice = product_uom_qty, untaxed_amount_invoiced = 0,
            untaxed_amount_to_invoice = price_subtotal
        FROM bench_open o WHERE o.id = l.order_id""",
        """UPDATE sale_order s SET invoice_status = 'to invoice' FROM bench_open o WHERE o.id = s.id""",
    ):
        env.cr.execute(query, values)
    env.invalidate_all()


def _time(env, work):
    """(queries, seconds) of a call that finds nothing in the cache."""
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    start = time.perf_counter()
    work()
    env.flush_all()
    return env.cr.sql_log_count - before, time.perf_counter() - start
