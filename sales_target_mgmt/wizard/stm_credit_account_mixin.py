from odoo import api, fields, models


class StmCreditAccountWizardMixin(models.AbstractModel):
    """Asks about the credit account from which it was opened."""

    _name = "stm.credit.account.wizard.mixin"
    _description = "Asks about a Credit Account"

    account_id = fields.Many2one(
        "stm.credit.account", required=True, ondelete="cascade", default=lambda self: self._default_account()
    )
    company_id = fields.Many2one(related="account_id.company_id")

    @api.model
    def _default_account(self):
        is_account = self.env.context.get("active_model") == "stm.credit.account"
        return self.env.context.get("active_id") if is_account else False
