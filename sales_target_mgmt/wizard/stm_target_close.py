from datetime import timedelta

from odoo import api, fields, models


class StmTargetClose(models.TransientModel):
    """Closes the periods of a plan up to a day."""

    _name = "stm.target.close"
    _description = "Close Periods"

    plan_id = fields.Many2one("stm.target.plan", required=True, readonly=True)
    date = fields.Date(
        string="Up to",
        required=True,
        compute="_compute_date",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        help="Every target that ends on this day or before is frozen.",
    )
    count = fields.Integer(string="Targets to Close", compute="_compute_count")

    @api.depends("plan_id")
    def _compute_date(self):
        for wizard in self:
            company = wizard.plan_id.company_id or self.env.company
            yesterday = company._get_stm_today() - timedelta(days=1)
            ends = [line.date_end for line in wizard.plan_id.line_ids if line.date_end <= yesterday]
            wizard.date = max(ends, default=yesterday)

    @api.depends("plan_id", "date")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(
                wizard.plan_id.line_ids.filtered(
                    lambda line, date=wizard.date: (
                        date and line.date_from <= line.date_end <= date and not line.closing_id
                    )
                )
            )

    def action_confirm(self):
        self.ensure_one()
        self.plan_id._close_until(self.date)
        return {"type": "ir.actions.act_window_close"}
