from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..stm_links import check_links

FROZEN_STATES = ("approved", "closed")
# what only the plan's own methods change; a context key is set by the client and proves nothing
GUARDED_FIELDS = frozenset(
    ("state", "version", "origin_id", "previous_id", "date_effective", "revision_reason")
)


class StmTargetPlan(models.Model):
    """A plan of targets: a company, a range of dates, a tree of nodes with target lines.

    draft → submitted → approved → closed. From approval on neither the plan nor anything in it
    changes, for nobody: what must change is a new version with a date from which it holds
    (:meth:`_create_revision`); days before that date keep the old numbers.
    """

    _name = "stm.target.plan"
    _description = "Target Plan"
    _inherit = [
        *("mail.thread", "mail.activity.mixin"),
        *("stm.state.mixin", "stm.approval.mixin", "stm.version.mixin"),
    ]
    _order = "date_from desc, name, version desc, id desc"
    _parent_name = "parent_id"
    _check_company_auto = True
    # following, commenting and planning activities is not changing the plan
    _mail_post_access = "read"

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="Start",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
    )
    date_to = fields.Date(
        string="End",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self).replace(month=12, day=31),
    )
    granularity = fields.Selection(
        [
            ("month", "Months"),
            ("quarter", "Quarters"),
            ("half", "Half-years"),
            ("year", "Years"),
            ("fiscal_year", "Fiscal Years"),
            ("week_445", "4-4-5 Weeks"),
            ("free", "Free Date Ranges"),
        ],
        string="Periods",
        required=True,
        default="month",
        help="The periods that are offered when targets are spread. 4-4-5 weeks begin with the "
        "plan; a 53rd week belongs to the last period.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("closed", "Closed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    parent_id = fields.Many2one(
        "stm.target.plan",
        string="Long-term Plan",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('id', '!=', id)]",
        help="The plan over several years of which this one is a part.",
    )
    child_ids = fields.One2many("stm.target.plan", "parent_id", string="Annual Plans")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        domain="[('share', '=', False)]",
        help="Answers for the plan: reads all of it from the first draft on and submits it. What is "
        "planned is entered, and approved, by sales managers (Sales: Administrator) only.",
    )
    participant_ids = fields.Many2many(
        "res.users",
        "stm_target_plan_participant_rel",
        "plan_id",
        "user_id",
        string="Participants",
        domain="[('share', '=', False)]",
        help="They can read the whole plan from the first draft on and comment on it. Submitting it "
        "is left to its owner and to sales managers.",
    )
    deadline = fields.Date(tracking=True, help="The day on which the plan should be approved.")
    measure_ids = fields.Many2many(
        "stm.measure",
        "stm_target_plan_measure_rel",
        "plan_id",
        "measure_id",
        string="Measures",
        check_company=True,
        domain="['|', ('company_id', '=', False), ('company_id', 'parent_of', company_id)]",
        default=lambda self: self._default_measure_ids(),
    )
    node_ids = fields.One2many("stm.target.node", "plan_id", string="Nodes")
    breakdown_ids = fields.One2many("stm.target.breakdown", "plan_id", string="Breakdowns")
    line_ids = fields.One2many("stm.target.line", "plan_id", string="Targets")
    is_frozen = fields.Boolean(compute="_compute_is_frozen")
    is_overdue = fields.Boolean(compute="_compute_is_overdue")
    version = fields.Integer(default=1, readonly=True, copy=False)
    origin_id = fields.Many2one(
        "stm.target.plan",
        string="First Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    previous_id = fields.Many2one(
        "stm.target.plan",
        string="Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    date_effective = fields.Date(
        string="In Force from",
        readonly=True,
        copy=False,
        help="The first day on which this version holds. Empty: from the start of the plan.",
    )
    revision_reason = fields.Text(string="Reason of the Revision", readonly=True, copy=False)

    _dates_ordered = models.Constraint("CHECK(date_from <= date_to)", "A plan cannot end before it starts.")
    _ends_in_force = models.Constraint(
        "CHECK(date_effective <= date_to)", "A version cannot end before it comes into force."
    )
    # a second revision of one version would leave open which of the two is in force
    _previous_unique = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL",
        "This version has been revised already: revise the newest one.",
    )

    @api.constrains("parent_id", "date_from", "date_to", "company_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A plan cannot be part of itself."))
        for plan in self | self.child_ids:
            whole = plan.parent_id
            if not whole:
                continue
            if plan.company_id != whole.company_id:
                raise ValidationError(
                    self.env._(
                        "“%(plan)s” and its long-term plan “%(whole)s” belong to different companies.",
                        plan=plan.name,
                        whole=whole.name,
                    )
                )
            if plan.date_from < whole.date_from or plan.date_to > whole.date_to:
                raise ValidationError(
                    self.env._(
                        "“%(plan)s” (%(start)s to %(end)s) does not lie inside its long-term "
                        "plan “%(whole)s” (%(whole_start)s to %(whole_end)s).",
                        plan=plan.name,
                        start=format_date(self.env, plan.date_from),
                        end=format_date(self.env, plan.date_to),
                        whole=whole.name,
                        whole_start=format_date(self.env, whole.date_from),
                        whole_end=format_date(self.env, whole.date_to),
                    )
                )

    @api.constrains("date_from", "date_to", "measure_ids", "company_id")
    def _check_lines(self):
        self.line_ids._check_plan()

    @api.constrains("company_id")
    def _check_nodes(self):
        self.node_ids._check_company()

    def _default_measure_ids(self):
        return self.env.ref("sales_target_mgmt.measure_invoiced", raise_if_not_found=False)

    @api.depends("state")
    def _compute_is_frozen(self):
        for plan in self:
            plan.is_frozen = plan.state in FROZEN_STATES

    @api.depends("deadline", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for plan in self:
            plan.is_overdue = bool(
                plan.deadline and plan.deadline < today and plan.state in ("draft", "submitted")
            )

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "parent_id")
        plans = super().create(vals_list)
        unset = GUARDED_FIELDS - {"state", "version"}
        # after creation, so that defaults from the context are seen as well
        if any(
            plan.state != "draft" or plan.version != 1 or any(plan[name] for name in unset) for plan in plans
        ):
            raise UserError(self.env._("A plan starts as a draft: submit and approve it with its buttons."))
        return plans

    def write(self, vals):
        if GUARDED_FIELDS & vals.keys():
            raise UserError(
                self.env._(
                    "State and version of a plan change with its buttons only (Submit, Approve, "
                    "Revise, Close)."
                )
            )
        if vals.keys() - self._get_communication_fields():
            self._check_open()
        check_links(self, [vals], "company_id", "parent_id")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_open()

    def copy(self, default=None):
        copies = super().copy(default)
        for plan, duplicate in zip(self, copies, strict=True):
            plan._copy_tree(duplicate)
        return copies

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", plan.name)} if "name" not in (default or {}) else vals
            for plan, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """A manager adds followers to an approved plan as well, which is closed for writing."""
        plans = self
        if self.env.user.has_group("sales_team.group_sale_manager"):
            self.check_access("read")
            plans = self.sudo()
        return super(StmTargetPlan, plans).message_subscribe(partner_ids, subtype_ids)

    def _write_guarded(self, vals):
        """Change state or version; the callers have checked who asks and from which state.

        Private, so that RPC cannot reach it, and past :meth:`write`, which refuses these fields.
        """
        return super(StmTargetPlan, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    @api.model
    def _create_guarded(self, vals_list):
        """Create plans that do not start as a first draft, for a revision."""
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    def _check_open(self):
        """:raises UserError: if one of the plans is approved or closed, whoever asks"""
        for plan in self.sudo():
            if plan.state in FROZEN_STATES:
                raise UserError(
                    self.env._(
                        "“%s” is approved: neither the plan nor its nodes, breakdowns and targets "
                        "can change. Use Revise to make a new version.",
                        plan.name,
                    )
                )

    def _get_communication_fields(self):
        """Fields of chatter and activities, which stay open on an approved plan."""
        mixins = ("mail.thread", "mail.activity.mixin")
        return {name for mixin in mixins for name in self.env[mixin]._fields}
