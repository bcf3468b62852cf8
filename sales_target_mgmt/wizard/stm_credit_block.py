from odoo import api, fields, models


class StmCreditBlock(models.TransientModel):
    """Asks why a customer is blocked."""

    _name = "stm.credit.block"
    _description = "Block a Customer"

    account_id = fields.Many2one(
        "stm.credit.account", required=True, ondelete="cascade", default=lambda self: self._default_account()
    )
    reason = fields.Char(required=True)

    @api.model
    def _default_account(self):
        is_account = self.env.context.get("active_model") == "stm.credit.account"
        return self.env.context.get("active_id") if is_account else False

    def action_apply(self):
        self.ensure_one()
        self.account_id.action_stm_block(self.reason)
        return {"type": "ir.actions.act_window_close"}
