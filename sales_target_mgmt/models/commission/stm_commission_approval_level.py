from odoo import fields, models


class StmCommissionApprovalLevel(models.Model):
    """From an amount on, somebody in particular has to approve a statement, or an adjustment.

    Without a level any commission administrator does who has not checked it.
    """

    _name = "stm.commission.approval.level"
    _description = "Approval Level of Commission"
    _inherit = ["stm.approval.level.mixin"]
    _role = "sales_target_mgmt.group_commission_admin"

    amount = fields.Monetary(
        help="Statements and adjustments that pay or take back this much or more need this level as well."
    )
    user_ids = fields.Many2many(
        relation="stm_commission_approval_level_user_rel",
        column1="level_id",
        column2="user_id",
        help="Commission administrators.",
    )


class StmCommissionApproval(models.Model):
    """That somebody approved a statement; rows are added by approving, never changed."""

    _name = "stm.commission.approval"
    _description = "Approval of a Commission Statement"
    _order = "id"
    _rec_name = "user_id"

    statement_id = fields.Many2one("stm.commission.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one("res.users", "Approved By", required=True, ondelete="restrict")

    _once = models.UniqueIndex("(statement_id, user_id)", "You have approved this statement already.")
