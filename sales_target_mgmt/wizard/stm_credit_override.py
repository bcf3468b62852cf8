from odoo import fields, models


class StmCreditOverride(models.TransientModel):
    """Asks for a grade that a person decides, until when, and why."""

    _name = "stm.credit.override"
    _description = "Decide a Credit Grade by Hand"
    _inherit = ["stm.credit.account.wizard.mixin"]

    grade_id = fields.Many2one(
        "stm.credit.grade", required=True, ondelete="cascade", domain="[('company_id', '=', company_id)]"
    )
    valid_until = fields.Date(
        required=True, default=lambda self: fields.Date.add(fields.Date.context_today(self), months=3)
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.account_id.action_stm_override(self.grade_id.id, self.valid_until, self.reason)
        return {"type": "ir.actions.act_window_close"}
