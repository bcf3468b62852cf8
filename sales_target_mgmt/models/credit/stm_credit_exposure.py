from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# what is flushed before exposures are read
DEPENDS = {
    "sale.order": [
        "state", "company_id", "partner_invoice_id", "currency_rate", "amount_total", "invoice_status",
    ],
    "sale.order.line": ["order_id", "display_type", "is_downpayment", "price_total", "invoice_lines"],
    "account.move": ["state", "move_type", "company_id", "invoice_currency_rate"],
    "account.move.line": [
        "move_id", "parent_state", "company_id", "partner_id", "account_id", "amount_residual", "reconciled",
        "date_maturity", "price_total",
    ],
    "account.account": ["account_type"],
    "res.partner": ["commercial_partner_id"],
}  # fmt: skip


class Exposure(NamedTuple):
    """What a customer may cost, in company currency.

    :ivar receivable: open receivables less payments that nothing is settled with yet
    :ivar overdue: of the invoices, what is due before today
    :ivar overdue_days: of the oldest of them; 0 where nothing is overdue
    :ivar unapplied: payments and credit notes that nothing is settled with yet
    :ivar orders: confirmed and not yet invoiced, delivered or not, taxes included; down payments
        that were invoiced are in the receivable
    :ivar quotations: open ones; they do not count
    :ivar order_count: confirmed orders, ever
    """

    receivable: Decimal = Decimal(0)
    overdue: Decimal = Decimal(0)
    overdue_days: int = 0
    unapplied: Decimal = Decimal(0)
    orders: Decimal = Decimal(0)
    quotations: Decimal = Decimal(0)
    order_count: int = 0

    @property
    def total(self):
        return self.receivable + self.orders


class StmCreditExposure(models.AbstractModel):
    """Reads what customers owe and have ordered, any number of them in one statement.

    A customer is a commercial entity: the one that is invoiced, in the company of the order.
    """

    _name = "stm.credit.exposure"
    _description = "Credit Exposure"

    @api.model
    @api.private
    def _get_exposures(self, company, partners, today=None):
        """Exposures as of now. Record rules are not applied: the caller answers for who may see them.

        :param company: a `res.company`
        :param partners: commercial entities, or their ids
        :return: partner id → :class:`Exposure`, for all of them
        """
        ids = list(getattr(partners, "ids", partners))
        for model, names in DEPENDS.items():
            self.env[model].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """WITH payer AS (
                    SELECT p.id, p.commercial_partner_id AS entity FROM res_partner p
                    WHERE p.commercial_partner_id = ANY(%(ids)s)
                ), books AS (%(books)s), orders AS (%(orders)s), quotations AS (%(quotations)s)
                SELECT w.id, COALESCE(b.receivable, 0)::text, COALESCE(b.overdue, 0)::text,
                    COALESCE(b.overdue_days, 0), COALESCE(b.unapplied, 0)::text,
                    COALESCE(o.amount, 0)::text, COALESCE(q.amount, 0)::text,
                    COALESCE(o.order_count, 0)
                FROM unnest(%(ids)s) AS w (id)
                LEFT JOIN books b ON b.entity = w.id
                LEFT JOIN orders o ON o.entity = w.id
                LEFT JOIN quotations q ON q.entity = w.id""",
                ids=ids,
                books=self._select_books(company, today or company._get_stm_today()),
                orders=self._select_orders(company),
                quotations=self._select_quotations(company),
            )
        )
        return {
            partner: Exposure(
                Decimal(owed), Decimal(late), days, Decimal(loose), Decimal(ordered), Decimal(asked), count
            )
            for partner, owed, late, days, loose, ordered, asked, count in rows
        }

    def _get_nothing(self):
        return Exposure()

    def _select_books(self, company, today):
        """SQL of receivables by entity; its conditions are those of Odoo's index of what is open."""
        return SQL(
            """SELECT payer.entity, SUM(l.amount_residual) AS receivable,
                SUM(l.amount_residual) FILTER (WHERE l.amount_residual > 0 AND l.date_maturity < %(today)s)
                    AS overdue,
                MAX(%(today)s::date - l.date_maturity)
                    FILTER (WHERE l.amount_residual > 0 AND l.date_maturity < %(today)s) AS overdue_days,
                -SUM(l.amount_residual) FILTER (WHERE l.amount_residual < 0) AS unapplied
            FROM payer
            JOIN account_move_line l ON l.partner_id = payer.id
            JOIN account_account a ON a.id = l.account_id
            WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted' AND l.company_id = %(company)s
                AND a.account_type = 'asset_receivable'
            GROUP BY payer.entity""",
            company=company.id,
            today=today,
        )

    def _select_orders(self, company):
        """SQL of what is ordered and not invoiced by posted invoices, by entity.

        An order that is all invoiced by drafts counts as ordered. More invoiced than ordered does
        not make room for other orders.
        """
        return SQL(
            """SELECT open.entity, SUM(ROUND(open.amount / cc.rounding) * cc.rounding) AS amount,
                COUNT(*) AS order_count
            FROM (
                SELECT payer.entity, CASE WHEN o.invoice_status = 'invoiced' AND drafts.id IS NULL THEN 0
                    ELSE GREATEST(0, ordered.total / NULLIF(o.currency_rate, 0)
                        - COALESCE(invoiced.total, 0)) END::numeric AS amount
                FROM payer
                JOIN sale_order o ON o.partner_invoice_id = payer.id AND o.state = 'sale'
                    AND o.company_id = %(company)s
                LEFT JOIN LATERAL (
                    SELECT i.id FROM sale_order_line l
                    JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = l.id
                    JOIN account_move_line i ON i.id = rel.invoice_line_id
                    WHERE l.order_id = o.id AND i.parent_state = 'draft' LIMIT 1
                ) drafts ON o.invoice_status = 'invoiced'
                LEFT JOIN LATERAL (
                    SELECT SUM(l.price_total) FILTER (WHERE l.is_downpayment IS NOT TRUE) AS total
                    FROM sale_order_line l WHERE l.order_id = o.id AND l.display_type IS NULL
                ) ordered ON o.invoice_status <> 'invoiced' OR drafts.id IS NOT NULL
                LEFT JOIN LATERAL (
                    SELECT SUM(i.price_total / NULLIF(m.invoice_currency_rate, 0)
                        * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END) AS total
                    FROM sale_order_line l
                    JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = l.id
                    JOIN account_move_line i ON i.id = rel.invoice_line_id
                    JOIN account_move m ON m.id = i.move_id AND m.state = 'posted'
                    WHERE l.order_id = o.id
                ) invoiced ON o.invoice_status <> 'invoiced' OR drafts.id IS NOT NULL
            ) open
            CROSS JOIN (SELECT r.rounding FROM res_company c JOIN res_currency r ON r.id = c.currency_id
                WHERE c.id = %(company)s) cc
            GROUP BY open.entity""",
            company=company.id,
        )

    def _select_quotations(self, company):
        return SQL(
            """SELECT payer.entity, SUM(o.amount_total / NULLIF(o.currency_rate, 0)) AS amount
            FROM payer JOIN sale_order o ON o.partner_invoice_id = payer.id
            WHERE o.state IN ('draft', 'sent') AND o.company_id = %s
            GROUP BY payer.entity""",
            company.id,
        )
