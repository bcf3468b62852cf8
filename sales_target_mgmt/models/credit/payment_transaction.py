from odoo import models

from .sale_order_hold import BY_CUSTOMER


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """An order that is held is not confirmed: its customer gets the mail about the payment only."""
        confirmed = super(
            PaymentTransaction, self.with_context(**{BY_CUSTOMER: True})
        )._check_amount_and_confirm_order()
        return confirmed.filtered(lambda order: order.state == "sale").with_env(self.env)
