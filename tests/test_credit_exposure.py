from decimal import Decimal

from odoo import Command
from odoo.fields import Date

from .common_credit import CreditCase


class ExposureCase(CreditCase):
    """Exposures beside what the documents say when they are added up by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.stm_credit_control = False
        cls.tax = cls.env["account.tax"].create(
            {"name": "19 %", "amount": 19.0, "company_id": cls.company.id, "type_tax_use": "sale"}
        )

    def _get(self, partner=None, company=None):
        partner = partner or self.customer
        company = company or self.company
        return self.env["stm.credit.exposure"]._get_exposures(company, partner)[partner.id]

    def _sell(self, *amounts, taxed=False, **values):
        order = self._quote(0, **values)
        order.order_line = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "product_id": self.product.id,
                        "product_uom_qty": 10,
                        "price_unit": amount / 10,
                        "tax_ids": [Command.set(self.tax.ids if taxed else [])],
                    }
                )
                for amount in amounts
            ),
        ]
        order.action_confirm()
        return order

    def _check(self, receivable, orders, partner=None, **others):
        found = self._get(partner)
        wanted = {"receivable": receivable, "orders": orders, **others}
        self.assertEqual({name: float(getattr(found, name)) for name in wanted}, wanted)

    def _down_payment(self, order, percentage):
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard = wizard.create({"advance_payment_method": "percentage", "amount": percentage})
        return wizard._create_invoices(order)

    def _pay_online(self, order, amount):
        provider = self.env["payment.provider"].create({"name": "Card", "company_id": self.company.id})
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env["payment.method"].create({"name": "Card", "code": "stm"}).id,
                "reference": "Online",
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )

    def _refund(self, invoice):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id, "date": Date.today()})
        refund = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        if refund.state == "draft":
            refund.action_post()
        return refund


class TestCreditExposure(ExposureCase):
    def test_confirmed_with_tax(self):
        self._sell(1000.0, taxed=True)
        self._check(0.0, 1190.0)

    def test_draft_invoice_counts_as_ordered(self):
        order = self._sell(1000.0, taxed=True)
        invoice = order._create_invoices()
        self.assertEqual(order.invoice_status, "invoiced")
        self._check(0.0, 1190.0)
        invoice.action_post()
        self._check(1190.0, 0.0)

    def test_partly_delivered_and_invoiced(self):
        self.product.invoice_policy = "delivery"
        order = self._sell(1000.0, 500.0)
        order.order_line[0].qty_delivered = 4
        order._create_invoices().action_post()
        self._check(400.0, 1100.0)
        # twelve instead of ten: two more are owed, and the second line is still to come
        order.order_line[0].qty_delivered = 12
        order._create_invoices().action_post()
        self._check(1200.0, 500.0)

    def test_down_payment(self):
        order = self._sell(1000.0, taxed=True)
        self._down_payment(order, 30).action_post()
        self._check(357.0, 833.0)
        order._create_invoices(final=True).action_post()
        self._check(1190.0, 0.0)

    def test_refund(self):
        order = self._sell(1000.0)
        invoice = order._create_invoices()
        invoice.action_post()
        self._refund(invoice)
        # to be invoiced again, or to be taken off the order
        self._check(0.0, 1000.0)

    def test_price_agreed_on_the_invoice(self):
        order = self._sell(1000.0, 500.0)
        invoice = order._create_invoices()
        invoice.invoice_line_ids[0].price_unit = 90
        invoice.action_post()
        self._check(1400.0, 0.0)

    def test_payments(self):
        invoice = self._sell(1000.0)._create_invoices()
        invoice.action_post()
        invoice.line_ids.date_maturity = Date.add(self.company._get_stm_today(), days=-30)
        payment = self._pay_entry(400.0)
        self._check(600.0, 0.0, unapplied=400.0, overdue=1000.0, overdue_days=30)
        lines = (payment.move_id | invoice).line_ids
        lines = lines.filtered(lambda line: line.account_type == "asset_receivable")
        lines.reconcile()
        self._check(600.0, 0.0, unapplied=0.0, overdue=600.0)
        lines.remove_move_reconcile()
        self._check(600.0, 0.0, unapplied=400.0, overdue=1000.0)

    def _pay_entry(self, amount, partner=None):
        """A payment by a method with an outstanding account: it has an entry."""
        payment = self.env["account.payment"].create(
            {
                "partner_id": (partner or self.customer).id,
                "amount": amount,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        payment.outstanding_account_id = self.env["account.account"].search(
            [("company_ids", "in", self.company.ids), ("account_type", "=", "asset_current")], limit=1
        )
        payment.action_post()
        self.assertTrue(payment.move_id)
        return payment

    def test_payment_without_an_entry(self):
        self._sell(1000.0)._create_invoices().action_post()
        payment = self.env["account.payment"].create(
            {"partner_id": self.customer.id, "amount": 400.0, "payment_type": "inbound"}
        )
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertEqual((bool(payment.move_id), payment.state), (False, "in_process"))
        self._check(1000.0, 0.0, received=400.0)
        self.assertEqual(self._get().total, Decimal(600))
        payment.action_cancel()
        self._check(1000.0, 0.0, received=0.0)

    def test_online_payment(self):
        order = self._sell(1000.0)
        transaction = self._pay_online(order, 400.0)
        for state, received in (("pending", 0.0), ("cancel", 0.0), ("done", 400.0)):
            transaction.state = state
            self._check(0.0, 1000.0, received=received)
        transaction.is_post_processed = True
        self._check(0.0, 1000.0, received=0.0)

    def test_foreign_currency(self):
        dollar = self.env.ref("base.USD")
        today = self.company._get_stm_today()
        rate = self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "rate": 2.0, "name": today}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollar", "currency_id": dollar.id, "company_id": self.company.id}
        )
        self.product.invoice_policy = "delivery"
        order = self._sell(1000.0, pricelist_id=pricelist.id)
        self._check(0.0, 500.0)
        order.order_line.qty_delivered = 5
        # a dearer dollar changes what is invoiced, not what is still ordered
        rate.rate = 1.0
        order._create_invoices().action_post()
        self._check(500.0, 250.0)

    def test_contacts_and_companies(self):
        contact = self.env["res.partner"].create({"name": "Shop", "parent_id": self.customer.id})
        self._sell(100.0, partner=contact)
        self._sell(50.0)._create_invoices().action_post()
        elsewhere = self.env["sale.order"].with_company(self.other_company)
        line = {"product_id": self.product.id, "price_unit": 7.0, "tax_ids": False}
        elsewhere.create(
            {
                "partner_id": self.customer.id,
                "company_id": self.other_company.id,
                "order_line": [Command.create(line)],
            }
        ).action_confirm()
        self._check(50.0, 100.0)
        self.assertEqual(self._get(company=self.other_company).orders, Decimal(7))
        self._quote(33.0)
        self.assertEqual((self._get().quotations, self._get().total), (Decimal(33), Decimal(150)))

    def test_one_statement_for_any_number(self):
        partners = self.env["res.partner"].create([{"name": f"Customer {n}"} for n in range(50)])
        for partner in partners[:3]:
            self._sell(10.0, partner=partner)
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = self.env["stm.credit.exposure"]._get_exposures(self.company, partners)
        self.assertEqual(sum(one.total for one in found.values()), Decimal(30))

    def test_a_part_paid_in_advance_counts_once(self):
        """Debts of 500 and 300 paid on 1,000 ordered are 1,200: more than the limit of 1,000."""
        self._sell(500.0)._create_invoices().action_post()
        order = self._quote(1000.0)
        self._pay_online(order, 300.0).state = "done"
        self.company.stm_credit_control = True
        order.action_confirm()
        self.assertEqual(order.stm_hold_event, "held")
        self.assertIn("200.00", order.stm_hold_reasons)
