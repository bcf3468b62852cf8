from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_statement_period = fields.Selection(related="company_id.stm_statement_period", readonly=False)
    stm_statement_customers = fields.Selection(related="company_id.stm_statement_customers", readonly=False)
    stm_statement_mail = fields.Boolean(related="company_id.stm_statement_mail", readonly=False)
    stm_statement_user_id = fields.Many2one(related="company_id.stm_statement_user_id", readonly=False)
