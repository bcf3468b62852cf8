from math import fsum

from odoo import api, fields, models

from ...tools.bottom_up import BottomUp


class StmTargetNode(models.Model):
    """What people propose at a node and below it, beside what was asked of them."""

    _inherit = "stm.target.node"

    top_down_total = fields.Float(string="Top-down", compute="_compute_bottom_up", digits=0)
    bottom_up_total = fields.Float(
        string="Bottom-up",
        compute="_compute_bottom_up",
        digits=0,
        help="What people propose for the leading measure, added up over the plan.",
    )
    bottom_up_gap = fields.Float(
        string="Gap to Top-down",
        compute="_compute_bottom_up",
        digits=0,
        help="Top-down less bottom-up; what nobody has answered yet is missing bottom-up.",
    )
    answered_count = fields.Integer(string="Answered", compute="_compute_bottom_up")
    unanswered_count = fields.Integer(string="Unanswered", compute="_compute_bottom_up")
    is_asked = fields.Boolean(compute="_compute_bottom_up")

    @api.depends("line_ids.proposal_ids.amount", "line_ids.top_down", "plan_id.proposals_asked_at")
    @api.depends_context("uid")
    def _compute_bottom_up(self):
        figures = self.plan_id._read_bottom_up()
        for node in self:
            measure = node.plan_id.headline_measure_id
            sums = BottomUp()
            for (measure_id, _start, _end), own in figures.get(node._origin.id, {}).items():
                if measure_id == measure.id and measure.is_additive:
                    sums = sums.plus(own)
            lines = node.line_ids.filtered(lambda line, measure=measure: line.measure_id == measure)
            asked = bool(sums.answered or sums.unanswered)
            top_down = fsum(lines.mapped("asked_amount")) if measure.is_additive else 0.0
            node.is_asked = asked
            node.top_down_total = top_down
            node.bottom_up_total = float(sums.amount)
            node.bottom_up_gap = top_down - float(sums.amount) if asked else 0.0
            node.answered_count = sums.answered
            node.unanswered_count = sums.unanswered
