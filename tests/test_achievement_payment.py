from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.fields import Date

from .common import StmCase


class TestCollected(StmCase):
    """What was really paid, without tax: figures that a calculator confirms.

    The company counts in EUR and sells with 15 % tax; 1 EUR is 2 USD from the first
    past day on and 1.6 USD from `later` on.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.past = Date.today().replace(day=1) - relativedelta(months=3)
        cls.later = cls.past + relativedelta(months=1)
        cls.tax = cls.env["account.tax"].search(
            [("company_id", "=", cls.company.id), ("type_tax_use", "=", "sale"), ("amount", "=", 15)], limit=1
        )
        cls.dollar = cls.env.ref("base.USD")
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.dollar.id)]).unlink()
        for day, rate in ((cls.past, 2.0), (cls.later, 1.6)):
            cls.env["res.currency.rate"].create(
                {"currency_id": cls.dollar.id, "company_id": cls.company.id, "name": day, "rate": rate}
            )
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        cls.misc = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "general")], limit=1
        )
        accounts = cls.env["account.account"].with_company(cls.company)
        domain = [("company_ids", "in", cls.company.ids)]
        cls.expense = accounts.search([*domain, ("account_type", "=", "expense")], limit=1)

    def _bill(self, *amounts, day=None, kind="out_invoice", tax=True, post=True, **values):
        """A posted invoice with a line for each amount."""
        lines = [
            Command.create(
                {
                    "product_id": self.product.id,
                    "quantity": 1,
                    "price_unit": amount,
                    "tax_ids": [Command.set(self.tax.ids if tax else [])],
                }
            )
            for amount in amounts
        ]
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.customer.id,
                "invoice_date": day or self.past,
                "invoice_user_id": self.rep.id,
                "invoice_payment_term_id": False,
                "company_id": self.company.id,
                "invoice_line_ids": lines,
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def _entry(self, journal, day, *lines):
        """A posted entry of (account, debit − credit, partner) lines."""
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": day,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance, "partner_id": partner.id})
                    for account, balance, partner in lines
                ],
            }
        )
        entry.action_post()
        return entry

    def _receivable(self, *moves):
        lines = self.env["account.move.line"].union(*(move.line_ids for move in moves))
        return lines.filtered(lambda line: line.account_type == "asset_receivable")

    def _collected(self):
        """Sum per day of the collected facts."""
        facts = self.env["stm.achievement"].search(
            [("source", "=", "payment"), ("company_id", "=", self.company.id)], order="date"
        )
        self.env.invalidate_all()
        result = {}
        for fact in facts:
            result[fact.date] = result.get(fact.date, 0.0) + fact.amount
        return {day: round(amount, 6) for day, amount in result.items()}

    def test_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30 % now, 70 % in 60 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 30, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 70, "nb_days": 60}),
                ],
            }
        )
        invoice = self._bill(600.0, 400.0, invoice_payment_term_id=term.id)
        self._pay(invoice, self.past, amount=345.0)
        self._pay(invoice, self.later, amount=805.0)
        self.assertEqual(invoice.amount_residual, 0.0)
        # of each payment 1000/1150 is untaxed
        self.assertEqual(self._collected(), {self.past: 300.0, self.later: 700.0})
        self.assertAlmostEqual(self._totals("collected", self.past, self.later), 1000.0)

    def test_lines_share_a_payment(self):
        other = self.env["product.category"].create({"name": "Hoses"})
        hose = self.env["product.product"].create({"name": "Hose", "categ_id": other.id})
        invoice = self._bill(600.0, 400.0, post=False)
        invoice.invoice_line_ids[1].product_id = hose
        invoice.invoice_line_ids[1].price_unit = 400.0
        invoice.invoice_line_ids[1].tax_ids = self.tax
        invoice.action_post()
        self._pay(invoice, self.past, amount=575.0)
        self.assertAlmostEqual(self._totals("collected", self.past, self.past, categ_id=self.category), 300.0)
        self.assertAlmostEqual(self._totals("collected", self.past, self.past, categ_id=other), 200.0)

    def test_one_payment_for_two_invoices(self):
        first, second = self._bill(100.0), self._bill(200.0, tax=False)
        payment = self._pay(first | second, self.later, group_payment=True)
        self.assertEqual(payment.amount, 315.0)
        self.assertEqual(self._collected(), {self.later: 300.0})

    def test_prepayment_counts_on_its_own_day(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 230.0,
                "date": self.past,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        self.assertEqual(self._collected(), {})
        invoice = self._bill(100.0, day=self.later)
        self._receivable(payment.move_id, invoice).reconcile()
        # 115 of the 230 are used, the rest waits for another invoice
        self.assertEqual(self._collected(), {self.past: 100.0})
        self._receivable(payment.move_id, self._bill(50.0, day=self.later)).reconcile()
        self.assertEqual(self._collected(), {self.past: 150.0})

    def test_write_off_at_payment_is_no_cash(self):
        invoice = self._bill(100.0)
        self._pay(
            invoice,
            self.past,
            amount=92.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(self._collected(), {self.past: 80.0})

    def test_early_payment_discount_is_no_cash(self):
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
        invoice = self._bill(100.0, invoice_payment_term_id=term.id)
        payment = self._pay(invoice, self.past)
        self.assertAlmostEqual(payment.amount, 112.7)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(self._collected(), {self.past: 98.0})

    def test_credit_note_and_misc_entry_are_no_cash(self):
        invoice, refund = self._bill(100.0), self._bill(60.0, kind="out_refund")
        self._receivable(invoice, refund).reconcile()
        receivable = self._receivable(invoice).account_id
        entry = self._entry(
            self.misc, self.past, (self.expense, 46.0, self.customer), (receivable, -46.0, self.customer)
        )
        self._receivable(invoice, entry).reconcile()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(self._collected(), {})

    def test_money_given_back_is_negative(self):
        refund = self._bill(100.0, 20.0, kind="out_refund")
        self._pay(refund, self.later)
        self.assertEqual(self._collected(), {self.later: -120.0})

    def test_receipt(self):
        receipt = self._bill(100.0, kind="out_receipt")
        self._pay(receipt, self.past)
        self.assertEqual(self._collected(), {self.past: 100.0})

    def test_bank_line_without_payment(self):
        invoice = self._bill(100.0)
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": self.later,
                "payment_ref": "transfer",
                "amount": 115.0,
                "partner_id": self.customer.id,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self._receivable(invoice).account_id
        self.assertEqual(self._collected(), {})
        self._receivable(invoice, line.move_id).reconcile()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(self._collected(), {self.later: 100.0})

    def test_bank_line_that_nets_an_invoice_and_a_refund(self):
        invoice, refund = self._bill(100.0), self._bill(20.0, kind="out_refund")
        receivable = self._receivable(invoice).account_id
        bank = self._entry(
            self.bank,
            self.past,
            (self.bank.default_account_id, 92.0, self.customer),
            (receivable, -115.0, self.customer),
            (receivable, 23.0, self.customer),
        )
        lines = self._receivable(bank)
        (self._receivable(invoice) | lines.filtered(lambda line: line.balance < 0)).reconcile()
        (self._receivable(refund) | lines.filtered(lambda line: line.balance > 0)).reconcile()
        # 92 came in, 80 of them without tax
        self.assertEqual(self._collected(), {self.past: 80.0})

    def test_invoice_and_payment_in_foreign_currency(self):
        invoice = self._bill(100.0, currency_id=self.dollar.id)
        self.assertEqual(invoice.amount_total_signed, 57.5)
        self._pay(invoice, self.later, currency_id=self.dollar.id)
        self.assertEqual(invoice.amount_residual, 0.0)
        # 115 USD were worth 71.88 EUR when they came: the gain is in the payment, and the
        # exchange difference that Odoo books is not counted on top
        self.assertEqual(self._collected(), {self.later: round(71.88 / 1.15, 6)})

    def test_foreign_invoice_paid_in_company_currency(self):
        invoice = self._bill(100.0, currency_id=self.dollar.id)
        payment = self._pay(invoice, self.later, currency_id=self.company.currency_id.id)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(payment.amount, 71.88)
        self.assertEqual(self._collected(), {self.later: round(71.88 / 1.15, 6)})

    def test_company_invoice_paid_in_foreign_currency(self):
        invoice = self._bill(100.0)
        payment = self._pay(invoice, self.later, currency_id=self.dollar.id)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(payment.amount, 184.0)
        self.assertEqual(self._collected(), {self.later: 100.0})

    def test_part_of_a_foreign_invoice(self):
        invoice = self._bill(100.0, currency_id=self.dollar.id)
        self._pay(invoice, self.past, currency_id=self.dollar.id, amount=23.0)
        self._pay(invoice, self.later, currency_id=self.dollar.id, amount=92.0)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(self._collected(), {self.past: 10.0, self.later: 50.0})

    def test_parts_add_up_to_the_payment(self):
        invoice = self._bill(33.33, 66.67, 0.01)
        payment = self._pay(invoice, self.past, amount=77.77)
        share = (33.33 + 66.67 + 0.01) / invoice.amount_total
        self.assertEqual(self._collected(), {self.past: round(payment.amount * share, 6)})

    def test_unreconciled_and_reset_payments_leave(self):
        invoice = self._bill(100.0)
        payment = self._pay(invoice, self.past)
        self._build_cells()
        self.assertEqual(self._totals("collected", self.past, self.past), 100.0)
        self._receivable(invoice).remove_move_reconcile()
        self.assertEqual(self._totals("collected", self.past, self.past), 0.0)
        self._receivable(invoice, payment.move_id).reconcile()
        self._build_cells()
        self.assertEqual(self._totals("collected", self.past, self.past), 100.0)
        payment.action_draft()
        self.assertEqual(self._totals("collected", self.past, self.past), 0.0)
