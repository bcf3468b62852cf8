from odoo import api, fields, models


class StmCreditRelease(models.TransientModel):
    """Asks for the reason of a release or a refusal of held orders."""

    _name = "stm.credit.release"
    _description = "Decide about Held Orders"

    order_ids = fields.Many2many(
        "sale.order", string="Orders", required=True, default=lambda self: self._default_orders()
    )
    decision = fields.Selection(
        [("release", "Release"), ("refuse", "Refuse")], required=True, default="release"
    )
    note = fields.Char("Reason", required=True)
    valid_until = fields.Date(help="The last day on which the release can be used; empty: no end.")
    confirm = fields.Boolean(
        "Confirm Now", default=True, help="Otherwise whoever sells it confirms while the release is valid."
    )

    @api.model
    def _default_orders(self):
        is_order = self.env.context.get("active_model") == "sale.order"
        return self.env.context.get("active_ids", []) if is_order else []

    def action_apply(self):
        self.ensure_one()
        if self.decision == "release":
            self.order_ids.action_stm_release(self.note, self.valid_until, self.confirm)
        else:
            self.order_ids.action_stm_refuse(self.note)
        return {"type": "ir.actions.act_window_close"}
