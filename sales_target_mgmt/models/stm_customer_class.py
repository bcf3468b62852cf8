from odoo import fields, models


class StmCustomerClass(models.Model):
    """A class of customers that are treated alike, A, B and C say."""

    _name = "stm.customer.class"
    _description = "Customer Class"
    _order = "sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
