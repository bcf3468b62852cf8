from decimal import Decimal
from math import fsum

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.achievement.stm_achievement_totals import TotalRequest
from ..tools import headcount
from ..tools.spans import shift_months

# nobody needs more to see where the curve bends
_LARGEST = 2000


class StmHeadcount(models.TransientModel):
    """How many salespeople are needed, by three methods, beside the people there are.

    By workload: customers × calls × hours by class over the time one sells. By breakdown: the
    target over what one person usually sells. By margin: one more as long as the contribution
    of the revenue curve scale · people ** exponent is more than the person costs.
    """

    _name = "stm.headcount"
    _description = "Headcount"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_id = fields.Many2one(
        "stm.target.plan",
        domain="[('company_id', '=', company_id)]",
        ondelete="cascade",
        default=lambda self: self._default_plan_id(),
    )
    line_ids = fields.One2many(
        "stm.headcount.line", "headcount_id", compute="_compute_line_ids", store=True, readonly=False
    )
    weeks = fields.Float(string="Weeks a Year", default=48.0)
    week_hours = fields.Float(string="Hours a Week", default=40.0)
    selling_share = fields.Float(string="With Customers", default=40.0, help="In percent of the hours.")
    workload_hours = fields.Float(string="Workload in Hours", compute="_compute_workload")
    selling_hours = fields.Float(string="Hours a Person", compute="_compute_workload")
    people_workload = fields.Integer(string="By Workload", compute="_compute_workload")
    target = fields.Monetary(compute="_compute_target", store=True, readonly=False)
    productivity = fields.Monetary(
        string="Sales per Person",
        compute="_compute_productivity",
        store=True,
        readonly=False,
        help="Revenue invoiced in the last twelve months per present person.",
    )
    people_breakdown = fields.Integer(string="By Breakdown", compute="_compute_people")
    margin_scale = fields.Monetary(
        string="Contribution of One",
        compute="_compute_margin_scale",
        store=True,
        readonly=False,
        help="The curve is this · people ** exponent; proposed so that the present people bring "
        "what they bring now.",
    )
    margin_exponent = fields.Float(
        string="Exponent", default=0.5, digits=(16, 2), help="Below 1: each more person brings less."
    )
    person_cost = fields.Monetary(string="Cost of a Person")
    people_margin = fields.Integer(string="By Margin", compute="_compute_people")
    people_present = fields.Integer(string="Present", compute="_compute_people_present")
    summary = fields.Text(compute="_compute_summary")

    @api.model
    def _default_plan_id(self):
        """The latest plan of at most a year that is not over."""
        plans = self.env["stm.target.plan"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("date_to", ">=", self.env.company._get_stm_today()),
                ("is_what_if", "=", False),
            ]
        )
        return plans.filtered(lambda plan: plan.date_to < plan.date_from + relativedelta(years=1))[:1]

    @api.depends("company_id")
    def _compute_line_ids(self):
        for wizard in self:
            classes = self.env["stm.customer.class"].search([("company_id", "=", wizard.company_id.id)])
            counts = dict(
                self.env["stm.customer.profile"]
                .sudo()
                ._read_group(
                    [
                        ("company_id", "=", wizard.company_id.id),
                        ("class_id", "in", classes.ids),
                        ("partner_id.active", "=", True),
                    ],
                    ["class_id"],
                    ["__count"],
                )
            )
            wizard.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "class_id": one.id,
                        "customers": counts.get(one, 0),
                        "calls": one.calls_per_year,
                        "hours": one.hours_per_call,
                    }
                )
                for one in classes
            ]

    @api.depends("line_ids.total", "weeks", "week_hours", "selling_share")
    def _compute_workload(self):
        for wizard in self:
            rows = [line._get_row() for line in wizard.line_ids]
            capacity = (
                _decimal(wizard.weeks) * _decimal(wizard.week_hours) * _decimal(wizard.selling_share) / 100
            )
            valid = all(min(row) >= 0 for row in rows)
            wizard.workload_hours = float(headcount.workload_hours(rows)) if valid else 0.0
            wizard.selling_hours = float(capacity)
            wizard.people_workload = headcount.by_workload(rows, capacity) if valid and capacity > 0 else 0

    @api.depends("plan_id")
    def _compute_target(self):
        for wizard in self:
            plan = wizard.plan_id
            tops = plan.line_ids.filtered(lambda line: not line.node_id.parent_id)
            wizard.target = plan._sum_tops(tops, plan._get_money_measure()) or 0.0

    @api.depends("company_id")
    def _compute_people_present(self):
        for wizard in self:
            wizard.people_present = len(wizard._get_people())

    def _get_people(self):
        """Members of the company's sales teams."""
        return (
            self.env["crm.team.member"]
            .sudo()
            .search([("crm_team_id.company_id", "in", (self.company_id.id, False))])
            .filtered(lambda member: self.company_id in member.user_id.company_ids and member.user_id.active)
            .user_id
        )

    @api.depends("company_id")
    def _compute_productivity(self):
        for wizard in self:
            people = len(wizard._get_people())
            wizard.productivity = wizard._read_year("measure_invoiced") / people if people else 0.0

    @api.depends("company_id", "margin_exponent")
    def _compute_margin_scale(self):
        for wizard in self:
            people = len(wizard._get_people())
            margin = wizard._read_year("measure_margin_invoiced")
            wizard.margin_scale = margin / people**wizard.margin_exponent if people else 0.0

    def _read_year(self, name):
        """Achieved by the company in the twelve months before today."""
        company = self.company_id
        if not company:
            return 0.0
        today = company._get_stm_today()
        request = TotalRequest(
            "all",
            self.env.ref(f"sales_target_mgmt.{name}").id,
            company.id,
            shift_months(today, -12),
            fields.Date.subtract(today, days=1),
            {},
        )
        return self.env["stm.achievement"]._get_totals([request])["all"] or 0.0

    @api.depends("target", "productivity", "margin_scale", "margin_exponent", "person_cost")
    def _compute_people(self):
        for wizard in self:
            usable = wizard.productivity > 0 and wizard.target >= 0
            wizard.people_breakdown = (
                headcount.by_breakdown(_decimal(wizard.target), _decimal(wizard.productivity))
                if usable
                else 0
            )
            wizard.people_margin = wizard._find_margin()

    def _find_margin(self):
        if self.person_cost <= 0 or self.margin_scale <= 0 or not 0 < self.margin_exponent < 1:
            return 0
        scale, exponent = _decimal(self.margin_scale), _decimal(self.margin_exponent)
        return headcount.by_margin(
            lambda people: scale * Decimal(people) ** exponent if people else Decimal(0),
            _decimal(self.person_cost),
            _LARGEST,
        )

    @api.depends("people_workload", "people_breakdown", "people_margin", "people_present")
    def _compute_summary(self):
        for wizard in self:
            methods = (
                (self.env._("by workload"), wizard.people_workload),
                (self.env._("by breakdown"), wizard.people_breakdown),
                (self.env._("by margin"), wizard.people_margin),
            )
            texts = [wizard._compare(name, need) for name, need in methods if need]
            wizard.summary = "\n".join(texts) or self.env._(
                "Enter calls and hours of the classes, a target, or what a person costs."
            )

    def _compare(self, name, need):
        missing = need - self.people_present
        values = {"method": name, "need": need, "present": self.people_present, "number": abs(missing)}
        if missing > 0:
            return self.env._(
                "%(method)s: %(need)s are needed, %(present)s are there, %(number)s are missing", **values
            )
        if missing < 0:
            return self.env._(
                "%(method)s: %(need)s are needed, %(present)s are there, %(number)s more than needed",
                **values,
            )
        return self.env._("%(method)s: %(need)s are needed and there", **values)

    def action_keep_classes(self):
        """Write calls and hours to the customer classes."""
        self.ensure_one()
        if any(min(line._get_row()) < 0 for line in self.line_ids):
            raise UserError(self.env._("Customers, calls and hours cannot be negative."))
        for line in self.line_ids:
            line.class_id.write({"calls_per_year": line.calls, "hours_per_call": line.hours})
        return self._get_records_action(target="new")


class StmHeadcountLine(models.TransientModel):
    """The work that one class of customers takes."""

    _name = "stm.headcount.line"
    _description = "Workload of a Customer Class"
    _order = "id"

    headcount_id = fields.Many2one("stm.headcount", required=True, index=True, ondelete="cascade")
    class_id = fields.Many2one("stm.customer.class", required=True, ondelete="cascade")
    customers = fields.Integer()
    calls = fields.Float(string="Calls a Year")
    hours = fields.Float(string="Hours a Call")
    total = fields.Float(string="Hours a Year", compute="_compute_total")

    @api.depends("customers", "calls", "hours")
    def _compute_total(self):
        for line in self:
            line.total = fsum([line.customers * line.calls * line.hours])

    def _get_row(self):
        return self.customers, _decimal(self.calls), _decimal(self.hours)


def _decimal(value):
    return Decimal(str(value))
