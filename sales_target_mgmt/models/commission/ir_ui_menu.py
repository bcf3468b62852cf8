from odoo import models

MENU = "sales_target_mgmt.stm_commission_statement_menu_team"
# administrators have it without leading anybody
FORECAST_MENU = "sales_target_mgmt.stm_commission_forecast_menu"


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        hidden = super()._load_menus_blacklist()
        if self._leads_with_commission():
            return hidden
        names = [MENU]
        if not self.env.user.has_group("sales_target_mgmt.group_commission_admin"):
            names.append(FORECAST_MENU)
        menus = [self.env.ref(name, raise_if_not_found=False) for name in names]
        return hidden + [menu.id for menu in menus if menu]

    def _leads_with_commission(self):
        user = self.env.user.sudo()
        return bool(user.stm_led_team_ids) and any(user.company_ids.mapped("stm_leader_sees_commission"))
