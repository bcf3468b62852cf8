from odoo import api, fields, models
from odoo.exceptions import UserError

from ..approval.read_once import reading_once

APPROVAL = "sales_target_mgmt.mail_activity_type_commission_approval"


class StmCommissionStatement(models.Model):
    """Who has to approve a statement, by its amount, and who has.

    Approvals are counted by person: one who belongs to two levels counts for both. Nobody
    approves the own pay, nor what he or she has checked as long as there is somebody else.
    """

    _name = "stm.commission.statement"
    _inherit = ["stm.commission.statement", "stm.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _approval_level = "stm.commission.approval.level"

    approval_ids = fields.One2many(
        "stm.commission.approval",
        "statement_id",
        "Approvals",
        groups="sales_target_mgmt.group_commission_admin",
    )
    # written with every approval, so that of two at once the later one sees the earlier
    approval_count = fields.Integer("Approvals So Far", readonly=True, aggregator=None)
    checked_on = fields.Datetime(readonly=True)
    waits_for = fields.Char(
        "Still to Approve",
        compute="_compute_waits_for",
        groups="sales_target_mgmt.group_commission_admin",
    )

    @api.depends("state", "approval_ids", "payable")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        with reading_once(self.env):
            for statement in self:
                missing = statement._get_missing() if statement.state == "checked" else None
                statement.waits_for = missing is not None and (
                    statement._describe_missing(missing)
                    or self.env._("a commission administrator who has not checked it")
                )

    def action_check(self):
        """Post the entries, and ask those who approve."""
        result = super().action_check()
        checked = self.filtered(lambda one: one.state == "checked").sudo()
        checked.write({"checked_on": fields.Datetime.now()})
        for statement in checked:
            statement._ask_approvers()
        return result

    def action_approve(self):
        """Approve what may be approved; of several, tell which ones were left and why.

        :raises UserError: if none of them may be
        """
        self._check_admin()
        obstacles = {statement: statement._get_obstacle() for statement in self}
        left = self.filtered(lambda statement: obstacles[statement])
        if left and left == self:
            raise UserError("\n".join(obstacles[statement] for statement in left))
        for statement in self - left:
            statement._approve()
        return self._tell_left(self - left, [obstacles[statement] for statement in left]) if left else None

    def _approve(self):
        user = self.env.user
        record = self.sudo()
        if user not in record.approval_ids.user_id:
            record.approval_ids.create({"statement_id": self.id, "user_id": user.id})
            record.approval_count = len(record.approval_ids)
        record.activity_unlink([APPROVAL])
        if self._get_missing():
            record._ask_approvers()
        else:
            self._move_on("approved", {"approved_by_id": user.id})

    def _get_obstacle(self):
        """Why the user cannot approve a statement, as text; empty if nothing is in the way."""
        try:
            self._check_state("checked")
        except UserError as error:
            return str(error)
        user, name = self.env.user, self.display_name
        if user in self._get_own_users() and not self.env.su:
            return self.env._("“%s”: nobody approves the own pay, ask another administrator.", name)
        if self.checked_by_id == user and self._get_other_admins():
            return self.env._(
                "You have checked “%s” yourself: another commission administrator approves it.", name
            )
        missing = self._get_missing()
        is_asked = any(user in self._get_available(requirement) for requirement, _count in missing)
        if missing and not is_asked and not self.env.su:
            return self._describe_wait(missing)
        return ""

    def _get_approval_amount(self):
        # levels are in company currency, as they are for every plan
        amount, currency = abs(self.payable), self.company_id.currency_id
        if self.currency_id == currency:
            return amount
        return self.currency_id._convert(amount, currency, self.company_id, self.date_to)

    def _get_handed_in_on(self):
        return self.checked_on

    def _get_approved_by(self, requirement):
        return requirement.users & self.sudo().approval_ids.user_id

    def _get_excluded(self):
        """Neither the payee nor the one who checked."""
        return self._get_own_users() | self.sudo().checked_by_id

    def _ask_approvers(self):
        """An activity for everybody who can approve at a level that lacks it."""
        missing = self._get_missing()
        people = self.env["res.users"].union(*(self._get_available(one) for one, _count in missing))
        if not missing:
            # a company with one administrator is not held up
            people = (self._get_other_admins() - self.checked_by_id)[:1]
        for user in people:
            self.activity_schedule(
                APPROVAL,
                user_id=user.id,
                summary=self.with_context(lang=user.lang).env._("Approve a commission statement"),
            )

    def _tell_left(self, done, messages):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("%(done)s approved, %(left)s left", done=len(done), left=len(messages)),
                "message": "\n".join(messages),
                "type": "warning",
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
