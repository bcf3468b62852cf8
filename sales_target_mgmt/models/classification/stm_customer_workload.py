from odoo import fields, models


class StmCustomerClass(models.Model):
    """How much work a customer of this class is."""

    _inherit = "stm.customer.class"

    calls_per_year = fields.Float("Calls a Year", help="How often a customer of this class is called on.")
    hours_per_call = fields.Float("Hours a Call", help="Travel and preparation included.")

    _workload = models.Constraint(
        "CHECK (COALESCE(calls_per_year, 0) >= 0 AND COALESCE(hours_per_call, 0) >= 0)",
        "Calls and hours cannot be negative: enter zero or more.",
    )
