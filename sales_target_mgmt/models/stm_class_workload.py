from odoo import fields, models


class StmCustomerClass(models.Model):
    """How much work a customer of a class is."""

    _inherit = "stm.customer.class"

    calls_per_year = fields.Float(digits=(16, 1), help="How often a customer of this class is called on.")
    hours_per_call = fields.Float(digits=(16, 2), help="Length of a call, in hours.")

    _workload_not_negative = models.Constraint(
        "CHECK(calls_per_year >= 0 AND hours_per_call >= 0)",
        "Calls and hours cannot be negative: enter zero or more.",
    )
