from odoo import api, fields, models


class StmCreditOverride(models.TransientModel):
    """Asks for a grade that a person decides, until when, and why."""

    _name = "stm.credit.override"
    _description = "Decide a Credit Grade by Hand"

    account_id = fields.Many2one(
        "stm.credit.account", required=True, ondelete="cascade", default=lambda self: self._default_account()
    )
    company_id = fields.Many2one(related="account_id.company_id")
    grade_id = fields.Many2one(
        "stm.credit.grade", required=True, ondelete="cascade", domain="[('company_id', '=', company_id)]"
    )
    valid_until = fields.Date(
        required=True, default=lambda self: fields.Date.add(fields.Date.context_today(self), months=3)
    )
    reason = fields.Char(required=True)

    @api.model
    def _default_account(self):
        is_account = self.env.context.get("active_model") == "stm.credit.account"
        return self.env.context.get("active_id") if is_account else False

    def action_apply(self):
        self.ensure_one()
        self.account_id.action_stm_override(self.grade_id.id, self.valid_until, self.reason)
        return {"type": "ir.actions.act_window_close"}
