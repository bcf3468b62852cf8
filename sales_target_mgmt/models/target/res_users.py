from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    stm_start_date = fields.Date(
        string="Sells since",
        help="First day on the job: from here on the quota of a new hire grows month by month.",
    )
