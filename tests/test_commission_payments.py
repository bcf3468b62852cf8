"""What becomes payable when an invoice is settled with money, and otherwise."""

from freezegun import freeze_time

from odoo import Command

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionPayments(CommissionCase):
    """10 % of an invoice over 1,000 without and 1,150 with tax: 100 earned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].search(
            [("company_id", "=", cls.company.id), ("type_tax_use", "=", "sale"), ("amount", "=", 15)], limit=1
        )
        cls.expense = (
            cls.env["account.account"]
            .with_company(cls.company)
            .search([("company_ids", "in", cls.company.ids), ("account_type", "=", "expense")], limit=1)
        )

    def _bill(self, **values):
        order = self._order("2026-05-10", 1000)
        order.order_line.tax_ids = self.tax
        invoice = order._create_invoices()
        invoice.write({"invoice_date": "2026-05-10", "invoice_payment_term_id": False, **values})
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 1150)
        return invoice

    def _get_paid(self, payable_on="proportional"):
        """(earned, payable) of everything so far."""
        plan = self._commission([0.1], payable_on=payable_on, name=payable_on)
        self._settle(plan)
        entries = self._entries(plan).filtered(lambda entry: entry.kind not in ("draw", "draw_recovery"))
        return round(sum(entries.mapped("amount")), 2), round(sum(entries.mapped("payable")), 2)

    def test_part_of_what_is_due_with_tax(self):
        self._pay(self._bill(), "2026-05-20", amount=460)
        # 460 of 1,150 are 40 %
        self.assertEqual(self._get_paid(), (100, 40))

    def test_early_payment_discount(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": "included",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        invoice = self._bill(invoice_payment_term_id=term.id)
        self._pay(invoice, "2026-05-15")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._get_paid(), (100, 98))

    def test_bad_debt_written_off_with_the_last_payment(self):
        invoice = self._bill()
        self._pay(
            invoice, "2026-05-20", amount=920,
            payment_difference_handling="reconcile", writeoff_account_id=self.expense.id,
        )  # fmt: skip
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._get_paid(), (100, 80))
        self.assertEqual(self._get_paid("full"), (100, 0))

    def test_settled_by_a_credit_note(self):
        invoice = self._bill()
        refund = self._refund(invoice, "2026-05-20", 400)
        lines = (invoice | refund).line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lines.filtered(lambda line: not line.reconciled).reconcile()
        self._pay(invoice, "2026-05-25")
        self.assertEqual(invoice.amount_residual, 0)
        # 60 % was paid with money: all that is left of what was earned
        self.assertEqual(self._get_paid(), (60, 60))

    def test_paid_in_another_currency(self):
        """At 2 dollars for a euro the customer pays half, and the rest when it is 1.6."""
        dollar = self.env.ref("base.USD")
        self.env["res.currency.rate"].search([("currency_id", "=", dollar.id)]).unlink()
        for day, rate in (("2026-05-01", 2.0), ("2026-06-01", 1.6)):
            self.env["res.currency.rate"].create(
                {"currency_id": dollar.id, "company_id": self.company.id, "name": day, "rate": rate}
            )
        invoice = self._bill()
        self._pay(invoice, "2026-05-20", currency_id=dollar.id, amount=1150)
        self.assertEqual(self._get_paid(), (100, 50))
        self._pay(invoice, "2026-06-02", currency_id=dollar.id, amount=920)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._get_paid("full"), (100, 100))

    def test_paid_before_there_was_an_invoice(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 1150,
                "date": "2026-04-20",
            }
        )
        payment.action_post()
        invoice = self._bill()
        self.assertEqual(self._get_paid(), (100, 0))
        lines = (payment.move_id | invoice).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual(self._get_paid("full"), (100, 100))
