"""Plans in real transactions at the same time; what is committed here is taken away in the end."""

from psycopg2.errors import SerializationFailure

from odoo.tools import mute_logger

from .common import RealTransactionsCase


class TestTargetConcurrency(RealTransactionsCase):
    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            plan = env["stm.target.plan"].create({"name": "At once"})
            node = env["stm.target.node"].create({"plan_id": plan.id})
            self.vals = {
                "node_id": node.id,
                "measure_id": plan.measure_ids.id,
                "date_from": plan.date_from,
                "date_to": plan.date_to,
                "target": 5,
            }
            self.plan_id = plan.id
        self.addCleanup(self._clean)

    def _clean(self):
        with self._transaction() as env:
            for table in ("line", "node", "plan"):
                column = "id" if table == "plan" else "plan_id"
                env.cr.execute(f"DELETE FROM stm_target_{table} WHERE {column} = %s", [self.plan_id])

    def test_target_added_while_the_plan_is_approved(self):
        """Retried, it finds the plan approved."""
        with self._transaction() as late:
            self.assertEqual(late["stm.target.plan"].browse(self.plan_id).state, "draft")
            with self._transaction() as env:
                env["stm.target.plan"].browse(self.plan_id)._write_guarded({"state": "approved"})
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                late["stm.target.line"].create(self.vals)
            late.cr.rollback()
            late.clear()
        with self._transaction() as env:
            self.assertFalse(env["stm.target.plan"].browse(self.plan_id).line_ids)

    def test_closed_while_its_revision_is_approved(self):
        with self._transaction() as late:
            plan = late["stm.target.plan"].browse(self.plan_id)
            self.assertEqual(plan.state, "draft")
            with self._transaction() as env:
                env["stm.target.plan"].browse(self.plan_id)._lock_versions()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                plan._lock_versions()
            late.cr.rollback()
            late.clear()

    def test_two_plans_approved_at_once(self):
        """Retried, the second finds the first one's targets and is refused."""
        with self._transaction() as late:
            plans = late["stm.target.plan"]
            self.assertEqual(plans.browse(self.plan_id).state, "draft")
            with self._transaction() as env:
                env["stm.target.plan"].browse(self.plan_id)._serialize_approvals()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                plans.browse(self.plan_id)._serialize_approvals()
            late.cr.rollback()
            late.clear()
