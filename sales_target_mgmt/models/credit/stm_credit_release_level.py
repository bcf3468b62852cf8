from odoo import fields, models


class StmCreditReleaseLevel(models.Model):
    """From an amount on, somebody in particular has to let a held order through, or several people.

    Without a level anybody does who may release held orders. Credit controllers keep the levels.
    """

    _name = "stm.credit.release.level"
    _description = "Release Level of Held Orders"
    _inherit = ["stm.approval.level.mixin"]
    _role = "sales_target_mgmt.group_credit_release"
    _keeper_role = "sales_target_mgmt.group_credit_controller"

    amount = fields.Monetary(
        help="Held orders that come to this or more, taxes included, need this level; what else was released "
        "for the customer or the customer's group and is not paid yet counts with them."
    )
    user_ids = fields.Many2many(
        relation="stm_credit_release_level_user_rel",
        column1="level_id",
        column2="user_id",
        help="People who may release held orders.",
    )
