from odoo import models


class AccountPayment(models.Model):
    """Payments without an entry are few, and exposures look for them by customer.

    Nothing is posted that would tell of them: that they are in process does. What money is for may be
    entered after it came.
    """

    _inherit = "account.payment"

    _stm_without_entry = models.Index("(partner_id) WHERE move_id IS NULL AND state = 'in_process'")

    def write(self, vals):
        result = super().write(vals)
        if not {"state", "memo", "partner_id", "payment_reference"}.isdisjoint(vals):
            unposted = self.filtered(lambda one: not one.move_id and one.state == "in_process")
            named = self.browse() if vals.keys() == {"state"} else self.filtered("move_id")
            self.env["sale.order"]._recheck_stm_soon(unposted | named)
        return result
