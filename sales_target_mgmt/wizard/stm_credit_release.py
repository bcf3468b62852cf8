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
    note = fields.Char("Reason")
    valid_until = fields.Date(help="The last day on which the release can be used; empty: no end.")
    confirm = fields.Boolean(
        "Confirm Now", default=True, help="Otherwise whoever sells it confirms while the release is valid."
    )
    amounts = fields.Json(default=lambda self: self._default_amounts(), readonly=True)

    @api.model
    def _default_orders(self):
        is_order = self.env.context.get("active_model") == "sale.order"
        return self.env.context.get("active_ids", []) if is_order else []

    @api.model
    def _default_amounts(self):
        """What the orders come to when somebody begins to decide."""
        orders = self.env["sale.order"].browse(self._default_orders())._filtered_access("read")
        return {str(order.id): order.stm_hold_amount for order in orders}

    def action_apply(self):
        """Decide; the reason may be one of those that the window offers, see :meth:`_get_ready_notes`.

        :raises UserError: without a reason
        """
        self.ensure_one()
        note = self.note or self._get_ready_notes().get(self.env.context.get("stm_reason"))
        close = {"type": "ir.actions.act_window_close"}
        if self.decision == "refuse":
            self.order_ids.action_stm_refuse(note)
            return close
        amounts = {int(key): amount for key, amount in (self.amounts or {}).items()}
        result = self.order_ids.action_stm_release(note, self.valid_until, self.confirm, amounts)
        return result if isinstance(result, dict) else close

    def _get_ready_notes(self):
        """Reasons for a release that one tap gives."""
        return {
            "announced": self.env._("Payment is announced"),
            "covered": self.env._("Insured or guaranteed"),
            "known": self.env._("Known to pay"),
        }
