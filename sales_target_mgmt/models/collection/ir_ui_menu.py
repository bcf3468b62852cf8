from odoo import models

MENU = "sales_target_mgmt.stm_credit_menu"
# whose business credit is, whether or not anything is collected
READERS = (
    "sales_target_mgmt.group_credit_controller",
    "sales_target_mgmt.group_credit_release",
    "account.group_account_invoice",
    "account.group_account_readonly",
)


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Salespeople find cases and statements of their customers there, or nothing: then no menu.

        The first statement that is made by hand brings it as soon as menus are found anew.
        """
        hidden = super()._load_menus_blacklist()
        user = self.env.user
        if any(user.has_group(group) for group in READERS):
            return hidden
        companies = user.sudo().company_ids
        if any(one.stm_collection or one.stm_statement_period for one in companies):
            return hidden
        statements = self.env["stm.account.statement"].sudo()
        if statements.search_count([("company_id", "in", companies.ids)], limit=1):
            return hidden
        menu = self.env.ref(MENU, raise_if_not_found=False)
        return hidden + menu.ids if menu else hidden
