from odoo import fields, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Who had paid and has not any more is due for a rating: nothing else tells afterwards."""
        lines = (self.debit_move_id | self.credit_move_id).filtered(
            lambda line: (
                line.company_id.stm_credit_control and line.account_id.account_type == "asset_receivable"
            )
        )
        customers = {
            company: some.partner_id.commercial_partner_id
            for company, some in lines.grouped("company_id").items()
        }
        result = super().unlink()
        for company, partners in customers.items():
            accounts = self.env["stm.credit.account"].sudo()
            domain = [("company_id", "=", company.id), ("partner_id", "in", partners.ids)]
            accounts.search(domain).write({"checked_at": fields.Datetime.now()})
        return result
