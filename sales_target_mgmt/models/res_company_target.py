from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.pace import Thresholds


class ResCompany(models.Model):
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    stm_pace_ahead = fields.Float(
        string="Ahead from",
        default=105.0,
        help="Percentage of what is expected to date from which somebody is ahead.",
    )
    stm_pace_on = fields.Float(string="On pace from", default=95.0)
    stm_pace_behind = fields.Float(
        string="Behind from", default=80.0, help="Below this percentage a target is at risk."
    )

    @api.constrains("stm_pace_ahead", "stm_pace_on", "stm_pace_behind")
    def _check_pace_thresholds(self):
        for company in self:
            if not company.stm_pace_ahead >= company.stm_pace_on >= company.stm_pace_behind >= 0:
                raise ValidationError(
                    self.env._(
                        "The pace thresholds of “%s” must descend: ahead, on pace, behind.",
                        company.name,
                    )
                )

    def _get_pace_thresholds(self):
        """:class:`..tools.pace.Thresholds` as shares, 1 is exactly on pace"""
        self.ensure_one()
        percentages = (self.stm_pace_ahead, self.stm_pace_on, self.stm_pace_behind)
        return Thresholds(*(Decimal(str(value)) / 100 for value in percentages))

    def _get_stm_today(self):
        """The day that it is in the company's sales time zone."""
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self.stm_tz))
