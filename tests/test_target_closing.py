"""Closing a period keeps what was achieved and shows what changed afterwards."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common_target import StmTargetCase


@freeze_time("2026-06-15 09:00:00")
class TestTargetClosing(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.node = cls._node(user=cls.rep)
        cls.april = cls._line(cls.node, 100, "2026-04-01", "2026-04-30")
        cls.may = cls._line(cls.node, 100, "2026-05-01", "2026-05-31")
        cls.order = cls._order("2026-04-10", 80)
        cls._approve()
        cls.managed = cls.plan.with_user(cls.manager)

    def test_frozen_and_changed_since(self):
        self.managed._close_until(date(2026, 4, 30))
        self._order("2026-04-12", 15)
        self.env.invalidate_all()
        line = self.april
        self.assertEqual((line.actual, line.actual_live, line.changed_since), (80, 95, 15))
        self.assertEqual((line.attainment, line.gap), (0.8, 20))
        self.assertTrue(line.closed_at)
        self.assertEqual(self.plan.closing_ids.closed_by_id, self.manager)
        self.assertEqual(self.plan.state, "approved", "May is open")
        self.assertFalse(self.may.closed_at)
        self.assertEqual(line.with_user(self.rep).changed_since, 15)
        result = self.env["stm.target.result"].search([("line_id", "=", line.id)])
        self.assertEqual(result.actual, 80)

    def test_what_changed_is_found(self):
        closings = self.managed._close_until(date(2026, 5, 31))
        Closing = self.env["stm.target.closing"].with_user(self.manager)
        changed = [("plan_id", "=", self.plan.id), ("changed_since", "!=", 0)]
        self.assertFalse(Closing.search(changed))
        self._order("2026-04-12", 15)
        self.env.invalidate_all()
        self.assertEqual(Closing.search(changed).line_id, self.april)
        unchanged = Closing.search([("plan_id", "=", self.plan.id), ("changed_since", "=", 0)])
        self.assertEqual(unchanged | Closing.search(changed), closings)

    def test_plan_closes_with_its_last_period(self):
        self.managed._close_until(date(2026, 5, 31))
        self.assertEqual(self.plan.state, "closed")
        with self.assertRaises(UserError):
            self.may.target = 5

    def test_refusals(self):
        with self.assertRaisesRegex(UserError, "not over yet"):
            self.managed._close_until(date(2026, 6, 15))
        with self.assertRaisesRegex(UserError, "No open target"):
            self.managed._close_until(date(2026, 4, 29))
        with self.assertRaises(AccessError):
            self.plan.with_user(self.sees_all)._close_until(date(2026, 4, 30))
        self.managed._close_until(date(2026, 4, 30))
        with self.assertRaisesRegex(UserError, "No open target"):
            self.managed._close_until(date(2026, 4, 30))

    def test_closed_days_are_not_revised(self):
        self.managed._close_until(date(2026, 4, 30))
        with self.assertRaisesRegex(UserError, "from 05/01/2026"):
            self.managed._create_revision(date(2026, 4, 30), "Late")
        self.managed._create_revision(date(2026, 5, 1), "In time")

    def test_reopening_leaves_a_trace(self):
        closings = self.managed._close_until(date(2026, 5, 31))
        self._order("2026-04-12", 15)
        with self.assertRaises(AccessError), self.cr.savepoint():
            closings.with_user(self.sees_all)._reopen("Because")
        closings.with_user(self.manager)._reopen("Wrong invoice")
        self.env.invalidate_all()
        self.assertEqual((self.april.actual, self.april.changed_since), (95, 0))
        self.assertEqual(self.plan.state, "approved")
        self.assertEqual(closings.mapped("actual"), [80, 0], "kept")
        self.assertEqual(set(closings.mapped("reopen_reason")), {"Wrong invoice"})
        self.assertIn("Wrong invoice", self.plan.message_ids[:1].body)
        again = self.managed._close_until(date(2026, 5, 31))
        self.assertEqual(again.filtered(lambda row: row.line_id == self.april).actual, 95)

    def test_closings_are_kept(self):
        closings = self.managed._close_until(date(2026, 5, 31))
        for env in (self.env, self.env(user=self.manager), self.env(su=True)):
            for attempt in (
                lambda rows: rows.write({"actual": 1}),
                lambda rows: rows.unlink(),
            ):
                with self.assertRaises(UserError), self.cr.savepoint():
                    attempt(closings.with_env(env))
        with self.assertRaises(AccessError):
            self.env["stm.target.closing"].with_user(self.manager).create({"line_id": self.april.id})

    def test_wizards(self):
        """The same by the buttons of the form."""
        wizard = self.env["stm.target.close"].with_user(self.manager)
        wizard = wizard.with_context(**self.managed.action_close()["context"]).create({})
        self.assertEqual((str(wizard.date), wizard.count), ("2026-05-31", 2))
        wizard.action_confirm()
        self.assertEqual(self.plan.state, "closed")
        closings = self.plan.closing_ids.with_user(self.manager)
        reason = self.env["stm.target.reason"].with_user(self.manager)
        reason = reason.with_context(**closings.action_reopen()["context"])
        reason.create({"reason": "Again"}).action_confirm()
        self.assertEqual(self.plan.state, "approved")
