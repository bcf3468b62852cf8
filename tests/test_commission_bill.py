"""Vendor bills of outside agents, and the accrual over months of everything."""

from random import Random

from freezegun import freeze_time

from odoo.exceptions import UserError

from .common_commission_account import AccountedCase


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
