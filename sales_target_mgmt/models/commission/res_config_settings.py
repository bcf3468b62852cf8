from odoo import api, fields, models
from odoo.fields import Domain

# names by which an account of the usual charts is proposed, the best first
USUAL_NAMES = {
    "expense": ("commission", "提成", "佣金", "salar", "wage", "薪酬", "销售费用"),
    "accrual": ("accrued commission", "应付提成", "accru", "预提", "计提"),
    "payroll": ("salar", "payroll", "wage", "应付职工薪酬", "薪酬"),
}


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_commission_accounting = fields.Boolean(related="company_id.stm_commission_accounting", readonly=False)
    stm_commission_journal_id = fields.Many2one(
        related="company_id.stm_commission_journal_id", readonly=False
    )
    stm_commission_expense_account_id = fields.Many2one(
        related="company_id.stm_commission_expense_account_id", readonly=False
    )
    stm_commission_accrual_account_id = fields.Many2one(
        related="company_id.stm_commission_accrual_account_id", readonly=False
    )
    stm_commission_payroll_account_id = fields.Many2one(
        related="company_id.stm_commission_payroll_account_id", readonly=False
    )
    stm_commission_pay_code = fields.Char(related="company_id.stm_commission_pay_code", readonly=False)

    stm_dispute_owner_id = fields.Many2one(related="company_id.stm_dispute_owner_id", readonly=False)
    stm_acknowledge_days = fields.Integer(related="company_id.stm_acknowledge_days", readonly=False)
    stm_leader_sees_commission = fields.Boolean(
        related="company_id.stm_leader_sees_commission", readonly=False
    )
    stm_commission_mail = fields.Boolean(related="company_id.stm_commission_mail", readonly=False)

    @api.onchange("stm_commission_accounting")
    def _onchange_stm_commission_accounting(self):
        """Propose what the chart of accounts has; what is set stays."""
        if not self.stm_commission_accounting:
            return
        if not self.stm_commission_journal_id:
            journals = self.env["account.journal"]
            self.stm_commission_journal_id = journals.search(
                [*journals._check_company_domain(self.company_id), ("type", "=", "general")], limit=1
            )
        for use, types in (
            ("expense", ("expense", "expense_direct_cost")),
            ("accrual", ("liability_current",)),
            ("payroll", ("liability_current",)),
        ):
            name = f"stm_commission_{use}_account_id"
            self[name] = self[name] or self._guess_account(use, types)

    def _guess_account(self, use, types):
        """The account whose name says that it is for this, else none: a wrong one would be worse."""
        accounts = self.env["account.account"].with_company(self.company_id)
        domain = Domain(accounts._check_company_domain(self.company_id)) & Domain("account_type", "in", types)
        for name in USUAL_NAMES[use]:
            if found := accounts.search(domain & Domain("name", "ilike", name), limit=1):
                return found
        return accounts
