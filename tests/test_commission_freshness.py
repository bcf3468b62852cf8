"""Checking posts what was shown, or refuses with the difference."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionFreshness(CommissionCase):
    def _computed(self, **values):
        self.invoice = self._sold("2026-05-10", 1000)
        self.plan = self._commission([0.1], **values)
        return self._settle(self.plan)

    def test_what_was_shown_is_posted(self):
        statement = self._computed()
        self.assertEqual(str(statement.computed_until), "2026-06-15")
        self._post(statement)
        self.assertEqual((statement.state, statement.earned), ("checked", 100))

    def test_a_later_invoice_is_told_and_nothing_is_posted(self):
        statement = self._computed()
        self._sold("2026-05-20", 1200)
        with self.assertRaisesRegex(UserError, "100.00.€ → 220.00"), self.cr.savepoint():
            self._post(statement)
        statement.invalidate_recordset()
        self.assertEqual((statement.state, statement.earned), ("computed", 100))
        statement.with_user(self.payroll).action_compute_again()
        self.assertEqual(statement.earned, 220)
        self._post(statement)
        self.assertEqual(statement.state, "checked")

    def test_the_same_sum_of_other_entries_is_told(self):
        statement = self._computed()
        self.invoice.button_draft()
        self._sold("2026-05-11", 1000)
        with self.assertRaisesRegex(UserError, "entries are others"), self.cr.savepoint():
            self._post(statement)

    def test_nothing_is_left_of_it(self):
        statement = self._computed()
        self.invoice.button_draft()
        with self.assertRaisesRegex(UserError, "100.00.€ → 0.00"), self.cr.savepoint():
            self._post(statement)
        action = statement.with_user(self.payroll).action_compute_again()
        self.assertEqual(action["res_model"], statement._name)
        self.assertFalse(statement.exists())

    def test_facts_after_the_day_of_the_computation_do_not_matter(self):
        self._sold("2026-05-10", 1000)
        plan = self._commission([0.1])
        statement = self._settle(plan, "2026-05-31")
        self._sold("2026-06-10", 500)
        self._post(statement)
        self.assertEqual(statement.state, "checked")

    def test_another_plan_of_the_statement_was_posted_further(self):
        """Checking does not take back what others were paid by that plan for later days."""
        self._sold("2026-05-10", 1000)
        self._sold("2026-06-10", 1000, user=self.rep2)
        both, own = self._commission([0.1], [self.rep, self.rep2]), self._commission([0.1], [self.rep])
        self._post(self._settle(both).filtered(lambda one: one.user_id == self.rep2))
        may = self._settle(own, "2026-05-31").filtered(lambda one: one.user_id == self.rep)
        self.assertEqual((may.earned, str(may.computed_until)), (200, "2026-05-31"))
        self._post(may)
        self.assertEqual(self._entries(both).mapped("amount"), [100, 100])

    def test_computed_by_somebody_else_while_the_screen_was_open(self):
        """The client sends what it shows; that can only make the button stricter."""
        statement = self._computed()
        self._sold("2026-05-20", 1200)
        self._settle(self.plan)
        seen = statement.with_user(self.payroll).with_context(stm_seen={"earned": 100, "payable": 100})
        with self.assertRaisesRegex(UserError, "100.00.€ → 220.00"), self.cr.savepoint():
            seen.action_check()
        seen.with_context(stm_seen={"earned": 220.0, "payable": "x"}).action_check()
        self.assertEqual(statement.state, "checked")

    def test_only_administrators_compute_again(self):
        statement = self._computed()
        with self.assertRaises(AccessError):
            statement.with_user(self.rep).action_compute_again()
