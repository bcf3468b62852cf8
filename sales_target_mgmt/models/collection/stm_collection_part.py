from odoo import fields, models


class StmCollectionPartMixin(models.AbstractModel):
    """What hangs on a case: of its customer, in its company."""

    _name = "stm.collection.part.mixin"
    _description = "Part of a Collection Case"

    case_id = fields.Many2one(
        "stm.collection.case", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True, precompute=True)
