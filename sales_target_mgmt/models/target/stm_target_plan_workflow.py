from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class StmTargetPlan(models.Model):
    """The way of a plan: draft → submitted → approved, and back to draft with a reason."""

    _inherit = "stm.target.plan"

    def action_submit(self):
        """Hand the plan in: owner or sales manager."""
        for plan in self:
            plan._check_state("draft")
            if plan.user_id != self.env.user:
                plan._check_manager()
            plan._check_submittable()
        self._write_guarded({"state": "submitted"})

    def action_approve(self):
        """Put the plan in force: sales managers only. Nothing in it changes from here on.

        :raises UserError: among others, when an approved plan has targets for the same
            (:meth:`_check_rivals`)
        """
        self._check_manager()
        for plan in self:
            plan._check_state("draft", "submitted")
            plan._check_submittable()
            if previous := plan.previous_id:
                # days may have been closed since the revision was made
                previous._check_state("approved")
                previous._check_revision_date(plan.date_effective)
        self._serialize_approvals()
        self._check_rivals()
        self.previous_id._lock_versions()
        self._write_guarded({"state": "approved"})
        self._after_approval()

    def _check_submittable(self):
        """What a plan needs before it is handed in, or approved without; to be extended.

        :raises UserError: says what is missing and what to do
        """
        self.ensure_one()
        if not self.sudo().line_ids:
            raise UserError(self.env._("“%s” has no targets yet: add nodes and targets first.", self.name))

    def _hold_open(self):
        """Check that the plans can change, and that they still can when this is committed.

        Who approves at the same time waits; who comes after an approval is retried and refused.
        """
        self._check_open()
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "SELECT 1 FROM stm_target_plan WHERE id IN %s ORDER BY id FOR SHARE",
                    tuple(self.ids),
                )
            )

    def _lock_versions(self):
        """Of two who settle days of these plans at once, by closing or revising, one is retried."""
        if not self:
            return
        self.flush_recordset(["write_date"])
        self.env.cr.execute(
            SQL("UPDATE stm_target_plan SET write_date = write_date WHERE id IN %s", tuple(self.ids))
        )

    def _after_approval(self):
        """What follows from a plan that has just come into force."""
        lines = self.line_ids | self.previous_id.line_ids
        lines.invalidate_recordset()
        self.env["stm.target.result"]._refresh(lines)
        (self | self.previous_id)._stamp("results_at", fields.Datetime.now())
        self.env["crm.team"]._feed_invoiced_target()

    def _return_to_draft(self, reason):
        """Give a submitted plan back, with a reason that everybody who follows it reads."""
        self._check_manager()
        for plan in self:
            plan._check_state("submitted")
        self._write_guarded({"state": "draft"})
        for plan in self:
            plan.message_post(body=self.env._("Returned to draft: %s", reason))

    def _check_manager(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("sales_team.group_sale_manager")):
            raise AccessError(
                self.env._("Only a sales manager (Sales: Administrator) can do this with a plan.")
            )
