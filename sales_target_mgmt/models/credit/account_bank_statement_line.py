from odoo import models


class AccountBankStatementLine(models.Model):
    """Whose money it is and what for may be known later than that it came."""

    _inherit = "account.bank.statement.line"

    def _synchronize_to_moves(self, changed_fields):
        result = super()._synchronize_to_moves(changed_fields)
        if not {"partner_id", "payment_ref"}.isdisjoint(changed_fields):
            self.env["sale.order"]._recheck_stm_soon(self.filtered(lambda line: line.amount > 0))
        return result
