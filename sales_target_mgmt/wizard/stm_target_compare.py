from odoo import api, fields, models

from ..models.target.stm_target_breakdown import DIMENSIONS
from ..tools.spans import shift_period, whole_months


class StmTargetCompare(models.TransientModel):
    """Compares two plans target by target: versions, years, a trial with what it tries.

    Targets belong together that describe the same at the same place of the tree, for the same
    measure and days; where both plans have the same length in months, days are counted from the
    beginning of each, so that one year is compared with the next. What the user may not read
    is not compared.
    """

    _name = "stm.target.compare"
    _description = "Comparison of Plans"

    plan_id = fields.Many2one("stm.target.plan", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id")
    other_id = fields.Many2one(
        "stm.target.plan",
        string="Compare with",
        required=True,
        ondelete="cascade",
        domain="[('company_id', '=', company_id), ('id', '!=', plan_id)]",
    )
    line_ids = fields.One2many("stm.target.compare.line", "compare_id")

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        (wizards.plan_id | wizards.other_id).check_access("read")
        return wizards

    def action_confirm(self):
        """Show what differs."""
        self.ensure_one()
        self.line_ids.unlink()
        self.env["stm.target.compare.line"].create(self._prepare_lines())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_target_compare_line_action"
        )
        return {
            **action,
            "display_name": self.env._(
                "%(plan)s against %(other)s",
                plan=self.plan_id.display_name,
                other=self.other_id.display_name,
            ),
            "domain": [("compare_id", "=", self.id)],
        }

    def _prepare_lines(self):
        months = self._get_shift()
        new = self._get_targets(self.plan_id, 0)
        old = self._get_targets(self.other_id, months)
        values = []
        for key in new | old:
            line, other = new.get(key), old.get(key)
            shown = line or other
            amounts = (other.target if other else 0.0, line.target if line else 0.0)
            if not (line and other):
                kind = "added" if line else "removed"
            else:
                kind = "same" if amounts[0] == amounts[1] else "changed"
            values.append(
                {
                    "compare_id": self.id,
                    "node_name": " / ".join(self._get_path(shown.node_id)),
                    "measure_id": shown.measure_id.id,
                    "date_from": key[-2],
                    "date_to": key[-1],
                    "old": amounts[0],
                    "new_target": amounts[1],
                    "delta": amounts[1] - amounts[0],
                    "growth": 100 * (amounts[1] - amounts[0]) / amounts[0] if amounts[0] else 0.0,
                    "kind": kind,
                }
            )
        return values

    def _get_shift(self):
        """Months from the other plan's beginning to this one's; 0 unless both are equally long."""
        one, other = (
            (plan.date_from, plan.date_to, whole_months(plan.date_from, plan.date_to))
            for plan in (self.plan_id, self.other_id)
        )
        if not one[2] or one[2] != other[2]:
            return 0
        return (one[0].year - other[0].year) * 12 + one[0].month - other[0].month

    def _get_targets(self, plan, months):
        """{key: target} of what the user may read; the key names place, measure and days."""
        lines = self.env["stm.target.line"].search([("plan_id", "=", plan.id)])
        places = {node: self._get_place(node.sudo()) for node in lines.node_id}
        return {
            (
                places[line.node_id],
                line.measure_id.id,
                *shift_period(line.date_from, line.date_to, months),
            ): line
            for line in lines
        }

    def _get_place(self, node):
        """What a node and those above it describe, from the top."""
        place = ()
        while node:
            place = (tuple(node[name].id for name in DIMENSIONS), *place)
            node = node.parent_id
        return place

    def _get_path(self, node):
        visible = node.search([("id", "parent_of", node.id)], order="parent_path")
        return visible.mapped("name")


class StmTargetCompareLine(models.TransientModel):
    """One target of a comparison."""

    _name = "stm.target.compare.line"
    _description = "Difference between Plans"
    _order = "node_name, measure_id, date_from, id"

    compare_id = fields.Many2one("stm.target.compare", required=True, index=True, ondelete="cascade")
    plan_id = fields.Many2one(related="compare_id.plan_id")
    node_name = fields.Char(string="Node", readonly=True)
    measure_id = fields.Many2one("stm.measure", readonly=True)
    date_from = fields.Date(string="Start", readonly=True)
    date_to = fields.Date(string="End", readonly=True)
    old = fields.Float(string="Compared with", digits=0, readonly=True)
    new_target = fields.Float(string="This Plan", digits=0, readonly=True)
    delta = fields.Float(string="Difference", digits=0, readonly=True)
    growth = fields.Float(string="Change %", digits=(16, 1), readonly=True, aggregator=None)
    kind = fields.Selection(
        [
            ("same", "Unchanged"),
            ("changed", "Changed"),
            ("added", "Added"),
            ("removed", "Removed"),
        ],
        string="Change",
        readonly=True,
    )
