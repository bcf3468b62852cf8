"""What the addon costs those who sell: the ordinary flow with and without it."""

import os
from contextlib import contextmanager

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry

from .processor import Processor

DOCUMENTS = 10


class Flow:
    """Orders from creation to invoice, and opportunities, in one database.

    :param env: its environment; everything is rolled back
    """

    def __init__(self, env, partners, product):
        self.env = env
        self.partners = partners
        self.product = product

    def run(self, number=DOCUMENTS):
        """Seconds, queries and seconds of the processor of every step."""
        steps, result, processor = {}, {}, Processor(self.env)
        for name in ("create", "confirm", "invoice", "post", "won"):
            self.env.flush_all()
            self.env.invalidate_all()
            queries = self.env.cr.sql_log_count
            spent, steps[name] = processor.measure(lambda name=name: self._step(name, steps, number))
            result[name] = (spent.wall, self.env.cr.sql_log_count - queries, spent.busy)
        return result

    def _step(self, name, steps, number):
        done = getattr(self, f"_{name}")(steps, number)
        self.env.flush_all()
        # what is tracked is written before a transaction ends
        self.env.cr.precommit.run()
        self.env.flush_all()
        return done

    def _create(self, _steps, number):
        line = {"product_id": self.product.id, "price_unit": 100.0}
        return self.env["sale.order"].create(
            [
                {
                    "partner_id": self.partners[position].id,
                    "order_line": [Command.create(dict(line)) for _line in range(5)],
                }
                for position in range(number)
            ]
        )

    def _confirm(self, steps, _number):
        steps["create"].action_confirm()

    def _invoice(self, steps, _number):
        return steps["create"]._create_invoices(grouped=False)

    def _post(self, steps, _number):
        steps["invoice"].action_post()

    def _won(self, _steps, number):
        leads = self.env["crm.lead"].create(
            [{"name": "Chance", "type": "opportunity", "expected_revenue": 1.0} for _lead in range(number)]
        )
        leads.action_set_won()


@contextmanager
def triggers(env, on):
    """With or without the addon's triggers."""
    env.cr.execute(
        """SELECT tgname, tgrelid::regclass::text FROM pg_trigger
        WHERE tgname LIKE 'stm\\_%%' AND NOT tgisinternal"""
    )
    word = "ENABLE" if on else "DISABLE"
    for name, table in env.cr.fetchall():
        env.cr.execute(f"ALTER TABLE {table} {word} TRIGGER {name}")
    env.cr.commit()
    yield
    env.cr.rollback()


def measure_triggers(env, firm, report, rounds):
    """(d) The same flow with and without triggers, in turns, on a firm with many documents."""
    flow = Flow(env, firm.customers[:DOCUMENTS], firm.products[0])
    with triggers(env, on=True):
        flow.run()
    times = {True: [], False: []}
    for number in range(rounds):
        for on in (True, False) if number % 2 else (False, True):
            with triggers(env, on=on):
                times[on].append(flow.run())
    with triggers(env, on=True):
        pass
    for name in times[True][0]:
        pairs = [(a[name][0], b[name][0]) for a, b in zip(times[True], times[False], strict=True)]
        report.add(
            f"flow: {name} {DOCUMENTS}, triggers on against off", fastest(pairs), "×", budget=1.1, pairs=pairs
        )


def measure_first_purchases(env, firm, report, rounds):
    """What it costs to confirm the first orders of customers, against the same without triggers."""
    times = {True: [], False: []}
    for number in range(rounds):
        for on in (True, False) if number % 2 else (False, True):
            with triggers(env, on=on):
                partners = env["res.partner"].create([{"name": f"New {place}"} for place in range(DOCUMENTS)])
                times[on].append(Flow(env, partners, firm.products[0]).run()["confirm"][0])
    with triggers(env, on=True):
        pass
    pairs = list(zip(times[True], times[False], strict=True))
    what = f"flow: confirm {DOCUMENTS} first orders of new customers, triggers on against off"
    report.add(what, fastest(pairs), "×", budget=1.1, pairs=pairs)


def fastest(pairs):
    """Ratio of the fastest of ours to the fastest of theirs: others at work on the machine disturb least."""
    return min(ours for ours, _theirs in pairs) / min(theirs for _ours, theirs in pairs)


def measure_core(env, report, rounds):
    """Queries of the same flow in a database without the addon, and its time."""
    core = os.environ.get("STM_BENCH_CORE")
    if not core:
        print("   no database without the addon: run `make bench`")
        return
    with Registry(core).cursor() as cr:
        other = api.Environment(cr, SUPERUSER_ID, dict(env.context, allowed_company_ids=None))
        flows = [_small_flow(env), _small_flow(other)]
        for number in (1, DOCUMENTS):
            for flow in flows:
                _rolled_back(flow, number)
            runs = [_in_turns(flows, number, backwards=turn % 2) for turn in range(rounds)]
            for name in runs[0][0]:
                more = min(ours[name][1] for ours, _theirs in runs) - min(run[name][1] for _ours, run in runs)
                report.add(f"flow: {name} {number}, queries more than core", more, budget=0)
                pairs = [(ours[name][0], theirs[name][0]) for ours, theirs in runs]
                if number == DOCUMENTS:
                    what = f"flow: {name} {number}, against core"
                    report.add(what, fastest(pairs), "×", budget=1.1, pairs=pairs)


def _small_flow(env):
    env = env(context={"tracking_disable": True})
    if not env.company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", env.company, install_demo=False)
    partners = env["res.partner"].search([("name", "=like", "Bench flow %")], limit=DOCUMENTS)
    if len(partners) < DOCUMENTS:
        partners = env["res.partner"].create(
            [{"name": f"Bench flow {number}"} for number in range(DOCUMENTS)]
        )
        env["product.product"].create(
            {"name": "Bench flow", "type": "service", "invoice_policy": "order", "taxes_id": False}
        )
    product = env["product.product"].search([("name", "=", "Bench flow")], limit=1)
    flow = Flow(env, partners, product)
    # they have bought before: a first purchase is not the ordinary one and is measured apart
    flow.run()
    env.cr.commit()
    return flow


def _in_turns(flows, number, *, backwards):
    """Both, ours first or last: what runs second finds another state of the machine."""
    order = list(reversed(flows)) if backwards else flows
    results = [_rolled_back(flow, number) for flow in order]
    return list(reversed(results)) if backwards else results


def _rolled_back(flow, number):
    result = flow.run(number)
    flow.env.cr.rollback()
    flow.env.clear()
    return result
