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
    def _get_released(self, orders):
        """What releases let through for the payers of orders, or their groups, and is still open.

        Of orders that are released and not yet confirmed it is all of it; of those confirmed by a
        release what is not invoiced, and what is not paid of their invoices. A release that has
        lapsed by its date, a cancelled order and what the customer has paid do not count, neither
        does what the rules let pass by themselves, nor the order that is asked about.

        :param orders: `sale.order`
        :return: order → Decimal, in the currency of its company
        """
        if not orders:
            return {}
        for names_of in (DEPENDS, ADDED):
            for model, names in names_of.items():
                self.env[model].flush_model(names)
        found = {}
        for company, batch in orders.grouped("company_id").items():
            found.update(self.env.execute_query(self._select_sums(company, batch)))
        return {order: Decimal(found.get(order._origin.id, 0)) for order in orders}

    def _select_sums(self, company, orders):
        """SQL of (id, sum) of orders of a company; whose payers form a group, count together."""
        return SQL(
            """WITH asked AS MATERIALIZED (
                SELECT * FROM unnest(%(orders)s, %(payers)s) AS asked (id, payer)
            ), members AS MATERIALIZED (
                SELECT payer, payer AS entity FROM asked
                UNION SELECT own.partner_id, other.partner_id FROM stm_credit_account own
                JOIN stm_credit_account other ON other.id = COALESCE(own.parent_id, own.id)
                    OR other.parent_id = COALESCE(own.parent_id, own.id)
                WHERE own.company_id = %(company)s AND own.partner_id = ANY(%(payers)s)
            ), payer AS MATERIALIZED (
                SELECT p.id, p.commercial_partner_id AS entity FROM res_partner p
                WHERE p.commercial_partner_id IN (SELECT entity FROM members)
            ), drafts AS MATERIALIZED (%(drafts)s), released AS MATERIALIZED (%(released)s)
            SELECT asked.id, SUM(ROUND(released.amount / cc.rounding) * cc.rounding)::text
            FROM asked
            JOIN members ON members.payer = asked.payer
            JOIN released ON released.entity = members.entity AND released.id <> asked.id
            CROSS JOIN (SELECT r.rounding FROM res_company c JOIN res_currency r
                ON r.id = c.currency_id WHERE c.id = %(company)s) cc
            GROUP BY asked.id""",
            company=company.id,
            orders=[order._origin.id or 0 for order in orders],
            payers=[order._get_stm_payers().id or 0 for order in orders],
            drafts=self._select_drafts(company),
            released=self._select_released(company),
        )

    def _select_released(self, company):
        """SQL of the open amount of each order of the CTE `payer` that a release let through."""
        return SQL(
            """SELECT o.id, payer.entity,
                CASE WHEN o.state <> 'sale' THEN (o.amount_total / NULLIF(o.currency_rate, 0))::numeric
                    ELSE GREATEST(0, COALESCE(lines.total / NULLIF(o.currency_rate, 0)::numeric, 0)
                        + COALESCE(owed.amount, 0)) END AS amount
                FROM payer
                JOIN sale_order o ON o.partner_invoice_id = payer.id AND o.company_id = %(company)s
                    AND o.state IN ('draft', 'sent', 'sale')
                JOIN stm_credit_hold h ON h.id = o.stm_hold_id
                    AND h.event = CASE WHEN o.state = 'sale' THEN 'used' ELSE 'released' END
                LEFT JOIN drafts ON drafts.order_id = o.id
                LEFT JOIN LATERAL (%(lines)s) lines ON TRUE
                LEFT JOIN LATERAL (%(owed)s) owed ON TRUE
                WHERE o.state = 'sale' OR COALESCE(h.valid_until >= %(today)s, TRUE)""",
            company=company.id,
            lines=self._select_open_lines(),
            owed=self._select_owed(),
            today=company._get_stm_today(),
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
