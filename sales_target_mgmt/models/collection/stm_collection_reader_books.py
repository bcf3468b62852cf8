from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.tools import SQL


class StmCollectionReader(models.AbstractModel):
    """What customers owe, and what of their money is for it.

    Money counts where it is: on open receivables, and in payments that the books do not show yet,
    see `../credit/stm_credit_exposure_money.py`.
    """

    _inherit = "stm.collection.reader"

    def _select_books(self, today, lead):
        """SQL of what customers owe, from the rows `item`; `asked`: what is to be asked for, soon or now."""
        return SQL(
            """SELECT entity, SUM(left_over) FILTER (WHERE left_over > 0) AS open,
                SUM(left_over) FILTER (WHERE asked AND due <= %(today)s) AS due,
                SUM(left_over) FILTER (WHERE asked) AS soon,
                -SUM(left_over) FILTER (WHERE left_over < 0) AS unapplied,
                SUM(left_over) FILTER (WHERE disputed AND left_over > 0) AS disputed,
                SUM(left_over) FILTER (WHERE planned AND left_over > 0) AS planned,
                BOOL_OR(proposed) FILTER (WHERE left_over > 0) AS proposed,
                MIN(due) FILTER (WHERE asked) AS oldest,
                (ARRAY_AGG(move_id ORDER BY due, id) FILTER (WHERE asked))[1] AS invoice_id,
                (ARRAY_AGG(seller ORDER BY due, id) FILTER (WHERE asked AND seller IS NOT NULL))[1] AS seller
            FROM (SELECT *, left_over > 0 AND NOT (out OR disputed OR planned OR proposed)
                AND due <= %(today)s + %(lead)s AS asked FROM item) judged
            GROUP BY entity""",
            today=today,
            lead=lead,
        )

    def _select_items(self, company):
        """SQL of open receivables of `payer`; `out`: not to be asked for."""
        return SQL(
            """SELECT payer.entity, l.id, l.move_id, l.amount_residual AS left_over,
                COALESCE(l.date_maturity, l.date) AS due, m.invoice_user_id AS seller,
                (l.no_followup IS TRUE OR m.payment_state = 'blocked') AS out,
                d.id IS NOT NULL AS disputed,
                EXISTS (SELECT 1 FROM stm_collection_plan_move_rel r JOIN stm_collection_plan o
                    ON o.id = r.plan_id AND o.state = 'open' WHERE r.move_id = m.id) AS planned,
                EXISTS (SELECT 1 FROM stm_collection_writeoff_move_rel r JOIN stm_collection_writeoff o
                    ON o.id = r.writeoff_id AND o.state = 'asked' WHERE r.move_id = m.id) AS proposed
            FROM payer
            JOIN account_move_line l ON l.partner_id = payer.id
            JOIN account_account a ON a.id = l.account_id
            JOIN account_move m ON m.id = l.move_id
            LEFT JOIN stm_collection_dispute d ON d.move_id = m.id AND d.state = 'open'
            WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted' AND l.company_id = %s
                AND a.account_type = 'asset_receivable'""",
            company.id,
        )

    def _leave_to_orders(self, company, rows, today, lead):
        """Take from what is unapplied what open orders were paid with: overdue invoices stay unpaid.

        Before anything is due, money for an order pays its invoices that soon are.
        """
        loose = {row["entity"]: row for row in rows if Decimal(row["unapplied"]) > 0}
        soon = {partner for partner, row in loose.items() if not Decimal(row["due"])}
        exposure = self.env["stm.credit.exposure"]
        for partners, due in ((loose.keys() - soon, today), (soon, today + timedelta(days=lead))):
            for partner, orders in exposure._get_reserved(company, sorted(partners), due).items():
                row = loose[partner]
                row["unapplied"] = max(Decimal(row["unapplied"]) - sum(orders.values()), Decimal(0))
