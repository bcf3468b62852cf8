from calendar import isleap
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang

from ...tools import smart
from ...tools.spans import year_before
from ..achievement.stm_achievement_totals import TotalRequest

MANAGERS = "sales_team.group_sale_manager"
SETTINGS = (
    "stm_smart_growth_min",
    "stm_smart_growth_max",
    "stm_smart_capacity",
    "stm_smart_potential",
)


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_smart_growth_min = fields.Float(
        string="Smallest Growth",
        default=-30.0,
        help="In percent over the same days a year before; below it a target is too easy.",
    )
    stm_smart_growth_max = fields.Float(
        string="Largest Growth",
        default=50.0,
        help="In percent over the same days a year before; above it a target is not believable.",
    )
    stm_smart_capacity = fields.Float(
        string="Capacity of a Person",
        default=150.0,
        help="In percent of the most that one person of the plan achieved in these days a year before.",
    )
    stm_smart_potential = fields.Float(
        string="Share of Potential",
        default=40.0,
        help="The largest target in percent of the potential, where one is known.",
    )

    @api.constrains(*SETTINGS)
    def _check_smart_bounds(self):
        for company in self:
            if company.stm_smart_growth_min > company.stm_smart_growth_max:
                raise ValidationError(
                    self.env._("The smallest growth of “%s” lies above the largest.", company.name)
                )
            if min(company.stm_smart_capacity, company.stm_smart_potential) <= 0:
                raise ValidationError(
                    self.env._("Capacity and share of potential of “%s” must be positive.", company.name)
                )

    def _get_smart_bounds(self):
        """:class:`..tools.smart.Bounds`"""
        self.ensure_one()
        return smart.Bounds(*(Decimal(str(self[name])) / 100 for name in SETTINGS))


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_smart_growth_min = fields.Float(related="company_id.stm_smart_growth_min", readonly=False)
    stm_smart_growth_max = fields.Float(related="company_id.stm_smart_growth_max", readonly=False)
    stm_smart_capacity = fields.Float(related="company_id.stm_smart_capacity", readonly=False)
    stm_smart_potential = fields.Float(related="company_id.stm_smart_potential", readonly=False)


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    smart_percent = fields.Float(
        string="SMART",
        compute="_compute_smart_percent",
        digits=(16, 0),
        groups=MANAGERS,
        help="Percentage of the targets that are specific, measurable, achievable, relevant and dated.",
    )

    @api.depends("line_ids.target", "node_ids.user_id", "node_ids.team_id", "parent_id", "user_id")
    def _compute_smart_percent(self):
        open_plans = self._origin.filtered(lambda plan: not plan.is_frozen)
        faults = open_plans._read_smart()
        for plan in self:
            own = [found for line, found in faults.items() if line.plan_id == plan._origin]
            plan.smart_percent = 100 * sum(not found for found in own) / len(own) if own else 0.0

    def _read_smart(self):
        """{target: what is not SMART about it, in words}, in a constant number of queries."""
        lines = self.env["stm.target.line"].search([("plan_id", "in", self.ids)])
        history = lines._read_history()
        best = {}
        for line, achieved in history.items():
            if line.user_id and achieved is not None:
                key = (line.plan_id, *line._get_answer_key())
                best[key] = max(best.get(key, 0.0), achieved)
        potentials = lines._get_potentials()
        bounds = {company: company._get_smart_bounds() for company in lines.company_id.sudo()}
        goals = lines._get_goals()
        vacant = lines._get_vacant_nodes()
        return {
            line: [
                *line._check_specific(vacant),
                *line._check_measurable(),
                *line._check_achievable(
                    bounds[line.company_id],
                    history.get(line),
                    best.get((line.plan_id, *line._get_answer_key())) if line.user_id else None,
                    potentials.get(line),
                ),
                *line._check_relevant(goals),
            ]
            for line in lines
        }

    def action_view_not_smart(self):
        """The targets that fail, with what fails in words."""
        self.ensure_one()
        self._check_manager()
        faults = self._read_smart()
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_target_smart_action")
        return {**action, "domain": [("id", "in", [line.id for line, found in faults.items() if found])]}


