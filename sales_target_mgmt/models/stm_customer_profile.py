from odoo import fields, models


class StmCustomerProfile(models.Model):
    """What a company knows of a customer: his class, as of now."""

    _name = "stm.customer.profile"
    _description = "Customer Profile"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    class_id = fields.Many2one("stm.customer.class", index=True, ondelete="set null")

    _customer_unique = models.UniqueIndex("(company_id, partner_id)")
