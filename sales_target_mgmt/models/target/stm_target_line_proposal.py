from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...tools.amounts import is_amount
from ...tools.bottom_up import BottomUp, answer, settled
from .stm_target_plan import FROZEN_STATES

SETTLEMENTS = [
    ("bottom_up", "Bottom-up accepted"),
    ("top_down", "Top-down kept"),
    ("between", "A number between"),
]


class StmTargetLine(models.Model):
    """A target that its salesperson was asked about.

    Asked are the targets of the topmost nodes of a person, in plans that collect proposals.
    """

    _inherit = "stm.target.line"

    proposal_ids = fields.One2many("stm.target.proposal", "line_id", string="Proposals")
    settlement = fields.Selection(
        SETTLEMENTS, readonly=True, copy=False, help="How a manager settled top-down and bottom-up."
    )
    settlement_reason = fields.Text(string="Reason of the Settlement", readonly=True, copy=False)
    asked_amount = fields.Float(
        string="Top-down",
        compute="_compute_asked_amount",
        digits=0,
        help="The target when people were asked for their proposals.",
    )
    is_asked = fields.Boolean(compute="_compute_is_asked", search="_search_is_asked")
    proposal_state = fields.Selection(
        [
            ("open", "No Answer"),
            ("proposed", "Proposed"),
            ("adjusted", "Adjusted"),
            ("settled", "Settled"),
        ],
        string="Answer",
        compute="_compute_bottom_up",
        search="_search_proposal_state",
    )
    proposal_comment = fields.Text(string="Comment", compute="_compute_bottom_up")
    has_bottom_up = fields.Boolean(compute="_compute_bottom_up")
    bottom_up = fields.Float(
        string="Bottom-up",
        compute="_compute_bottom_up",
        digits=0,
        help="What people propose, added up; who has not answered adds nothing.",
    )
    bottom_up_gap = fields.Float(
        string="Gap to Top-down",
        compute="_compute_bottom_up",
        digits=0,
        help="Top-down less bottom-up: what people offer less than was asked; negative: more.",
    )
    unanswered_count = fields.Integer(string="Unanswered", compute="_compute_bottom_up")

    @api.depends("top_down", "target", "plan_id.proposals_asked_at")
    def _compute_asked_amount(self):
        for line in self:
            asked = line.plan_id.sudo().proposals_asked_at
            # a target that came after the question has not been put to anybody yet
            line.asked_amount = line.top_down if asked and line.top_down else line.target

    @api.depends("user_id", "plan_id.proposals_asked_at", "plan_id.state", "node_id.parent_id")
    def _compute_is_asked(self):
        for line in self:
            plan = line.plan_id.sudo()
            line.is_asked = bool(
                line.user_id and plan.proposals_asked_at and not plan.is_frozen and line._is_whole()
            )

    def _is_whole(self):
        """Whether it is all of a person's in its place, no part of it, by category say."""
        return not self.node_id.sudo().parent_id.user_id

    def _search_is_asked(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        asked = Domain(
            [
                ("user_id", "!=", False),
                ("plan_id.proposals_asked_at", "!=", False),
                ("plan_id.state", "not in", FROZEN_STATES),
            ]
        )
        # who is asked may not see the node above the own one
        parts = self.env["stm.target.node"].sudo()._search([("parent_id.user_id", "!=", False)])
        asked &= Domain("node_id", "not in", parts)
        return asked if (operator == "in") == (True in value) else ~asked

    def _search_proposal_state(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        asked = Domain("is_asked", "=", True)
        states = set(value) - {"open", False}
        found = Domain("proposal_ids.state", "in", list(states)) if states else Domain.FALSE
        if "open" in value:
            found |= Domain("proposal_ids", "=", False)
        found = asked & found
        return found if operator == "in" else asked & ~found

    @api.depends("proposal_ids.amount", "proposal_ids.state", "top_down", "target", "node_id.parent_id")
    @api.depends_context("uid")
    def _compute_bottom_up(self):
        figures = self.plan_id._read_bottom_up(self._origin)
        for line in self:
            own = figures.get(line.node_id._origin.id, {}).get(line._get_answer_key(), None)
            sums = own or BottomUp()
            line.has_bottom_up = bool(own)
            line.bottom_up = float(sums.amount)
            line.bottom_up_gap = line.asked_amount - line.bottom_up if own else 0.0
            line.unanswered_count = sums.unanswered
            proposal = line._get_proposal()
            line.proposal_state = (proposal.state or "open") if line.is_asked else False
            line.proposal_comment = proposal.comment

    def _get_answer_key(self):
        return self.measure_id.id, self.date_from, self.date_to

    def _get_proposal(self):
        """The proposal of the person whose target it is now."""
        return self.proposal_ids.filtered(lambda one: one.user_id == one.line_id.user_id)[:1]

    def _get_answer(self):
        """:class:`..tools.bottom_up.BottomUp` of an asked target"""
        proposal = self._get_proposal()
        return answer(self.asked_amount, proposal.amount if proposal else None, self.target)

    def propose(self, amount, comment=""):
        """Answer for the own target; again until the deadline or the settlement.

        :param amount: zero is an answer
        :param comment: for who decides
        :raises UserError: when it is somebody else's target, or too late
        """
        for line in self:
            line._check_asked()
            if line.user_id != self.env.user:
                raise UserError(
                    self.env._(
                        "“%s” is not your target: people propose their own, others adjust.",
                        line.display_name,
                    )
                )
            line._check_proposals_until()
            line._set_proposal("proposed", amount, comment)
        return True

    def adjust_proposal(self, amount, reason):
        """Change what a member of the led team proposes, or answer instead, with a reason.

        :raises AccessError: for who neither leads the person's team nor is a sales manager
        """
        self._check_reason(reason)
        for line in self:
            line._check_asked()
            if not line._may_adjust():
                raise AccessError(
                    self.env._(
                        "“%s”: only the leader of the person's team or a sales manager adjusts it.",
                        line.display_name,
                    )
                )
            line._set_proposal("adjusted", amount, reason)
        return True

    def settle_proposals(self, method, reason, share=50.0, amount=None):
        """Decide between top-down and bottom-up: sales managers.

        What is pinned stays as it is. Who has not answered keeps the number from above.

        :param method: bottom_up, top_down or between
        :param share: for between, in percent of the way from top-down to bottom-up
        :param amount: for between, the number itself, instead of a share
        :return: the targets that were settled
        """
        self._check_reason(reason)
        self.plan_id._check_manager()
        self.plan_id._check_collecting()
        if method not in dict(SETTLEMENTS):
            raise ValidationError(self.env._("“%s” is no way to settle proposals.", method))
        if amount is not None:
            self._check_proposed(amount)
        elif not 0 <= share <= 100:
            raise ValidationError(self.env._("The share lies between 0 and 100, it is %s.", share))
        lines = self.filtered(lambda line: line.has_bottom_up and not line.pinned)
        if not lines:
            raise UserError(
                self.env._("Nothing to settle: nobody was asked about these targets, or they are pinned.")
            )
        figures = lines.plan_id._read_bottom_up()
        targets = {
            line: amount
            if amount is not None and method == "between"
            else float(
                settled(
                    line.asked_amount,
                    figures[line.node_id.id][line._get_answer_key()],
                    method,
                    Decimal(str(share)) / 100,
                )
            )
            for line in lines
        }
        lines.check_access("write")
        lines.plan_id._hold_open()
        self._write_by_hand(
            {
                line: {
                    "target": line.currency_id.round(target) if line.currency_id else target,
                    "settlement": method,
                    "settlement_reason": reason,
                }
                for line, target in targets.items()
            }
        )
        proposals = {line._get_proposal(): line.target for line in lines}
        proposals.pop(self.env["stm.target.proposal"], None)
        self.env["stm.target.proposal"]._record("settled", proposals, reason)
        lines.plan_id._close_answered_activities()
        return lines

    def _set_proposal(self, state, amount, text):
        amount = self._check_proposed(amount)
        line = self.sudo()
        proposal = line._get_proposal()
        if proposal.state == "settled":
            raise UserError(
                self.env._("“%s” is settled: ask a sales manager to settle it again.", self.display_name)
            )
        if not proposal:
            proposal = proposal.create({"line_id": self.id, "user_id": line.user_id.id, "amount": amount})
        proposal._record(state, {proposal: amount}, text)
        self.invalidate_recordset(["bottom_up", "proposal_state", "proposal_ids"])
        line.plan_id._close_answered_activities(line.user_id)

    def _check_proposed(self, amount):
        if isinstance(amount, bool) or not is_amount(amount):
            raise ValidationError(
                self.env._("“%s” is no amount of zero or more, or too large: enter a number.", amount)
            )
        return self.currency_id[:1].round(float(amount)) if self.currency_id else float(amount)

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: everybody concerned reads the reason."))

    def _check_asked(self):
        self.ensure_one()
        self.check_access("read")
        self.plan_id._check_collecting()
        if not self.is_asked:
            raise UserError(self.env._("Nobody was asked for a proposal on “%s”.", self.display_name))

    def _check_proposals_until(self):
        plan = self.plan_id.sudo()
        if plan.company_id._get_stm_today() > plan.proposals_until:
            raise UserError(
                self.env._(
                    "Proposals for “%(plan)s” were due on %(date)s: ask your leader to enter yours.",
                    plan=plan.name,
                    date=fields.Date.to_string(plan.proposals_until),
                )
            )

    def _may_adjust(self):
        """Whether the user leads the person's team, or is a sales manager."""
        if self.env.su or self.env.user.has_group("sales_team.group_sale_manager"):
            return True
        person = self.sudo().user_id
        teams = person.crm_team_member_ids.filtered("active").crm_team_id | self.sudo().team_id
        return self.env.user in teams.filtered("active").user_id and person != self.env.user

    def action_adjust(self):
        """Ask for the number and the reason of an adjustment."""
        return self.env["stm.target.settle"]._open("adjust", self)

    def action_settle(self):
        """Ask how to settle these targets."""
        return self.env["stm.target.settle"]._open("settle", self)
