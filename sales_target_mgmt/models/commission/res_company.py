from odoo import fields, models
from odoo.exceptions import UserError

LIABILITY = "[('account_type', '=', 'liability_current')]"
# what a move of earned commission needs, and what paying needs besides
NEEDED_TO_ACCRUE = (
    "stm_commission_journal_id",
    "stm_commission_expense_account_id",
    "stm_commission_accrual_account_id",
)
NEEDED_TO_RELEASE = (
    "stm_commission_journal_id",
    "stm_commission_accrual_account_id",
    "stm_commission_payroll_account_id",
)
NEEDED_TO_BILL = ("stm_commission_accrual_account_id",)


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_commission_accounting = fields.Boolean(
        string="Commission in Accounting",
        help="Locking statements posts what was earned; paying them posts what goes to payroll.",
    )
    stm_commission_journal_id = fields.Many2one(
        "account.journal",
        string="Commission Journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
    )
    stm_commission_expense_account_id = fields.Many2one(
        "account.account",
        string="Commission Expense",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
    )
    stm_commission_accrual_account_id = fields.Many2one(
        "account.account",
        string="Accrued Commission",
        check_company=True,
        domain=LIABILITY,
        help="What was earned and not paid yet, less what was lent as a draw.",
    )
    stm_commission_payroll_account_id = fields.Many2one(
        "account.account",
        string="Payroll Payable",
        check_company=True,
        domain=LIABILITY,
        help="What payroll has to pay out.",
    )
    stm_commission_pay_code = fields.Char(
        string="Commission Pay Code",
        default="COMMISSION",
        help="The payroll program's code for commission, in the file for payroll.",
    )
    stm_dispute_owner_id = fields.Many2one(
        "res.users",
        "Disputes Go To",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="The commission administrator who answers; empty: the first one there is.",
    )
    stm_acknowledge_days = fields.Integer(
        "Acknowledge Within", default=7, help="Days after a statement was checked."
    )
    stm_leader_sees_commission = fields.Boolean(
        "Leaders See Their Team's Commission",
        help="Statements and entries of the members of the teams that somebody leads, as long as they are "
        "members. Disputes stay private.",
    )
    stm_commission_mail = fields.Boolean(string="Mail Statements", default=True)

    def write(self, vals):
        result = super().write(vals)
        if "stm_leader_sees_commission" in vals:
            # the menu comes and goes
            self.env.registry.clear_cache()
        return result

    def _check_stm_commission_settings(self, names):
        """Say what is missing for a move or a file, and where it is set.

        :param names: fields of the company
        :raises UserError: if one of them is empty
        """
        self.ensure_one()
        company = self.sudo()
        missing = [self._fields[name]._description_string(self.env) for name in names if not company[name]]
        if missing:
            raise UserError(
                self.env._(
                    "The settings of “%(company)s” lack: %(missing)s. An administrator enters them under "
                    "Settings, Sales Targets, Commission.",
                    company=self.name,
                    missing=", ".join(missing),
                )
            )
