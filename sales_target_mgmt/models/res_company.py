from collections import Counter

import pytz

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

    def _guess_sales_time_zone(self):
        """The time zone of most of the company's people, else its country's first, else UTC."""
        self.ensure_one()
        people = self.env["res.users"].sudo().search([("company_id", "=", self.id), ("share", "=", False)])
        zones = Counter(filter(None, people.mapped("tz")))
        if zones:
            return zones.most_common(1)[0][0]
        return next(iter(pytz.country_timezones.get(self.country_id.code or "", ())), "UTC")
