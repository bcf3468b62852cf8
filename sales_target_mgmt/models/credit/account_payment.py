from odoo import models


class AccountPayment(models.Model):
    """Payments without an entry are few, and exposures look for them by customer."""

    _inherit = "account.payment"

    _stm_without_entry = models.Index("(partner_id) WHERE move_id IS NULL AND state = 'in_process'")
