"""Two who settle at once pay once."""

from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import errors

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import mute_logger

from .common import RealTransactionsCase


class TestCommissionConcurrency(RealTransactionsCase):
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
            order.action_confirm()
            order.date_order = "2031-05-10 12:00:00"
            plan = env["stm.commission.plan"].create(
                {
                    "name": "Race",
                    "earned_on": "order",
                    "date_from": "2031-05-01",
                    "rule_ids": [(0, 0, {"name": "Sales", "rate": 0.1})],
                    "assignment_ids": [(0, 0, {"user_id": env.uid})],
                }
            )
            plan.action_activate()
            self.plan, self.order = plan.id, order.id
            self.records = [(one._name, one.id) for one in (order, product, customer)]
        self.addCleanup(self._clean)

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

    def test_two_settlements_at_once_pay_once(self):
        self._race(self._compute, self._both)
        self.assertEqual(self._paid(), (1, 100))
        with self._transaction() as env:
            self._compute(env)
        self.assertEqual(self._paid(), (1, 100))

    def test_settled_by_two_from_the_beginning(self):
        """The second computes on what the first has posted meanwhile, and finds nothing to post."""
        self._race(self._both, self._compute)
        self.assertEqual(self._paid(), (1, 100))

    def test_two_plans_of_a_payee_at_once(self):
        """Both make the payee's statement; the second finds that of the first."""
        with self._transaction() as env:
            other = env["stm.commission.plan"].browse(self.plan).copy({"name": "Race too"})
            other.action_activate()
            self.other = other.id
        self.addCleanup(self._drop_other)

        def compute(env):
            plan = env["stm.commission.plan"].browse(self.other)
            env["stm.commission.engine"]._settle(plan, plan.date_from.replace(month=6, day=15))

        self._race(self._compute, compute, ConcurrencyError)
        with self._transaction() as env:
            statement = env["stm.commission.statement"].search([("entry_ids.lineage_id", "=", self.plan)])
            self.assertCountEqual(statement.entry_ids.lineage_id.ids, [self.plan, self.other])
            self.assertEqual(statement.earned, 200)

    def _drop_other(self):
        with self._transaction() as env:
            env.cr.execute("DELETE FROM stm_commission_entry WHERE lineage_id = %s", [self.other])
            env.cr.execute("DELETE FROM stm_commission_plan WHERE id = %s", [self.other])

    def test_two_files_for_payroll_at_once(self):
        """The second is told that the first has exported it."""
        with self._transaction() as env:
            self._both(env)
            statement = env["stm.commission.statement"].search([("entry_ids.lineage_id", "=", self.plan)])
            statement.state = "locked"
            statement.user_id.partner_id.stm_employee_number = "E1"
            self.statement = statement.id
        self.addCleanup(self._forget_files)

        def export(env):
            env["stm.commission.statement"].browse(self.statement).action_export_payroll()

        with self.assertRaisesRegex(UserError, "was exported already"):
            self._race(export, export)
        with self._transaction() as env:
            self.assertEqual(env["stm.commission.payroll"].search_count([]), 1)

    def _forget_files(self):
        with self._transaction() as env:
            statement = env["stm.commission.statement"].browse(self.statement)
            statement.user_id.partner_id.stm_employee_number = False
            file = statement.payroll_id
            statement.payroll_id = False
            file.unlink()

    def test_computed_while_another_posts(self):
        with self._transaction() as env:
            self._compute(env)
        self._race(self._post, self._compute)
        self.assertEqual(self._paid(), (1, 100))

    @freeze_time("2031-06-15 12:00:00")
    def test_the_daily_job_twice_at_once(self):
        """The second leaves the plan to the first; whoever comes later finds nothing due."""

        def run(env):
            def commit(cron, _processed=0, **_values):
                cron.env.cr.commit()
                return 60.0

            with patch.object(type(env["ir.cron"]), "_commit_progress", commit):
                env["stm.commission.plan"]._cron_settle()

        with self.registry.cursor() as one, self.registry.cursor() as two:
            first, second = (api.Environment(cr, SUPERUSER_ID, {}) for cr in (one, two))
            plan = first["stm.commission.plan"].browse(self.plan)
            self.assertTrue(plan.try_lock_for_update())
            plan._settle_daily()
            first.flush_all()
            run(second)
            self.assertFalse(second["stm.commission.entry"].search([("lineage_id", "=", self.plan)]))
            one.commit()
            two.commit()
            second.invalidate_all()
            run(second)
            self._post(second)
            second.flush_all()
            two.commit()
        self.assertEqual(self._paid(), (1, 100))

    @freeze_time("2031-06-15 12:00:00")
    def test_the_daily_job_while_somebody_computes(self):
        """What another transaction has changed meanwhile is computed on the next day, not failed."""
        self._race(self._both, lambda env: env["stm.commission.plan"].browse(self.plan)._settle_daily())
        self.assertEqual(self._paid(), (1, 100))
        with self._transaction() as env:
            self.assertFalse(env["stm.commission.plan"].browse(self.plan).failure)
