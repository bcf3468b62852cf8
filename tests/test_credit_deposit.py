"""Deposits by plain bank transfer: what is named for an order counts for it, and nothing counts twice."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.fields import Date

from .common_credit_payment import CreditPaymentCase


class TestCreditDeposit(CreditPaymentCase):
    """Acme has a limit of 1,000, and grade D asks for 30 % in advance: 150 of 500."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        grades = cls.env["stm.credit.grade"].search([("company_id", "=", cls.company.id)])
        cls.grade = grades.filtered(lambda grade: grade.name == "D")
        cls.cron = cls.env.ref("sales_target_mgmt.ir_cron_stm_credit_hold")
        cls.bank.inbound_payment_method_line_ids.payment_account_id = cls.outstanding

    def _transfer(self, amount, memo, partner=None, *, is_booked=True):
        payment = self.env["account.payment"].create(
            {
                "partner_id": (partner or self.customer).id,
                "amount": amount,
                "memo": memo,
                "journal_id": self.bank.id,
            }
        )
        if not is_booked:
            payment.outstanding_account_id = False
        payment.action_post()
        return payment

    def _bank_line(self, amount, text, partner=None):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "payment_ref": text,
                "amount": amount,
                "partner_id": (partner or self.customer).id,
                "date": Date.today(),
            }
        )

    def _check(self, order, *, confirmed=False):
        """Look again as the job does; who sells it confirms what nothing speaks against."""
        self._run_cron(self.env["sale.order"]._cron_check_stm_holds)
        self.assertEqual(order.stm_hold_event, "cleared" if confirmed else "held")
        if confirmed:
            order.with_user(self.rep).action_confirm()
            self.assertEqual(order.state, "sale")

    def _read_free(self):
        """As an accountant reads it, who has no access to orders."""
        self.account.invalidate_recordset()
        account = self.account.with_user(self.accountant)
        return account.exposure, account.reserved, account.available

    def _count_triggers(self):
        return self.env["ir.cron.trigger"].sudo().search_count([("cron_id", "=", self.cron.id)])

    def test_a_payment_that_names_the_order(self):
        self.account.sudo().grade_id = self.grade
        order = self._hold(500)
        self._transfer(150, "our thanks")
        self._transfer(150, f"{order.name}0")
        self._transfer(150, order.name, self.env["res.partner"].create({"name": "Beta"}))
        self._check(order)
        self._transfer(149, f"订单{order.name}定金")
        self._check(order)
        self.assertIn("1.00", order.stm_credit_advice)
        before = self._count_triggers()
        self._transfer(1, f"rest of {order.name.lower()}/deposit")
        self.assertGreater(self._count_triggers(), before, "the job is called, not waited for")
        self._check(order, confirmed=True)

    def test_a_payment_without_an_entry(self):
        self.account.sudo().grade_id = self.grade
        order = self._hold(500, reference="REF/2026/7")
        before = self._count_triggers()
        payment = self._transfer(150, "deposit", is_booked=False)
        self.assertFalse(payment.move_id)
        self.assertEqual(self._count_triggers(), before + 1, "the job is called, not waited for")
        self._check(order)
        payment.memo = "REF/2026/7"
        self.assertEqual(self._count_triggers(), before + 2, "what it is for is known later")
        self._check(order, confirmed=True)

    def test_a_bank_statement_line_and_the_payment_that_it_is(self):
        self.account.sudo().grade_id = self.grade
        order = self._hold(500)
        line = self._bank_line(100, "Deposit")
        before = self._count_triggers()
        line.payment_ref = f"Deposit {order.name}"
        self.assertEqual(self._count_triggers(), before + 1)
        self.assertEqual(order._get_stm_advance(), (0, 100))
        self._transfer(100, order.name)
        self.assertEqual(order._get_stm_advance(), (100, 100), "the same money twice")
        line.amount = 98
        self.assertEqual(order._get_stm_advance(), (100, 100), "the bank kept 2 of it")
        self._check(order)
        self._transfer(50, order.name)
        self._check(order, confirmed=True)

    def test_money_for_several_orders_counts_for_the_first_it_names(self):
        self.account.sudo().grade_id = self.grade
        first, second = self._hold(500), self._hold(500)
        self._transfer(150, f"{second.name} and {first.name}")
        self.assertEqual((first._get_stm_advance(), second._get_stm_advance()), ((0, 0), (150, 150)))
        self._check(second, confirmed=True)
        self.assertEqual(first.stm_hold_event, "held")

    def test_an_online_payment_for_two_orders_is_shared(self):
        first, second = self._quote(300), self._quote(100)
        self._pay_online(first, "done", 200, sale_order_ids=[Command.set((first | second).ids)])
        self.assertEqual((first._get_stm_advance(), second._get_stm_advance()), ((150, 150), (50, 50)))

    def test_money_for_one_order_makes_no_room_for_another(self):
        """1,000 are free and 300 are paid for the second order: the first one does not take them."""
        first, second = self._quote(1300), self._quote(300)
        self._transfer(300, second.name)
        self.assertEqual(self._read_free(), (-300, 300, 1000))
        first.with_user(self.rep).action_confirm()
        self.assertEqual((first.state, first.stm_hold_event), ("draft", "held"))
        self.assertIn("300.00", first.stm_hold_reasons)
        second.with_user(self.rep).action_confirm()
        self.account.invalidate_recordset()
        self.assertEqual((second.state, self.account.exposure), ("sale", 0))
        self._transfer(300, "for nothing in particular")
        self.assertEqual(self._read_free(), (-300, 0, 1300))
        self._check(first, confirmed=True)
        self.assertEqual(self._read_free(), (1000, 0, 0))

    def test_a_raised_limit_calls_the_job_at_once(self):
        order = self._hold(1500)
        before = self._count_triggers()
        self.account.sudo().action_stm_set_limit("limited", 2000.0, "Annual accounts")
        self.assertGreater(self._count_triggers(), before)
        self._check(order, confirmed=True)

    def test_what_is_free_in_a_group(self):
        """The head may use 700: 400 are ordered by another member, 250 paid for its quotation."""
        member = self.env["res.partner"].create({"name": "Member"})
        accounts = self.env["stm.credit.account"].sudo()
        head = accounts.create({"company_id": self.company.id, "partner_id": member.id})
        head.with_user(self.controller).action_stm_set_limit("limited", 700.0, "Accounts of the group")
        self.account.sudo().parent_id = head
        self._quote(400, partner=member).with_user(self.rep).action_confirm()
        self._transfer(250, self._quote(600, partner=member).name, member)
        self.assertEqual(self._read_free(), (0, 0, 300))
        self.assertIn("width: 30.00%", self.account.limit_bar, "of the own 1,000")
        self.assertEqual((head.exposure, head.reserved, head.available), (150, 250, 300))
        for amount, state in ((300.01, "draft"), (300, "sale")):
            order = self._quote(amount)
            self.assertIn("300.00", order.with_user(self.rep).stm_credit_room)
            order.with_user(self.rep).action_confirm()
            self.assertEqual(order.state, state, "as much as is free, and no more")

    def test_money_and_a_batch(self):
        """In one batch as one after the other, whichever comes first."""
        for turn in (1, -1):
            with self.subTest(turn), self.env.cr.savepoint() as savepoint:
                orders = self._quote(1300) | self._quote(300)
                self._transfer(300, orders[1].name)
                orders[::turn].with_user(self.rep).action_confirm()
                self.assertEqual(orders.mapped("state"), ["draft", "sale"])
                savepoint.rollback()
        orders = self._quote(1000) | self._quote(300)
        self._transfer(300, orders[1].name)
        orders.with_user(self.rep).write({"state": "sale"})
        self.assertEqual(self.account.exposure, 1000)

    def test_a_transfer_passes_the_limit_as_an_online_payment_does(self):
        order = self._quote(1200)
        self._transfer(199, order.name)
        self._transfer(500, "other")
        self._quote(500).action_confirm()
        order.with_user(self.rep).action_confirm()
        self.assertIn("1.00", order.stm_hold_reasons)
        self._bank_line(200, order.name)
        self._check(order, confirmed=True)

    def test_a_line_that_is_a_payment_without_a_name_makes_room_once(self):
        """1,000 came once: with a limit of 1,000 an order of 3,000 is 1,000 too much."""
        self._transfer(1000, "deposit")
        order = self._quote(3000)
        self._bank_line(1000, f"deposit {order.name}")
        order.with_user(self.rep).action_confirm()
        self.assertIn("1,000.00", order.stm_hold_reasons)
        self.assertEqual(order._get_stm_advance(), (0, 0))

    def test_money_names_no_order_by_what_users_wrote(self):
        """Neither money that is there nor what comes later, whatever word was guessed."""
        self._bank_line(1500, "INV/2026/00007 thanks")
        quotation = self._quote(2500).with_user(self.rep)
        number = quotation.name
        given = [{"reference": "INV/2026/00007"}, {"name": "invoice"}]
        orders = quotation.create([{"partner_id": self.customer.id, **values} for values in given])
        orders += orders.with_context(default_name="thanks").create({"partner_id": self.customer.id})
        for values in given:
            quotation.write(values)
        self._bank_line(1500, "Acme pays invoice 7")
        quotation.action_confirm()
        self.assertEqual(quotation.stm_hold_event, "held")
        self.assertEqual({order._get_stm_advance() for order in orders + quotation}, {(0, 0)})
        with self.assertRaises(AccessError):
            quotation.write({"stm_given_name": False})
        quotation.sudo().name = number
        self._bank_line(1500, number)
        self.assertEqual(quotation._get_stm_advance().received, 1500)

    def test_words_of_users_come_back_by_no_reference(self):
        """Neither as the user's own default, nor by the transfer that Odoo names after the number."""
        self.env["ir.default"].with_user(self.rep).set("sale.order", "reference", "invoice", user_id=True)
        first = self.env["sale.order"].with_user(self.rep).create({"partner_id": self.customer.id})
        second = self._quote(2500).with_user(self.rep)
        number = second.name
        second.name = "thanks"
        # as Odoo does when somebody announces a transfer
        second.sudo().reference = second.name
        second.name = number
        self.assertEqual((first.reference, second.reference), ("invoice", "thanks"))
        self._bank_line(1500, "Acme pays invoice 7 with thanks")
        self.assertEqual({order._get_stm_advance() for order in first + second}, {(0, 0)})

    def test_a_down_payment_invoice(self):
        """500, of which 150 are invoiced in advance: unpaid it is owed, not received."""
        self.account.sudo().grade_id = self.grade
        order = self._hold(500)
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create({"advance_payment_method": "percentage", "amount": 30})._create_invoices(order)
        invoice = order.invoice_ids
        invoice.action_post()
        self.assertEqual((invoice.amount_total, order.amount_total), (150, 500))
        # 850 of 1,000: the down payment is owed once, in the receivable
        self.account.sudo().credit_limit = 500
        self._check(order)
        self.assertNotIn("limit", order.stm_credit_headline.lower())
        values = {"amount": 150, "payment_date": Date.today()}
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        before = self._count_triggers()
        wizard.create(values)._create_payments()
        self.assertGreater(self._count_triggers(), before)
        # without matching, what is settled stays on the statement
        self._bank_line(150, order.name)
        self.assertEqual(order._get_stm_advance(), (0, 150))
        self._check(order, confirmed=True)
        self.account.invalidate_recordset()
        self.assertEqual(self.account.exposure, 350)

    def test_without_money_nothing_more_is_read(self):
        order = self._quote(300)
        self.env["stm.credit.guard"]._decide(order, lock=False)
        self.env.flush_all()
        with self.assertLogs("odoo.sql_db", "DEBUG") as caught:
            self.env["stm.credit.guard"]._decide(order, lock=False)
        self.assertFalse([text for text in caught.output if "account_bank_statement_line" in text])
