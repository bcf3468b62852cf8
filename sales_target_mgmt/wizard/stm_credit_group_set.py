from odoo import fields, models


class StmCreditGroupSet(models.TransientModel):
    """Asks for the head of a customer's group."""

    _name = "stm.credit.group.set"
    _description = "Choose the Group of a Customer"
    _inherit = ["stm.credit.account.wizard.mixin"]

    head_id = fields.Many2one(
        "stm.credit.account",
        "Head of the Group",
        ondelete="cascade",
        domain="[('company_id', '=', company_id), ('id', '!=', account_id), ('parent_id', '=', False)]",
        help="Empty: the customer belongs to no group.",
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        close = {"type": "ir.actions.act_window_close"}
        return self.account_id.action_stm_set_group(self.head_id.id, self.reason) or close
