from decimal import Decimal

from odoo import api, fields, models

from ..models.stm_links import check_links

# {criterion: field of its weight}, in the order in which they are told
WEIGHTS = {
    "skill": "weight_skill",
    "result": "weight_result",
    "experience": "weight_experience",
    "ramp": "weight_ramp",
    "stay": "weight_stay",
    "load": "weight_load",
}
# what the facts depend on
READ = (
    "kind",
    "territory_ids",
    "node_ids",
    "user_ids",
    "role_id",
    "date",
    "measure_id",
    "date_from",
    "date_to",
    "ramp",
    "skill_ids",
)
WEIGHING = (*WEIGHTS.values(), "minimum", "capacity")


def exact(value):
    """The decimal number that a person reads in a float."""
    return Decimal(str(value or 0))


class StmAbilityMatch(models.TransientModel):
    """Suggests who should look after which territory, or carry which category of a plan.

    Everybody gets a score for every task, of which the parts are shown; the suggestion is the
    assignment with the largest sum. Who is chosen by hand stays, the others are found anew.
    Nothing changes before :meth:`action_apply`.
    """

    _name = "stm.ability.match"
    _description = "Suggested Assignment"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self._get_default_company()
    )
    kind = fields.Selection(
        [("territory", "Territories"), ("category", "Product categories of a plan")],
        "What",
        required=True,
        default="territory",
    )
    division_id = fields.Many2one(
        "stm.territory.division",
        compute="_compute_division_id",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
        check_company=True,
    )
    which = fields.Selection(
        [("vacant", "vacant ones"), ("all", "all of them")], required=True, default="vacant"
    )
    territory_ids = fields.Many2many(
        "stm.territory",
        string="Territories",
        compute="_compute_territory_ids",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        domain="[('division_id', '=', division_id)]",
    )
    plan_id = fields.Many2one(
        "stm.target.plan",
        domain="[('company_id', '=', company_id), ('state', '=', 'draft')]",
        ondelete="cascade",
        help="A plan in preparation that is divided by product category.",
    )
    node_ids = fields.Many2many(
        "stm.target.node",
        string="Categories",
        compute="_compute_node_ids",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        domain="[('plan_id', '=', plan_id), ('categ_id', '!=', False), ('user_id', '=', False)]",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="People",
        compute="_compute_user_ids",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    role_id = fields.Many2one(
        "stm.territory.role",
        check_company=True,
        ondelete="cascade",
        default=lambda self: self.env["stm.territory.role"].search([("is_owner", "=", True)], limit=1),
    )
    replaces = fields.Boolean(
        "Ends Who Is There",
        compute="_compute_replaces",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        help="Who has this role until then leaves it the day before.",
    )
    date = fields.Date(
        "From",
        required=True,
        compute="_compute_date",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        help="The first day on which the new people are responsible.",
    )
    measure_id = fields.Many2one(
        "stm.measure",
        "Results by",
        required=True,
        domain="[('aggregation', '=', 'sum'), ('direction', '=', 'up'), "
        "('company_id', 'in', [company_id, False])]",
        default=lambda self: self.env["stm.ability"]._get_past_measure(),
        ondelete="cascade",
    )
    date_from = fields.Date(
        "Results from",
        required=True,
        default=lambda self: self.env["stm.ability"]._get_past_period(self.env.company)[0],
    )
    date_to = fields.Date(
        "Results to",
        required=True,
        default=lambda self: self.env["stm.ability"]._get_past_period(self.env.company)[1],
    )
    skill_ids = fields.Many2many(
        "stm.skill",
        string="Skills That Count",
        compute="_compute_skill_ids",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        domain="[('company_id', 'in', [company_id, False])]",
        help="For every task. Knowledge of a product counts for its category beside them, knowledge of an "
        "industry for territories whose rules name it.",
    )
    ramp = fields.Char(
        default="0, 25, 50, 75",
        help="Percentages of a full quota that a new hire carries in the first months; 100 afterwards.",
    )
    weight_skill = fields.Float("Skills", default=30.0, digits=(16, 0))
    weight_result = fields.Float("Results There", default=30.0, digits=(16, 0))
    weight_experience = fields.Float("Experience", default=10.0, digits=(16, 0))
    weight_ramp = fields.Float("Past the Ramp", default=10.0, digits=(16, 0))
    weight_stay = fields.Float("Is There Already", default=10.0, digits=(16, 0))
    weight_load = fields.Float("Little to Do", default=10.0, digits=(16, 0))
    minimum = fields.Float(
        "Lowest Score",
        default=25.0,
        digits=(16, 0),
        help="A task stays open rather than go to somebody below.",
    )
    capacity = fields.Integer(
        "Tasks per Person",
        compute="_compute_capacity",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        help="At most, of those that are given here.",
    )
    facts = fields.Json(readonly=True, help="What is known of each person for each task.")
    line_ids = fields.One2many("stm.ability.match.line", "match_id", "Suggestion")
    matrix = fields.Json(compute="_compute_matrix", help="The scores of everybody.")
    message = fields.Text(readonly=True)

    _sensible = models.Constraint(
        "CHECK (minimum BETWEEN 0 AND 100 AND capacity >= 0 AND LEAST(weight_skill, weight_result, "
        "weight_experience, weight_ramp, weight_stay, weight_load) >= 0 AND date_from <= date_to)",
        "Weights cannot be negative, scores lie between 0 and 100, and a period ends after it starts.",
    )

    @api.model
    def _get_default_company(self):
        """Of the division or the plan from which it is opened."""
        division = self.env["stm.territory.division"].browse(self.env.context.get("default_division_id"))
        plan = self.env["stm.target.plan"].browse(self.env.context.get("default_plan_id"))
        return division.company_id or plan.company_id or self.env.company

    @api.depends("company_id")
    def _compute_division_id(self):
        divisions = self.env["stm.territory.division"]
        for match in self:
            primary = divisions._get_primary(match.company_id)
            match.division_id = primary if primary.company_id == match.company_id else False

    @api.depends("kind", "plan_id")
    def _compute_date(self):
        for match in self:
            tomorrow = fields.Date.add(self.env.company._get_stm_today(), days=1)
            start = match.kind == "category" and match.plan_id.date_from
            match.date = max(start or tomorrow, tomorrow)

    @api.depends("division_id", "which", "date", "role_id")
    def _compute_territory_ids(self):
        for match in self:
            places = self.env["stm.territory"].search(
                [("division_id", "=", match.division_id.id), ("child_ids", "=", False)]
            )
            held = match._get_seats(places).territory_id
            match.territory_ids = places - held if match.which == "vacant" else places

    @api.depends("plan_id")
    def _compute_node_ids(self):
        for match in self:
            nodes = match.plan_id.node_ids.filtered(lambda node: node.categ_id and not node.user_id)
            # the finest categories, each once
            match.node_ids = nodes.filtered(
                lambda node: (
                    node.parent_id.categ_id != node.categ_id and node.child_ids.categ_id <= node.categ_id
                )
            )

    @api.depends("company_id")
    def _compute_user_ids(self):
        for match in self:
            company = match.company_id._origin & self.env.companies
            teams = self.env["crm.team"].search([("company_id", "in", (company.id, False))])
            match.user_ids = teams._get_members_of(company) if company else False

    @api.depends("role_id")
    def _compute_replaces(self):
        for match in self:
            match.replaces = match.role_id.is_owner

    @api.depends("company_id")
    def _compute_skill_ids(self):
        for match in self:
            match.skill_ids = self.env["stm.skill"].search(
                [("kind", "=", "general"), ("company_id", "in", (match.company_id.id, False))]
            )

    @api.depends("kind", "territory_ids", "node_ids", "user_ids")
    def _compute_capacity(self):
        for match in self:
            match.capacity = max(-(-len(match._get_tasks()) // (len(match.user_ids) or 1)), 1)

    @api.depends("facts", "line_ids.user_id", *WEIGHTS.values())
    @api.depends_context("lang")
    def _compute_matrix(self):
        for match in self:
            match.matrix = match._get_matrix()

    @api.model_create_multi
    def create(self, vals_list):
        """It has a suggestion from the start, whoever makes it."""
        check_links(self, vals_list, "company_id", "division_id", "plan_id", "role_id")
        matches = super().create(vals_list)
        for match in matches.filtered(lambda one: not one.line_ids):
            match._load()
        return matches
