from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_loss_account_id = fields.Many2one(related="company_id.stm_loss_account_id", readonly=False)
    stm_allowance_account_id = fields.Many2one(related="company_id.stm_allowance_account_id", readonly=False)
    stm_allowance_journal_id = fields.Many2one(related="company_id.stm_allowance_journal_id", readonly=False)
