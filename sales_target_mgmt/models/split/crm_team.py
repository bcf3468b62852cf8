from odoo import fields, models


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["crm.team", "stm.split.owner.mixin"]

    stm_split_default_ids = fields.One2many("stm.split.default", "team_id", "Credited To")
