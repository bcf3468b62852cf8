from odoo import SUPERUSER_ID, models
from odoo.tools import str2bool

from .stm_credit_hold import WAITING


class SaleOrder(models.Model):
    """What goes on when an order is confirmed that was held before."""

    _inherit = "sale.order"

    def _stm_resume(self, verdict=None):
        """Write down how a held order was confirmed, and do what a payment would have done."""
        last = self.stm_hold_id
        if not last or self.state != "sale":
            return
        if verdict and verdict.release:
            self._log_stm_event("used", note=verdict.release.note)
        elif last.event in WAITING:
            self._log_stm_event("cleared", reasons=[])
        self._drop_stm_hold_activities()
        if str2bool(self.env["ir.config_parameter"].sudo().get_param("sale.automatic_invoice")):
            self._invoice_stm_advance()

    def _invoice_stm_advance(self):
        """Invoice what was paid online while the order was held, and settle both.

        A payment that is being processed right now is invoiced by Odoo itself afterwards.
        """
        # as the job does that processes payments
        paid = self.with_user(SUPERUSER_ID).transaction_ids.filtered(
            lambda one: (
                one.state == "done"
                and one.is_post_processed
                and one.operation not in ("validation", "refund")
                and not one.invoice_ids
            )
        )
        for transaction in paid:
            transaction._invoice_sale_orders()
        invoices = paid.invoice_ids
        invoices.filtered(lambda invoice: invoice.state == "draft").action_post()
        self._settle_stm_payments(paid.payment_id, invoices)
        if invoices and not self.env.context.get("skip_sale_auto_invoice_send"):
            paid._send_invoice()

    def _settle_stm_payments(self, payments, invoices):
        open_lines = (payments.move_id | invoices).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        )
        for lines in open_lines.grouped("account_id").values():
            if len(lines.move_id) > 1:
                lines.reconcile()
        # without an account for outstanding payments there is no entry before the bank statement
        for payment in payments.filtered(lambda payment: not payment.move_id):
            payment.invoice_ids |= invoices
