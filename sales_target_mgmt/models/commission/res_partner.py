from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    stm_employee_number = fields.Char(
        "Employee Number",
        copy=False,
        groups="sales_target_mgmt.group_commission_admin",
        help="By which payroll knows the person. A field of its own, for the address book's reference can "
        "be changed by any salesperson, and who changes it would redirect pay.",
    )
