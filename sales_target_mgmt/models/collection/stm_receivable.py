from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ...tools.account_statement import Movement, OpenItem
from ..stm_money import is_money

# what is flushed before the ledger is read
DEPENDS = {
    "account.move.line": [
        "move_id", "parent_state", "company_id", "partner_id", "account_id", "date", "date_maturity",
        "balance", "reconciled", "currency_id", "amount_currency",
    ],
    "account.move": [
        "name", "ref", "payment_reference", "move_type", "journal_id",
    ],
    "account.partial.reconcile": [
        "debit_move_id", "credit_move_id", "amount", "max_date", "debit_amount_currency",
        "credit_amount_currency",
    ],
    "account.account": ["account_type"],
    "res.partner": ["commercial_partner_id"],
}  # fmt: skip


class StmReceivable(models.AbstractModel):
    """Reads receivables from the ledger as they stood on any day, any number of customers at once.

    A customer is a commercial entity. What settles what counts from the later date of the two
    entries on (`max_date` of the reconciliation): then what is open adds up to the balance on every
    day. Record rules are not applied: the caller answers for who may see the customers.
    """

    _name = "stm.receivable"
    _description = "Receivables as of a Day"

    @api.model
    @api.private
    def _get_balances(self, company, partners, day):
        """Balances of the end of a day.

        :return: commercial entity id → Decimal, without those of zero
        """
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT payer.commercial_partner_id, SUM(l.balance)::text
                FROM %s WHERE %s AND l.date <= %s
                GROUP BY payer.commercial_partner_id HAVING SUM(l.balance) <> 0""",
                self._from(),
                self._where(company, partners),
                day,
            )
        )
        return {partner: Decimal(amount) for partner, amount in rows}

    @api.model
    @api.private
    def _get_movements(self, company, partners, date_from, date_to):
        """What was booked between two days, both included.

        :return: commercial entity id → list of `Movement` by date
        """
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT payer.commercial_partner_id,
                    CASE WHEN m.move_type IN ('out_invoice', 'out_receipt') THEN 'invoice'
                        WHEN m.move_type = 'out_refund' THEN 'credit_note'
                        WHEN %s THEN 'payment'
                        ELSE 'entry' END,
                    COALESCE(m.name, ''), COALESCE(NULLIF(m.ref, ''), m.payment_reference, ''), l.date,
                    MAX(l.date_maturity) FILTER (WHERE m.move_type = 'out_invoice'),
                    SUM(l.balance)::text, m.id,
                    CASE WHEN MIN(l.currency_id) = MAX(l.currency_id) THEN NULLIF(MIN(l.currency_id), %s) END,
                    SUM(l.amount_currency)::text
                FROM %s JOIN account_move m ON m.id = l.move_id
                WHERE %s AND l.date BETWEEN %s AND %s
                GROUP BY payer.commercial_partner_id, m.id, l.date HAVING SUM(l.balance) <> 0
                ORDER BY l.date, m.id""",
                is_money("m"),
                company.currency_id.id,
                self._from(),
                self._where(company, partners),
                date_from,
                date_to,
            )
        )
        found = defaultdict(list)
        for partner, kind, name, reference, date, due, amount, move, *foreign in rows:
            # an invoice's payment reference is its number as a rule
            reference = "" if reference == name else reference
            found[partner].append(
                Movement(
                    *(kind, name, reference, date, due, Decimal(amount), move), *self._read_foreign(*foreign)
                )
            )
        return found

    @api.model
    @api.private
    def _get_open_items(self, company, partners, as_of):
        """What was open at the end of a day.

        :return: commercial entity id → list of `OpenItem`
        """
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT o.entity, m.name, o.date, o.date_maturity, o.residual::text, m.id,
                    NULLIF(o.currency_id, %s), o.residual_currency::text
                FROM (%s) o JOIN account_move m ON m.id = o.move_id ORDER BY o.date_maturity, m.id""",
                company.currency_id.id,
                self._select_open(company, partners, as_of),
            )
        )
        found = defaultdict(list)
        for partner, name, date, due, residual, move, *foreign in rows:
            item = OpenItem(name or "", date, due, Decimal(residual), move, *self._read_foreign(*foreign))
            found[partner].append(item)
        return found

    def _read_foreign(self, currency, amount):
        """(code, amount) of a document in another currency than the company's; ("", None) of others."""
        return (self.env["res.currency"].browse(currency).name, Decimal(amount)) if currency else ("", None)

    @api.model
    @api.private
    def _select_open(self, company, partners, as_of):
        """SQL of the open lines as of a day.

        Its columns: id, move_id, entity, date, date_maturity, residual, currency_id, residual_currency.

        What is settled by now was open only if something settled it later: so that all that was ever
        paid need not be looked through.
        """
        return SQL(
            """SELECT l.id, l.move_id, payer.commercial_partner_id AS entity, l.date, l.date_maturity,
                l.balance - COALESCE(paid.amount, 0) + COALESCE(used.amount, 0) AS residual, l.currency_id,
                l.amount_currency - COALESCE(paid.own, 0) + COALESCE(used.own, 0) AS residual_currency
            FROM %(source)s
            LEFT JOIN LATERAL (
                SELECT SUM(r.amount) AS amount, SUM(r.debit_amount_currency) AS own
                FROM account_partial_reconcile r WHERE r.debit_move_id = l.id AND r.max_date <= %(as_of)s
            ) paid ON TRUE
            LEFT JOIN LATERAL (
                SELECT SUM(r.amount) AS amount, SUM(r.credit_amount_currency) AS own
                FROM account_partial_reconcile r WHERE r.credit_move_id = l.id AND r.max_date <= %(as_of)s
            ) used ON TRUE
            WHERE %(where)s AND l.date <= %(as_of)s
                AND (l.reconciled IS NOT TRUE OR l.id IN (
                    SELECT unnest(ARRAY[r.debit_move_id, r.credit_move_id])
                    FROM account_partial_reconcile r WHERE r.max_date > %(as_of)s))
                AND l.balance - COALESCE(paid.amount, 0) + COALESCE(used.amount, 0) <> 0""",
            source=self._from(),
            where=self._where(company, partners),
            as_of=as_of,
        )

    def _from(self):
        return SQL(
            """account_move_line l
            JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
            JOIN res_partner payer ON payer.id = l.partner_id"""
        )

    def _where(self, company, partners):
        """:param partners: commercial entities, or None for all"""
        return SQL(
            "l.parent_state = 'posted' AND l.company_id = %s%s",
            company.id,
            SQL()
            if partners is None
            else SQL(" AND payer.commercial_partner_id = ANY(%s)", list(partners.ids)),
        )

    def _flush(self):
        for model, names in DEPENDS.items():
            self.env[model].flush_model(names)
