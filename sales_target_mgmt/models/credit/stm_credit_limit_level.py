from odoo import fields, models


class StmCreditLimitLevel(models.Model):
    """From an amount on, somebody in particular has to approve a credit limit.

    Without a level any credit controller does who has not asked for it.
    """

    _name = "stm.credit.limit.level"
    _description = "Approval Level of Credit Limits"
    _inherit = ["stm.approval.level.mixin"]
    _role = "sales_target_mgmt.group_credit_controller"

    amount = fields.Monetary(
        help="Limits and covers of this much or more need this level as well; unlimited needs all levels."
    )
    user_ids = fields.Many2many(
        relation="stm_credit_limit_level_user_rel",
        column1="level_id",
        column2="user_id",
        help="Credit controllers.",
    )