class StmTargetLine(models.Model):
    """The SMART check of a target: specific, measurable, achievable, relevant; dates it always has."""

    _inherit = "stm.target.line"

    is_smart = fields.Boolean(string="Passes SMART", compute="_compute_smart", groups=MANAGERS)
    smart_text = fields.Text(string="Not SMART because", compute="_compute_smart", groups=MANAGERS)

    @api.depends("target", "measure_id", "date_from", "date_to", "node_id.user_id", "node_id.team_id")
    def _compute_smart(self):
        faults = self.plan_id._origin._read_smart()
        for line in self:
            found = faults.get(line._origin, [])
            line.is_smart = line._origin in faults and not found
            line.smart_text = "\n".join(found) or False

    def _read_history(self):
        """{line: achieved in the same days a year before}, of what piles up and is to grow."""
        requests = [
            TotalRequest(
                line,
                line.measure_id.id,
                line.company_id.id,
                *year_before(line.date_from, line.date_to),
                line.node_id._get_dimensions(),
            )
            for line in self
            if line.measure_id.aggregation != "ratio" and line.measure_id.direction == "up"
        ]
        return self.env["stm.achievement"]._get_totals(requests) if requests else {}

    def _get_potentials(self):
        """{line: what there is to win in its days}, of territories with market data of the year.

        The year's potential in proportion to the days of the target.
        """
        lines = self.filtered(
            lambda line: (
                line.measure_id.unit == "money"
                and line.node_id.territory_id
                and line.node_id._get_dimensions().keys() <= {"territory_id", "team_id", "user_id"}
            )
        )
        markets = self.env["stm.territory.market"].search(
            [
                ("territory_id", "in", lines.node_id.territory_id.ids),
                ("year", "in", list({line.date_from.year for line in lines})),
            ]
        )
        known = {(market.territory_id, market.year): market.potential for market in markets}
        return {
            line: known[key] * ((line.date_to - line.date_from).days + 1) / (366 if isleap(key[1]) else 365)
            for line in lines
            if known.get(key := (line.node_id.territory_id, line.date_from.year))
        }

    def _get_goals(self):
        """(node id, measure id, start, end) of all targets of these plans and those above them."""
        plans = self.plan_id | self.plan_id.parent_id
        lines = self.sudo().search([("plan_id", "in", plans.ids)])
        goals = {}
        for line in lines:
            node = line.node_id
            goals.setdefault((node.id, line.measure_id.id), []).append((line.date_from, line.date_to))
            if not node.parent_id:
                goals.setdefault((line.plan_id, line.measure_id.id), []).append(
                    (line.date_from, line.date_to)
                )
        return goals

    def _get_vacant_nodes(self):
        """Nodes at the ends of the tree whose territory nobody is responsible for in the plan's days."""
        nodes = self.node_id.filtered(
            lambda node: node.territory_id and not (node.user_id or node.team_id or node.sudo().child_ids)
        )
        seats, vacant = self.env["stm.territory.assignment"], nodes.browse()
        for plan, own in nodes.grouped("plan_id").items():
            days = seats._get_covering_domain(plan.date_from, plan.date_to)
            owners = [("role_id.is_owner", "=", True), ("user_id.active", "=", True), *days]
            taken = seats.search([("territory_id", "in", own.territory_id.ids), *owners]).territory_id
            vacant |= own.filtered(lambda node, taken=taken: node.territory_id not in taken)
        return vacant

    def _check_specific(self, vacant):
        """Somebody owns it: the person, the leader, the territory's owner, or the plan's for a whole.

        :param vacant: nodes of territories for which nobody is responsible
        """
        node = self.node_id
        if node in vacant:
            name = node.territory_id.display_name
            return [self.env._("Specific: nobody is responsible for the territory “%s”.", name)]
        if node.user_id:
            return []
        if node.team_id:
            if node.team_id.sudo().user_id:
                return []
            return [self.env._("Specific: the team “%s” has no leader who owns it.", node.team_id.name)]
        if self.plan_id.user_id:
            return []
        return [self.env._("Specific: nobody owns it; set a salesperson, a team, or the plan's owner.")]

    def _check_measurable(self):
        measure = self.measure_id
        parts = [measure]
        if measure.aggregation == "ratio":
            parts = [measure.numerator_id, measure.denominator_id]
        if not measure.active or not all(parts) or not all(part.active for part in parts):
            return [self.env._("Measurable: the measure “%s” is archived or incomplete.", measure.name)]
        return []

    def _check_achievable(self, bounds, history, best, potential):
        if self.measure_id.direction != "up" or self.measure_id.aggregation == "ratio":
            return []

        def amount(value):
            return formatLang(self.env, value, currency_obj=self.currency_id or None)

        found = smart.faults(self.target, bounds, history, best, potential)
        rate = smart.growth(self.target, history)
        percent = round(float(rate * 100), 1) if rate is not None else 0.0
        texts = {
            "growth_min": self.env._(
                "Achievable: %(percent)s %% over %(history)s a year before is below %(bound)s %%.",
                percent=percent,
                history=amount(history or 0.0),
                bound=float(bounds.growth_min * 100),
            ),
            "growth_max": self.env._(
                "Achievable: %(percent)s %% over %(history)s a year before is above %(bound)s %%.",
                percent=percent,
                history=amount(history or 0.0),
                bound=float(bounds.growth_max * 100),
            ),
            "capacity": self.env._(
                "Achievable: nobody achieved more than %(best)s a year before; the capacity of a "
                "person is %(bound)s %% of that.",
                best=amount(best or 0.0),
                bound=float(bounds.capacity * 100),
            ),
            "potential": self.env._(
                "Achievable: more than %(bound)s %% of the potential of %(potential)s.",
                potential=amount(potential or 0.0),
                bound=float(bounds.potential * 100),
            ),
        }
        return [texts[name] for name in found]

    def _check_relevant(self, goals):
        """A goal above it, for the same measure and days: of the parent, or the long-term plan."""
        parent = self.node_id.sudo().parent_id
        above = parent.id or self.plan_id.parent_id
        for start, end in goals.get((above, self.measure_id.id), ()) if above else ():
            if start <= self.date_to and self.date_from <= end:
                return []
        if parent:
            return [
                self.env._(
                    "Relevant: “%(parent)s” has no target for “%(measure)s” in these days.",
                    parent=parent.name,
                    measure=self.measure_id.name,
                )
            ]
        if self.plan_id.parent_id:
            return [
                self.env._(
                    "Relevant: the long-term plan has no target for “%s” in these days.",
                    self.measure_id.name,
                )
            ]
        return [self.env._("Relevant: no goal above it; name the long-term plan.")]
