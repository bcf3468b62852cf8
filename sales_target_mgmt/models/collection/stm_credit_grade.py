from odoo import fields, models


class StmCreditGrade(models.Model):
    _inherit = "stm.credit.grade"

    collection_policy_id = fields.Many2one(
        "stm.collection.policy",
        ondelete="restrict",
        check_company=True,
        help="How customers of this grade are reminded; empty: as everybody else.",
    )
