from odoo import fields, models


class StmTerritory(models.Model):
    """A part of the market that somebody looks after; a tree."""

    _name = "stm.territory"
    _description = "Sales Territory"
    _parent_store = True
    _order = "parent_path, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    parent_id = fields.Many2one("stm.territory", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    company_id = fields.Many2one("res.company", index=True, default=lambda self: self.env.company)
    active = fields.Boolean(default=True)
