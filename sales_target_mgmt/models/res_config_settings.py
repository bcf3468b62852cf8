from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_tz = fields.Selection(related="company_id.stm_tz", readonly=False)
    stm_pace_ahead = fields.Float(related="company_id.stm_pace_ahead", readonly=False)
    stm_pace_on = fields.Float(related="company_id.stm_pace_on", readonly=False)
    stm_pace_behind = fields.Float(related="company_id.stm_pace_behind", readonly=False)
    stm_notice = fields.Boolean(related="company_id.stm_notice", readonly=False)
    stm_notice_thresholds = fields.Char(related="company_id.stm_notice_thresholds", readonly=False)
    stm_feed_team_target = fields.Boolean(related="company_id.stm_feed_team_target", readonly=False)
