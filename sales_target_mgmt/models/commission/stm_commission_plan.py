from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.periods import Period, whole

# what only the plan's own methods change
GUARDED_FIELDS = frozenset(("state", "version", "origin_id", "previous_id", "content_hash", "activated_on"))
# what may be added to a plan in force: people come and go, agreements on deals do not
OPEN_FIELDS = frozenset(("assignment_ids",))
# what the ledger and the statements hold on to
SETTLED = ("period", "company_id", "currency_id")


class StmCommissionPlan(models.Model):
    """What is paid for what, in one version.

    draft → in force. From then on neither the plan nor its components and tiers change, for
    nobody: what must change is a new version with the day from which it holds. All versions of a
    plan have the same `origin_id`, its lineage; entries know their version and their lineage.

    Three choices are independent of each other: what the *amount* is (revenue, margin,
    quantity), when it is *earned* (order, invoice, payment) and when it becomes *payable*.
    """

    _name = "stm.commission.plan"
    _description = "Commission Plan"
    _inherit = ["mail.thread", "stm.version.mixin", "stm.commission.mixin", "stm.commission.admin.mixin"]
    _order = "name, version desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(required=True, translate=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        help="In which tiers, caps and draws are and in which is paid; the same in all versions.",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    rate_date = fields.Selection(
        [("fact", "On the day of each document"), ("period", "On the last day of the period")],
        "Exchange Rate",
        required=True,
        default="fact",
        help="Of which day amounts are converted from company currency.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In Force")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    origin_id = fields.Many2one(
        "stm.commission.plan", "First Version", readonly=True, copy=False, index=True, ondelete="restrict"
    )
    previous_id = fields.Many2one(
        "stm.commission.plan", "Previous Version", readonly=True, copy=False, ondelete="restrict"
    )
    date_from = fields.Date(
        "Effective From",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
        help="The first day of a settlement period.",
    )
    date_to = fields.Date("Until", tracking=True, help="The last day. Empty: until further notice.")
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("half", "Half-year"), ("year", "Year")],
        "Settled Every",
        required=True,
        default="month",
    )
    paid_for = fields.Selection(
        [("amount", "Revenue"), ("margin", "Margin"), ("quantity", "Quantity")],
        required=True,
        default="amount",
        help="Revenue and margin without taxes, in the currency of the plan.",
    )
    earned_on = fields.Selection(
        [("order", "Order"), ("invoice", "Invoice"), ("payment", "Payment")],
        required=True,
        default="invoice",
        help="The document with which the amount is earned, on its day.",
    )
    payable_on = fields.Selection(
        [
            ("at_once", "At once"),
            ("proportional", "With each payment, in proportion"),
            ("full", "When all is paid"),
            ("days", "Days after it was earned"),
        ],
        "Payable",
        required=True,
        default="at_once",
        help="What was earned and is not payable yet stays visible as waiting. When all is paid: money, "
        "credit notes and discounts for early payment settle an invoice; what is written off as a bad "
        "debt keeps it waiting. In proportion, and for orders, only money counts.",
    )
    wait_days = fields.Integer("Days to Wait")
    refund_mode = fields.Selection(
        [("historic", "At the rate of the sale"), ("rerate", "Down the rate table")],
        "Refunds Take Back",
        required=True,
        default="historic",
        help="At the rate of the sale: what the sale had earned, whatever tier is reached by now. Down "
        "the rate table: as if the period had been lower from the beginning.",
    )
    rule_ids = fields.One2many("stm.commission.rule", "plan_id", "Components", copy=True)
    assignment_ids = fields.One2many("stm.commission.assignment", "plan_id", "Payees", copy=True)
    acceptance_ids = fields.One2many("stm.commission.acceptance", "plan_id", "Accepted By")
    note = fields.Text(translate=True, help="What the plan is meant to bring about; payees read it.")
    content_hash = fields.Char(readonly=True, copy=False, help="Of what a payee accepts.")
    activated_on = fields.Datetime("In Force Since", readonly=True, copy=False)
    computed_at = fields.Datetime("Last Computed", readonly=True, copy=False)
    date_superseded = fields.Date("Superseded From", compute="_compute_date_superseded")

    _dates = models.Constraint("CHECK(date_from <= date_to)", "A plan ends before it begins.")
    _previous_unique = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL",
        "This version has a successor already: change the newest one.",
    )

    @api.constrains("date_from", "period", "previous_id", "company_id", "currency_id")
    def _check_date_from(self):
        for plan in self:
            first = plan._get_period(plan.date_from).date_from
            if first != plan.date_from:
                raise ValidationError(
                    self.env._(
                        "“%(plan)s” cannot begin on %(day)s, in the middle of a settlement period: "
                        "choose %(first)s or the beginning of a later one.",
                        plan=plan.name,
                        day=plan.date_from,
                        first=first,
                    )
                )
            previous = plan.previous_id
            if previous and any(previous[name] != plan[name] for name in SETTLED):
                raise ValidationError(
                    self.env._(
                        "All versions of “%s” have the same company and currency and are settled in "
                        "the same periods: make a new plan for other ones.",
                        plan.name,
                    )
                )

    @api.constrains("earned_on", "date_from", "previous_id")
    def _check_earned_on(self):
        """A deal between two versions would be paid twice, or never."""
        for plan in self.filtered("previous_id"):
            others = (plan._get_versions() - plan).filtered(lambda one: one.state == "active")
            in_force = {one.date_from: one for one in others.sorted("version")}
            for one in (in_force | {plan.date_from: plan}).values():
                if one.earned_on != plan.earned_on:
                    raise ValidationError(
                        self.env._(
                            "“%(plan)s” is in force from %(day)s and earns on something else: what is sold "
                            "before the change and invoiced or paid after it would be paid twice, or never. "
                            "Keep it, or correct that version from its first day on.",
                            plan=one.display_name,
                            day=one.date_from,
                        )
                    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for plan in self:
            plan.currency_id = plan.company_id.currency_id

    @api.depends("origin_id")
    def _compute_date_superseded(self):
        following = self.search([("previous_id", "in", self.ids), ("state", "=", "active")])
        dates = {plan.previous_id.id: plan.date_from for plan in following}
        for plan in self:
            plan.date_superseded = dates.get(plan.id)

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        if any(plan.state != "draft" or plan.version != 1 or plan.origin_id for plan in plans):
            raise UserError(
                self.env._("A commission plan starts as a draft: put it in force with its button.")
            )
        for plan in plans:
            plan._write_guarded({"origin_id": plan.id})
        return plans

    def write(self, vals):
        if GUARDED_FIELDS & vals.keys():
            raise UserError(
                self.env._("State and version of a commission plan change with its buttons only.")
            )
        self.check_access("write")
        messages = {*self.env["mail.thread"]._fields, *self.env["mail.activity.mixin"]._fields}
        if vals.keys() - OPEN_FIELDS - messages:
            self._check_draft()
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        # which does not pass through write
        if field_name not in OPEN_FIELDS:
            self._check_draft()
        return super()._update_field_translations(field_name, translations, *args, **kwargs)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_active(self):
        self._check_draft()

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", plan.name)} if "name" not in (default or {}) else vals
            for plan, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def _write_guarded(self, vals):
        """Change state or version; the callers have checked who asks and from which state."""
        return super(StmCommissionPlan, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def _check_draft(self):
        """:raises UserError: if one of the plans is in force, whoever asks"""
        for plan in self.sudo():
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” is in force: neither the plan nor its components change any more. "
                        "Make a new version of it.",
                        plan.display_name,
                    )
                )

    def _get_period(self, day):
        """The settlement period in which a day lies, as (first day, last day)."""
        self.ensure_one()
        return whole(Period(day, day), self.period)
