"""A plan, an order and a statement in real transactions, for what two people do at once."""

from psycopg2 import errors

from odoo import SUPERUSER_ID, api
from odoo.tools import mute_logger

from .common import RealTransactionsCase


class CommissionRaceCase(RealTransactionsCase):
    """An order of 1,000 in May 2031 and a plan that pays 10 % of it; committed, and taken away again."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            self.company = env.company.id
            customer = env["res.partner"].create({"name": "Race customer"})
            product = env["product.product"].create({"name": "Race", "type": "service"})
            line = {"product_id": product.id, "price_unit": 1000, "tax_ids": [(5,)]}
            order = env["sale.order"].create(
                {"partner_id": customer.id, "user_id": env.uid, "order_line": [(0, 0, line)]}
            )
            payee = self._make_payee(env, order)
            order.action_confirm()
            order.date_order = "2031-05-10 12:00:00"
            plan = env["stm.commission.plan"].create(
                {
                    "name": "Race",
                    "earned_on": "order",
                    "date_from": "2031-05-01",
                    "rule_ids": [(0, 0, {"name": "Sales", "rate": 0.1})],
                    "assignment_ids": [(0, 0, payee)],
                }
            )
            plan.action_activate()
            self.plan, self.order = plan.id, order.id
            self.records = [(one._name, one.id) for one in (order, product, customer)]
        self.addCleanup(self._clean)

    def _make_payee(self, env, _order):
        """Values of the assignment."""
        return {"user_id": env.uid}

    def _clean(self):
        with self._transaction() as env:
            env.cr.execute("ALTER TABLE stm_commission_entry DISABLE TRIGGER USER")
            env.cr.execute("DELETE FROM stm_commission_entry WHERE lineage_id = %s", [self.plan])
            env.cr.execute("ALTER TABLE stm_commission_entry ENABLE TRIGGER USER")
            env.cr.execute("DELETE FROM stm_commission_statement WHERE date_from >= '2031-01-01'")
            env.cr.execute("DELETE FROM stm_commission_plan WHERE id = %s", [self.plan])
            env["sale.order"].browse(self.order).action_cancel()
            for model, id_ in self.records:
                env[model].browse(id_).unlink()

    def _compute(self, env):
        plan = env["stm.commission.plan"].browse(self.plan)
        env["stm.commission.engine"]._settle(plan, plan.date_from.replace(month=6, day=15))

    def _post(self, env):
        env["stm.commission.statement"].search([("entry_ids.lineage_id", "=", self.plan)]).action_check()

    def _paid(self):
        with self._transaction() as env:
            env.cr.execute(
                "SELECT COUNT(*), SUM(amount) FROM stm_commission_entry WHERE lineage_id = %s AND posted",
                [self.plan],
            )
            return env.cr.fetchone()

    def _race(self, first, second, fault=errors.SerializationFailure):
        """Both begin before either ends; the second has to be told, and is retried by Odoo."""
        with self.registry.cursor() as one, self.registry.cursor() as two:
            envs = [api.Environment(cr, SUPERUSER_ID, {}) for cr in (one, two)]
            for cr in (one, two):
                cr.execute("SET LOCAL lock_timeout = '5s'")
                cr.execute("SELECT COUNT(*) FROM stm_commission_entry")
            first(envs[0])
            envs[0].flush_all()
            one.commit()
            with self.assertRaises(fault), mute_logger("odoo.sql_db"):
                second(envs[1])
                envs[1].flush_all()
            two.rollback()
        with self._transaction() as env:
            second(env)

    def _both(self, env):
        self._compute(env)
        self._post(env)
