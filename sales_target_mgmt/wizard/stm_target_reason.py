from odoo import api, fields, models


class StmTargetReason(models.TransientModel):
    """Asks why before something is undone or revised."""

    _name = "stm.target.reason"
    _description = "Reason"

    kind = fields.Selection(
        [
            ("return", "Reject"),
            ("revise", "Revise"),
            ("reopen", "Reopen"),
        ],
        required=True,
        readonly=True,
    )
    plan_id = fields.Many2one("stm.target.plan", required=True, readonly=True)
    closing_ids = fields.Many2many("stm.target.closing", readonly=True)
    date_effective = fields.Date(
        string="In Force from",
        help="From this day on the new version holds; days before it keep the old numbers.",
    )
    reason = fields.Text(required=True)

    @api.model
    def _open(self, kind, plan, closing_ids=()):
        """The action that shows this wizard.

        :param kind: one of the selection
        :param closing_ids: for `reopen`
        """
        plan.check_access("read")
        titles = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": titles[kind],
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_kind": kind,
                "default_plan_id": plan.id,
                "default_closing_ids": list(closing_ids),
                "default_date_effective": self._get_default_date(plan) if kind == "revise" else False,
            },
        }

    def _get_default_date(self, plan):
        """Tomorrow, or the first day on which the plan can be revised."""
        tomorrow = fields.Date.add(plan.company_id._get_stm_today(), days=1)
        return fields.Date.to_string(min(max(*plan._get_revision_bounds(), tomorrow), plan.date_to))

    def action_confirm(self):
        """Do what the reason was asked for; the plan's methods check the rights."""
        self.ensure_one()
        if self.kind == "return":
            self.plan_id._return_to_draft(self.reason)
        elif self.kind == "reopen":
            self.closing_ids._reopen(self.reason)
        else:
            revision = self.plan_id._create_revision(self.date_effective, self.reason)
            return revision._get_records_action()
        return {"type": "ir.actions.act_window_close"}


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    def action_return(self):
        self.ensure_one()
        return self.env["stm.target.reason"]._open("return", self)

    def action_revise(self):
        self.ensure_one()
        return self.env["stm.target.reason"]._open("revise", self)
