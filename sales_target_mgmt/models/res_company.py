from odoo import fields, models
from odoo.addons.base.models.res_partner import _tz_get


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_tz = fields.Selection(
        _tz_get,
        string="Sales Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="An order belongs to the day on which it was made in this time zone. "
        "Changing it has every past month counted anew.",
    )
