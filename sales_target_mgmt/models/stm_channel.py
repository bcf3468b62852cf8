from odoo import fields, models


class StmChannel(models.Model):
    """The way by which a sale came: a shop, the website, a dealer, a visit."""

    _name = "stm.channel"
    _description = "Sales Channel"
    _order = "sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True)
    active = fields.Boolean(default=True)
