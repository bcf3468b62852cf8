from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError


class StmAccountStatementMake(models.TransientModel):
    """Makes statements of account of a period, of any time in the past."""

    _name = "stm.account.statement.make"
    _description = "Make Account Statements"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date_from = fields.Date("From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date("To", required=True, default=lambda self: self._default_date_to())
    partner_ids = fields.Many2many(
        "res.partner",
        "stm_account_statement_make_partner_rel",
        "wizard_id",
        "partner_id",
        "Customers",
        domain="[('parent_id', '=', False)]",
        help="Empty: all that have an open balance on the last day.",
    )

    def _default_date_to(self):
        return self.env.company._get_stm_today() - relativedelta(day=1, days=1)

    def _default_date_from(self):
        return self._default_date_to().replace(day=1)

    def action_make(self):
        self.ensure_one()
        self.check_access("write")
        statements = self.env["stm.account.statement"]
        statements._check_maker()
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins: mend the dates."))
        if self.date_to > self.company_id._get_stm_today():
            raise UserError(
                self.env._("A statement tells what was: choose a last day that is not in the future.")
            )
        partners = self.partner_ids.commercial_partner_id
        if not self.partner_ids:
            ids = self.env["stm.receivable"]._get_balances(self.company_id, None, self.date_to)
            partners = partners.browse(sorted(ids))
        made = statements._make(self.company_id, partners, self.date_from, self.date_to, self.env.user)
        if not made:
            raise UserError(
                self.env._("There is nothing to make: nobody owes anything, or the statements exist already.")
            )
        return made.with_env(self.env)._open()
