from collections import defaultdict
from math import fsum

from odoo import api, fields, models
from odoo.tools import formatLang


class StmTargetPlan(models.Model):
    """The figures at the top of a plan, for its leading measure."""

    _inherit = "stm.target.plan"

    headline_measure_id = fields.Many2one(
        "stm.measure",
        string="Leading Measure",
        compute="_compute_headline_measure_id",
        help="The first measure that adds up.",
    )
    target_total = fields.Float(string="Target", compute="_compute_totals", digits=0)
    actual_total = fields.Float(string="Achieved", compute="_compute_totals", digits=0)
    expected_total = fields.Float(string="Expected to Date", compute="_compute_totals", digits=0)
    in_force_total = fields.Float(string="Target in Force", compute="_compute_totals", digits=0)
    attainment_total = fields.Float(
        string="Attainment", compute="_compute_totals", digits=0, help="In percent."
    )
    allocated_total = fields.Float(
        string="Allocated",
        compute="_compute_reserve",
        digits=0,
        help="What the first breakdown of the topmost nodes gives to their children.",
    )
    reserve_total = fields.Float(string="Reserve", compute="_compute_reserve", digits=0)
    reserve_text = fields.Char(string="Reserve in Words", compute="_compute_reserve")
    is_over_assigned = fields.Boolean(
        compute="_compute_is_over_assigned",
        help="Of a submitted plan: somewhere more is handed on than there is.",
    )
    total_currency_id = fields.Many2one("res.currency", compute="_compute_headline_measure_id")
    node_count = fields.Integer(compute="_compute_counts")
    line_count = fields.Integer(compute="_compute_counts")

    @api.depends("measure_ids", "currency_id")
    def _compute_headline_measure_id(self):
        for plan in self:
            measures = plan.measure_ids.sorted("sequence")
            headline = measures.filtered("is_additive")[:1] or measures[:1]
            plan.headline_measure_id = headline
            plan.total_currency_id = plan.currency_id if headline.unit == "money" else False

    @api.depends("node_ids", "line_ids")
    def _compute_counts(self):
        counts = {}
        for name in ("node", "line"):
            groups = self.env[f"stm.target.{name}"]._read_group(
                [("plan_id", "in", self.ids)], ["plan_id"], ["__count"]
            )
            counts[name] = {plan.id: count for plan, count in groups}
        for plan in self:
            plan.node_count = counts["node"].get(plan._origin.id, 0)
            plan.line_count = counts["line"].get(plan._origin.id, 0)

    @api.depends("headline_measure_id", "line_ids.target")
    @api.depends_context("uid")
    def _compute_totals(self):
        lines = self.env["stm.target.line"].search([("plan_id", "in", self.ids)])
        tops = lines.node_id._get_visible_tops()
        lines = lines.filtered(lambda line: line.node_id in tops)
        lines = lines.filtered(
            lambda line: line.measure_id == line.plan_id.headline_measure_id and line.measure_id.is_additive
        )
        groups = lines.grouped("plan_id")
        for plan in self:
            own = groups.get(plan._origin, lines.browse())
            plan.target_total = fsum(own.mapped("target"))
            plan.actual_total = fsum(own.mapped("actual"))
            plan.expected_total = fsum(own.mapped("expected"))
            plan.in_force_total = in_force = fsum(own.mapped("target_in_force"))
            plan.attainment_total = 100 * plan.actual_total / in_force if in_force else 0.0

    @api.depends("headline_measure_id", "line_ids.target", "breakdown_ids")
    @api.depends_context("uid")
    def _compute_reserve(self):
        rows = self.env["stm.target.reserve"].search(
            [("plan_id", "in", self.ids), ("node_id.parent_id", "=", False)]
        )
        by_plan = defaultdict(lambda: defaultdict(lambda: ([], [])))
        for row in rows.filtered(lambda row: row.state != "compared"):
            if row.measure_id == row.plan_id.headline_measure_id:
                sums = by_plan[row.plan_id][row.breakdown_id]
                sums[0].append(row.allocated)
                sums[1].append(row.reserve)
        for plan in self:
            sums = by_plan[plan._origin]
            first = {}
            for breakdown in sorted(sums, key=lambda one: (one.sequence, one.id)):
                first.setdefault(breakdown.node_id, sums[breakdown])
            plan.allocated_total = fsum(part for parts in first.values() for part in parts[0])
            plan.reserve_total = fsum(part for parts in first.values() for part in parts[1])
            plan.reserve_text = plan._get_reserve_text(sums)

    @api.depends("state", "line_ids.target", "breakdown_ids")
    @api.depends_context("uid")
    def _compute_is_over_assigned(self):
        submitted = self.filtered(lambda plan: plan.state == "submitted")
        groups = self.env["stm.target.reserve"]._read_group(
            [("plan_id", "in", submitted.ids), ("state", "=", "over")], ["plan_id"]
        )
        over = {plan.id for (plan,) in groups}
        for plan in self:
            plan.is_over_assigned = plan.id in over

    def _get_money_measure(self):
        """The first measure that is a sum of money, for what compares a plan with money; may be empty."""
        measures = self.measure_ids.sorted("sequence")
        return measures.filtered(lambda measure: measure.is_additive and measure.unit == "money")[:1]

    def _get_reserve_text(self, sums):
        """One phrase per breakdown of the topmost nodes.

        What is left over all does not hide the periods that are over-assigned.

        :param sums: breakdown → lists of what is allocated and in reserve
        """
        if not sums:
            return self.env._("Not divided yet")
        phrases = []
        for breakdown, (_allocated, reserves) in sums.items():
            reserve = fsum(reserves)
            amount = formatLang(self.env, abs(reserve), currency_obj=self.total_currency_id or None)
            if reserve > 0:
                words = self.env._("%s in reserve", amount)
            elif reserve < 0:
                words = self.env._("%s over-assigned", amount)
            else:
                words = self.env._("fully assigned")
            over = sum(1 for amount in reserves if amount < 0)
            if over and reserve >= 0:
                words = self.env._("%(words)s, over-assigned in %(count)s periods", words=words, count=over)
            phrases.append(
                self.env._("%(breakdown)s: %(words)s", breakdown=breakdown.display_name, words=words)
            )
        return " · ".join(phrases)

    def action_view_nodes(self):
        """The tree as an organisation chart and as a list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_target_node_action")
        return {
            **action,
            "domain": [("plan_id", "=", self.id)],
            "context": {"default_plan_id": self.id},
        }

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_target_line_action")
        return {
            **action,
            "domain": [("plan_id", "=", self.id)],
            "context": {"default_plan_id": self.id, "search_default_group_node": 1},
        }

    def action_view_reserve(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_target_reserve_action")
        return {**action, "domain": [("plan_id", "=", self.id)]}
