from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.achievement.stm_achievement_totals import TotalRequest
from ..tools.allocation import allocate
from ..tools.spans import year_before

# what the wizard offers, and the field in which its records are chosen
CHOICES = {
    "team_id": "team_ids",
    "user_id": "user_ids",
    "categ_id": "categ_ids",
    "partner_id": "partner_ids",
}


class StmTargetDivide(models.TransientModel):
    """Divides a node in one go: a breakdown and a child for every record chosen."""

    _name = "stm.target.divide"
    _description = "Divide a Node"

    plan_id = fields.Many2one("stm.target.plan", required=True, readonly=True)
    company_id = fields.Many2one(related="plan_id.company_id", related_sudo=False)
    node_id = fields.Many2one(
        "stm.target.node", string="Divide", required=True, domain="[('plan_id', '=', plan_id)]"
    )
    dimension = fields.Selection(
        [
            ("team_id", "Sales Team"),
            ("user_id", "Salesperson"),
            ("categ_id", "Product Category"),
            ("partner_id", "Customer"),
        ],
        string="By",
        required=True,
        compute="_compute_dimension",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Sales Teams",
        compute="_compute_choices",
        store=True,
        compute_sudo=False,
        readonly=False,
        domain="[('company_id', 'in', [company_id, False])]",
        help="Offered are teams with members, an invoicing target or sales in the year before; "
        "others can be added.",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Salespeople",
        compute="_compute_choices",
        store=True,
        compute_sudo=False,
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        compute="_compute_choices",
        store=True,
        compute_sudo=False,
        readonly=False,
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        domain="[('parent_id', '=', False), ('company_id', 'in', [company_id, False])]",
    )
    split = fields.Boolean(
        string="Divide the targets evenly",
        help="Give the children that are added equal parts of what the node's targets still leave, "
        "to the cent. Ratios and numbers of customers do not add up and are left out.",
    )

    @api.depends("node_id")
    def _compute_dimension(self):
        for wizard in self:
            node = wizard.node_id
            wizard.dimension = (
                "team_id"
                if not node.team_id and not node.user_id
                else "user_id"
                if not node.user_id
                else "categ_id"
            )

    @api.depends("node_id", "dimension")
    def _compute_choices(self):
        for wizard in self:
            node, company = wizard.node_id, wizard.company_id
            teams = self.env["crm.team"].search([("company_id", "in", [company.id, False])])
            wizard.team_ids = wizard.plan_id._filter_teams(teams) if wizard.dimension == "team_id" else False
            wizard.user_ids = (
                (node.team_id or teams)._get_members_of(company) if wizard.dimension == "user_id" else False
            )
            wizard.categ_ids = (
                self.env["product.category"].search([("parent_id", "=", node.categ_id.id)])
                if wizard.dimension == "categ_id"
                else False
            )

    def action_confirm(self):
        """Make the children that are not there yet, and open the tree."""
        self.ensure_one()
        name = self.dimension
        records = self[CHOICES[name]]
        if not records:
            raise UserError(self.env._("Choose by what “%s” is divided.", self.node_id.name))
        breakdown = self.node_id.breakdown_ids.filtered(lambda one: one.dimension == name)
        breakdown = breakdown or breakdown.create({"node_id": self.node_id.id, "dimension": name})
        missing = records - breakdown.child_ids.mapped(name)
        children = self.env["stm.target.node"].create(
            [{"breakdown_id": breakdown.id, name: record.id} for record in missing]
        )
        if self.split:
            self.node_id._split_evenly(children)
        return self.plan_id._get_records_action()


class StmTargetNode(models.Model):
    _inherit = "stm.target.node"

    def action_divide(self):
        self.ensure_one()
        return self.plan_id._open_wizard(
            "stm.target.divide", self.env._("Divide “%s”", self.name), default_node_id=self.id
        )

    def _split_evenly(self, children):
        """Give new children equal parts of what their siblings leave of this node's additive targets.

        The sums are exact; of what is over-assigned already there is nothing left.
        """
        self.ensure_one()
        if not children:
            return self.env["stm.target.line"]
        given = defaultdict(Decimal)
        for line in (children.breakdown_id.child_ids - children).line_ids:
            given[line.measure_id, line.date_from, line.date_to] += Decimal(str(line.target))
        vals_list = []
        for line in self.line_ids.filtered("measure_id.is_additive"):
            left = Decimal(str(line.target)) - given[line.measure_id, line.date_from, line.date_to]
            parts = allocate(max(left, Decimal(0)), [1] * len(children), line._get_unit())
            why = self._get_division_why(
                "nodes",
                "even",
                line.target,
                assigned=float(max(left, Decimal(0))),
                unit=float(line._get_unit()),
                parts=len(children),
            )
            vals_list += [
                {
                    "node_id": child.id,
                    "measure_id": line.measure_id.id,
                    "date_from": line.date_from,
                    "date_to": line.date_to,
                    "target": float(part),
                    "top_down": float(part),
                    "why": {
                        "proposal": {
                            **why,
                            "part": child.name,
                            "amount": float(part),
                            "share": float(part / left) if left > 0 else 0.0,
                        }
                    },
                }
                for child, part in zip(children, parts, strict=True)
            ]
        # why is written by the server only; who made the children may make their targets
        return self.env["stm.target.line"].sudo().create(vals_list).sudo(self.env.su)


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def _get_members_of(self, company):
        """The members who work for a company; who else they work for may be hidden."""
        return self.env["res.users"].search(
            [("id", "in", self.member_ids.ids), ("company_ids", "in", company.ids)]
        )


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    def _filter_teams(self, teams, days=None):
        """Teams that sell: with members, an invoicing target, or facts of the year before.

        Odoo brings teams that nobody uses (Website, Point of Sale); they can still be chosen.

        :param days: first and last day of the facts, if not those of the year before the plan
        """
        if not self:
            return teams
        self.ensure_one()
        days = days or year_before(self.date_from, self.date_to)
        totals = self.env["stm.achievement"]._get_totals(
            TotalRequest((team, measure), measure.id, self.company_id.id, *days, {"team_id": team.id})
            for team in teams
            for measure in self.measure_ids
        )
        sold = {team for (team, _measure), total in totals.items() if total}
        return teams.filtered(lambda team: team.member_ids or team.invoiced_target or team in sold)


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    def _get_unit(self):
        """The smallest step in which this target is divided."""
        self.ensure_one()
        return self.measure_id._get_unit(self.company_id, self.target)


class StmMeasure(models.Model):
    _inherit = "stm.measure"

    def _get_unit(self, company, amount):
        """The smallest step of an amount: of the currency, whole pieces, or what it has itself.

        :param amount: a number; what has decimals is divided in as many decimals
        :return: `Decimal`
        """
        self.ensure_one()
        if self.unit == "money":
            return Decimal(str(company.currency_id.rounding)).normalize()
        exponent = min(Decimal(str(amount)).normalize().as_tuple().exponent, 0)
        return Decimal(1).scaleb(exponent)
