from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StmCommissionApprovalLevel(models.Model):
    """From an amount on, somebody in particular has to approve a statement.

    Without a level any commission administrator does who has not checked it.
    """

    _name = "stm.commission.approval.level"
    _description = "Approval Level of Commission"
    _order = "company_id, amount, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="From", help="Statements that pay or take back this much or more need this level as well."
    )
    user_ids = fields.Many2many(
        "res.users",
        "stm_commission_approval_level_user_rel",
        "level_id",
        "user_id",
        string="Approvers",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    group_id = fields.Many2one(
        "res.groups",
        "Or Members Of",
        ondelete="restrict",
        help="Of the group's members, those who administer commissions.",
    )
    needed = fields.Integer("How Many", required=True, default=1)
    active = fields.Boolean(default=True)

    _amount_not_negative = models.Constraint("CHECK(amount >= 0)", "A level begins at zero or more.")
    _needed_positive = models.Constraint("CHECK(needed > 0)", "A level needs one approval or more.")

    @api.constrains("user_ids", "group_id", "needed", "company_id")
    def _check_approvers(self):
        for level in self:
            approvers = level._get_approvers()
            for user in level.user_ids - approvers:
                raise ValidationError(
                    self.env._(
                        "“%(user)s” cannot approve at “%(level)s”: approvers are commission administrators "
                        "of “%(company)s”.",
                        user=user.name,
                        level=level.name,
                        company=level.company_id.name,
                    )
                )
            if len(approvers) < level.needed:
                raise ValidationError(
                    self.env._(
                        "“%(level)s” needs %(needed)s approvals and has %(count)s approvers: no statement "
                        "could ever pass it.",
                        level=level.name,
                        needed=level.needed,
                        count=len(approvers),
                    )
                )

    def _get_approvers(self):
        """Who counts at this level, by name or group: administrators of the company."""
        self.ensure_one()
        admins = self.env.ref("sales_target_mgmt.group_commission_admin").sudo().all_user_ids
        asked = self.sudo().user_ids | self.sudo().group_id.all_user_ids
        return (asked & admins).filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )


class StmCommissionApproval(models.Model):
    """That somebody approved a statement; rows are added by approving, never changed."""

    _name = "stm.commission.approval"
    _description = "Approval of a Commission Statement"
    _order = "id"
    _rec_name = "user_id"

    statement_id = fields.Many2one("stm.commission.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one("res.users", "By", required=True, ondelete="restrict")

    _once = models.UniqueIndex("(statement_id, user_id)", "You have approved this statement already.")
