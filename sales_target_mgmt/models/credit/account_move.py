from odoo import models
from odoo.tools import format_amount

from ...tools.rate_table import exact


class AccountMove(models.Model):
    _inherit = "account.move"

    def _build_credit_warning_message(self, record, *args, **kwargs):
        """Companies that control credit are told one thing, by their accounts and exposures.

        Quotations have a banner of their own; an invoice says when it goes beyond the limit.
        """
        company = record.company_id
        if not company.stm_credit_control:
            return super()._build_credit_warning_message(record, *args, **kwargs)
        if record._name != "account.move":
            return ""
        return record._get_stm_credit_warning(*args, **kwargs)

    def _get_stm_credit_warning(self, current_amount=0.0, exclude_current=False, exclude_amount=0.0):
        """:param exclude_amount: of the invoice, what was ordered and is in the exposure already"""
        customer, company = self.partner_id.commercial_partner_id, self.company_id
        account = self.env["stm.credit.account"].sudo()._read_accounts(company, customer)[customer.id]
        if account.limit is None:
            return ""
        exposure = self.env["stm.credit.exposure"]._get_exposures(company, customer)[customer.id]
        added = 0.0 if exclude_current else current_amount - exclude_amount
        used = exposure.total + exact(company.currency_id.round(added))
        if used <= account.limit:
            return ""
        return self.env._(
            "With this invoice “%(customer)s” uses %(used)s of a credit limit of %(limit)s.",
            customer=customer.display_name,
            used=format_amount(self.env, float(used), company.currency_id),
            limit=format_amount(self.env, float(account.limit), company.currency_id),
        )
