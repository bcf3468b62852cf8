from odoo import api, fields, models


class StmCreditLimitSet(models.TransientModel):
    """Asks for a new limit and its reason."""

    _name = "stm.credit.limit.set"
    _description = "Set a Credit Limit"

    account_id = fields.Many2one(
        "stm.credit.account", required=True, ondelete="cascade", default=lambda self: self._default_account()
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    limit_state = fields.Selection(
        lambda self: self.env["stm.credit.account"]._fields["limit_state"].selection,
        "Limit Is",
        required=True,
        default="limited",
    )
    credit_limit = fields.Monetary()
    note = fields.Char("Reason", required=True)

    @api.model
    def _default_account(self):
        is_account = self.env.context.get("active_model") == "stm.credit.account"
        return self.env.context.get("active_id") if is_account else False

    def action_apply(self):
        self.ensure_one()
        self.account_id.action_stm_set_limit(self.limit_state, self.credit_limit, self.note)
        return {"type": "ir.actions.act_window_close"}
