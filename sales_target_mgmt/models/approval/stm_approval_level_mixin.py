from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .read_once import read_once

# what a level asks for: the rest is only its name
TERMS = ("amount", "needed", "active")


class Requirement(NamedTuple):
    """So many of these people have to approve.

    :ivar level: the level, or an empty record if it was deleted
    :ivar change: the change before which it was asked for, or an empty record if it is now
    :ivar amount: from which it is asked for, in company currency
    :ivar needed: number of approvals
    :ivar users: who counts
    """

    level: Any
    change: Any
    name: str
    amount: float
    needed: int
    users: Any

    def covers(self, other):
        """Whether whoever fulfils this one fulfils the other as well."""
        strangers = len(self.users - other.users)
        return self.needed - strangers >= other.needed


class StmApprovalLevelMixin(models.AbstractModel):
    """From an amount on, somebody in particular has to approve a document as well.

    Levels add up: a document needs each one whose amount it reaches. Everything done to a level
    is noted in `stm.approval.change`. A concrete model names the role of its approvers, and that
    of who keeps the levels where it is another one.
    """

    _name = "stm.approval.level.mixin"
    _description = "Levels of Approval"
    _order = "company_id, amount, id"
    _check_company_auto = True
    _role = None
    _keeper_role = None

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(string="From")
    user_ids = fields.Many2many(
        "res.users",
        string="Approvers",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    group_id = fields.Many2one(
        "res.groups",
        "Or Members Of",
        ondelete="restrict",
        help="Of the group's members, those who have the role as well.",
    )
    needed = fields.Integer("How Many", required=True, default=1)
    active = fields.Boolean(default=True)
    is_pending = fields.Boolean(
        "To Confirm",
        compute="_compute_is_pending",
        help="A change waits for a second person; what it asks less for is asked for until then.",
    )

    _amount_not_negative = models.Constraint("CHECK(amount >= 0)", "A level begins at zero or more.")
    _needed_positive = models.Constraint("CHECK(needed > 0)", "A level needs one approval or more.")

    @api.constrains("user_ids", "group_id", "needed", "company_id")
    def _check_approvers(self):
        role = self.env.ref(self._role).sudo().display_name
        for level in self:
            approvers = level._get_approvers()
            for user in level.user_ids - approvers:
                raise ValidationError(
                    self.env._(
                        "“%(user)s” cannot approve at “%(level)s”: approvers have the role “%(role)s” in "
                        "“%(company)s”.",
                        user=user.name,
                        level=level.name,
                        role=role,
                        company=level.company_id.name,
                    )
                )
            if len(approvers) < level.needed:
                raise ValidationError(
                    self.env._(
                        "“%(level)s” needs %(needed)s approvals and has %(count)s approvers: nothing could "
                        "ever pass it.",
                        level=level.name,
                        needed=level.needed,
                        count=len(approvers),
                    )
                )

    @api.depends("company_id", "user_ids", "group_id", *TERMS)
    def _compute_is_pending(self):
        changes = self.env["stm.approval.change"].sudo()
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids), ("is_pending", "=", True)]
        pending = set(changes.search(domain).mapped("res_id"))
        for level in self:
            level.is_pending = level._origin.id in pending

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        self.env["stm.approval.change"]._note(levels, {})
        return levels

    def write(self, vals):
        before = {level: level._get_terms() for level in self}
        result = super().write(vals)
        self.env["stm.approval.change"]._note(self, before)
        return result

    def unlink(self):
        before = {level: level._get_terms() for level in self}
        names = {level: level.name for level in self}
        result = super().unlink()
        self.env["stm.approval.change"]._note_deleted(before, names)
        return result

    def action_view_changes(self):
        """What was done to levels of this kind, and by whom."""
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.stm_approval_change_action")
        action["domain"] = [("res_model", "=", self._name)]
        return action

    def _get_terms(self):
        """What the level asks for, as kept by a change."""
        self.ensure_one()
        record = self.sudo()
        return {
            **{name: record[name] for name in TERMS},
            "company_id": record.company_id.id,
            "group_id": record.group_id.id,
            "user_ids": sorted(record.user_ids.ids),
        }

    def _get_approvers(self):
        """Who counts at this level, by name or group."""
        self.ensure_one()
        record = self.sudo()
        return self._find_approvers(record.user_ids, record.group_id, record.company_id)

    @api.model
    @read_once
    def _get_levels(self, company):
        """What a company asks for now, the lowest first."""
        levels = self.sudo().with_context(active_test=True).search([("company_id", "=", company.id)])
        return [level._get_requirement() for level in levels]

    @api.model
    def _get_keeper_role(self):
        """XML id of the group that changes levels and confirms changes of others."""
        return self._keeper_role or self._role

    @api.model
    def _find_approvers(self, users, group, company):
        asked = users | group.all_user_ids
        return asked & self.env["res.users"]._get_role_members(self._role, company)

    def _get_requirement(self):
        self.ensure_one()
        return Requirement(
            self,
            self.env["stm.approval.change"],
            self.name,
            self.amount,
            self.needed,
            self._get_approvers(),
        )
