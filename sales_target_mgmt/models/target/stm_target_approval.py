from odoo import api, fields, models


class StmTargetApprovalLevel(models.Model):
    """From an amount on, a sales manager in particular has to approve a plan as well."""

    _name = "stm.target.approval.level"
    _description = "Approval Level of Plans"
    _inherit = ["stm.approval.level.mixin"]
    _role = "sales_team.group_sale_manager"

    amount = fields.Monetary(
        help="Plans whose target in the leading measure is this or more need this level, after "
        "those below it."
    )
    user_ids = fields.Many2many(
        relation="stm_target_approval_level_user_rel",
        column1="level_id",
        column2="user_id",
        help="Sales managers.",
    )


class StmTargetApproval(models.Model):
    """That somebody approved a plan at a level; the last one puts the plan in force."""

    _name = "stm.target.approval"
    _description = "Approval"
    _order = "id"

    plan_id = fields.Many2one("stm.target.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True, precompute=True)
    level_id = fields.Many2one("stm.target.approval.level", ondelete="restrict")
    change_id = fields.Many2one(
        "stm.approval.change", ondelete="restrict", help="If the level was asked for as it was before."
    )
    user_id = fields.Many2one("res.users", string="Done By", required=True, ondelete="restrict")

    _once = models.UniqueIndex(
        "(plan_id, COALESCE(change_id, 0), level_id, user_id)", "You have approved at this level already."
    )

    @api.depends("level_id", "change_id")
    def _compute_display_name(self):
        for approval in self:
            approval.display_name = approval.level_id.name or approval.sudo().change_id.name
