from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_allow_overlay = fields.Boolean(related="company_id.stm_allow_overlay", readonly=False)
