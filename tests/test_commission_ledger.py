"""What is posted stays, whoever tries; the way of plans and statements."""

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionLedger(CommissionCase):
    def setUp(self):
        super().setUp()
        self._sold("2026-05-10", 1000)
        self.plan = self._commission([0.1])
        self.statement = self._settle(self.plan)

    def test_nobody_changes_what_is_posted(self):
        self._post(self.statement)
        entry = self._entries(self.plan)
        for user in (self.env.user, self.payroll, self.rep):
            for change in (lambda one: one.write({"amount": 1}), lambda one: one.unlink()):
                with self.assertRaises(UserError):
                    change(entry.with_user(user))
        for query in (
            "UPDATE stm_commission_entry SET amount = 1",
            "DELETE FROM stm_commission_entry",
            "TRUNCATE stm_commission_entry CASCADE",
        ):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
                self.cr.execute(query)
        with self.assertRaises(UserError):
            self.env["stm.commission.entry"].create([{}])

    def test_the_same_event_twice_is_impossible(self):
        self._post(self.statement)
        columns = ", ".join(
            name for name, field in self.env["stm.commission.entry"]._fields.items()
            if field.store and field.column_type and name != "id"
        )  # fmt: skip
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.cr.execute(
                f"INSERT INTO stm_commission_entry ({columns}) SELECT {columns} FROM stm_commission_entry"
            )

    def test_the_way_of_a_statement(self):
        mine = self.statement.with_user(self.payroll)
        with self.assertRaises(UserError):
            mine.action_approve()
        mine.action_check()
        self.assertTrue(all(self.statement.entry_ids.mapped("posted")))
        with self.assertRaises(UserError):
            mine.action_check()
        with self.assertRaisesRegex(UserError, "checked"):
            mine.action_approve()
        self.statement.with_user(self.payroll2).action_approve()
        mine.action_lock()
        mine.action_pay()
        self.assertEqual(self.statement.state, "paid")
        self.statement.with_user(self.rep).action_acknowledge()
        self.assertTrue(self.statement.acknowledged_on)
        with self.assertRaises(UserError):
            self.statement.with_user(self.payroll).action_acknowledge()

    def test_earlier_statements_are_checked_first(self):
        self._sold("2026-06-01", 100)
        _may, june = self._settle(self.plan)
        with self.assertRaisesRegex(UserError, "first"):
            self._post(june)

    def test_a_plan_in_force_does_not_change(self):
        for change in (
            {"paid_for": "margin"},
            {"date_from": "2026-02-01"},
            {"rule_ids": [(1, self.plan.rule_ids.id, {"rate": 0.5})]},
            {"rule_ids": [(2, self.plan.rule_ids.id)]},
            {"state": "draft"},
        ):
            with self.assertRaises(UserError):
                self.plan.write(change)
        with self.assertRaises(UserError):
            self.plan.rule_ids.rate = 0.5
        with self.assertRaises(UserError):
            self.plan.assignment_ids.share = 0.5
        with self.assertRaises(UserError):
            self.plan.unlink()

    def test_acceptance(self):
        plan = self.plan.with_user(self.rep)
        self.assertTrue(plan.can_accept)
        plan.action_accept()
        plan.action_accept()
        [accepted] = self.plan.acceptance_ids
        self.assertEqual((accepted.user_id, accepted.content_hash), (self.rep, self.plan.content_hash))
        self.assertFalse(plan.can_accept)
        with self.assertRaises(UserError):
            self.plan.with_user(self.payroll).action_accept()

    def test_an_entry_is_recomputed_from_its_own_content(self):
        for entry in self._entries(self.plan):
            earned = entry.exact + sum(float(part[2]) for part in entry.slices)
            cents = entry.currency_id.round
            self.assertEqual(entry.amount, cents(earned) - cents(entry.exact))
