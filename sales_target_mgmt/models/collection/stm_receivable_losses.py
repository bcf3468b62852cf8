from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ...tools.payout import rounded
from ...tools.provision import LATE_DAYS, Cohort, Row


class StmReceivableLosses(models.AbstractModel):
    """Reads what of receivables was lost, in few statements for all customers of a company.

    An entry writes off what it takes off receivables and books to an account of losses, also as the
    rest of a payment; with taxes that come back, the part that does not. A debt is written off, or
    paid, or credited: what a write-off settles was never paid.
    """

    _name = "stm.receivable.losses"
    _description = "Losses of Receivables"

    @api.model
    @api.private
    def _read_losses(self, company, as_of, days):
        """What was written off and invoiced in so many days up to a day.

        :return: commercial entity id → (written off, invoiced without taxes); None where the company
            has set no account of losses
        """
        if not company._get_stm_loss_accounts():
            return None
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """WITH loss AS (%(losses)s)
                SELECT entity, SUM(lost)::text, SUM(revenue)::text FROM (
                    SELECT payer.commercial_partner_id AS entity, 0 AS lost,
                        m.amount_untaxed_signed AS revenue
                    FROM account_move m JOIN res_partner payer ON payer.id = m.partner_id
                    WHERE m.state = 'posted' AND m.company_id = %(company)s
                        AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                        AND m.date <= %(as_of)s AND m.date > %(since)s
                    UNION ALL
                    SELECT payer.commercial_partner_id, -l.balance * loss.share, 0
                    FROM %(source)s JOIN loss ON loss.move_id = l.move_id
                    WHERE %(where)s AND l.date <= %(as_of)s AND l.date > %(since)s
                ) found GROUP BY entity""",
                losses=self._select_losses(company),
                company=company.id,
                as_of=as_of,
                since=as_of - timedelta(days=days),
                source=self.env["stm.receivable"]._from(),
                where=self.env["stm.receivable"]._where(company, None),
            )
        )
        unit = str(company.currency_id.rounding)
        return {partner: (rounded(lost, unit), Decimal(revenue)) for partner, lost, revenue in rows}

    @api.model
    @api.private
    def _read_rates(self, company, as_of):
        """What is expected to be lost, by the newest loss allowance until a day.

        :return: (its day, {ageing bucket: rate from 0 to 1, its outlook included}); (None, {}) without one
        """
        self.env["stm.receivable.provision"].flush_model(["company_id", "date", "factor"])
        self.env["stm.receivable.provision.line"].flush_model(["provision_id", "bucket", "rate"])
        rows = self.env.execute_query(
            SQL(
                """SELECT p.date, l.bucket, l.rate::text, p.factor::text
                FROM stm_receivable_provision_line l
                JOIN (
                    SELECT id, date, factor FROM stm_receivable_provision
                    WHERE company_id = %s AND date <= %s ORDER BY date DESC, id DESC LIMIT 1
                ) p ON p.id = l.provision_id""",
                company.id,
                as_of,
            )
        )
        rates = {
            bucket: Row(Decimal(0), Decimal(rate), Decimal(factor)).loss_rate
            for _day, bucket, rate, factor in rows
        }
        return rows[0][0] if rows else None, rates

    @api.model
    @api.private
    def _read_cohort(self, company, first, last, as_of):
        """What became of the invoices that were due between two days, both included.

        Read by invoice from what settled it and when: what was still to be paid at the end of the due
        date entered the first bucket, what was 30 days later the second, and so on. Lost is what was
        written off or is unpaid on the last day.

        :return: a :class:`Cohort`
        """
        self._flush()
        late = SQL(", ").join(
            SQL("GREATEST(0, d.amount - COALESCE(SUM(p.paid) FILTER (WHERE p.day <= d.due + %s), 0))", after)
            for after in LATE_DAYS
        )
        [row] = self.env.execute_query(
            SQL(
                """WITH loss AS (%(losses)s), debt AS (
                    SELECT l.id, l.balance AS amount, COALESCE(l.date_maturity, l.date) AS due
                    FROM %(source)s JOIN account_move m ON m.id = l.move_id
                    WHERE %(where)s AND m.move_type IN ('out_invoice', 'out_receipt') AND l.balance > 0
                        AND COALESCE(l.date_maturity, l.date) BETWEEN %(first)s AND %(last)s
                ), settled AS (
                    SELECT d.id, r.max_date AS day, r.amount * (1 - COALESCE(loss.share, 0)) AS paid
                    FROM debt d
                    JOIN account_partial_reconcile r ON r.debit_move_id = d.id AND r.max_date <= %(as_of)s
                    JOIN account_move_line c ON c.id = r.credit_move_id
                    LEFT JOIN loss ON loss.move_id = c.move_id
                ), rolled (amount, late_0, late_1, late_2, late_3, lost) AS (
                    SELECT d.amount, %(late)s, GREATEST(0, d.amount - COALESCE(SUM(p.paid), 0))
                    FROM debt d LEFT JOIN settled p ON p.id = d.id GROUP BY d.id, d.amount, d.due
                )
                SELECT COALESCE(SUM(amount), 0)::text, COALESCE(SUM(late_0), 0)::text,
                    COALESCE(SUM(late_1), 0)::text, COALESCE(SUM(late_2), 0)::text,
                    COALESCE(SUM(late_3), 0)::text, COALESCE(SUM(lost), 0)::text
                FROM rolled""",
                losses=self._select_losses(company),
                source=self.env["stm.receivable"]._from(),
                where=self.env["stm.receivable"]._where(company, None),
                first=first,
                last=last,
                as_of=as_of,
                late=late,
            )
        )
        *entered, lost = (rounded(amount, str(company.currency_id.rounding)) for amount in row)
        return Cohort(tuple(entered), lost)

    def _select_losses(self, company):
        """SQL of entries that write off: `move_id`, and `share` of what they take off receivables."""
        return SQL(
            """SELECT l.move_id, LEAST(1, SUM(l.balance) FILTER (WHERE l.account_id = ANY(%(accounts)s))
                / -SUM(l.balance) FILTER (WHERE a.account_type = 'asset_receivable')) AS share
            FROM account_move_line l JOIN account_account a ON a.id = l.account_id
            WHERE l.parent_state = 'posted' AND l.move_id IN (
                SELECT b.move_id FROM account_move_line b
                WHERE b.account_id = ANY(%(accounts)s) AND b.company_id = %(company)s
                    AND b.parent_state = 'posted')
            GROUP BY l.move_id
            HAVING SUM(l.balance) FILTER (WHERE l.account_id = ANY(%(accounts)s))
                * SUM(l.balance) FILTER (WHERE a.account_type = 'asset_receivable') < 0""",
            accounts=company._get_stm_loss_accounts().ids,
            company=company.id,
        )

    def _flush(self):
        self.env["stm.receivable"]._flush()
        self.env["account.move"].flush_model(["state", "company_id", "date", "amount_untaxed_signed"])
