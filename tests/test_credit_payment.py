from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common_credit_payment import CreditPaymentCase


@tagged("post_install", "-at_install")
class TestCreditPayment(CreditPaymentCase):
    """Online payments of an order of 1,200 where 1,000 is the limit."""

    def _ask(self, amount=1200, **values):
        values = {"require_payment": True, "prepayment_percent": 1.0, "state": "sent", **values}
        return self._quote(amount, **values)

    def test_paid_in_advance_passes_the_limit(self):
        order = self._ask()
        transaction = self._pay_online(order, "done")
        self.assertEqual(order.state, "sale")
        self.assertTrue(transaction.payment_id)
        # what is paid for does not use the limit
        self.assertEqual(self.account.exposure, 0)

    def test_somebody_else_pays(self):
        """The buyer has a login beside the customer, and pays half of it first."""
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self._quote(900).action_confirm()
        order = self._ask(prepayment_percent=0.5)
        self._pay_online(order, "done", 600, partner_id=buyer.id)
        # 600 are asked for beside 900, and Acme's own books know nothing of the money
        self.assertEqual((order.state, order.stm_hold_excess), ("sent", 500))
        self.assertEqual(order._get_stm_advance(), (0, 600))
        self._pay_online(order, "done", 600, partner_id=buyer.id)
        self.assertEqual(order.state, "sale")

    def test_money_for_somebody_else_makes_no_room_for_the_payer(self):
        """Of 1,000 the payer may use 1,000, before the other's invoice takes the money and after."""
        payer = self.env["res.partner"].create({"name": "Sister"})
        account = self.account.create({"company_id": self.company.id, "partner_id": payer.id})
        account.action_stm_set_limit("limited", 1000.0, "Annual accounts")
        order = self._ask(1500)
        self._pay_online(order, "done", 1500, partner_id=payer.id)
        self.assertEqual(order.state, "sale")
        own = self._quote(1000.01, partner=payer)
        own.action_confirm()
        self.assertEqual((own.stm_hold_event, own.stm_hold_excess), ("held", 0.01))
        order._create_invoices().action_post()
        own.action_confirm()
        self.assertEqual(own.state, "draft")
        own.order_line.price_unit = 1000
        own.action_confirm()
        self.assertEqual(own.state, "sale")

    def test_nobody_says_afterwards_what_was_paid_for(self):
        paid = self._pay_online(self._quote(500), "done")
        order = self._ask()
        clerk = self.accountant
        clerk.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        for record, name, one in ((order, "transaction_ids", paid), (paid, "sale_order_ids", order)):
            with self.assertRaises(AccessError):
                record.with_user(clerk).write({name: [Command.link(one.id)]})
        with self.assertRaises(AccessError):
            paid.with_user(clerk).copy({"reference": "Mine", "sale_order_ids": [Command.link(order.id)]})

    def test_authorised_is_not_received(self):
        order = self._ask()
        transaction = self._pay_online(order, "authorized")
        self.assertEqual((order.state, order.stm_hold_event), ("sent", "held"))
        self.assertTrue(order.stm_hold_id.is_by_customer)
        self.assertFalse(transaction._check_amount_and_confirm_order())
        self.assertIn("200.00", order.stm_hold_reasons)

    def test_paid_and_blocked_waits_until_it_is_not(self):
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        self.account.action_stm_block("Sanctions list")
        order = self._ask()
        transaction = self._pay_online(order, "done")
        self.assertEqual((order.state, order.stm_hold_event), ("sent", "held"))
        self.assertFalse(order.invoice_ids)
        self.assertTrue(order.activity_ids)
        self.account.action_stm_unblock("Settled")
        self._run_cron(self.env["sale.order"]._cron_check_stm_holds)
        self.assertEqual(order.state, "sale")
        self._assert_invoiced_and_paid(order, transaction)

    def test_one_that_cannot_be_confirmed_keeps_no_other_waiting(self):
        """The first customer's order lost its product meanwhile, which has nothing to do with credit."""
        self.account.action_stm_block("Sanctions list")
        orders = self._ask() | self._ask()
        for order in orders:
            self._pay_online(order, "done")
        orders[0].order_line.product_id = False
        self.account.action_stm_unblock("Settled")
        self._run_cron(self.env["sale.order"]._cron_check_stm_holds)
        self.assertEqual(orders.mapped("state"), ["sent", "sale"])
        self.assertEqual(orders[0].stm_hold_event, "cleared")
        self.assertIn("missing a product", orders[0].message_ids[0].body)

    def test_the_invoice_resumes_at_the_release(self):
        """Half of it is paid; the other half is above what is left of the limit."""
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        self._quote(900).action_confirm()
        order = self._ask(prepayment_percent=0.5)
        transaction = self._pay_online(order, "done", 600)
        self.assertEqual((order.state, order.stm_hold_event), ("sent", "held"))
        self.assertIn("500.00", order.stm_hold_reasons)
        # the payment is in the books now, and still not counted twice
        order.action_confirm()
        self.assertIn("500.00", order.stm_hold_reasons)
        order.with_user(self.releaser).action_stm_release("The rest is insured")
        self.assertEqual(order.state, "sale")
        self._assert_invoiced_and_paid(order, transaction, 600)

    def _assert_invoiced_and_paid(self, order, transaction, amount=1200):
        invoice = order.invoice_ids
        self.assertEqual(len(invoice), 1)
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", amount))
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(transaction.invoice_ids, invoice)

    def test_refunded_is_not_received(self):
        order = self._ask()
        transaction = self._pay_online(order, "authorized")
        transaction.write({"state": "done", "is_post_processed": False})
        self.assertEqual(order._get_stm_paid_in_advance(), 1200)
        self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": "R-1",
                "amount": -1200,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "refund",
                "source_transaction_id": transaction.id,
                "state": "done",
            }
        )
        self.assertEqual(order._get_stm_paid_in_advance(), 0)
        order.action_confirm()
        self.assertEqual(order.state, "sent")

    def test_pending_confirms_nothing(self):
        order = self._ask()
        self._pay_online(order, "pending")
        self.assertEqual(order.state, "sent")
        self.assertFalse(order.stm_hold_id)
