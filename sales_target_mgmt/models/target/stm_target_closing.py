from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class StmTargetClosing(models.Model):
    """What was achieved when a period was closed.

    Written once and kept: reopening marks the row with who, when and why, and a later closing
    adds another. What the documents say today, less what is kept here, is what changed since.
    """

    _name = "stm.target.closing"
    _description = "Closed Target"
    _order = "closed_at desc, id desc"
    _rec_name = "line_id"

    line_id = fields.Many2one(
        "stm.target.line", string="Target Closed", required=True, index=True, ondelete="restrict"
    )
    plan_id = fields.Many2one(related="line_id.plan_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    node_id = fields.Many2one(related="line_id.node_id", store=True)
    measure_id = fields.Many2one(related="line_id.measure_id", store=True)
    user_id = fields.Many2one(related="line_id.user_id", store=True, index=True)
    team_id = fields.Many2one(related="line_id.team_id", store=True, index=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    date_from = fields.Date(string="Start", readonly=True)
    date_to = fields.Date(string="End", readonly=True)
    target = fields.Float(digits=0, readonly=True)
    actual = fields.Float(string="Achieved at Closing", digits=0, readonly=True)
    has_actual = fields.Boolean(readonly=True)
    actual_live = fields.Float(related="line_id.actual_live")
    changed_since = fields.Float(related="line_id.changed_since", search="_search_changed_since")
    closed_at = fields.Datetime(readonly=True, required=True, default=fields.Datetime.now)
    closed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    reopened_at = fields.Datetime(readonly=True)
    reopened_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    reopen_reason = fields.Text(string="Reason for Reopening", readonly=True)

    _line_unique = models.UniqueIndex("(line_id) WHERE reopened_at IS NULL", "This target is closed already.")

    @api.model
    def _search_changed_since(self, operator, value):
        if operator != "in":
            return NotImplemented
        closed = self.search([("reopened_at", "=", False)])
        return [("id", "in", closed.filtered(lambda closing: closing.changed_since in value).ids)]

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What was closed is kept as it was: reopen it with a reason."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was closed is kept: it cannot be deleted."))

    def _reopen(self, reason):
        """Follow the documents again, with a reason that the plan's followers read.

        :raises AccessError: unless a sales manager asks
        """
        plans = self.plan_id
        plans._check_manager()
        if again := self.filtered("reopened_at"):
            raise UserError(self.env._("“%s” has been reopened already.", again[0].line_id.display_name))
        values = {
            "reopened_at": fields.Datetime.now(),
            "reopened_by_id": self.env.uid,
            "reopen_reason": reason,
        }
        super(StmTargetClosing, self.sudo()).write(values)  # pylint: disable=super-method-mismatch
        for plan in plans:
            own = self.filtered(lambda closing, plan=plan: closing.plan_id == plan)
            plan.message_post(
                body=self.env._("%(count)s targets reopened: %(reason)s", count=len(own), reason=reason)
            )
        plans.filtered(lambda plan: plan.state == "closed")._write_guarded({"state": "approved"})
        self.line_id.invalidate_recordset()
        self.env["stm.target.result"]._refresh(self.line_id)
        return True

    def action_reopen(self):
        """Ask for the reason."""
        return self.env["stm.target.reason"]._open("reopen", closing_ids=self.ids, plan=self.plan_id[:1])


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    closing_ids = fields.One2many("stm.target.closing", "plan_id", string="Closed Targets")
    closing_count = fields.Integer(compute="_compute_closing_count")

    @api.depends("closing_ids.reopened_at")
    def _compute_closing_count(self):
        groups = self.env["stm.target.closing"]._read_group(
            [("plan_id", "in", self.ids), ("reopened_at", "=", False)], ["plan_id"], ["__count"]
        )
        counts = {plan.id: count for plan, count in groups}
        for plan in self:
            plan.closing_count = counts.get(plan._origin.id, 0)

    def _close_until(self, date):
        """Freeze what was achieved by every target that has ended by a day.

        When nothing is left open, the plan is closed.

        :param date: the last day, in the past
        :return: the new :class:`stm.target.closing` rows
        :raises UserError: unless the plan is approved and the day is over
        """
        self.ensure_one()
        self._check_manager()
        self._check_state("approved")
        day = format_date(self.env, date)
        if date >= self.company_id._get_stm_today():
            raise UserError(self.env._("%s is not over yet: choose a day in the past.", day))
        self._lock_versions()
        lines = self.line_ids.filtered(
            lambda line: line.date_from <= line.date_end <= date and not line.closing_id
        )
        if not lines:
            raise UserError(
                self.env._("No open target of “%(plan)s” ends by %(date)s.", plan=self.name, date=day)
            )
        closings = (
            self.env["stm.target.closing"]
            .sudo()
            .create([line._prepare_closing(self.env.user) for line in lines])
        )
        self.message_post(
            body=self.env._("%(count)s targets closed up to %(date)s.", count=len(lines), date=day)
        )
        lines.invalidate_recordset()
        still_open = self.line_ids.filtered(
            lambda line: line.date_from <= line.date_end and not line.closing_id
        )
        if not still_open:
            self._write_guarded({"state": "closed"})
        self.env["stm.target.result"]._refresh(lines)
        return closings.sudo(False)

    def action_view_closings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_target_closing_action")
        return {**action, "domain": [("plan_id", "=", self.id)]}


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    closing_id = fields.Many2one("stm.target.closing", compute="_compute_closing_id")
    closed_at = fields.Datetime(compute="_compute_closing_id")

    def _compute_closing_id(self):
        closings = (
            self.env["stm.target.closing"]
            .sudo()
            .search([("line_id", "in", self.ids), ("reopened_at", "=", False)])
        )
        by_line = closings.grouped("line_id")
        for line in self:
            closing = by_line.get(line._origin, closings.browse())
            line.closing_id = closing
            line.closed_at = closing.closed_at

    def _prepare_closing(self, user):
        self.ensure_one()
        return {
            "line_id": self.id,
            "date_from": self.date_from,
            "date_to": self.date_end,
            "target": self.target_in_force,
            "actual": self.actual,
            "has_actual": self.has_actual,
            "closed_by_id": user.id,
        }
