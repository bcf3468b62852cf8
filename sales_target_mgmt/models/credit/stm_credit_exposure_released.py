from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from .stm_credit_exposure import DEPENDS

# beside what exposures are read with
ADDED = {
    "stm.credit.hold": ["order_id", "company_id", "event", "valid_until"],
    "stm.credit.account": ["company_id", "partner_id", "parent_id"],
    "sale.order": ["stm_hold_id"],
    "account.move": ["amount_total", "amount_residual"],
}


class StmCreditExposure(models.AbstractModel):
    """What was let through by releases and may still be lost."""

    _inherit = "stm.credit.exposure"

    @api.model
    @api.private
    def _get_released(self, order):
        """What releases let through for the payer of an order, or the payer's group, and is still open.

        Of orders that are released and not yet confirmed it is all of it; of those confirmed by a
        release what is not invoiced, and what is not paid of their invoices. A release that has
        lapsed by its date, a cancelled order and what the customer has paid do not count, neither
        does what the rules let pass by themselves.

        :param order: a `sale.order`, which is left out
        :return: Decimal, in company currency
        """
        for names_of in (DEPENDS, ADDED):
            for model, names in names_of.items():
                self.env[model].flush_model(names)
        company = order.company_id
        [(amount,)] = self.env.execute_query(
            SQL(
                """WITH own AS (
                    SELECT COALESCE(parent_id, id) AS id FROM stm_credit_account
                    WHERE company_id = %(company)s AND partner_id = %(payer)s
                ), payer AS NOT MATERIALIZED (
                    SELECT p.id FROM res_partner p WHERE p.commercial_partner_id = %(payer)s
                        OR p.commercial_partner_id IN (
                            SELECT a.partner_id FROM stm_credit_account a JOIN own ON own.id = a.id
                            UNION SELECT a.partner_id FROM stm_credit_account a JOIN own
                                ON own.id = a.parent_id)
                ), drafts AS MATERIALIZED (%(drafts)s)
                SELECT SUM(ROUND(open.amount / cc.rounding) * cc.rounding)::text FROM (%(open)s) open
                CROSS JOIN (SELECT r.rounding FROM res_company c JOIN res_currency r
                    ON r.id = c.currency_id WHERE c.id = %(company)s) cc""",
                company=company.id,
                payer=order._get_stm_payers().id,
                drafts=self._select_drafts(company),
                open=self._select_released(order),
            )
        )
        return Decimal(amount or 0)

    def _select_released(self, order):
        """SQL of the open amount of each other order of the CTE `payer` that a release let through."""
        return SQL(
            """SELECT CASE WHEN o.state <> 'sale' THEN (o.amount_total / NULLIF(o.currency_rate, 0))::numeric
                    ELSE GREATEST(0, COALESCE(lines.total / NULLIF(o.currency_rate, 0)::numeric, 0)
                        + COALESCE(owed.amount, 0)) END AS amount
                FROM payer
                JOIN sale_order o ON o.partner_invoice_id = payer.id AND o.company_id = %(company)s
                    AND o.state IN ('draft', 'sent', 'sale') AND o.id <> %(order)s
                JOIN stm_credit_hold h ON h.id = o.stm_hold_id
                    AND h.event = CASE WHEN o.state = 'sale' THEN 'used' ELSE 'released' END
                LEFT JOIN drafts ON drafts.order_id = o.id
                LEFT JOIN LATERAL (%(lines)s) lines ON TRUE
                LEFT JOIN LATERAL (%(owed)s) owed ON TRUE
                WHERE o.state = 'sale' OR COALESCE(h.valid_until >= %(today)s, TRUE)""",
            company=order.company_id.id,
            order=order._origin.id or 0,
            lines=self._select_open_lines(),
            owed=self._select_owed(),
            today=order.company_id._get_stm_today(),
        )

    def _select_owed(self):
        """SQL of what posted invoices ask for the order `o` and is not paid; a part of each invoice."""
        return SQL(
            """SELECT SUM(i.price_total / NULLIF(m.invoice_currency_rate, 0)::numeric
                    * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                    * m.amount_residual / NULLIF(m.amount_total, 0)) AS amount
                FROM sale_order_line l
                JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = l.id
                JOIN account_move_line i ON i.id = rel.invoice_line_id
                JOIN account_move m ON m.id = i.move_id AND m.state = 'posted'
                WHERE l.order_id = o.id"""
        )
