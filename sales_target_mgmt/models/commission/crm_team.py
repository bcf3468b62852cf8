from odoo import api, fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    stm_analytic_account_id = fields.Many2one(
        "account.analytic.account",
        "Analytic Account of Commission",
        check_company=True,
        help="The commission earned on this team's sales is distributed to it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() & {"user_id", "active", "company_id"}:
            self.env.registry.clear_cache()
        return super().write(vals)
