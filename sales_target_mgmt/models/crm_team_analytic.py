from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    stm_analytic_account_id = fields.Many2one(
        "account.analytic.account",
        "Analytic Account of Commission",
        check_company=True,
        help="The commission earned on this team's sales is distributed to it.",
    )
