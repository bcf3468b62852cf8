from odoo import fields, models


class StmCreditBlock(models.TransientModel):
    """Asks why a customer is blocked, or not any longer."""

    _name = "stm.credit.block"
    _description = "Block a Customer"
    _inherit = ["stm.credit.account.wizard.mixin"]

    is_blocked = fields.Boolean(related="account_id.is_blocked")
    reason = fields.Char(required=True)

    def action_apply(self):
        """Block, at once."""
        self.ensure_one()
        self.account_id.action_stm_block(self.reason)
        return {"type": "ir.actions.act_window_close"}

    def action_unblock(self):
        """Ask for the block to be lifted."""
        self.ensure_one()
        close = {"type": "ir.actions.act_window_close"}
        return self.account_id.action_stm_unblock(self.reason) or close
