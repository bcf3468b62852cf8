"""Two who settle at once pay once."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError, UserError

from .common_commission_race import CommissionRaceCase


class TestCommissionConcurrency(CommissionRaceCase):
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
