from odoo import api, fields, models


class StmCreditLimitRefuse(models.TransientModel):
    """Asks why a limit is refused."""

    _name = "stm.credit.limit.refuse"
    _description = "Refuse a Credit Limit"

    limit_id = fields.Many2one(
        "stm.credit.limit", required=True, ondelete="cascade", default=lambda self: self._default_limit()
    )
    answer = fields.Char("Reason", required=True)

    @api.model
    def _default_limit(self):
        is_limit = self.env.context.get("active_model") == "stm.credit.limit"
        return self.env.context.get("active_id") if is_limit else False

    def action_apply(self):
        self.ensure_one()
        self.limit_id.action_refuse(self.answer)
        return {"type": "ir.actions.act_window_close"}
