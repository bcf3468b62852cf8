from math import fsum

from odoo import api, fields, models

from ...tools.widest import widest


class StmTargetNode(models.Model):
    """The figures of a node for the plan's leading measure, over the whole plan."""

    _inherit = "stm.target.node"

    target_total = fields.Float(string="Target", compute="_compute_totals", digits=0)
    actual_total = fields.Float(string="Achieved", compute="_compute_totals", digits=0)
    expected_total = fields.Float(string="Expected to Date", compute="_compute_totals", digits=0)
    in_force_total = fields.Float(string="Target in Force", compute="_compute_totals", digits=0)
    attainment_total = fields.Float(
        string="Attainment", compute="_compute_totals", digits=0, help="In percent."
    )
    total_currency_id = fields.Many2one(related="plan_id.total_currency_id")
    reserve_text = fields.Char(string="Reserve in Words", compute="_compute_reserve_text")

    @api.depends("line_ids.target")
    def _compute_totals(self):
        lines = self.line_ids.filtered(
            lambda line: line.measure_id == line.plan_id.headline_measure_id and line.measure_id.is_additive
        )
        groups = lines.grouped("node_id")
        for node in self:
            own = groups.get(node, lines.browse())
            node.target_total = fsum(own.mapped("target"))
            node.actual_total = fsum(own.mapped("actual"))
            node.expected_total = fsum(own.mapped("expected"))
            node.in_force_total = in_force = fsum(own.mapped("target_in_force"))
            node.attainment_total = 100 * node.actual_total / in_force if in_force else 0.0

    def _get_visible_tops(self):
        """The nodes that together are all that is seen of each plan: its whole, the team, the own.

        :param self: all nodes that the user may see; those below invisible ones can describe the
            same sales in several ways
        """
        visible = set(self.ids)
        tops = self.filtered(lambda node: node.sudo().parent_id.id not in visible)
        result = self.browse()
        for nodes in tops.grouped("plan_id").values():
            roots = nodes.filtered(lambda node: not node.sudo().parent_id)
            result |= roots or self.browse(widest({node.id: node._get_dimensions() for node in nodes}))
        return result

    @api.depends("line_ids.target", "breakdown_ids")
    def _compute_reserve_text(self):
        rows = self.env["stm.target.reserve"].search(
            [("node_id", "in", self.ids), ("state", "!=", "compared")]
        )
        sums = {}
        for row in rows:
            if row.measure_id == row.plan_id.headline_measure_id:
                pair = sums.setdefault(row.node_id, {}).setdefault(row.breakdown_id, ([], []))
                pair[0].append(row.allocated)
                pair[1].append(row.reserve)
        for node in self:
            own = sums.get(node._origin)
            node.reserve_text = node.plan_id._get_reserve_text(own) if own else False
