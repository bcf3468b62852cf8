from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..approval.read_once import read_once
from .stm_credit_account_decision import CONTROLLER

RELEASER = "sales_target_mgmt.group_credit_release"
ASKED_FIELDS = frozenset(("company_id", "user_id", "delegate_id", "date_from", "date_until", "reason"))


class StmCreditDelegate(models.Model):
    """Who takes the place of an absent person at the release levels, from one day to another.

    It gives nobody the right to release orders, only the absent one's place at the levels; and not
    for orders that are the absent one's own. Nobody names oneself, and what was agreed is not
    changed afterwards, only ended: what was approved meanwhile can be followed to it.
    """

    _name = "stm.credit.delegate"
    _description = "Delegate for Held Orders"
    _order = "date_from desc, id desc"
    _rec_name = "delegate_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        "Absent",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    delegate_id = fields.Many2one(
        "res.users",
        required=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="May release held orders as well.",
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_until = fields.Date("Until", required=True, help="The last day.")
    reason = fields.Char()
    ended_on = fields.Datetime("Ended Early", readonly=True)
    state = fields.Selection(
        [("planned", "Planned"), ("current", "Current"), ("over", "Ended")], compute="_compute_state"
    )

    _ordered_days = models.Constraint("CHECK(date_until >= date_from)", "The last day is before the first.")
    _two_people = models.Constraint("CHECK(user_id <> delegate_id)", "Choose somebody else as delegate.")

    @api.depends("date_from", "date_until", "ended_on")
    def _compute_state(self):
        for one in self:
            today = (one.company_id or self.env.company)._get_stm_today()
            if one.ended_on or (one.date_until and one.date_until < today):
                one.state = "over"
            else:
                one.state = "planned" if one.date_from and one.date_from > today else "current"

    @api.model_create_multi
    def create(self, vals_list):
        """Name a delegate: for oneself, or as a controller for somebody who cannot.

        :raises AccessError: for who names one for somebody else and is no controller
        :raises UserError: for who names oneself, for days that are over, or for people without the right
        """
        self.check_access("create")
        for vals in vals_list:
            if not self.env.su and vals.keys() - ASKED_FIELDS:
                self._refuse()
        # whatever the client calls a default
        delegates = super().create([{**vals, "ended_on": False} for vals in vals_list])
        for one in delegates:
            one._check_named()
            one._tell()
        return delegates

    def write(self, vals):
        self.check_access("write")
        if not self.env.su:
            self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse()

    def action_end(self):
        """End it now; what was approved until then counts.

        :raises AccessError: for anybody but the absent one and controllers
        """
        self.check_access("read")
        self._check_may_name()
        over = self.filtered(lambda one: one.state == "over")
        if over:
            raise UserError(self.env._("“%s” is over already.", over[0].display_name))
        self.sudo().write({"ended_on": fields.Datetime.now()})

    @api.depends("user_id", "delegate_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            names = {"delegate": one.delegate_id.name or "", "absent": one.user_id.name or ""}
            one.display_name = self.env._("%(delegate)s for %(absent)s", **names)

    def _check_may_name(self):
        is_own = all(one.user_id == self.env.user for one in self)
        if not (is_own or self.env.su or self.env.user.has_group(CONTROLLER)):
            raise AccessError(
                self.env._("Name a delegate for yourself; for others the credit controllers do it.")
            )

    def _check_named(self):
        self._check_may_name()
        company = self.company_id
        if self.delegate_id == self.env.user and not self.env.su:
            raise UserError(self.env._("Nobody names oneself as delegate: ask another credit controller."))
        if self.date_from < company._get_stm_today():
            raise UserError(self.env._("The first day is over: choose today or later."))
        members = self.env["res.users"]._get_role_members(RELEASER, company)
        for user in (self.user_id | self.delegate_id) - members:
            raise UserError(
                self.env._(
                    "“%(user)s” may not release held orders of “%(company)s”: an administrator gives that "
                    "right.",
                    user=user.name,
                    company=company.name,
                )
            )

    def _tell(self):
        for user in (self.user_id | self.delegate_id) - self.env.user:
            text = self.with_context(lang=user.lang)
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=text.env._("Delegate for held orders"),
                body=text.env._(
                    "%(delegate)s decides about held orders in place of %(absent)s, from %(first)s to "
                    "%(last)s.",
                    delegate=self.delegate_id.name,
                    absent=self.user_id.name,
                    first=fields.Date.to_string(self.date_from),
                    last=fields.Date.to_string(self.date_until),
                ),
            )

    @api.model
    @api.private
    def _get_places(self, company, moments):
        """Whose places people could take, each one at a moment.

        :param moments: user → UTC datetime
        :return: user → users
        """
        users = self.env["res.users"].union(*moments)
        places = dict.fromkeys(users, self.env["res.users"])
        for one in self._get_named(company).filtered(lambda one: one.delegate_id in users):
            moment = moments[one.delegate_id]
            if one._holds(moment):
                places[one.delegate_id] |= one.user_id
        return places

    @api.model
    @api.private
    def _get_delegates(self, company, absent):
        """Who takes the places of absent people now: absent user → users."""
        now = fields.Datetime.now()
        held = self._get_named(company).filtered(lambda one: one.user_id in absent and one._holds(now))
        return {user: rows.delegate_id for user, rows in held.grouped("user_id").items()}

    @api.model
    @read_once
    def _get_named(self, company):
        return self.sudo().search([("company_id", "=", company.id)])

    def _holds(self, moment):
        company = self.company_id
        day = fields.Date.context_today(company.with_context(tz=company.stm_tz), moment)
        return self.date_from <= day <= self.date_until and not (self.ended_on and self.ended_on <= moment)

    def _refuse(self):
        raise UserError(self.env._("What was agreed with a delegate is ended, not changed: end it."))
