from odoo import api, models

from .sale_order_hold import BY_CUSTOMER


class PaymentTransaction(models.Model):
    """Which orders an online payment is for is said by Odoo as it begins, and by nobody afterwards."""

    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"]
        orders._refuse_stm_computed(orders._get_stm_given(vals_list) & {"sale_order_ids"})
        return super().create(vals_list)

    def write(self, vals):
        self.env["sale.order"]._refuse_stm_computed(vals.keys() & {"sale_order_ids"})
        return super().write(vals)

    def _check_amount_and_confirm_order(self):
        """An order that is held is not confirmed: its customer gets the mail about the payment only."""
        confirmed = super(
            PaymentTransaction, self.with_context(**{BY_CUSTOMER: True})
        )._check_amount_and_confirm_order()
        return confirmed.filtered(lambda order: order.state == "sale").with_env(self.env)
