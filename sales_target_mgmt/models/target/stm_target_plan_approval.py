from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .stm_target_plan_consistency import WHOLE_READERS

# what only the plan's own methods change; beside those of the plan itself
GUARDED = frozenset(
    (
        *("submitted_by_id", "submitted_at", "rejected_by_id", "rejection_reason", "approval_ids"),
        *("changed_by_ids", "is_what_if", "what_if_of_id"),
    )
)
# what of the plan itself decides what its targets mean
MEANING = frozenset(("company_id", "date_from", "date_to", "measure_ids"))


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_four_eyes = fields.Boolean(
        string="Four Eyes",
        default=True,
        help="Who submits a plan does not approve it. Where a company has one sales manager only, "
        "that person does both.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_four_eyes = fields.Boolean(related="company_id.stm_four_eyes", readonly=False)


class StmTargetPlan(models.Model):
    """Who hands a plan in, who approves or rejects it, and at which levels."""

    _inherit = "stm.target.plan"
    _approval_level = "stm.target.approval.level"

    submitted_by_id = fields.Many2one("res.users", string="Submitted by", readonly=True, copy=False)
    submitted_at = fields.Datetime(string="Submitted on", readonly=True, copy=False)
    changed_by_ids = fields.Many2many(
        "res.users",
        "stm_target_plan_changed_by_rel",
        "plan_id",
        "user_id",
        string="Changed since by",
        readonly=True,
        copy=False,
        help="Who has changed the plan since it was submitted.",
    )
    rejected_by_id = fields.Many2one("res.users", string="Rejected by", readonly=True, copy=False)
    rejection_reason = fields.Text(string="Reason of the Rejection", readonly=True, copy=False)
    approval_ids = fields.One2many(
        "stm.target.approval", "plan_id", string="Approvals", readonly=True, groups=WHOLE_READERS
    )

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        if any(plan[name] for plan in plans.sudo() for name in GUARDED):
            plans._refuse_guarded()
        return plans

    def write(self, vals):
        if GUARDED & vals.keys():
            self._refuse_guarded()
        result = super().write(vals)
        if MEANING & vals.keys():
            self._note_change()
        return result

    def _hold_open(self):  # pylint: disable=missing-return
        super()._hold_open()
        self._note_change()

    def _note_change(self):
        """What is changed after it was submitted is seen by somebody else, and approved anew."""
        submitted = self.sudo().filtered(lambda plan: plan.state == "submitted")
        for plan in submitted:
            if self.env.user not in plan.changed_by_ids:
                # past the plan's own row, which others who work on the plan hold as well
                self.env.execute_query(
                    SQL(
                        "INSERT INTO stm_target_plan_changed_by_rel (plan_id, user_id) VALUES (%s, %s) "
                        "ON CONFLICT DO NOTHING RETURNING plan_id",
                        plan.id,
                        self.env.uid,
                    )
                )
                plan.invalidate_recordset(["changed_by_ids"])
            if plan.approval_ids:
                plan.approval_ids.unlink()
                plan.message_post(
                    body=self.env._(
                        "Changed by %s: it has to be approved anew at every level.", self.env.user.name
                    )
                )

    def _refuse_guarded(self):
        raise UserError(
            self.env._(
                "Who submitted, rejected or approved a plan, and whether it counts, is set by its buttons."
            )
        )

    def action_submit(self):
        result = super().action_submit()
        self._write_guarded(
            {
                "submitted_by_id": self.env.uid,
                "submitted_at": fields.Datetime.now(),
                "changed_by_ids": [Command.clear()],
                "rejected_by_id": False,
                "rejection_reason": False,
            }
        )
        return result

    def action_approve(self):
        """Approve at the levels that the user may; the last one puts the plan in force.

        :raises UserError: among others, when the user submitted it and another manager could
            approve it (`res.company.stm_four_eyes`), or when others are to approve
        """
        self._check_manager()
        ready = self.browse()
        for plan in self:
            plan._check_state("draft", "submitted")
            plan._check_submittable()
            plan._check_four_eyes()
            if plan._approve_levels():
                ready |= plan
        return super(StmTargetPlan, ready).action_approve() if ready else None

    def _return_to_draft(self, reason):
        """Reject a submitted plan; approvals so far are void."""
        result = super()._return_to_draft(reason)
        self.sudo().approval_ids.unlink()
        self._write_guarded(
            {
                "rejected_by_id": self.env.uid,
                "rejection_reason": reason,
                "changed_by_ids": [Command.clear()],
            }
        )
        for plan in self:
            if plan.submitted_by_id.active and plan.submitted_by_id != self.env.user:
                plan.message_notify(
                    partner_ids=plan.submitted_by_id.partner_id.ids,
                    subject=self.env._("“%s” was rejected", plan.name),
                    body=reason,
                )
        return result

    def _check_four_eyes(self):
        """:raises UserError: if somebody else has to approve"""
        self.ensure_one()
        others = self._get_other_managers()
        if self.env.su or not self.company_id.sudo().stm_four_eyes or not others:
            return
        if self.state == "draft":
            raise UserError(
                self.env._(
                    "“%(plan)s” has to be submitted first: who submits a plan does not approve it. "
                    "%(names)s can.",
                    plan=self.name,
                    names=", ".join(others[:3].mapped("name")),
                )
            )
        involved = self.sudo().submitted_by_id | self.sudo().changed_by_ids
        if self.env.user not in involved:
            return
        names = ", ".join((others - involved)[:3].mapped("name"))
        if not names:
            raise UserError(
                self.env._(
                    "Everybody who could approve “%s” has submitted or changed it. Return it to draft and "
                    "submit it anew, then somebody else can approve it.",
                    self.name,
                )
            )
        if self.sudo().submitted_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "You have submitted “%(plan)s”, somebody else approves it: %(names)s.",
                    plan=self.name,
                    names=names,
                )
            )
        raise UserError(
            self.env._(
                "You have changed “%(plan)s” since it was submitted, somebody else approves it: %(names)s.",
                plan=self.name,
                names=names,
            )
        )

    def _get_other_managers(self):
        """Sales managers of the plan's company beside the current user."""
        role = self.env["stm.target.approval.level"]._role
        return self.env["res.users"]._get_role_members(role, self.company_id) - self.env.user

    def _get_approval_amount(self):
        return self.sudo().target_total

    def _get_handed_in_on(self):
        return self.submitted_at

    def _get_approved_by(self, requirement):
        return self._get_approvals(requirement).user_id

    def _get_approvals(self, requirement):
        """The plan's approvals for a requirement: after those of the levels below it."""
        level, change = requirement.level, requirement.change
        return self.sudo().approval_ids.filtered(lambda one: (one.level_id, one.change_id) == (level, change))

    def _approve_levels(self):
        """Approve at the next levels, as far as the user is an approver of each.

        :return: whether all levels have approved
        :raises UserError: if the next level is not the user's
        """
        self.ensure_one()
        missing = self._get_missing()
        if not missing or self.env.su:
            return True
        if self.state == "draft":
            raise UserError(
                self.env._("“%s” has to be submitted first: it is approved at several levels.", self.name)
            )
        self._serialize_edits()
        passed = []
        for requirement, count in missing:
            if self.env.user not in self._get_available(requirement):
                break
            passed.append(requirement)
            if count > 1:
                break
        if not passed:
            raise UserError(self._describe_wait(missing[:1]))
        self.env["stm.target.approval"].sudo().create(
            [
                {
                    "plan_id": self.id,
                    "level_id": requirement.level.id,
                    "change_id": requirement.change.id,
                    "user_id": self.env.uid,
                }
                for requirement in passed
            ]
        )
        waiting = self._get_missing()[:1]
        for requirement, _count in waiting:
            self.message_post(
                body=self.env._(
                    "Approved at %(levels)s; waits for “%(next)s”.",
                    levels=", ".join(one.name for one in passed),
                    next=requirement.name,
                ),
                partner_ids=self._get_available(requirement).partner_id.ids,
            )
        return not waiting
