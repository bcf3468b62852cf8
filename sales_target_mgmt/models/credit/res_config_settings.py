from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_credit_control = fields.Boolean(related="company_id.stm_credit_control", readonly=False)
    stm_credit_hold_days = fields.Integer(related="company_id.stm_credit_hold_days", readonly=False)
    stm_limit_step = fields.Float(related="company_id.stm_limit_step", readonly=False)
