from odoo import fields, models


class StmCollectionNote(models.TransientModel):
    """Asks what was said or agreed: a call, a promise to pay, or a pause of the steps."""

    _name = "stm.collection.note"
    _description = "Collection Note"

    case_id = fields.Many2one("stm.collection.case", required=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    kind = fields.Selection(
        [("call", "Call"), ("promise", "Promise to pay"), ("pause", "Pause")], required=True, default="call"
    )
    note = fields.Char("What Was Said", required=True)
    amount = fields.Monetary(
        "Amount Promised", compute="_compute_amount", store=True, readonly=False, precompute=True
    )
    date = fields.Date("Until")

    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.case_id.amount

    def action_apply(self):
        self.ensure_one()
        if self.kind == "call":
            self.case_id.action_call(self.note)
        elif self.kind == "pause":
            self.case_id.action_pause(self.date, self.note)
        else:
            self.case_id.action_promise(self.amount, self.date, self.note)
        return {"type": "ir.actions.act_window_close"}
