from odoo import api, fields, models
from odoo.exceptions import UserError


class StmTargetSettle(models.TransientModel):
    """Asks for number and reason: a leader adjusts one answer, a manager settles many targets."""

    _name = "stm.target.settle"
    _description = "Settle Proposals"

    kind = fields.Selection([("adjust", "Adjust"), ("settle", "Settle")], required=True, readonly=True)
    line_ids = fields.Many2many("stm.target.line", string="Targets", readonly=True)
    line_count = fields.Integer(compute="_compute_figures")
    unanswered_count = fields.Integer(compute="_compute_figures")
    currency_id = fields.Many2one("res.currency", compute="_compute_figures")
    top_down = fields.Float(string="Top-down", compute="_compute_figures", digits=0)
    bottom_up = fields.Float(string="Bottom-up", compute="_compute_figures", digits=0)
    method = fields.Selection(
        [
            ("bottom_up", "Accept what people propose"),
            ("top_down", "Keep the numbers from above"),
            ("between", "A number between"),
        ],
        default="bottom_up",
    )
    share = fields.Float(
        string="Way to Bottom-up",
        default=50.0,
        digits=(16, 1),
        help="In percent: 0 is top-down, 100 bottom-up.",
    )
    amount = fields.Float(string="New Number", digits=0)
    reason = fields.Text(required=True)

    @api.model
    def _open(self, kind, lines):
        """The action that shows this wizard.

        :raises UserError: without anything that people were asked about
        """
        lines = lines.filtered("has_bottom_up")
        if not lines:
            raise UserError(self.env._("Nobody was asked about these targets."))
        titles = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": titles[kind],
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_kind": kind,
                "default_line_ids": lines.ids,
                "default_amount": lines[:1].bottom_up if kind == "adjust" else 0.0,
            },
        }

    @api.depends("line_ids")
    def _compute_figures(self):
        for wizard in self:
            lines = wizard.line_ids
            wizard.line_count = len(lines)
            wizard.unanswered_count = len(lines.filtered(lambda line: line.proposal_state == "open"))
            wizard.currency_id = lines.currency_id if len(lines.currency_id) == 1 else False
            wizard.top_down = lines.asked_amount if len(lines) == 1 else 0.0
            wizard.bottom_up = lines.bottom_up if len(lines) == 1 else 0.0

    def action_confirm(self):
        """Do it; the methods of the targets check the rights."""
        self.ensure_one()
        if self.kind == "adjust":
            self.line_ids.adjust_proposal(self.amount, self.reason)
        elif self.method == "between" and self.line_count == 1:
            self.line_ids.settle_proposals("between", self.reason, amount=self.amount)
        else:
            self.line_ids.settle_proposals(self.method, self.reason, self.share)
        return {"type": "ir.actions.act_window_close"}
