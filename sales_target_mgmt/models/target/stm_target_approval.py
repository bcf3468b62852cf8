from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StmTargetApprovalLevel(models.Model):
    """From an amount on, somebody in particular has to approve a plan as well."""

    _name = "stm.target.approval.level"
    _description = "Approval Level"
    _order = "company_id, amount, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="From",
        help="Plans whose target in the leading measure is this or more need this level, after "
        "those below it.",
    )
    user_ids = fields.Many2many(
        "res.users",
        "stm_target_approval_level_user_rel",
        "level_id",
        "user_id",
        string="Approvers",
        required=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Sales managers; one of them is enough.",
    )
    active = fields.Boolean(default=True)

    _amount_not_negative = models.Constraint("CHECK(amount >= 0)", "A level begins at zero or more.")

    @api.constrains("user_ids", "company_id")
    def _check_approvers(self):
        for level in self:
            if not level.user_ids:
                raise ValidationError(
                    self.env._("“%s” has no approver: no plan could ever pass it.", level.name)
                )
            for user in level.user_ids:
                if not user.has_group("sales_team.group_sale_manager") or (
                    level.company_id not in user.company_ids
                ):
                    raise ValidationError(
                        self.env._(
                            "“%(user)s” cannot approve at “%(level)s”: approvers are sales managers "
                            "of “%(company)s”.",
                            user=user.name,
                            level=level.name,
                            company=level.company_id.name,
                        )
                    )


class StmTargetApproval(models.Model):
    """That somebody approved a plan at a level; the last one puts the plan in force."""

    _name = "stm.target.approval"
    _description = "Approval"
    _order = "id"
    _rec_name = "level_id"

    plan_id = fields.Many2one("stm.target.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True, precompute=True)
    level_id = fields.Many2one("stm.target.approval.level", required=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="By", required=True, ondelete="restrict")

    _once = models.UniqueIndex("(plan_id, level_id)", "This level has been approved already.")
