from odoo import fields, models
from odoo.exceptions import UserError


class StmTargetPlan(models.Model):
    """What-if copies: to try something out; they never count.

    Only approved and closed plans count anywhere, in headers, results, the feed of the teams and
    the view over companies, and a what-if copy can be neither submitted nor approved.
    """

    _inherit = "stm.target.plan"

    is_what_if = fields.Boolean(
        string="What-if", readonly=True, copy=False, index="btree_not_null", help="A trial that never counts."
    )
    what_if_of_id = fields.Many2one(
        "stm.target.plan",
        string="Trial of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def action_what_if(self):
        """Copy the plan with everything in it to try something out."""
        self.ensure_one()
        self._check_manager()
        trial = self.copy({"name": self.env._("%s (what-if)", self.name)})
        trial._write_guarded({"is_what_if": True, "what_if_of_id": self.id})
        return trial._get_records_action()

    def action_promote(self):
        """Make a draft of a what-if copy, which can be submitted."""
        self._check_manager()
        if not all(self.mapped("is_what_if")):
            raise UserError(self.env._("Only what-if copies are promoted."))
        self._write_guarded({"is_what_if": False})
        for plan in self:
            plan.message_post(body=self.env._("The what-if copy became a draft."))
        return True

    def _check_submittable(self):
        result = super()._check_submittable()
        if self.is_what_if:
            raise UserError(
                self.env._(
                    "“%s” is a what-if copy, which never counts: promote it to a draft first.", self.name
                )
            )
        return result

    def action_ask_proposals(self):
        if trial := self.filtered("is_what_if")[:1]:
            raise UserError(self.env._("“%s” is a what-if copy: nobody is asked for proposals.", trial.name))
        return super().action_ask_proposals()

    def action_compare(self):
        """Ask with which plan to compare, and show what differs."""
        self.ensure_one()
        other = self.what_if_of_id or self.previous_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare"),
            "res_model": "stm.target.compare",
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id, "default_other_id": other.id},
        }

    def action_next_year(self):
        """Ask how the plan is to grow into the next year."""
        self.ensure_one()
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Copy to the Next Year"),
            "res_model": "stm.target.next.year",
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id},
        }


class StmQuota(models.AbstractModel):
    _inherit = "stm.quota"

    def _count_drafts(self):
        """What-if copies wait for nobody."""
        return self.env["stm.target.plan"].search_count(
            [("state", "in", ("draft", "submitted")), ("is_what_if", "=", False)]
        )
