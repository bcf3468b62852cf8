from odoo import models
from odoo.tools import SQL


class StmCreditExposure(models.AbstractModel):
    """What the journals alone do not tell of a customer: money on its way, and disputes."""

    _inherit = "stm.credit.exposure"

    def _select_received(self, company):
        """SQL of money received that no posted entry shows, by entity.

        Payments by a method without an outstanding account have no entry until the bank statement
        comes; online payments have none until Odoo has processed them. Refunds count against it.
        Of a payment that was captured in parts, the parts count.
        """
        return SQL(
            """SELECT money.entity, SUM(ROUND(money.amount / cc.rounding) * cc.rounding) AS amount
            FROM (
                SELECT payer.entity, p.amount_company_currency_signed::numeric AS amount
                FROM payer JOIN account_payment p ON p.partner_id = payer.id
                WHERE p.move_id IS NULL AND p.state = 'in_process' AND p.partner_type = 'customer'
                    AND p.company_id = %(company)s
                UNION ALL
                SELECT payer.entity, CASE WHEN t.currency_id = c.currency_id THEN t.amount::numeric
                    ELSE t.amount::numeric * %(company_rate)s / %(rate)s END
                FROM payer JOIN payment_transaction t ON t.partner_id = payer.id
                JOIN res_company c ON c.id = t.company_id
                WHERE t.state = 'done' AND t.payment_id IS NULL AND t.is_post_processed IS NOT TRUE
                    AND t.operation IS DISTINCT FROM 'validation' AND t.company_id = %(company)s
                    AND NOT EXISTS (SELECT 1 FROM payment_transaction part
                        WHERE part.source_transaction_id = t.id AND part.state IN ('done', 'cancel')
                            AND part.operation IS DISTINCT FROM 'refund')
            ) money
            CROSS JOIN (SELECT r.rounding FROM res_company c JOIN res_currency r ON r.id = c.currency_id
                WHERE c.id = %(company)s) cc
            GROUP BY money.entity""",
            company=company.id,
            company_rate=self._select_rate(company, SQL("c.currency_id")),
            rate=self._select_rate(company, SQL("t.currency_id")),
        )

    def _select_rate(self, company, currency):
        """SQL of a currency's rate of today, as Odoo finds it."""
        return SQL(
            """COALESCE((
                SELECT rate.rate FROM res_currency_rate rate
                WHERE rate.currency_id = %(currency)s AND rate.name <= %(today)s
                    AND (rate.company_id IS NULL OR rate.company_id = %(root)s)
                ORDER BY rate.company_id, rate.name DESC LIMIT 1
            ), 1)::numeric""",
            currency=currency,
            today=company._get_stm_today(),
            root=company.root_id.id,
        )

    def _select_disputes(self, company):
        """SQL of what is disputed, by entity."""
        return SQL("SELECT NULL::int AS entity, 0 AS amount WHERE FALSE")
