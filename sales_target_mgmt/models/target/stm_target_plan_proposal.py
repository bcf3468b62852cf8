from collections import defaultdict
from math import fsum

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from ...tools.bottom_up import roll_up


class StmTargetPlan(models.Model):
    """A plan that goes both ways: people propose their own numbers until a day."""

    _inherit = "stm.target.plan"

    proposals_until = fields.Date(
        tracking=True,
        copy=False,
        help="The last day on which people propose their own numbers. Leaders adjust and managers "
        "settle until the plan is approved.",
    )
    proposals_asked_at = fields.Datetime(
        string="Asked for Proposals",
        readonly=True,
        copy=False,
        help="From then on everybody with a target in the plan sees the own part of it.",
    )
    is_collecting = fields.Boolean(compute="_compute_is_collecting")
    asks_me = fields.Boolean(compute="_compute_asks_me")
    bottom_up_total = fields.Float(string="Bottom-up", compute="_compute_bottom_up", digits=0)
    top_down_total = fields.Float(string="Top-down", compute="_compute_bottom_up", digits=0)
    bottom_up_gap = fields.Float(string="Gap to Top-down", compute="_compute_bottom_up", digits=0)
    asked_count = fields.Integer(string="Asked", compute="_compute_bottom_up")
    answered_count = fields.Integer(string="Answered", compute="_compute_bottom_up")

    @api.constrains("proposals_until", "proposals_asked_at")
    def _check_proposals_until(self):
        for plan in self:
            if plan.proposals_asked_at and not plan.proposals_until:
                raise ValidationError(
                    self.env._(
                        "“%s” asks for proposals: say until which day, or stop asking first.", plan.name
                    )
                )

    @api.depends("proposals_asked_at", "state")
    def _compute_is_collecting(self):
        for plan in self:
            plan.is_collecting = bool(plan.proposals_asked_at) and not plan.is_frozen

    @api.depends("is_collecting", "proposals_until")
    @api.depends_context("uid")
    def _compute_asks_me(self):
        domain = [("plan_id", "in", self.ids), ("user_id", "=", self.env.uid), ("is_asked", "=", True)]
        asking = self.env["stm.target.line"].search(domain).plan_id
        for plan in self:
            until = plan.proposals_until
            in_time = until and until >= plan.sudo().company_id._get_stm_today()
            plan.asks_me = bool(in_time and plan._origin in asking)

    @api.depends("line_ids.proposal_ids.amount", "line_ids.top_down", "proposals_asked_at")
    @api.depends_context("uid")
    def _compute_bottom_up(self):
        nodes = self.env["stm.target.node"].search([("plan_id", "in", self._get_asked_plans().ids)])
        tops = nodes.filtered(lambda node: node.sudo().parent_id not in nodes).grouped("plan_id")
        for plan in self:
            own = tops.get(plan._origin, nodes.browse())
            plan.bottom_up_total = fsum(own.mapped("bottom_up_total"))
            plan.top_down_total = fsum(own.mapped("top_down_total"))
            plan.bottom_up_gap = fsum(own.mapped("bottom_up_gap"))
            unanswered = sum(own.mapped("unanswered_count"))
            plan.answered_count = sum(own.mapped("answered_count"))
            plan.asked_count = plan.answered_count + unanswered

    def _get_asked_plans(self):
        return self._origin.filtered("proposals_asked_at")

    def _read_bottom_up(self, lines=None):
        """What people propose at every node of these plans, in a constant number of queries.

        The record rules hold: who sees a team only adds up that team.

        :param lines: only what these targets need: their nodes, those below, and their days
        :return: {node id: {(measure id, start, end): :class:`..tools.bottom_up.BottomUp`}};
            measures that do not add up stand at the nodes of the people alone
        """
        plans = self._get_asked_plans()
        if not plans:
            return {}
        domain = [("plan_id", "in", plans.ids)]
        # also after approval, when nobody is asked any more
        people = [*domain, ("user_id", "!=", False)]
        if lines is not None:
            domain += [("id", "child_of", lines.node_id.ids)]
        nodes = self.env["stm.target.node"].search(domain, order="parent_path")
        if lines is not None:
            people += [
                ("node_id", "in", nodes.ids),
                ("date_from", "in", list(set(lines.mapped("date_from")))),
            ]
        lines = self.env["stm.target.line"].search(people).filtered(lambda line: line._is_whole())
        added, single = defaultdict(dict), defaultdict(dict)
        for line in lines:
            answers = added if line.measure_id.is_additive else single
            answers[line.node_id.id][line._get_answer_key()] = line._get_answer()
        visible = set(nodes.ids)
        found = roll_up(
            [
                (
                    node.id,
                    node.parent_id.id if node.parent_id.id in visible else None,
                    (node.breakdown_id.sequence, node.breakdown_id.id or 0),
                )
                # who sees a node may not see how the one above is divided
                for node in nodes.sudo()
            ],
            added,
        )
        for node_id, answers in single.items():
            found[node_id] = found[node_id] | answers
        return found

    def action_ask_proposals(self):
        """Ask everybody with a target for a proposal, with an activity due on the last day.

        The present targets are kept as the top-down numbers. Asked again, those whom nobody has
        answered for are reminded, and the deadline of their activities follows.
        """
        self._check_manager()
        self._check_open()
        for plan in self:
            if not plan.proposals_until or plan.proposals_until < plan.company_id._get_stm_today():
                raise UserError(
                    self.env._(
                        "“%s”: enter the day until which people can propose, today or later.", plan.name
                    )
                )
            if not plan.line_ids.user_id:
                raise UserError(
                    self.env._("“%s” has no target of a salesperson yet: nobody can be asked.", plan.name)
                )
            if not plan.proposals_asked_at:
                plan._keep_top_down()
                plan.proposals_asked_at = fields.Datetime.now()
                plan.message_post(
                    body=self.env._(
                        "Everybody is asked for a proposal until %s.",
                        format_date(self.env, plan.proposals_until),
                    )
                )
            plan._remind()
        return True

    def action_stop_proposals(self):
        """Ask nobody any longer; the answers are kept."""
        self._check_manager()
        self._check_open()
        self.write({"proposals_asked_at": False})
        self._get_proposal_activities().unlink()

    def _keep_top_down(self):
        """The targets as they are asked; set-based, for a plan has thousands."""
        Line = self.env["stm.target.line"]
        Line.flush_model(["target", "top_down", "plan_id"])
        self.env.cr.execute(
            SQL("UPDATE stm_target_line SET top_down = target WHERE plan_id IN %s", tuple(self.ids))
        )
        Line.invalidate_model(["top_down"])

    def _check_collecting(self):
        """:raises UserError: unless proposals can be made, adjusted and settled"""
        self._check_open()
        for plan in self.sudo():
            if not plan.proposals_asked_at:
                raise UserError(self.env._("“%s” does not ask for proposals.", plan.name))

    def _get_unanswered(self):
        """{plan: users who were asked and have not answered all}"""
        lines = (
            self.env["stm.target.line"].sudo().search([("plan_id", "in", self.ids), ("is_asked", "=", True)])
        )
        missing = lines.filtered(lambda line: not line._get_proposal() and not line.settlement)
        groups = missing.grouped("plan_id")
        return {plan: groups.get(plan.sudo(), lines.browse()).user_id.filtered("active") for plan in self}

    def _get_proposal_activities(self):
        kind = self.env.ref("sales_target_mgmt.mail_activity_type_proposal")
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", kind.id),
                ]
            )
        )

    def _remind(self):
        """An activity for everybody who has not answered, due on the last day, once."""
        for plan, users in self._get_unanswered().items():
            activities = plan._get_proposal_activities()
            activities.filtered(lambda one, users=users: one.user_id not in users).unlink()
            activities = activities.exists()
            late = activities.filtered(lambda one, plan=plan: one.date_deadline != plan.proposals_until)
            late.date_deadline = plan.proposals_until
            kind = self.env.ref("sales_target_mgmt.mail_activity_type_proposal")
            self.env["mail.activity"].sudo().create(
                [
                    {
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": plan.id,
                        "activity_type_id": kind.id,
                        "user_id": user.id,
                        "date_deadline": plan.proposals_until,
                        "summary": plan.with_context(lang=user.lang).env._(
                            "Propose your targets in “%s”", plan.name
                        ),
                    }
                    for user in users - activities.user_id
                ]
            )

    def _close_answered_activities(self, users=None):
        """Take the activity from who has answered everything.

        :param users: only these; None: everybody
        """
        activities = self.sudo()._get_proposal_activities()
        if users is not None:
            activities = activities.filtered(lambda one: one.user_id in users)
        if activities:
            missing = self.sudo()._get_unanswered()
            activities.filtered(
                lambda one: one.user_id not in missing[self.sudo().browse(one.res_id)]
            ).unlink()

    @api.model
    def _cron_remind_proposals(self):
        """Remind who has not answered, also of targets that were added after the question."""
        plans = self.sudo().search(
            [("proposals_asked_at", "!=", False), ("state", "in", ("draft", "submitted"))]
        )
        plans._remind()

    def _after_approval(self):  # pylint: disable=missing-return
        """Nobody is asked any longer."""
        super()._after_approval()
        self._get_proposal_activities().unlink()

    def action_view_proposals(self):
        """The targets that people were asked about, with their answers."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_target_proposal_action")
        return {**action, "domain": [("plan_id", "=", self.id), ("is_asked", "=", True)]}

    def action_settle(self):
        """Settle every target of the plan in one go."""
        self.ensure_one()
        return self.env["stm.target.settle"]._open("settle", self.line_ids.filtered("has_bottom_up"))
