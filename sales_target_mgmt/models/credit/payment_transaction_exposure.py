from odoo import models


class PaymentTransaction(models.Model):
    """Online payments that wait to be processed are few, and exposures look for them by customer."""

    _inherit = "payment.transaction"

    _stm_without_payment = models.Index("(partner_id) WHERE state = 'done' AND payment_id IS NULL")
