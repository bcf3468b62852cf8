from odoo import fields, models


class StmCollectionWriteoffLevel(models.Model):
    """From an amount on, somebody in particular has to approve a write-off.

    Without a level any credit controller does who has not proposed it.
    """

    _name = "stm.collection.writeoff.level"
    _description = "Approval Level of Write-Offs"
    _inherit = ["stm.approval.level.mixin"]
    _role = "sales_target_mgmt.group_credit_controller"

    amount = fields.Monetary(help="Write-offs of this much or more need this level as well.")
    user_ids = fields.Many2many(
        relation="stm_collection_writeoff_level_user_rel",
        column1="level_id",
        column2="user_id",
        help="Credit controllers.",
    )
