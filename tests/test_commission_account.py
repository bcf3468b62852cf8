"""What locking and paying statements post: balanced, without names, once."""

from random import Random

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class AccountedCase(CommissionCase):
    """Commission goes to accounting; two people of the team and an agent are paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "stm_commission_accounting": True,
                "stm_commission_journal_id": cls.env["account.journal"]
                .search([("company_id", "=", cls.company.id), ("type", "=", "general")], limit=1)
                .id,
                **{
                    f"stm_commission_{use}_account_id": cls._account(code, use, kind).id
                    for use, code, kind in (
                        ("expense", "699001", "expense"),
                        ("accrual", "219001", "liability_current"),
                        ("payroll", "219002", "liability_current"),
                    )
                },
            }
        )
        cls.expense = cls.company.stm_commission_expense_account_id
        cls.accrual = cls.company.stm_commission_accrual_account_id
        cls.payroll_account = cls.company.stm_commission_payroll_account_id
        cls.agent = cls.env["res.partner"].create({"name": "Agent Agathe"})

    @classmethod
    def _account(cls, code, name, kind):
        return cls.env["account.account"].create(
            {"code": code, "name": name, "account_type": kind, "company_ids": [(6, 0, cls.company.ids)]}
        )

    def _people(self, **values):
        return [{"user_id": user.id, **values} for user in (self.rep, self.rep2)]

    def _lock(self, statements):
        """Check, approve and lock, as two administrators do."""
        self._post(statements)
        statements.with_user(self.payroll2).action_approve()
        statements.with_user(self.payroll).action_lock()

    def _balance(self, account):
        """What is on the credit side of an account, in company currency."""
        self.env.flush_all()
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(-sum(lines.mapped("balance")), 2)

    def _lines(self, move):
        return sorted((line.account_id.name, line.name, line.balance) for line in move.line_ids)

    def _sold_by(self, date, user, amount, **values):
        return self._invoice(self._order(date, amount, user=user, **values), date)


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

    def test_another_currency_is_posted_in_it_and_balances_in_both(self):
        """1.1 dollars for a euro: what is earned in dollars stands in euros at the rate of the day."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2026-01-01", "rate": 1.1}
        )
        self._sold_by("2026-05-10", self.rep, 1000)
        self._sold_by("2026-05-11", self.rep2, 333.33)
        statements = self._settle(self._commission([0.1], self._people(), currency_id=dollar.id))
        self.assertEqual(sum(statements.mapped("earned")), 146.67)
        self._lock(statements)
        move = statements.accrual_move_id
        self.assertEqual(move.line_ids.currency_id, dollar)
        amounts = sorted((line.amount_currency, line.balance) for line in move.line_ids)
        self.assertEqual(amounts, [(-146.67, -133.34), (146.67, 133.34)])
        statements.with_user(self.payroll).action_pay()
        self.assertEqual((self._balance(self.accrual), self._balance(self.payroll_account)), (0, 133.34))

    def test_two_currencies_are_two_moves(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2026-01-01", "rate": 2}
        )
        self._sold_by("2026-05-10", self.rep, 1000)
        self._settle(self._commission([0.1]))
        statements = self._settle(self._commission([0.1], name="Abroad", currency_id=dollar.id))
        self._lock(statements)
        self.assertEqual(
            sorted(statements.accrual_move_id.mapped("currency_id.name")), ["EUR", "USD"]
        )
        self.assertEqual(self._balance(self.accrual), 200)

    def test_companies_have_moves_of_their_own(self):
        """Who locks statements of two companies at once posts in each what is its own."""
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.other_company.id), ("type", "=", "general")], limit=1
        )
        other = self.env(context={**self.env.context, "allowed_company_ids": self.other_company.ids})
        accounts = {
            use: other["account.account"]
            .create({"code": code, "name": use, "account_type": kind})
            .id
            for use, code, kind in (("expense", "699001", "expense"), ("accrual", "219001", "liability_current"))
        }
        self.other_company.write(
            {
                "stm_commission_accounting": True,
                "stm_commission_journal_id": journal.id,
                **{f"stm_commission_{use}_account_id": account for use, account in accounts.items()},
            }
        )
        (self.payroll | self.payroll2).company_ids |= self.other_company
        both = (self.company | self.other_company).ids
        order = other["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.rep_other.id,
                "team_id": self.team_other.id,
                "company_id": self.other_company.id,
                "order_line": [(0, 0, {"product_id": self.product.id, "price_unit": 700, "tax_ids": [(5,)]})],
            }
        )
        order.action_confirm()
        order.date_order = "2026-05-10 12:00:00"
        self._sold_by("2026-05-10", self.rep, 1000)
        ours = self._settle(self._commission([0.1]))
        abroad = self.env(user=self.payroll, context={"allowed_company_ids": both})
        plan = self._commission(
            [0.1], [self.rep_other], company_id=self.other_company.id, earned_on="order", activate=False
        ).with_env(abroad)
        plan.action_activate()
        plan.action_compute()
        theirs = self._statements(plan)
        statements = abroad["stm.commission.statement"].browse((ours | theirs).ids)
        statements.action_check()
        statements.with_user(self.payroll2).action_approve()
        statements.action_lock()
        for statement, amount in ((ours, 100), (theirs, 70)):
            move = statement.accrual_move_id
            self.assertEqual(move.company_id, statement.company_id)
            self.assertEqual(move.line_ids.account_id.company_ids, statement.company_id)
            self.assertEqual(sum(move.line_ids.mapped("debit")), amount)
        self.assertFalse(
            theirs.accrual_move_id.with_user(self.accountant).sudo(False).search([("id", "=", theirs.accrual_move_id.id)])
        )

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


