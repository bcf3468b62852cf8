from dateutil.relativedelta import relativedelta

from odoo import Command

from .test_achievement_order import FactsCase


class TestInvoiceFacts(FactsCase):
    """What a posted invoice, credit note or receipt counts for."""

    def _direct(self, amount, kind="out_invoice", **values):
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.customer.id,
                "invoice_date": self.past,
                "invoice_user_id": self.rep.id,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self.product.id, "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def test_credit_note_and_receipt(self):
        self._direct(300.0)
        self._direct(50.0, "out_receipt")
        self._direct(80.0, "out_refund")
        self._direct(999.0, "in_invoice")
        self.assertEqual(self._facts("invoice").mapped("amount"), [300.0, 50.0, -80.0])
        self.assertEqual(self._facts("invoice").mapped("quantity"), [1.0, 1.0, -1.0])
        self.assertEqual(self._totals("invoiced", self.past, self.past), 270.0)

    def test_foreign_currency(self):
        self._direct(99.99, currency_id=self.dollar.id)
        self.assertEqual(self._facts("invoice").amount, 62.49)

    def test_margin_in_proportion_to_the_order(self):
        order = self._order(self.past, 1000.0)
        order.order_line.purchase_price = 600.0
        invoice = self._invoice(order, self.past)
        self.assertEqual(self._facts("invoice").margin, 400.0)
        # a discount given on the invoice alone lessens the margin in proportion
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 500.0
        invoice.action_post()
        self.assertEqual(self._facts("invoice").margin, 200.0)
        refund = invoice._reverse_moves([{"invoice_date": self.past}])
        refund.action_post()
        self.assertEqual(self._facts("invoice").mapped("margin"), [200.0, -200.0])
        self.assertEqual(self._totals("margin_invoiced", self.past, self.past), 0.0)

    def test_margin_on_a_half_cent_is_rounded_up(self):
        order = self._order(self.past, 50.0)
        order.order_line.write({"product_uom_qty": 2.5, "price_unit": 50.0, "purchase_price": 45.67})
        self._invoice(order, self.past)
        # 125 − 114.175 is stored as 10.824999999999989
        self.assertEqual(self._facts("order").margin, 10.83)
        self.assertEqual(self._facts("invoice").margin, 10.83)

    def test_free_line_costs_its_margin(self):
        order = self._order(self.past, 0.0, confirm=False)
        order.order_line.write({"product_uom_qty": 4, "purchase_price": 60.0, "price_unit": 0.0})
        order.action_confirm()
        order.order_line.qty_delivered = 4
        invoice = order._create_invoices()
        invoice.invoice_date = self.past
        invoice.invoice_line_ids.quantity = 3
        invoice.action_post()
        self.assertEqual(self._facts("invoice").amount, 0.0)
        self.assertEqual(self._facts("invoice").margin, -180.0)

    def test_margin_unknown_without_an_order(self):
        self._direct(300.0)
        self.assertEqual(self._facts("invoice").margin, 0.0)

    def test_down_payment_moves_revenue_but_not_margin(self):
        order = self._order(self.past, 1000.0)
        order.order_line.purchase_price = 600.0
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        wizard.create({"advance_payment_method": "fixed", "fixed_amount": 250.0}).create_invoices()
        first = order.invoice_ids
        first.invoice_date = self.past
        first.action_post()
        final = order._create_invoices(final=True)
        final.invoice_date = self.past
        final.action_post()
        self.assertEqual(first.amount_untaxed, 250.0)
        self.assertEqual(final.amount_untaxed, 750.0)
        self.assertEqual(sum(self._facts("invoice").mapped("amount")), 1000.0)
        self.assertEqual(sum(self._facts("invoice").mapped("margin")), 400.0)

    def test_day_is_the_invoice_date(self):
        move = self._direct(10.0)
        move.button_draft()
        move.invoice_date = self.past + relativedelta(days=5)
        self.assertFalse(self._facts("invoice"))
        move.action_post()
        self.assertEqual(self._facts("invoice").date, self.past + relativedelta(days=5))
