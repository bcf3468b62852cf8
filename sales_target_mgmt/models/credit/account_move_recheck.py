from odoo import models


class AccountMove(models.Model):
    """Money that is booked may be what a held order waits for; so may an invoice that is paid."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        money = posted.filtered(lambda move: move.origin_payment_id or move.statement_line_id)
        self.env["sale.order"]._recheck_stm_soon(money)
        return posted

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self.env["sale.order"]._recheck_stm_soon(self)
        return result
