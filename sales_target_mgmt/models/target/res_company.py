from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.pace import Thresholds


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_pace_ahead = fields.Float(
        string="Ahead from",
        default=105.0,
        help="Percentage of what is expected to date from which somebody is ahead.",
    )
    stm_pace_on = fields.Float(string="On Pace from", default=95.0)
    stm_pace_behind = fields.Float(
        string="Behind from", default=80.0, help="Below this percentage a target is at risk."
    )
    stm_notice = fields.Boolean(
        string="Target Notices",
        default=True,
        help="Tell salespeople and leaders when a target is reached in part or whole.",
    )
    stm_notice_thresholds = fields.Char(
        string="Notice at",
        default="50, 90, 100",
        help="Percentages of the target, separated by commas.",
    )
    stm_feed_team_target = fields.Boolean(
        string="Write Team Targets",
        help="Write the approved revenue target of the month to the invoicing target of the sales teams.",
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

    @api.constrains("stm_notice_thresholds")
    def _check_notice_thresholds(self):
        for company in self:
            try:
                numbers = company._get_notice_thresholds()
            except ValueError:
                numbers = [0]
            if any(not 0 < number <= 1000 for number in numbers):
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be read: give whole percentages above zero, separated by "
                        "commas, 50, 90, 100 for instance.",
                        company.stm_notice_thresholds,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "stm_feed_team_target" in vals:
            self.env["crm.team"]._feed_invoiced_target()
        return result

    def _get_pace_thresholds(self):
        """:class:`..tools.pace.Thresholds` as shares, 1 is exactly on pace"""
        self.ensure_one()
        percentages = (self.stm_pace_ahead, self.stm_pace_on, self.stm_pace_behind)
        return Thresholds(*(Decimal(str(value)) / 100 for value in percentages))

    def _get_notice_thresholds(self):
        """Percentages at which people are told, ascending.

        :raises ValueError: if one is no whole number
        """
        self.ensure_one()
        return sorted({int(part) for part in (self.stm_notice_thresholds or "").split(",") if part.strip()})

    def _get_stm_today(self):
        """The day that it is in the company's sales time zone."""
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self.stm_tz))
