from odoo import api, fields, models
from odoo.tools import SQL

from ..target.stm_target_breakdown import DIMENSIONS
from ..target.stm_target_line_progress import PACE_STATES


class StmTerritory(models.Model):
    """How large a territory is, and how it stands against its approved target."""

    _inherit = "stm.territory"

    customer_count = fields.Integer("Customers", compute="_compute_customer_count")
    rule_count = fields.Integer("Number of Rules", compute="_compute_rule_count")
    target_line_id = fields.Many2one(
        "stm.target.line",
        "Running Target",
        compute="_compute_attainment",
        help="Of the plan in force: the target of this territory as a whole, money before other measures, "
        "the longest period first.",
    )
    attainment_percent = fields.Float("Attainment %", compute="_compute_attainment", digits=0)
    standing = fields.Selection([*PACE_STATES, ("none", "No Target")], compute="_compute_attainment")

    @api.depends("child_ids")
    def _compute_customer_count(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT a.id, COUNT(*) FROM stm_territory a
                JOIN stm_territory t ON t.parent_path LIKE a.parent_path || '%%'
                JOIN stm_territory_member m ON m.territory_id = t.id AND m.date_from <= %(today)s
                    AND (m.date_to IS NULL OR m.date_to >= %(today)s)
                WHERE a.id = ANY(%(ids)s) GROUP BY a.id""",
                today=self.env.company._get_stm_today(),
                ids=self._origin.ids,
            )
        )
        counts = dict(rows)
        for territory in self:
            territory.customer_count = counts.get(territory._origin.id, 0)

    @api.depends("rule_ids")
    def _compute_rule_count(self):
        for territory in self:
            territory.rule_count = len(territory.rule_ids)

    @api.depends_context("uid")
    @api.depends("name")
    def _compute_attainment(self):
        lines = self._get_running_targets()
        for territory in self:
            line = lines.get(territory._origin.id, self.env["stm.target.line"])
            territory.target_line_id = line
            territory.attainment_percent = line.attainment_percent
            territory.standing = line.pace_state or "none"

    def _get_running_targets(self):
        """{territory id: target} of what the user may see of the plans in force today."""
        today = self.env.company._get_stm_today()
        plans = self.env["stm.target.plan"]._get_in_force(today)
        others = [(f"node_id.{name}", "=", False) for name in DIMENSIONS if name != "territory_id"]
        lines = self.env["stm.target.line"].search(
            [
                ("plan_id", "in", plans.ids),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
                ("node_id.territory_id", "in", self._origin.ids),
                *others,
            ]
        )
        ranked = lines.sorted(lambda line: (line.unit == "money", line.date_to - line.date_from, -line.id))
        return {line.node_id.territory_id.id: line for line in ranked}

    def action_view_customers(self):
        """The customers of this territory and those below it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_territory_member_action"
        )
        return {
            **action,
            "name": self.display_name,
            "domain": [("territory_id", "child_of", self.id)],
            "context": {"search_default_today": 1},
        }

    def action_view_target(self):
        """The node of the plan behind the attainment."""
        self.ensure_one()
        return self.target_line_id.node_id._get_records_action()


class StmTerritoryDivision(models.Model):
    _inherit = "stm.territory.division"

    territory_count = fields.Integer("Number of Territories", compute="_compute_territory_count")

    @api.depends("territory_ids")
    def _compute_territory_count(self):
        for division in self:
            division.territory_count = len(division.territory_ids)

    def action_view_territories(self):
        """The tree of this division."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_territory_action")
        return {
            **action,
            "name": self.name,
            "domain": [("division_id", "=", self.id)],
            "context": {"default_division_id": self.id, "default_company_id": self.company_id.id},
        }

    def action_view_customers(self):
        """Who belongs where in this division."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_territory_member_action"
        )
        return {
            **action,
            "domain": [("division_id", "=", self.id)],
            "context": {"search_default_today": 1, "search_default_by_territory": 1},
        }


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_stm_view_territories(self):
        """To which territories this customer belonged, belongs and will belong."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_territory_member_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {"search_default_by_division": 1},
        }
