from odoo import fields, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "stm.split.owner.mixin"]

    stm_split_default_ids = fields.One2many("stm.split.default", "partner_id", "Credited To")
