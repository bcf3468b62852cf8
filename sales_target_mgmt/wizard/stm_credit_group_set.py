from odoo import api, fields, models


class StmCreditGroupSet(models.TransientModel):
    """Asks for the head of a customer's group."""

    _name = "stm.credit.group.set"
    _description = "Choose the Group of a Customer"

    account_id = fields.Many2one(
        "stm.credit.account", required=True, ondelete="cascade", default=lambda self: self._default_account()
    )
    company_id = fields.Many2one(related="account_id.company_id")
    head_id = fields.Many2one(
        "stm.credit.account",
        "Head of the Group",
        ondelete="cascade",
        domain="[('company_id', '=', company_id), ('id', '!=', account_id), ('parent_id', '=', False)]",
        help="Empty: the customer belongs to no group.",
    )

    @api.model
    def _default_account(self):
        is_account = self.env.context.get("active_model") == "stm.credit.account"
        return self.env.context.get("active_id") if is_account else False

    def action_apply(self):
        self.ensure_one()
        self.account_id.action_stm_set_group(self.head_id.id)
        return {"type": "ir.actions.act_window_close"}
