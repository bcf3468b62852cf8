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
            .search(
                [
                    ("company_ids", "in", cls.company.ids),
                    ("account_type", "=", "expense"),
                    ("id", "!=", cls.company.account_journal_early_pay_discount_loss_account_id.id),
                ],
                limit=1,
            )
        )

    def _bill(self, **values):
        order = self._order("2026-05-10", 1000)
        order.order_line.tax_ids = self.tax
        invoice = order._create_invoices()
        invoice.write({"invoice_date": "2026-05-10", "invoice_payment_term_id": False, **values})
        invoice.action_post()
        return invoice

    def _get_discount_term(self, computation):
        return self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": computation,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )

    def _set_dollar(self, *rates):
        dollar = self.env.ref("base.USD")
        self.env["res.currency.rate"].search([("currency_id", "=", dollar.id)]).unlink()
        for day, rate in rates:
            self.env["res.currency.rate"].create(
                {"currency_id": dollar.id, "company_id": self.company.id, "name": day, "rate": rate}
            )
        return dollar

    def _offset(self, *moves):
        """Reconcile an invoice with a credit note."""
        lines = self.env["account.move"].union(*moves).line_ids
        lines = lines.filtered(lambda line: line.account_type == "asset_receivable")
        lines.filtered(lambda line: not line.reconciled).reconcile()

    def _get_paid(self, payable_on="proportional"):
        """(earned, payable) of everything so far."""
        plan = self._commission([0.1], payable_on=payable_on, name=payable_on)
        return self._get_sums(plan)

    def _get_sums(self, plan):
        self._settle(plan)
        entries = self._entries(plan).filtered(lambda entry: entry.kind not in ("draw", "draw_recovery"))
        return round(sum(entries.mapped("amount")), 2), round(sum(entries.mapped("payable")), 2)

    def test_part_of_what_is_due_with_tax(self):
        self._pay(self._bill(), "2026-05-20", amount=460)
        # 460 of 1,150 are 40 %
        self.assertEqual(self._get_paid(), (100, 40))

    def test_early_payment_discount(self):
        invoice = self._bill(invoice_payment_term_id=self._get_discount_term("included").id)
        self._pay(invoice, "2026-05-15")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._get_paid(), (100, 98))
        self.assertEqual(self._get_paid("full"), (100, 100))

    def test_early_payment_discount_with_its_tax(self):
        invoice = self._bill(invoice_payment_term_id=self._get_discount_term("mixed").id)
        # its tax is on 980 from the beginning
        self.assertEqual(invoice.amount_total, 1147)
        self._pay(invoice, "2026-05-15")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._get_paid("full"), (100, 100))

    def test_only_a_part_is_paid_after_a_discount(self):
        """Who pays too late, without the discount, owes it: it is no part of what was settled."""
        invoice = self._bill(invoice_payment_term_id=self._get_discount_term("included").id)
        self._pay(invoice, "2026-06-01", amount=1127)
        self.assertEqual(invoice.amount_residual, 23)
        self.assertEqual(self._get_paid("full"), (100, 0))

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
        self._offset(invoice, refund)
        self._pay(invoice, "2026-05-25")
        self.assertEqual(invoice.amount_residual, 0)
        # 60 % was paid with money: all that is left of what was earned
        self.assertEqual(self._get_paid(), (60, 60))

    def test_full_payment_after_a_credit_note(self):
        """Payable in the end is what money came for, and nothing is taken back before."""
        plan = self._commission([0.1], payable_on="full")
        invoice = self._bill()
        refund = self._refund(invoice, "2026-05-20", 400)
        self._offset(invoice, refund)
        self.assertEqual(self._get_sums(plan), (60, 0))
        self._pay(invoice, "2026-05-25")
        self.assertEqual(self._get_sums(plan), (60, 60))
        released = self._entries(plan).filtered(lambda entry: entry.kind == "release")
        self.assertEqual(
            sorted((entry.payable, str(entry.date)) for entry in released),
            [(-40, "2026-05-25"), (100, "2026-05-25")],
        )
        [gain] = released.filtered(lambda entry: entry.payable > 0)
        self.assertEqual(gain.snapshot["invoice"], invoice.name)
        # posted, and undone: what was payable is taken back
        self._post(self._statements(plan))
        refund.line_ids.remove_move_reconcile()
        self.assertEqual(self._get_sums(plan), (60, 0))
        [taken] = self._entries(plan).filtered(lambda entry: entry.payable == -100)
        self.assertEqual(taken.snapshot, gain.snapshot)
        self._offset(invoice, refund)
        self.assertEqual(self._get_sums(plan), (60, 60))

    def test_cancelled_by_a_credit_note(self):
        invoice = self._bill()
        self._offset(invoice, self._refund(invoice, "2026-05-20"))
        self.assertEqual(self._get_paid("full"), (0, 0))

    def test_a_credit_note_settles_the_invoice_of_a_colleague(self):
        """The deduction waits for the other invoice, whoever is paid for that."""
        plan = self._commission([0.1], payable_on="full")
        paid = self._bill()
        self._pay(paid, "2026-05-12")
        refund = self._refund(paid, "2026-05-20", 400)
        self.assertEqual(self._get_sums(plan), (60, 100))
        order = self._order("2026-05-21", 1000, user=self.rep2)
        order.order_line.tax_ids = self.tax
        other = self._invoice(order, "2026-05-21")
        self._offset(other, refund)
        self.assertEqual(self._get_sums(plan), (60, 100))
        self._pay(other, "2026-05-28")
        self.assertEqual(other.amount_residual, 0)
        self.assertEqual(self._get_sums(plan), (60, 60))

    def test_a_credit_note_is_paid_out(self):
        paid = self._bill()
        self._pay(paid, "2026-05-12")
        self._pay(self._refund(paid, "2026-05-20", 400), "2026-05-22")
        self.assertEqual(self._get_paid("full"), (60, 60))

    def test_written_off_beside_a_credit_note(self):
        """A bad debt keeps all of it waiting, the deduction as well."""
        invoice = self._bill()
        refund = self._refund(invoice, "2026-05-20", 400)
        self._offset(invoice, refund)
        self._pay(
            invoice, "2026-05-25", amount=600,
            payment_difference_handling="reconcile", writeoff_account_id=self.expense.id,
        )  # fmt: skip
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._get_paid("full"), (60, 0))

    def test_orders_count_money_only(self):
        invoice = self._bill()
        self._offset(invoice, self._refund(invoice, "2026-05-20", 400))
        self._pay(invoice, "2026-05-25")
        plan = self._commission([0.1], payable_on="full", earned_on="order")
        self.assertEqual(self._get_sums(plan), (100, 0))

    def test_paid_in_full_at_a_worse_rate(self):
        """An invoice in dollars, 2 for a euro, and paid when it is 2.5: the difference is no money."""
        self._set_dollar(("2026-05-01", 2.0), ("2026-05-20", 2.5))
        invoice = self._bill(currency_id=self.env.ref("base.USD").id)
        self._pay(invoice, "2026-05-25")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._get_paid("full")[1], self._get_paid("full")[0])

    def test_paid_in_part_at_a_better_rate(self):
        """1,000 of 1,150 dollars are worth more than the invoice was: it is not all paid."""
        self._set_dollar(("2026-05-01", 2.0), ("2026-05-20", 1.6))
        invoice = self._bill(currency_id=self.env.ref("base.USD").id)
        self._pay(invoice, "2026-05-25", amount=1000)
        self.assertEqual(invoice.amount_residual, 150)
        self.assertEqual(self._get_paid("full")[1], 0)
        self._pay(invoice, "2026-05-26")
        plan = self._commission([0.1], payable_on="full", name="After")
        earned, payable = self._get_sums(plan)
        self.assertEqual(payable, earned)

    def test_paid_in_another_currency(self):
        """At 2 dollars for a euro the customer pays half, and the rest when it is 1.6."""
        dollar = self._set_dollar(("2026-05-01", 2.0), ("2026-06-01", 1.6))
        invoice = self._bill()
        self._pay(invoice, "2026-05-20", currency_id=dollar.id, amount=1150)
        self.assertEqual(self._get_paid(), (100, 50))
        self._pay(invoice, "2026-06-02", currency_id=dollar.id, amount=920)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._get_paid("full"), (100, 100))

    def _prepay(self, date, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "date": date,
            }
        )
        payment.action_post()
        return payment.move_id

    def test_paid_before_there_was_an_invoice(self):
        payment = self._prepay("2026-04-20", 1150)
        invoice = self._bill()
        self.assertEqual(self._get_paid(), (100, 0))
        self._offset(payment, invoice)
        self.assertEqual(self._get_paid("full"), (100, 100))

    def test_paid_before_there_was_a_plan(self):
        """The money of April counts for the invoice of May; an invoice of April earned nothing."""
        part = self._prepay("2026-04-20", 460)
        old = self._sold("2026-04-10", 1000)
        self._pay(old, "2026-05-11")
        invoice = self._bill()
        plans = {
            payable_on: self._commission(
                [0.1], payable_on=payable_on, name=payable_on, date_from="2026-05-01"
            )
            for payable_on in ("proportional", "full")
        }
        self.assertEqual(self._get_sums(plans["proportional"]), (100, 0))
        self._offset(part, invoice)
        self.assertEqual(self._get_sums(plans["proportional"]), (100, 40))
        self.assertEqual(self._get_sums(plans["full"]), (100, 0))
        self._offset(self._prepay("2026-04-25", 690), invoice)
        for payable_on, plan in plans.items():
            with self.subTest(payable_on):
                self.assertEqual(self._get_sums(plan), (100, 100))
                released = self._entries(plan).filtered(lambda entry: entry.kind == "release")
                # of the day of the payment, in the statement of the period of the invoice
                self.assertEqual(str(max(released.mapped("date"))), "2026-04-25")
                self.assertEqual(str(min(released.statement_id.mapped("date_from"))), "2026-05-01")
                self.assertIn(invoice.name, released.mapped(lambda entry: entry.snapshot["invoice"]))
        self._post(self._statements(plans["full"]))
        invoice.line_ids.remove_move_reconcile()
        for plan in plans.values():
            self.assertEqual(self._get_sums(plan), (100, 0))

    def test_orders_paid_before_there_was_a_plan(self):
        payment = self._prepay("2026-04-20", 1150)
        self._offset(payment, self._bill())
        for payable_on in ("proportional", "full"):
            plan = self._commission(
                [0.1], payable_on=payable_on, name=payable_on, earned_on="order", date_from="2026-05-01"
            )
            self.assertEqual(self._get_sums(plan), (100, 100))
