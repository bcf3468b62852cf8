from odoo import Command
from odoo.tests import Form

from .common_credit import CreditCase


class TestCreditEveryday(CreditCase):
    """A salesperson's day with credit control on, by Odoo's own forms: a limit of 1,000, pumps at 100."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep.group_ids |= cls.env.ref("sale_management.group_sale_order_template")
        cls.company.sale_discount_product_id = cls.env["product.product"].create(
            {"name": "Discount", "type": "service", "invoice_policy": "order", "taxes_id": [Command.clear()]}
        )
        cls.beta = cls.env["res.partner"].create({"name": "Beta", "is_company": True})

    def _write_quotation(self, quantity=1, **values):
        """What the form of the web client sends, defaults and computed fields included."""
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.customer
            for name, value in values.items():
                form[name] = value
            with form.order_line.new() as line:
                line.product_id = self.product
                line.product_uom_qty = quantity
        return form.record

    def _assert_exposure(self, orders, receivable):
        self.account.invalidate_recordset()
        self.assertEqual((self.account.orders, self.account.receivable), (orders, receivable))

    def test_a_quotation_changes_until_it_is_confirmed(self):
        days = self.env["account.payment.term"].create(
            {"name": "20 days", "line_ids": [Command.create({"value": "percent", "nb_days": 20})]}
        )
        template = self.env["sale.order.template"].create(
            {
                "name": "Pump and care",
                "company_id": self.company.id,
                "sale_order_template_line_ids": [
                    Command.create({"product_id": self.product.id, "product_uom_qty": 2}),
                    Command.create({"display_type": "line_note", "name": "With care"}),
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Friends", "currency_id": self.company.currency_id.id, "company_id": self.company.id}
        )
        order = self._write_quotation(sale_order_template_id=template)
        self.assertEqual(order.amount_total, 300)
        with Form(order) as form:
            form.partner_id = self.beta
            form.payment_term_id = days
            with form.order_line.new() as line:
                line.display_type = "line_section"
                line.name = "Pumps"
        order.write({"pricelist_id": pricelist.id, "client_order_ref": "PO 7"})
        order.action_update_prices()
        wizard = self.env["sale.order.discount"].with_user(self.rep).with_context(active_id=order.id)
        wizard.create(
            {"sale_order_id": order.id, "discount_type": "so_discount", "discount_percentage": 0.1}
        ).action_apply_discount()
        self.assertEqual(order.amount_total, 270)
        twin = order.copy()
        order._action_cancel()
        order.action_draft()
        (order | twin).action_confirm()
        self.assertEqual((order | twin).mapped("state"), ["sale"] * 2)

    def test_a_confirmed_order_changes_within_the_limit(self):
        order = self._write_quotation(5)
        order.action_confirm()
        with Form(order) as form:
            with form.order_line.edit(0) as line:
                line.product_uom_qty = 6
                line.qty_delivered = 2
            with form.order_line.new() as line:
                line.product_id = self.product
        self.assertEqual((order.state, order.amount_total), ("sale", 700))
        self._assert_exposure(700, 0)
        wizards = self.env["sale.advance.payment.inv"].with_user(self.rep).with_context(active_ids=order.ids)
        values = {"sale_order_ids": [Command.set(order.ids)]}
        wizards.create({**values, "advance_payment_method": "percentage", "amount": 10}).create_invoices()
        advance = order.invoice_ids
        advance.with_user(self.accountant).action_post()
        # 70 of the 700 are invoiced in advance
        self._assert_exposure(630, 70)
        wizards.create({**values, "advance_payment_method": "delivered"}).create_invoices()
        rest = order.invoice_ids - advance
        rest.with_user(self.accountant).action_post()
        self.assertEqual(rest.amount_total, 630)
        self._assert_exposure(0, 700)
        refund = rest.with_user(self.accountant)._reverse_moves()
        refund.action_post()
        self.assertEqual(refund.amount_total, 630)
        # what was given back is to be invoiced again
        self._assert_exposure(630, 70)
