from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.credit.res_partner import MERGING


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging customers: what there is once per customer must not come twice.

    Odoo's wizard looks for unique constraints, not for unique indexes.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._check_payees(src_partners)
        self.env.flush_all()
        # where customers belong is decided anew when the merged one is written
        self.env.execute_query(
            SQL("DELETE FROM stm_territory_member WHERE partner_id = ANY(%s) RETURNING id", src_partners.ids)
        )
        # of several profiles in a company that of the customer who stays is kept, else the first
        self.env.execute_query(
            SQL(
                """DELETE FROM stm_customer_profile WHERE id IN (
                    SELECT id FROM (
                        SELECT id, ROW_NUMBER() OVER (
                            PARTITION BY company_id ORDER BY partner_id = %s DESC, id
                        ) AS place FROM stm_customer_profile WHERE partner_id = ANY(%s)
                    ) own WHERE place > 1
                ) RETURNING id""",
                dst_partner.id,
                (src_partners | dst_partner).ids,
            )
        )
        # of two account statements of the same period that of the customer who stays is in force
        self.env.execute_query(
            SQL(
                """UPDATE stm_account_statement SET active = FALSE WHERE id IN (
                    SELECT id FROM (
                        SELECT id, ROW_NUMBER() OVER (
                            PARTITION BY company_id, date_from, date_to ORDER BY partner_id = %s DESC, id
                        ) AS place FROM stm_account_statement WHERE active AND partner_id = ANY(%s)
                    ) own WHERE place > 1
                ) RETURNING id""",
                dst_partner.id,
                (src_partners | dst_partner).ids,
            )
        )
        self.env.invalidate_all()
        accounts = self.env["stm.credit.account"].sudo()
        accounts._merge_accounts(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        accounts.search([("partner_id", "=", dst_partner.id)])._feed_core()
        return result

    def _update_values(self, src_partners, dst_partner):
        """Odoo's own limit and trust follow the credit account, not the merged contacts."""
        self.env.cr.cache[MERGING] = True
        try:
            return super()._update_values(src_partners, dst_partner)
        finally:
            del self.env.cr.cache[MERGING]

    def _check_payees(self, src_partners):
        """:raises UserError: if pay is posted for a contact that would go"""
        entries = self.env["stm.commission.entry"].sudo()
        for partner in src_partners:
            if entries.search_count([("payee_id", "=", partner.id), ("posted", "=", True)], limit=1):
                raise UserError(
                    self.env._(
                        "Commission has been posted for “%s”, and posted entries never change: choose it as "
                        "the contact that stays.",
                        partner.name,
                    )
                )
