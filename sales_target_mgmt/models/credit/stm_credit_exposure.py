from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# what is flushed before exposures are read
DEPENDS = {
    "sale.order": [
        "state", "company_id", "partner_invoice_id", "currency_id", "currency_rate", "amount_total",
    ],
    "sale.order.line": [
        "order_id", "display_type", "is_downpayment", "price_total", "product_uom_qty", "qty_invoiced",
        "qty_delivered", "qty_delivered_method", "invoice_status", "invoice_lines",
    ],
    "account.move": ["state", "move_type", "company_id", "invoice_currency_rate"],
    "account.move.line": [
        "move_id", "parent_state", "company_id", "partner_id", "account_id", "amount_residual", "reconciled",
        "date_maturity", "price_total", "currency_id",
    ],
    "account.payment": [
        "move_id", "state", "partner_type", "company_id", "partner_id", "amount_company_currency_signed",
    ],
    "payment.transaction": [
        "state", "operation", "payment_id", "is_post_processed", "company_id", "partner_id", "amount",
        "currency_id", "source_transaction_id",
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
    :ivar received: money received that the books do not show yet, see `stm_credit_exposure_money.py`
    :ivar disputed: of the invoices, what the customer disputes; it is owed until that is decided
    """

    receivable: Decimal = Decimal(0)
    overdue: Decimal = Decimal(0)
    overdue_days: int = 0
    unapplied: Decimal = Decimal(0)
    orders: Decimal = Decimal(0)
    quotations: Decimal = Decimal(0)
    order_count: int = 0
    received: Decimal = Decimal(0)
    disputed: Decimal = Decimal(0)

    @property
    def total(self):
        return self.receivable + self.orders - self.received


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
        if not ids:
            return {}
        for model, names in DEPENDS.items():
            self.env[model].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """WITH payer AS MATERIALIZED (
                    SELECT p.id, p.commercial_partner_id AS entity FROM res_partner p
                    WHERE p.commercial_partner_id = ANY(%(ids)s)
                ), drafts AS MATERIALIZED (%(drafts)s), books AS (%(books)s), orders AS (%(orders)s),
                received AS (%(received)s), disputes AS (%(disputes)s)
                SELECT w.id, COALESCE(b.receivable, 0)::text, COALESCE(b.overdue, 0)::text,
                    COALESCE(b.overdue_days, 0), COALESCE(b.unapplied, 0)::text,
                    COALESCE(o.amount, 0)::text, COALESCE(o.quotations, 0)::text,
                    COALESCE(o.order_count, 0), COALESCE(r.amount, 0)::text, COALESCE(d.amount, 0)::text
                FROM unnest(%(ids)s) AS w (id)
                LEFT JOIN books b ON b.entity = w.id
                LEFT JOIN orders o ON o.entity = w.id
                LEFT JOIN received r ON r.entity = w.id
                LEFT JOIN disputes d ON d.entity = w.id""",
                ids=ids,
                drafts=self._select_drafts(company),
                books=self._select_books(company, today or company._get_stm_today()),
                orders=self._select_orders(company),
                received=self._select_received(company),
                disputes=self._select_disputes(company),
            )
        )
        return {
            partner: Exposure(*(Decimal(value) if isinstance(value, str) else value for value in values))
            for partner, *values in rows
        }

    def _select_books(self, company, today):
        """SQL of receivables by entity; its conditions are those of Odoo's index of what is open.

        Accounts as an array: joined, PostgreSQL may read all that is open on them, whoever owes it.
        """
        return SQL(
            """SELECT payer.entity, SUM(l.amount_residual) AS receivable,
                SUM(l.amount_residual) FILTER (WHERE l.amount_residual > 0 AND l.date_maturity < %(today)s)
                    AS overdue,
                MAX(%(today)s::date - l.date_maturity)
                    FILTER (WHERE l.amount_residual > 0 AND l.date_maturity < %(today)s) AS overdue_days,
                -SUM(l.amount_residual) FILTER (WHERE l.amount_residual < 0) AS unapplied
            FROM payer
            JOIN account_move_line l ON l.partner_id = payer.id
            WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted' AND l.company_id = %(company)s
                AND l.account_id = ANY(ARRAY(
                    SELECT a.id FROM account_account a WHERE a.account_type = 'asset_receivable'))
            GROUP BY payer.entity""",
            company=company.id,
            today=today,
        )

    def _select_orders(self, company):
        """SQL of what is ordered and not invoiced by posted invoices, and of quotations, by entity.

        Line by line: more invoiced than ordered on one line makes no room for the others, and a line
        that is all invoiced is, whatever the price came to. What drafts invoice counts as ordered.
        Amounts are compared in the currency of the order.
        """
        return SQL(
            """SELECT found.entity, SUM(ROUND(found.amount / cc.rounding) * cc.rounding) AS amount,
                COUNT(found.amount) AS order_count, SUM(found.quotation) AS quotations
            FROM (
                SELECT payer.entity, CASE WHEN o.state = 'sale' THEN COALESCE(
                    GREATEST(0, lines.total / NULLIF(o.currency_rate, 0)::numeric), 0
                ) END AS amount,
                CASE WHEN o.state <> 'sale' THEN o.amount_total / NULLIF(o.currency_rate, 0) END AS quotation
                FROM payer
                JOIN sale_order o ON o.partner_invoice_id = payer.id AND o.company_id = %(company)s
                    AND o.state IN ('draft', 'sent', 'sale')
                LEFT JOIN drafts ON drafts.order_id = o.id
                LEFT JOIN LATERAL (%(lines)s) lines ON o.state = 'sale'
            ) found
            CROSS JOIN (SELECT r.rounding FROM res_company c JOIN res_currency r ON r.id = c.currency_id
                WHERE c.id = %(company)s) cc
            GROUP BY found.entity""",
            company=company.id,
            lines=self._select_open_lines(),
        )

    def _select_drafts(self, company):
        """SQL of orders that drafts invoice; by journal and state, for which Odoo has an index."""
        return SQL(
            """SELECT DISTINCT l.order_id
            FROM account_journal j
            JOIN account_move m ON m.journal_id = j.id AND m.state = 'draft' AND m.company_id = %s
            JOIN account_move_line i ON i.move_id = m.id
            JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = i.id
            JOIN sale_order_line l ON l.id = rel.order_line_id
            WHERE j.type = 'sale'""",
            company.id,
        )

    def _select_open_lines(self):
        """SQL of what the lines of the order `o` come to and no posted invoice has asked for."""
        return SQL(
            """SELECT SUM(CASE
                    WHEN %(is_advance)s THEN -COALESCE(asked.total, 0)
                    WHEN %(is_invoiced)s AND asked.is_draft IS NOT TRUE THEN 0
                    WHEN l.price_total < 0 THEN LEAST(0, l.price_total - COALESCE(asked.total, 0))
                    ELSE GREATEST(0, l.price_total - COALESCE(asked.total, 0))
                END) AS total
            FROM sale_order_line l
            LEFT JOIN LATERAL (
                SELECT BOOL_OR(m.state = 'draft') AS is_draft,
                    SUM(CASE WHEN i.currency_id = o.currency_id THEN i.price_total
                            ELSE i.price_total / NULLIF(m.invoice_currency_rate, 0)::numeric
                                * o.currency_rate::numeric END
                        * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                    ) FILTER (WHERE m.state = 'posted') AS total
                FROM sale_order_line_invoice_rel rel
                JOIN account_move_line i ON i.id = rel.invoice_line_id
                JOIN account_move m ON m.id = i.move_id
                WHERE rel.order_line_id = l.id
            ) asked ON TRUE
            WHERE l.order_id = o.id AND l.display_type IS NULL
                AND (drafts.order_id IS NOT NULL OR EXISTS (
                    SELECT 1 FROM sale_order_line l WHERE l.order_id = o.id AND l.display_type IS NULL
                        AND NOT %(is_advance)s AND NOT %(is_invoiced)s))""",
            is_advance=self._select_is_advance(),
            is_invoiced=self._select_is_invoiced(),
        )

    def _select_is_advance(self):
        """SQL: the line `l` is a down payment as Odoo makes them; with a quantity it is any line."""
        return SQL("(l.is_downpayment IS TRUE AND l.product_uom_qty = 0)")

    def _select_is_invoiced(self):
        """SQL: the line `l` is all invoiced, drafts included, by quantities: users may write its status.

        The status decides only where Odoo's stock says that a line delivered short is done, and there
        no user writes it, see `sale_order_given.py`.
        """
        return SQL(
            """CASE WHEN l.product_uom_qty < 0 THEN COALESCE(l.qty_invoiced, 0) <= l.product_uom_qty
                ELSE COALESCE(l.qty_invoiced, 0) >= l.product_uom_qty
                    OR (l.invoice_status = 'invoiced' AND l.qty_delivered_method = 'stock_move'
                        AND l.qty_delivered > 0 AND l.qty_invoiced >= l.qty_delivered) END"""
        )
