from odoo import api, fields, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.ondelete(at_uninstall=False)
    def _unlink_make_due(self):
        """Who had paid and has not any more is due for a rating: nothing else tells afterwards."""
        lines = (self.debit_move_id | self.credit_move_id).filtered(
            lambda line: (
                line.company_id.stm_credit_control and line.account_id.account_type == "asset_receivable"
            )
        )
        accounts = self.env["stm.credit.account"].sudo()
        for company, some in lines.grouped("company_id").items():
            customers = some.partner_id.commercial_partner_id
            domain = [("company_id", "=", company.id), ("partner_id", "in", customers.ids)]
            accounts.search(domain).write({"checked_at": fields.Datetime.now()})
