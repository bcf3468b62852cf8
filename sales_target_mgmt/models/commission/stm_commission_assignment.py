from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..stm_links import check_links
from .stm_commission_entry import DRAWS


class StmCommissionAssignment(models.Model):
    """Somebody is paid by a plan from one day to another, both included.

    A payee is a user or an outside partner. People join a plan in force and leave it; what was
    agreed with them for days before is not taken back by changing a line.
    """

    _name = "stm.commission.assignment"
    _description = "Payee of a Commission Plan"
    _inherit = ["stm.commission.mixin"]
    _order = "plan_id, payee_id, date_from, id"
    _rec_name = "payee_id"
    _check_company_auto = True

    plan_id = fields.Many2one("stm.commission.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Outside Partner",
        ondelete="restrict",
        check_company=True,
        help="An agent who is no user; is credited by the splits of an order.",
    )
    payee_id = fields.Many2one(
        "res.partner",
        compute="_compute_payee_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    credit = fields.Selection(
        [("own", "Own sales"), ("team", "Sales of a team")],
        "Credited For",
        required=True,
        default="own",
        help="Own sales: as salesperson of the document, or by its split. Sales of a team: each deal "
        "once, however its members share it.",
    )
    team_id = fields.Many2one("crm.team", "Sales Team", ondelete="restrict", check_company=True)
    date_from = fields.Date("From", help="Empty: as long as the plan.")
    date_to = fields.Date("To", help="The last day. Empty: as long as the plan.")
    share = fields.Float(default=1.0, digits=(16, 6), help="Share of the sales that is credited.")
    has_own_rate = fields.Boolean("Own Rate", help="Replaces the rate of components that have only one.")
    rate = fields.Float("Commission Rate", digits=(16, 6))

    currency_id = fields.Many2one(related="plan_id.currency_id")
    draw = fields.Monetary(
        help="Paid at least in every period; what was not earned yet is recovered from later earnings. "
        "Who joins or leaves within a period gets the part for the calendar days in the plan."
    )

    draw_balance = fields.Monetary(
        "To Recover",
        compute="_compute_draw_balance",
        help="What was lent and later earnings pay back; who has left may owe it.",
    )
    guarantee = fields.Monetary(
        help="Paid at least in every period, and never recovered. Who joins or leaves within a period "
        "gets the part for the calendar days in the plan."
    )

    _payee_set = models.Constraint(
        "CHECK((user_id IS NULL) <> (partner_id IS NULL))",
        "A payee is either a person with a login or an outside partner.",
    )
    _dates = models.Constraint("CHECK(date_from <= date_to)", "A payee leaves a plan before joining it.")
    _guarantee_not_negative = models.Constraint("CHECK(guarantee >= 0)", "A guarantee cannot be negative.")
    _draw_not_negative = models.Constraint("CHECK(draw >= 0)", "A draw cannot be negative.")

    @api.constrains("credit", "team_id")
    def _check_team(self):
        for one in self:
            if one.credit == "team" and not one.team_id:
                raise ValidationError(
                    self.env._("Choose the team for whose sales “%s” is paid.", one.payee_id.name)
                )

    @api.constrains("plan_id", "user_id", "partner_id", "credit", "team_id", "date_from", "date_to")
    def _check_overlap(self):
        for one in self:
            for other in one.plan_id.assignment_ids - one:
                same = (other.payee_id, other.credit) == (one.payee_id, one.credit)
                if one.credit == "team":
                    same = same and other.team_id == one.team_id
                if same and one._overlaps(other):
                    raise ValidationError(
                        self.env._(
                            "“%(payee)s” is in “%(plan)s” twice at the same time: change the dates of one "
                            "of the two lines.",
                            payee=one.payee_id.name,
                            plan=one.plan_id.display_name,
                        )
                    )

    @api.depends("user_id", "partner_id")
    def _compute_payee_id(self):
        for one in self:
            one.payee_id = one.user_id.partner_id or one.partner_id

    @api.depends("plan_id", "payee_id")
    @api.depends_context("uid")
    def _compute_draw_balance(self):
        entries = self.env["stm.commission.entry"]
        found = {}
        if entries.has_access("read"):
            # what other plans have recovered for these, and what these have not for others
            for owner, others in (("former_id", []), ("lineage_id", [("former_id", "=", False)])):
                domain = [(owner, "in", self.plan_id.origin_id.ids), ("kind", "in", DRAWS), *others]
                for *key, balance in entries._read_group(domain, [owner, "payee_id"], ["payable:sum"]):
                    found[tuple(key)] = found.get(tuple(key), 0) + balance
        for one in self:
            one.draw_balance = found.get((one.plan_id.origin_id, one.payee_id), 0)

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "plan_id")
        assignments = super().create(vals_list)
        for plan in assignments.plan_id.filtered(lambda plan: plan.state == "active"):
            plan._request_acceptance((plan.assignment_ids & assignments).user_id)
        return assignments

    def write(self, vals):
        self.check_access("write")
        check_links(self, [vals], "plan_id")
        if vals.keys() - {"date_to"} and any(plan.state != "draft" for plan in self.sudo().plan_id):
            raise UserError(
                self.env._(
                    "The plan is in force: of a payee only the last day can be set. Add a line for what "
                    "holds from another day on."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_paid(self):
        for one in self.sudo():
            entries = self.env["stm.commission.entry"].sudo()
            lineage = ("lineage_id", "=", one.plan_id.origin_id.id)
            if entries.search_count([lineage, ("payee_id", "=", one.payee_id.id)], limit=1):
                raise UserError(
                    self.env._("“%s” has entries of this plan: set the last day instead.", one.payee_id.name)
                )

    def _overlaps(self, other):
        starts = [one.date_from for one in (self, other) if one.date_from]
        ends = [one.date_to for one in (self, other) if one.date_to]
        return not starts or not ends or max(starts) <= min(ends)

    def _covers(self, day):
        return (not self.date_from or self.date_from <= day) and (not self.date_to or self.date_to >= day)


class StmCommissionAcceptance(models.Model):
    """That a payee accepted a version of a plan; rows are added by accepting, never changed."""

    _name = "stm.commission.acceptance"
    _description = "Acceptance of a Commission Plan"
    _order = "accepted_on desc, id desc"

    plan_id = fields.Many2one("stm.commission.plan", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one("res.users", "Payee", required=True, index=True, ondelete="restrict")
    name = fields.Char(required=True, help="As it was on that day.")
    accepted_on = fields.Datetime(required=True)
    content_hash = fields.Char(required=True)

    _once = models.UniqueIndex("(plan_id, user_id)", "This version has been accepted already.")
