from decimal import Decimal

from odoo import fields, models

from ...tools.rate_table import exact


class SaleOrder(models.Model):
    """Money in advance: it has to be received, an authorisation only promises it."""

    _inherit = "sale.order"

    def _get_stm_paid_in_advance(self):
        """What was received online for this order and is not used up, in company currency.

        Refunds count against it; of a payment that was captured in parts, the parts count. It is
        what the customer's exposure knows of these payments, see `stm_credit_exposure_money.py`.
        """
        self.ensure_one()
        own = self.sudo().transaction_ids
        received = (own | own.child_transaction_ids).filtered(
            lambda one: one.state == "done" and one.operation != "validation"
        )
        return max(sum((self._get_stm_unused(one) for one in received), Decimal(0)), Decimal(0))

    def _get_stm_deposit(self, share):
        """A share of the whole order, in company currency."""
        currency = self.company_id.currency_id
        return exact(currency.round(float(self._get_stm_credit_amount()) * share))

    def _get_stm_received(self):
        """What was received for this order: in advance and not used up, and what settled its invoices."""
        self.ensure_one()
        posted = self.sudo().invoice_ids.filtered(lambda move: move.state == "posted")
        paid = (exact(one.amount_total_signed - one.amount_residual_signed) for one in posted)
        return self._get_stm_paid_in_advance() + sum(paid, Decimal(0))

    def _get_stm_unused(self, transaction):
        payment = transaction.payment_id
        lines = payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        if lines:
            return -exact(sum(lines.mapped("amount_residual")))
        is_known = payment.state == "in_process" if payment else not transaction.is_post_processed
        if not is_known or transaction.invoice_ids:
            return Decimal(0)
        today = fields.Date.context_today(self)
        own = self.company_id.currency_id
        return exact(transaction.currency_id._convert(transaction.amount, own, self.company_id, today))
