from odoo import models
from odoo.tools import SQL


class StmCreditExposure(models.AbstractModel):
    """What customers dispute of their invoices stands beside what they owe."""

    _inherit = "stm.credit.exposure"

    def _select_disputes(self, company):
        """SQL of what is disputed and still open, by entity; without an invoice, what was entered."""
        self.env["stm.collection.dispute"].flush_model(
            ["state", "company_id", "partner_id", "amount", "move_id"]
        )
        self.env["account.move"].flush_model(["amount_residual_signed"])
        return SQL(
            """SELECT payer.entity, SUM(CASE WHEN m.id IS NULL THEN d.amount
                    ELSE LEAST(d.amount, GREATEST(m.amount_residual_signed, 0)) END) AS amount
            FROM payer JOIN stm_collection_dispute d ON d.partner_id = payer.id
            LEFT JOIN account_move m ON m.id = d.move_id
            WHERE d.state = 'open' AND d.company_id = %s GROUP BY payer.entity""",
            company.id,
        )
