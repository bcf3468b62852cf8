from odoo import fields, models


class StmCreditBlock(models.TransientModel):
    """Asks why a customer is blocked."""

    _name = "stm.credit.block"
    _description = "Block a Customer"
    _inherit = ["stm.credit.account.wizard.mixin"]

    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.account_id.action_stm_block(self.reason)
        return {"type": "ir.actions.act_window_close"}
