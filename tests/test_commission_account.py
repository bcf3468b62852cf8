"""What locking and paying statements post: balanced, without names, once."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common_commission_account import AccountedCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionAccount(AccountedCase):
    def test_earned_is_an_expense_of_its_period_and_waits_in_the_accrual(self):
        self._sold_by("2026-05-10", self.rep, 1000)
        self._sold_by("2026-05-11", self.rep2, 500)
        plan = self._commission([0.1], self._people(), payable_on="proportional")
        statements = self._settle(plan)
        self._lock(statements)
        move = statements.accrual_move_id
        self.assertEqual((len(move), move.state, str(move.date)), (1, "posted", "2026-05-31"))
        self.assertEqual(
            self._lines(move),
            [
                ("accrual", "Commission earned 2026-05", -150.0),
                ("expense", "Commission earned 2026-05, North", 150.0),
            ],
        )
        self.assertEqual(self._balance(self.accrual), sum(statements.mapped("waiting")))
        statements.with_user(self.accountant).action_pay()
        self.assertFalse(statements.release_move_id, "nothing was payable")

    def test_paying_hands_the_payable_to_payroll(self):
        invoice = self._sold_by("2026-05-10", self.rep, 1000)
        self._sold_by("2026-05-11", self.rep2, 500)
        self._pay(invoice, "2026-05-20", amount=400.0)
        plan = self._commission([0.1], self._people(), payable_on="proportional")
        statements = self._settle(plan)
        self._lock(statements)
        statements.with_user(self.accountant).action_pay()
        self.assertEqual(
            self._lines(statements.release_move_id),
            [
                ("accrual", "Commission to payroll 2026-05", 40.0),
                ("payroll", "Commission to payroll 2026-05", -40.0),
            ],
        )
        self.assertEqual(str(statements.release_move_id.date), "2026-06-15")
        self.assertEqual((self._balance(self.accrual), self._balance(self.payroll_account)), (110, 40))
        self.assertEqual(set(statements.mapped("state")), {"paid"})

    def test_nothing_is_posted_twice(self):
        self._sold_by("2026-05-10", self.rep, 1000)
        statement = self._settle(self._commission([0.1]))
        self._lock(statement)
        for action in ("action_lock", "action_check"):
            with self.assertRaises(UserError):
                getattr(statement.with_user(self.payroll), action)()
        statement.with_user(self.payroll).action_pay()
        with self.assertRaises(UserError):
            statement.with_user(self.payroll).action_pay()
        self.assertEqual((self._balance(self.accrual), self._balance(self.payroll_account)), (0, 100))

    def test_what_is_taken_back_turns_the_sides(self):
        invoice = self._sold_by("2026-05-10", self.rep, 1000)
        plan = self._commission([0.1])
        may = self._settle(plan, "2026-05-31")
        self._lock(may)
        may.with_user(self.payroll).action_pay()
        self._refund(invoice, "2026-06-05", 300)
        june = self._settle(plan) - may
        self._lock(june)
        self.assertEqual(june.earned, -30)
        self.assertEqual(
            [line[::2] for line in self._lines(june.accrual_move_id)], [("accrual", 30.0), ("expense", -30.0)]
        )
        self.assertEqual(june.draw_balance, 30, "what was paid too much")
        self.assertEqual(self._balance(self.accrual), -30)

    def test_analytic_accounts_of_teams(self):
        plan_of_accounts = self.env["account.analytic.plan"].create({"name": "Teams"})
        self.team.stm_analytic_account_id = self.env["account.analytic.account"].create(
            {"name": "North", "plan_id": plan_of_accounts.id, "company_id": self.company.id}
        )
        self._sold_by("2026-05-10", self.rep, 1000)
        self._sold_by("2026-05-11", self.rep2, 500)
        statements = self._settle(self._commission([0.1], self._people()))
        self._lock(statements)
        lines = statements.accrual_move_id.line_ids
        expense = lines.filtered(lambda line: line.account_id == self.expense)
        self.assertEqual(expense.analytic_distribution, {str(self.team.stm_analytic_account_id.id): 100})
        self.assertEqual(expense.analytic_line_ids.amount, -150)
        self.assertFalse((lines - expense).analytic_distribution)

    def test_a_team_of_one_person_has_no_line_of_its_own(self):
        """South has one person; with North's two it would be found by subtracting, so all is one line."""
        south = self.team.copy({"name": "South", "member_ids": [(6, 0, [])]})
        rep3 = self._make_user("rep3", "sales_team.group_sale_salesman")
        self._sold_by("2026-05-10", self.rep, 1000)
        self._sold_by("2026-05-11", self.rep2, 500)
        self._sold_by("2026-05-12", rep3, 700, team=south)
        statements = self._settle(self._commission([0.1], [*self._people(), {"user_id": rep3.id}]))
        self._lock(statements)
        self.assertEqual(
            self._lines(statements.accrual_move_id),
            [
                ("accrual", "Commission earned 2026-05", -220.0),
                ("expense", "Commission earned 2026-05", 220.0),
            ],
        )

    def test_no_name_stands_in_the_journal(self):
        self._sold_by("2026-05-10", self.rep, 1000)
        self._sold_by("2026-05-11", self.rep2, 500)
        statements = self._settle(self._commission([0.1], self._people()))
        self._lock(statements)
        statements.with_user(self.payroll).action_pay()
        for move in statements.accrual_move_id | statements.release_move_id:
            texts = [move.ref, move.narration, *move.line_ids.mapped("name")]
            texts += move.message_ids.mapped("body")
            self.assertFalse(move.partner_id | move.line_ids.partner_id)
            for name in (self.rep.name, self.rep2.name):
                self.assertNotIn(name, " ".join(text or "" for text in texts))

    def test_a_locked_period_is_posted_forward_and_says_so(self):
        self._sold_by("2026-05-10", self.rep, 1000)
        statement = self._settle(self._commission([0.1]))
        self.company.sudo().fiscalyear_lock_date = "2026-05-31"
        self._lock(statement)
        move = statement.accrual_move_id
        self.assertEqual((str(move.date), move.state), ("2026-06-01", "posted"))
        self.assertIn("05/31/2026", move.narration)

    def test_the_running_period_is_not_posted_into_the_future(self):
        self._sold_by("2026-06-10", self.rep, 1000)
        statement = self._settle(self._commission([0.1]))
        self._lock(statement)
        self.assertEqual(str(statement.accrual_move_id.date), "2026-06-15")

    def test_what_is_missing_is_named_and_nothing_is_half_done(self):
        self._sold_by("2026-05-10", self.rep, 1000)
        statement = self._settle(self._commission([0.1]))
        self.company.stm_commission_expense_account_id = False
        with self.assertRaisesRegex(UserError, "lack: Commission Expense"), self.cr.savepoint():
            self._lock(statement)
        statement.invalidate_recordset()
        self.assertEqual(statement.state, "computed")

    def test_without_accounting_statements_are_locked_and_paid_all_the_same(self):
        self.company.stm_commission_accounting = False
        self._sold_by("2026-05-10", self.rep, 1000)
        statement = self._settle(self._commission([0.1]))
        self._lock(statement)
        self.company.stm_commission_accounting = True
        statement.with_user(self.payroll).action_pay()
        self.assertFalse(statement.accrual_move_id | statement.release_move_id)
        self.assertFalse(statement.is_accounted)

    def test_moves_and_bills_are_kept(self):
        self._sold_by("2026-05-10", self.rep, 1000)
        statement = self._settle(self._commission([0.1]))
        self._lock(statement)
        move = statement.accrual_move_id
        move.button_draft()
        with self.assertRaisesRegex(UserError, "rely on this"):
            move.with_context(force_delete=True).unlink()

    def test_who_sees_the_moves(self):
        self._sold_by("2026-05-10", self.rep, 1000)
        self._sold_by("2026-05-11", self.rep2, 500)
        statements = self._settle(self._commission([0.1], self._people()))
        self._lock(statements)
        move = statements.accrual_move_id
        self.assertEqual(move.with_user(self.accountant).stm_statement_count, 2)
        action = move.with_user(self.accountant).action_view_stm_statements()
        found = self.env["stm.commission.statement"].with_user(self.accountant).search(action["domain"])
        self.assertEqual(found, statements)
        own = statements.filtered(lambda one: one.user_id == self.rep).with_user(self.rep)
        for field in ("accrual_move_id", "release_move_id", "bill_id"):
            with self.assertRaises(AccessError):
                own.read([field])
        for action in ("action_pay", "action_create_bill", "action_lock"):
            with self.assertRaises(AccessError):
                getattr(own, action)()
