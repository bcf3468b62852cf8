from odoo import fields, models

EXPENSE = "[('account_type', 'in', ('expense', 'expense_direct_cost', 'expense_other'))]"


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_loss_account_id = fields.Many2one(
        "account.account",
        "Bad Debts",
        check_company=True,
        domain=EXPENSE,
        help="Expense of what is written off, and of the loss allowance. What is written off to this account "
        "or the allowance counts as lost in the receivable figures.",
    )
    stm_allowance_account_id = fields.Many2one(
        "account.account",
        "Loss Allowance",
        check_company=True,
        domain="[('account_type', 'in', ('asset_current', 'liability_current', 'liability_non_current'))]",
        help="What is expected to be lost of receivables: its balance is what the books have provided for.",
    )
    stm_allowance_journal_id = fields.Many2one(
        "account.journal", "Loss Allowance Journal", check_company=True, domain="[('type', '=', 'general')]"
    )

    def _get_stm_loss_accounts(self):
        """Accounts to which what customers never pay is written off."""
        self.ensure_one()
        return self.sudo().stm_loss_account_id | self.sudo().stm_allowance_account_id
