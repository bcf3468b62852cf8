from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_dispute_owner_id = fields.Many2one(
        "res.users",
        "Disputes Go To",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="The commission administrator who answers; empty: the first one there is.",
    )
    stm_acknowledge_days = fields.Integer(
        "Acknowledge Within", default=7, help="Days after a statement was checked."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_dispute_owner_id = fields.Many2one(related="company_id.stm_dispute_owner_id", readonly=False)
    stm_acknowledge_days = fields.Integer(related="company_id.stm_acknowledge_days", readonly=False)
