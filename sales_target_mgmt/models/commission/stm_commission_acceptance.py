from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from .stm_commission_component import FILTERS
from .stm_commission_component import TERMS as RULE_TERMS
from .stm_commission_version import TERMS as PLAN_TERMS

# within how many days a payee is expected to answer
DAYS = 7
ASKED = "sales_target_mgmt.mail_activity_accept_plan"
# terms that say nothing unless another one has one of some values; None: any
ONLY_WITH = {
    "wait_days": ("payable_on", ("days",)),
    "refund_days": ("has_refund_window", (True,)),
    "overdue_days": ("hold_overdue", (True,)),
    "rate": ("method", ("percent", "formula")),
    "unit_amount": ("method", ("unit",)),
    "formula": ("method", ("formula",)),
    "floor": ("has_floor", (True,)),
    "cap": ("is_capped", (True,)),
    "gate_base": ("gate", ("all", "accelerators")),
    "gate_by": ("gate", ("all", "accelerators")),
    "new_days": ("customer_kind", ("new", "known")),
    "discount_from": ("has_discount_band", (True,)),
    "discount_to": ("has_discount_band", (True,)),
    "attainment_of": ("measure_id", None),
}


class StmCommissionPlan(models.Model):
    """What payees are asked: to accept each version, and what is different in it."""

    _inherit = "stm.commission.plan"

    missing_user_ids = fields.Many2many(
        "res.users",
        string="Not Accepted By",
        compute="_compute_missing_user_ids",
        compute_sudo=True,
        groups="sales_target_mgmt.group_commission_admin",
        help="Payees with a login who have not accepted this version yet.",
    )
    difference = fields.Html(
        compute="_compute_difference",
        compute_sudo=True,
        sanitize=False,
        help="What this version changes against the last one.",
    )

    @api.depends("state", "acceptance_ids.user_id", "assignment_ids.user_id", "assignment_ids.date_to")
    def _compute_missing_user_ids(self):
        for plan in self:
            users = plan._get_asked_users() - plan.acceptance_ids.user_id
            plan.missing_user_ids = users if plan.state == "active" else False

    @api.depends("previous_id", "rule_ids", "state", *PLAN_TERMS)
    @api.depends_context("lang")
    def _compute_difference(self):
        for plan in self:
            plan.difference = plan._describe_difference() if plan.previous_id else False

    def action_activate(self):
        result = super().action_activate()
        for plan in self:
            plan.previous_id._drop_requests()
            plan._request_acceptance(plan._get_asked_users())
        return result

    def action_accept(self):
        result = super().action_accept()
        self._drop_requests(self.env.user)
        return result

    def _get_asked_users(self):
        """Payees with a login who are still in the plan."""
        today = self.company_id._get_stm_today()
        staying = self.sudo().assignment_ids.filtered(lambda one: not one.date_to or one.date_to >= today)
        return staying.user_id.filtered("active")

    def _request_acceptance(self, users):
        """Ask payees, each in the own language, to accept this version."""
        self.ensure_one()
        today = self.company_id._get_stm_today()
        before = self.sudo().message_partner_ids
        for user in users - self.sudo().acceptance_ids.user_id:
            plan = self.sudo().with_context(lang=user.lang, mail_activity_quick_update=True)
            plan.activity_schedule(
                ASKED,
                date_deadline=today + timedelta(days=DAYS),
                user_id=user.id,
                summary=plan.env._(
                    "Accept “%(plan)s”, in force from %(day)s",
                    plan=plan.display_name,
                    day=format_date(plan.env, plan.date_from, lang_code=user.lang),
                ),
            )
        # payees read the plan, and would see by its followers who else is paid by it
        self.sudo().message_unsubscribe((users.partner_id - before).ids)

    def _drop_requests(self, users=None):
        """Take back what these users, or all, were asked."""
        requests = self.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(ASKED)
        )
        requests.filtered(lambda activity: users is None or activity.user_id in users).unlink()

    def _describe_difference(self):
        """A table of the terms that are not as they were, as HTML."""
        rows = [("", *row) for row in self._compare(self.previous_id, self, ("date_from", *PLAN_TERMS))]
        old_rules = {rule.code: rule for rule in self.previous_id.rule_ids}
        new_rules = {rule.code: rule for rule in self.rule_ids}
        for code in dict.fromkeys([*old_rules, *new_rules]):
            old, new = old_rules.get(code), new_rules.get(code)
            if old and new:
                terms = (*RULE_TERMS, "measure_id", "tier_ids", *FILTERS)
                rows += [(new.name, *row) for row in self._compare(old, new, terms)]
            elif new:
                rows.append((new.name, self.env._("Component"), "", self.env._("new")))
            else:
                rows.append((old.name, self.env._("Component"), "", self.env._("dropped")))
        if not rows:
            return Markup("<p>%s</p>") % self.env._("The terms are those of the version before.")
        heads = (self.env._("Component"), self.env._("Term"), self.env._("Before"), self.env._("Now"))
        head = Markup("").join(Markup("<th>%s</th>") % one for one in heads)
        body = Markup("").join(
            Markup("<tr>%s</tr>") % Markup("").join(Markup("<td>%s</td>") % cell for cell in row)
            for row in rows
        )
        return Markup('<table class="table table-sm"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (
            head,
            body,
        )

    def _compare(self, old, new, names):
        """(label, before, now) of the fields that differ."""
        for name in names:
            before, now = show_term(old, name), show_term(new, name)
            if before != now:
                yield old._fields[name]._description_string(self.env), before, now


def show_term(record, name):
    """The value of a term in words, in the user's language; empty where it does not apply.

    :param record: a plan or a component
    :param name: of the field
    """
    needed, wanted = ONLY_WITH.get(name, (name, None))
    if needed != name:
        value = record[needed]
        if not value or (wanted is not None and value not in wanted):
            return ""
    field, value = record._fields[name], record[name]
    if field.type == "boolean":
        return record.env._("yes") if value else record.env._("no")
    if field.type in ("one2many", "many2many", "many2one"):
        return ", ".join(value.mapped("display_name"))
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value, "")
    if field.type == "date":
        return format_date(record.env, value) if value else ""
    if field.type == "monetary":
        return record.currency_id.format(value)
    if name == "rate":
        return f"{round(value * 100, 6):g} %"
    return f"{value:g}" if field.type == "float" else str(value or "")
