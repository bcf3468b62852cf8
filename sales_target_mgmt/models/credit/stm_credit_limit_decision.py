from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .stm_credit_account_decision import CONTROLLER
from .stm_credit_limit import WITH_DAYS

APPROVAL = "sales_target_mgmt.mail_activity_type_credit_limit"
# what no level is above
ENDLESS = 1e15


class StmCreditLimit(models.Model):
    """Who decides about a limit, and what a decision does."""

    _inherit = "stm.credit.limit"

    def action_approve(self):
        """Approve as one of those who have to; the last approval puts the limit into force.

        :raises AccessError: for who is no credit controller
        :raises UserError: for who has asked for it, while there is somebody else; or is not asked
        """
        self._check_controller()
        for limit in self:
            obstacle = limit._get_obstacle()
            if obstacle:
                raise UserError(obstacle)
            limit._approve()

    def action_refuse(self, answer=None):
        """Say no; who asked may take it back the same way.

        :raises UserError: without a reason
        """
        self._check_controller()
        self._check_state("asked")
        if not (answer or "").strip():
            raise UserError(self.env._("Say why: who asked reads the reason."))
        values = {"state": "refused", "answer": answer.strip(), "decided_on": fields.Datetime.now()}
        self.sudo().write(values)
        self.sudo().activity_unlink([APPROVAL])
        for limit in self:
            limit.sudo().message_post(body=answer.strip(), partner_ids=limit.user_id.partner_id.ids)

    def action_end(self):
        """End a temporary limit or a cover before its last day."""
        self._check_controller()
        self._check_state("approved")
        for limit in self:
            if limit.kind not in WITH_DAYS:
                raise UserError(
                    self.env._("“%s” holds until the next one: ask for another.", limit.display_name)
                )
            if limit._is_restriction() and limit._get_others():
                raise UserError(
                    self.env._(
                        "“%s” is lower than the limit: ask for a higher one, somebody else approves it.",
                        limit.display_name,
                    )
                )
        self._supersede()
        self.account_id._touch()

    def _check_controller(self):
        self.check_access("read")
        if not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("Only credit controllers can do this."))

    def _submit(self):
        """Decide at once what is no raise, or what nobody else could decide."""
        self.ensure_one()
        if self.is_proposal:
            return
        self.account_id._touch()
        is_alone = not self._get_missing() and not self._get_others()
        if not self._is_raise() or is_alone or self.env.su:
            self._enforce()
        else:
            self._ask_approvers()

    def _is_raise(self):
        """Whether on some day more could be owed than without it."""
        if self.kind == "cover":
            return bool(self.amount)
        account = self.account_id.sudo()
        if self.kind == "group":
            # the head's limit and block held for it, and hold no longer
            return bool(account.parent_id)
        if self.kind == "unblock":
            return True
        is_unset = account.limit_state == "unset"
        now = [0.0 if is_unset else _get_size(account.limit_state, account.credit_limit)]
        if self.kind == "temporary":
            # a temporary limit may be a restriction, which the next one would lift
            now += [_get_size(one.limit_state, one.amount) for one in self._get_replaced()]
        return _get_size(self.limit_state, self.amount) > min(now)

    def _is_restriction(self):
        return self.kind == "temporary" and not self._is_raise()

    def _approve(self):
        record = self.sudo()
        # written first, so that of two approvals at once the later one sees the earlier
        self.account_id._touch()
        record.approver_ids |= self.env.user
        record.activity_unlink([APPROVAL])
        if self._get_missing():
            record._ask_approvers()
        else:
            self._enforce()

    def _enforce(self):
        """Put it into force; what it replaces becomes superseded."""
        self._get_replaced()._supersede()
        self.sudo().write({"state": "approved", "decided_on": fields.Datetime.now()})
        account = self.account_id
        if self.kind == "limit":
            account._set_limit(self.limit_state, self.amount)
        elif self.kind == "group":
            account._set_group(self.sudo().head_id)
        elif self.kind == "unblock":
            account._set_block(False)
        else:
            account._touch()
        text = self.display_name
        if self.kind in WITH_DAYS:
            text = f"{text}, {self._describe_days()}"
        note = f"{text}. {self.reason}"
        account.sudo().message_post(body=note)
        # more room, or a lifted block, may be what a held order waits for
        self.env["sale.order"]._recheck_stm_soon(account | account.sudo().child_ids)

    def _get_replaced(self):
        """What is in force and gives way to it."""
        found = self.sudo().search(
            [
                ("account_id", "=", self.account_id.id),
                ("kind", "=", self.kind),
                ("state", "=", "approved"),
                ("id", "!=", self.id),
            ]
        )
        if self.kind == "temporary":
            return found.filtered(
                lambda one: one.date_from <= self.date_until and self.date_from <= one.date_until
            )
        if self.kind == "cover":
            return found.filtered(lambda one: one.reference and one.reference == self.reference)
        return found

    def _supersede(self, why=False):
        """End what was asked for or holds; who and when stays with it, and why where somebody says so."""
        values = {"state": "superseded", "ended_on": fields.Datetime.now(), "ended_by_id": self.env.uid}
        self.sudo().write(values | ({"answer": why} if why else {}))
        self.sudo().activity_unlink([APPROVAL])

    def _get_obstacle(self):
        """Why the user cannot approve it, as text; empty if nothing is in the way."""
        try:
            self._check_state("asked")
        except UserError as error:
            return str(error)
        user = self.env.user
        if self.env.su:
            return ""
        if user == self.user_id and self._get_others():
            return self.env._(
                "You have asked for “%(limit)s” yourself, somebody else approves it: %(names)s.",
                limit=self.display_name,
                names=", ".join(self._get_others().mapped("name")),
            )
        missing = self._get_missing()
        if missing and not any(user in self._get_available(one) for one, _count in missing):
            return self._describe_wait(missing)
        return ""

    def _get_others(self):
        """Controllers of the company who have not asked for it."""
        members = self.env["res.users"]._get_role_members(CONTROLLER, self.sudo().company_id)
        return members - self.sudo().user_id

    def _get_approval_amount(self):
        """What is asked for; for a group or a block, the limit that the customer has then."""
        if self.kind in ("group", "unblock"):
            account = self.account_id.sudo()
            rows = account._read_accounts(account.company_id, account.partner_id)
            row = rows[account.partner_id.id]
            return _get_size(row.limit_state, float(row.limit or 0))
        return _get_size(self.limit_state, self.amount)

    def _get_handed_in_on(self):
        return self.asked_on

    def _get_approved_by(self, requirement):
        return requirement.users & self.sudo().approver_ids

    def _get_excluded(self):
        return self.sudo().user_id if self._get_others() else self.env["res.users"]

    def _ask_approvers(self):
        """An activity for everybody who can approve at a level that lacks it."""
        missing = self._get_missing()
        people = self.env["res.users"].union(*(self._get_available(one) for one, _count in missing))
        if not missing:
            people = self._get_others()
        for user in people:
            self.sudo().activity_schedule(
                APPROVAL,
                user_id=user.id,
                date_deadline=fields.Date.today() + timedelta(days=2),
                summary=self.with_context(lang=user.lang).env._("Approve a credit limit"),
            )


def _get_size(limit_state, amount):
    """A number to compare limits by: what was not decided does not hold anybody back."""
    return amount if limit_state == "limited" else ENDLESS
