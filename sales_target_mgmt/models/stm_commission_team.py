from odoo import api, fields, models

MENU = "sales_target_mgmt.stm_commission_statement_menu_team"
# administrators have it without leading anybody
FORECAST_MENU = "sales_target_mgmt.stm_commission_forecast_menu"


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_leader_sees_commission = fields.Boolean(
        "Leaders See Their Team's Commission",
        help="Statements and entries of the members of the teams that somebody leads, as long as they are "
        "members. Disputes stay private.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "stm_leader_sees_commission" in vals:
            # the menu comes and goes
            self.env.registry.clear_cache()
        return result


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_leader_sees_commission = fields.Boolean(
        related="company_id.stm_leader_sees_commission", readonly=False
    )


class ResUsers(models.Model):
    _inherit = "res.users"

    stm_led_team_ids = fields.One2many("crm.team", "user_id", "Led Sales Teams")


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() & {"user_id", "active", "company_id"}:
            self.env.registry.clear_cache()
        return super().write(vals)


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
