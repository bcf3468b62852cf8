from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_collection = fields.Boolean(related="company_id.stm_collection", readonly=False)
    stm_collector_id = fields.Many2one(related="company_id.stm_collector_id", readonly=False)
    stm_fee_product_id = fields.Many2one(related="company_id.stm_fee_product_id", readonly=False)
