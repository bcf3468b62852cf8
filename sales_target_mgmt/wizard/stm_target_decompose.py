from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.target.stm_target_breakdown import dimension_selection

# the field in which the records of a dimension are chosen
CHOICES = {
    "territory_id": "territory_ids",
    "team_id": "team_ids",
    "user_id": "user_ids",
    "categ_id": "categ_ids",
    "channel_id": "channel_ids",
    "customer_class_id": "customer_class_ids",
    "product_class_id": "product_class_ids",
    "partner_id": "partner_ids",
}

# what is divided; what its parts are; what is read from the past; how the parts are weighed
WHOLE = ("node_id", "mode", "dimension")
ROWS = ("measure_id", "granularity", *CHOICES.values())
PAST = ("history_from", "history_to", "history_measure_id", "season_years")
WEIGHING = (
    "total",
    "hedge",
    "method",
    "period_method",
    "alpha",
    "projection",
    "growth",
    "unit",
    "bounded",
    "min_growth",
    "max_growth",
    "ramped",
    "ramp",
    "line_ids",
)


def exact(value):
    """The decimal number that a person reads in a float."""
    return Decimal(str(value or 0))


class StmTargetDecompose(models.TransientModel):
    """Proposes a breakdown of a node, or the periods of its target, and applies it in one step.

    A line is a part: a team, a person, a month. What is typed into a proposal is pinned, the
    others share what is left; the sum is the total to the last decimal. Nothing is written to
    the plan before :meth:`action_apply`, which can be undone (:class:`stm.target.step`).
    """

    _name = "stm.target.decompose"
    _description = "Decompose Targets"

    plan_id = fields.Many2one("stm.target.plan", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", related_sudo=False)
    node_id = fields.Many2one(
        "stm.target.node", required=True, domain="[('plan_id', '=', plan_id)]", ondelete="cascade"
    )
    mode = fields.Selection(
        [("nodes", "into parts"), ("periods", "over its periods")], required=True, default="nodes"
    )
    dimension = fields.Selection(
        lambda self: dimension_selection(self.env),
        compute="_compute_dimension",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        required=True,
    )
    measure_id = fields.Many2one(
        "stm.measure",
        required=True,
        domain="[('id', 'in', allowed_measure_ids)]",
        compute="_compute_measure_id",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
    )
    allowed_measure_ids = fields.Many2many(related="plan_id.measure_ids", related_sudo=False)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    date_from = fields.Date(
        compute="_compute_dates",
        store=True,
        compute_sudo=False,
        readonly=False,
        required=True,
        precompute=True,
    )
    date_to = fields.Date(
        compute="_compute_dates",
        store=True,
        compute_sudo=False,
        readonly=False,
        required=True,
        precompute=True,
    )
    granularity = fields.Selection(
        lambda self: self.env["stm.target.plan"]._fields["granularity"].selection,
        compute="_compute_granularity",
        store=True,
        compute_sudo=False,
        readonly=False,
        precompute=True,
        required=True,
    )
    territory_ids = fields.Many2many("stm.territory", domain="[('company_id', 'in', [company_id, False])]")
    team_ids = fields.Many2many("crm.team", domain="[('company_id', 'in', [company_id, False])]")
    user_ids = fields.Many2many(
        "res.users", domain="[('share', '=', False), ('company_ids', 'in', company_id)]"
    )
    categ_ids = fields.Many2many("product.category")
    channel_ids = fields.Many2many("stm.channel", domain="[('company_id', 'in', [company_id, False])]")
    customer_class_ids = fields.Many2many("stm.customer.class", domain="[('company_id', '=', company_id)]")
    product_class_ids = fields.Many2many("stm.product.class", domain="[('company_id', '=', company_id)]")
    partner_ids = fields.Many2many(
        "res.partner", domain="[('parent_id', '=', False), ('company_id', 'in', [company_id, False])]"
    )
    total = fields.Float(digits=0)
    hedge = fields.Float(help="In percent: so much more is handed on than the node's own target.")
    assigned = fields.Float(string="To Divide", digits=0, readonly=True)
    allocated = fields.Float(string="Sum of the Parts", digits=0, readonly=True)
    rest = fields.Float(string="Left", digits=0, readonly=True)
    hedge_text = fields.Char(readonly=True)
    method = fields.Selection(
        [
            ("even", "evenly"),
            ("history", "by history"),
            ("potential", "by potential"),
            ("mix", "by history and potential"),
            ("last_year", "by last year's shape"),
            ("weights", "by weights typed in"),
        ],
        required=True,
        default="history",
    )
    period_method = fields.Selection(
        [
            ("even", "evenly"),
            ("season", "by season"),
            ("last_year", "by last year's shape"),
            ("weights", "by weights typed in"),
        ],
        required=True,
        default="season",
    )
    alpha = fields.Float(default=60.0, help="Weight of history in percent; potential has the rest.")
    history_from = fields.Date(compute="_compute_history", store=True, compute_sudo=False, readonly=False)
    history_to = fields.Date(compute="_compute_history", store=True, compute_sudo=False, readonly=False)
    history_measure_id = fields.Many2one(
        "stm.measure",
        compute="_compute_history_measure_id",
        store=True,
        compute_sudo=False,
        readonly=False,
        domain="[('aggregation', '!=', 'ratio'), ('company_id', 'in', [company_id, False])]",
    )
    projection = fields.Selection(
        [("level", "as it was"), ("trend", "with its trend")], required=True, default="level"
    )
    growth = fields.Float(help="In percent, over the same periods before: from it follows the total.")
    season_years = fields.Integer(default=3)
    season_method = fields.Char(readonly=True)
    unit = fields.Float(
        digits=0,
        compute="_compute_unit",
        store=True,
        compute_sudo=False,
        readonly=False,
        help="Proposals are whole multiples of it; what the total has beside goes to the largest part.",
    )
    bounded = fields.Boolean()
    min_growth = fields.Float(default=-10.0)
    max_growth = fields.Float(default=30.0)
    ramped = fields.Boolean(default=True)
    ramp = fields.Char(
        default="0, 25, 50, 75",
        help="Percentages of a full quota that a new hire carries in the first months; 100 afterwards.",
    )
    line_ids = fields.One2many("stm.target.decompose.line", "wizard_id")
    basis = fields.Json(readonly=True, help="The targets as they were when they were read.")
    remarks = fields.Json(readonly=True)
    message = fields.Text(compute="_compute_message")
    is_additive = fields.Boolean(related="measure_id.is_additive", related_sudo=False)

    @api.depends("remarks")
    @api.depends_context("lang")
    def _compute_message(self):
        for wizard in self:
            wizard.message = "\n".join(wizard._describe_remarks()) or False

    @api.model_create_multi
    def create(self, vals_list):
        """A wizard has its rows and a proposal from the start, whoever makes it."""
        wizards = super().create(vals_list)
        for wizard in wizards.filtered(lambda one: not one.line_ids):
            if not wizard[CHOICES[wizard.dimension]]:
                wizard._fill_choices()
            wizard._load()
        return wizards

    @api.onchange(*WHOLE)
    def _onchange_whole(self):
        # what was held back was held back from parts that are no longer there
        self.hedge = max(self.hedge, 0.0)
        if self.node_id:
            self._fill_choices()

    @api.onchange(*WHOLE, *ROWS)
    def _onchange_rows(self):
        self._load()

    @api.onchange(*PAST)
    def _onchange_past(self):
        if self.line_ids:
            self._read_past()
        self._propose()

    @api.onchange("growth")
    def _onchange_growth(self):
        self._grow()

    @api.onchange(*WEIGHING)
    def _onchange_weighing(self):
        if self.node_id and self.measure_id:
            self._propose()

    @api.constrains("plan_id", "node_id")
    def _check_node(self):
        for wizard in self:
            if wizard.node_id.plan_id != wizard.plan_id:
                raise ValidationError(
                    self.env._("“%s” belongs to another plan: choose one of its nodes.", wizard.node_id.name)
                )

    def _load(self):
        """Rows for what is asked, with what the past says of them, and a first proposal."""
        self.ensure_one()
        if not (self.node_id and self.measure_id and self.date_from and self.date_to):
            return
        self._make_rows()
        self._read_past()
        if not self.total:
            self._grow()
        self._propose()

    @api.model
    def _open(self, node, **values):
        """The dialog for a node, its proposal made.

        :raises UserError: when the plan cannot change, or the user may not change it
        """
        plan = node.plan_id
        plan._check_open()
        plan.check_access("write")
        if not plan.measure_ids:
            raise UserError(self.env._("“%s” has no measures yet: choose them first.", plan.name))
        wizard = self.create({"plan_id": plan.id, "node_id": node.id, **values})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decompose “%s”", node.name),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
