import random
from decimal import Decimal

from .test_credit_exposure import ExposureCase

STEPS = ("confirm", "confirm", "advance", "draft", "post", "post", "pay", "refund", "unreconcile", "cancel")


class TestCreditExposureProperty(ExposureCase):
    """Whatever happens in whatever order: exposure = confirmed − received, to the cent.

    Invoicing moves an amount from the orders to the receivable, a refund moves it back, and
    reconciling moves nothing. So the sum needs none of the tables that the statement reads.
    """

    def test_random_sequences(self):
        for seed in (1, 2, 3):
            with self.subTest(seed=seed):
                self._run_sequence(random.Random(seed))

    def _run_sequence(self, dice):
        self.customer = self.env["res.partner"].create({"name": "Random", "is_company": True})
        self.orders = self.env["sale.order"]
        self.wanted = Decimal(0)
        done = []
        for _step in range(24):
            step = dice.choice(STEPS)
            if getattr(self, f"_do_{step}")(dice):
                done.append(step)
                self.assertEqual(self._get().total, self.wanted, done)

    @property
    def invoices(self):
        return self.orders.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")

    def _do_confirm(self, dice):
        cents = dice.randrange(100, 100_000) * 10
        order = self._sell(cents / 100, dice.randrange(1, 500) * 10.0, taxed=dice.random() < 0.7)
        self.orders |= order
        self.wanted += Decimal(f"{order.amount_total:.2f}")
        return True

    def _pick(self, dice, records):
        return dice.choice(records) if records else records

    def _do_advance(self, dice):
        order = self._pick(dice, self.orders.filtered(lambda one: not one.invoice_ids))
        return order and self._down_payment(order, dice.choice((10, 25, 30)))

    def _do_draft(self, dice):
        order = self._pick(dice, self.orders.filtered(lambda one: one.invoice_status == "to invoice"))
        is_clear = order and "draft" not in order.invoice_ids.mapped("state")
        return is_clear and order._create_invoices(final=True)

    def _do_post(self, dice):
        invoice = self._pick(dice, self.invoices.filtered(lambda one: one.state == "draft"))
        if invoice and invoice.amount_total >= 0:
            invoice.action_post()
        return invoice

    def _do_pay(self, dice):
        unpaid = self.invoices.filtered(lambda one: one.state == "posted" and one.amount_residual > 1)
        invoice = self._pick(dice, unpaid)
        if invoice:
            amount = round(invoice.amount_residual * dice.choice((0.33, 1.0)), 2)
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            wizard.create({"amount": amount})._create_payments()
            self.wanted -= Decimal(f"{amount:.2f}")
        return invoice

    def _do_refund(self, dice):
        whole = self.invoices.filtered(
            lambda one: (
                one.state == "posted"
                and not one.reversal_move_ids
                and not one.invoice_line_ids.sale_line_ids.filtered("is_downpayment")
            )
        )
        invoice = self._pick(dice, whole)
        return invoice and self._refund(invoice)

    def _do_unreconcile(self, dice):
        lines = self.invoices.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and line.matched_credit_ids
        )
        line = self._pick(dice, lines)
        if line:
            line.remove_move_reconcile()
        return line

    def _do_cancel(self, dice):
        draft = self._pick(dice, self.invoices.filtered(lambda one: one.state == "draft"))
        if draft:
            draft.button_cancel()
        return draft
