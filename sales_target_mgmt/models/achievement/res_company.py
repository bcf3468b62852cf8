from collections import Counter

import pytz

from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import ValidationError
from odoo.tools import SQL


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

    @api.constrains("stm_tz")
    def _check_sales_time_zone(self):
        for company in self:
            if not self._is_known_time_zone(company.stm_tz):
                raise ValidationError(
                    self.env._(
                        "The database does not know the time zone “%s”: choose the city next to it.",
                        company.stm_tz,
                    )
                )

    def _guess_sales_time_zone(self):
        """The time zone of most of the company's people, else its country's first, else UTC."""
        self.ensure_one()
        people = self.env["res.users"].sudo().search([("company_id", "=", self.id), ("share", "=", False)])
        zones = Counter(filter(None, people.mapped("tz")))
        country = pytz.country_timezones.get(self.country_id.code or "", ())
        guesses = [zone for zone, _count in zones.most_common()] + list(country)
        return next(filter(self._is_known_time_zone, guesses), "UTC")

    @api.model
    def _is_known_time_zone(self, name):
        """Whether PostgreSQL, which turns times into days, knows the zone by this name."""
        rows = self.env.execute_query(SQL("SELECT 1 FROM pg_timezone_names WHERE name = %s", name))
        return bool(rows)
