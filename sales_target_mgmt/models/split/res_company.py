from odoo import fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_allow_overlay = fields.Boolean(
        "Allow Overlays",
        help="Somebody may be credited on top of the 100 % of a deal. Team and company figures count it once "
        "all the same.",
    )

    def _check_stm_overlay(self):
        """:raises ValidationError: unless the company allows overlays"""
        for company in self.sudo():
            if not company.stm_allow_overlay:
                raise ValidationError(
                    self.env._(
                        "“%s” allows no overlays: shares make up 100 %%, or allow overlays in the settings.",
                        company.name,
                    )
                )