@freeze_time("2026-06-15 12:00:00")
class TestCommissionBill(AccountedCase):
    def _agent_statement(self, amount=1000):
        order = self._order("2026-05-10", amount, confirm=False)
        order.stm_split_ids = [(0, 0, {"partner_id": self.agent.id, "share": 1.0})]
        order.action_confirm()
        order.date_order = "2026-05-10 12:00:00"
        self._invoice(order, "2026-05-10")
        statement = self._settle(self._commission([0.1], [{"partner_id": self.agent.id}]))
        self._lock(statement)
        return statement

    def test_a_bill_clears_the_accrual(self):
        statement = self._agent_statement()
        self.assertEqual(self._balance(self.accrual), 100)
        statement.with_user(self.accountant).action_create_bill()
        bill = statement.bill_id
        self.assertEqual(
            (bill.state, bill.move_type, bill.partner_id, bill.amount_total, bill.ref),
            ("draft", "in_invoice", self.agent, 100, "Commission 2026-05"),
        )
        bill.invoice_date = "2026-06-15"
        bill.action_post()
        self.assertEqual(self._balance(self.accrual), 0)

    def test_one_bill_however_often_the_button_is_pressed(self):
        statement = self._agent_statement()
        first = statement.with_user(self.accountant).action_create_bill()
        self.assertEqual(statement.with_user(self.accountant).action_create_bill(), first)
        self.assertEqual(self.env["account.move"].search_count([("partner_id", "=", self.agent.id)]), 1)

    def test_an_agent_is_paid_once_the_bill_is(self):
        statement = self._agent_statement()
        with self.assertRaisesRegex(UserError, "once its vendor bill is"):
            statement.with_user(self.payroll).action_pay()
        statement.with_user(self.payroll).action_create_bill()
        bill = statement.bill_id
        bill.invoice_date = "2026-06-15"
        bill.action_post()
        self._pay(bill, "2026-06-15")
        statement.with_user(self.payroll).action_pay()
        self.assertEqual(statement.state, "paid")
        self.assertFalse(statement.release_move_id, "no payroll for an agent")

    def test_people_get_no_bill(self):
        self._sold_by("2026-05-10", self.rep, 1000)
        statement = self._settle(self._commission([0.1]))
        self._lock(statement)
        with self.assertRaisesRegex(UserError, "whom payroll pays"):
            statement.with_user(self.accountant).action_create_bill()


@freeze_time("2026-06-15 12:00:00")
class TestCommissionAccrualProperty(AccountedCase):
    def test_the_accrual_is_what_is_earned_and_not_paid(self):
        """Over months of sales, payments, refunds and draws, whatever is locked and paid when."""
        random = Random(20261122)
        plan = self._commission(
            [0.1],
            [{"user_id": self.rep.id, "draw": 60}, {"user_id": self.rep2.id}],
            payable_on="proportional",
        )
        invoices, locked = [], self.env["stm.commission.statement"]
        for month in range(1, 6):
            for user in (self.rep, self.rep2):
                for _number in range(2):
                    day = f"2026-{month:02}-{random.randint(1, 27):02}"
                    invoices.append(self._sold_by(day, user, random.randint(1, 2000) / 4))
            for invoice in random.sample(invoices, 2):
                if invoice.amount_residual > 20:
                    part = invoice.currency_id.round(invoice.amount_residual * random.choice((0.3, 0.5, 1)))
                    self._pay(invoice, f"2026-{month:02}-28", amount=part)
            refunded = random.choice(invoices)
            if not refunded.reversal_move_ids:
                self._refund(refunded, f"2026-{month:02}-28", refunded.amount_untaxed / 2)
            statements = self._settle(plan, f"2026-{month:02}-28")
            open_ones = statements.filtered(lambda one: one.state == "computed")
            self._lock(open_ones)
            locked |= open_ones
            paid = locked.filtered(lambda one: one.state == "locked" and random.random() < 0.6)
            if paid:
                paid.with_user(self.payroll).action_pay()
            self._check_accrual(locked)
        self.assertTrue(locked.filtered(lambda one: one.earned < 0) or locked.filtered("draw_balance"))

    def _check_accrual(self, locked):
        moves = locked.accrual_move_id | locked.release_move_id
        for move in moves:
            self.assertAlmostEqual(sum(move.line_ids.mapped("balance")), 0)
        unpaid = sum(locked.filtered(lambda one: one.state == "locked").mapped("payable"))
        last = {one.payee_id: one for one in locked.sorted("date_from")}.values()
        owed = sum(one.waiting - one.draw_balance for one in last) + unpaid
        self.assertAlmostEqual(self._balance(self.accrual), owed, places=2)
        self.assertAlmostEqual(self._balance(self.expense), -sum(locked.mapped("earned")), places=2)
        paid = locked.filtered(lambda one: one.state == "paid")
        self.assertAlmostEqual(self._balance(self.payroll_account), sum(paid.mapped("payable")), places=2)
