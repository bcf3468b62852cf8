from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .sale_order import QUOTATION

DEPENDS = {
    "sale.order": [
        "name", "reference", "stm_given_name", "stm_given_reference", "state", "company_id",
        "partner_invoice_id",
    ],
    "account.move": ["ref"],
    "account.move.line": [
        "move_id", "parent_state", "company_id", "partner_id", "account_id", "amount_residual", "reconciled",
        "balance",
    ],
    "account.payment": [
        "move_id", "state", "partner_type", "company_id", "partner_id", "amount_company_currency_signed",
        "memo", "payment_reference", "payment_transaction_id",
    ],
    "account.bank.statement.line": ["move_id", "payment_ref", "is_reconciled", "amount", "partner_id"],
    "account.journal": ["suspense_account_id"],
    "account.account": ["account_type"],
    "res.partner": ["commercial_partner_id"],
}  # fmt: skip


class StmCreditExposure(models.AbstractModel):
    """Money by plain bank transfer that names the order it is for.

    What is named for an order counts as received for it, as an online payment does. It is named
    where the number or the payment reference of the order stands as a word of its own in the text of
    the money, and the payer is the order's; not where a user typed it, see `sale_order_given.py`.
    Money that names several orders counts for the first one: nothing counts twice. Three kinds:

    - receivables of payments and of bank statements that nothing is settled with yet, and payments
      that have no entry: exposures have them as `unapplied` and `received` already, so that such
      money never also makes room for other orders while the named one is a quotation,
    - lines of bank statements that nobody has matched yet: exposures do not know them, for they may
      be the same money as a payment that was entered before. Of the two the larger one counts, also
      where a bank fee makes them differ; a payment of the same amount that names no order makes room
      already, and the line none. A payment that names no order and has another amount than the line
      cannot be told from other money: both count until somebody matches them.

    Payments that belong to an online transaction count by that, see `sale_order_advance.py`.
    """

    _inherit = "stm.credit.exposure"

    @api.model
    @api.private
    def _get_named_money(self, company, partners):
        """What is named for orders of these customers, in company currency.

        :param partners: commercial entities, or their ids
        :return: order id → (in the exposure already, on bank statements only), Decimals
        """
        for model, names in DEPENDS.items():
            self.env[model].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """WITH payer AS NOT MATERIALIZED (
                    SELECT p.id, p.commercial_partner_id AS entity FROM res_partner p
                    WHERE p.commercial_partner_id = ANY(%(ids)s)
                ), money AS MATERIALIZED (
                    SELECT *, ROW_NUMBER() OVER () AS id FROM (%(money)s) all_money
                ), meant AS (%(meant)s)
                SELECT meant.order_id, SUM(money.amount) FILTER (WHERE NOT money.is_bank)::text,
                    SUM(money.amount) FILTER (WHERE money.is_bank)::text
                FROM meant JOIN money ON money.id = meant.id
                WHERE NOT (money.is_bank AND EXISTS (
                    SELECT 1 FROM money other WHERE other.entity = money.entity AND NOT other.is_bank
                        AND other.amount = money.amount
                        AND NOT EXISTS (SELECT 1 FROM meant named WHERE named.id = other.id)))
                GROUP BY meant.order_id""",
                ids=list(getattr(partners, "ids", partners)),
                money=self._select_money(company),
                meant=self._select_meant(company),
            )
        )
        return {order: (Decimal(booked or 0), Decimal(bank or 0)) for order, booked, bank in rows}

    @api.model
    @api.private
    def _get_reserved(self, company, partners, due=None):
        """What these customers have paid in advance for orders, own and others': it is for nothing else.

        The one definition: the guard and what an account has free leave to a quotation what was paid
        for it, and who reminds customers takes no money for overdue invoices that an order was paid
        with.

        :param due: None: of quotations, whose amounts exposures do not have. A day: of confirmed
            orders too, without what their own invoices ask for until that day. What was paid online for
            an order of somebody else is left to it, confirmed or not, until its invoice takes it
        :return: partner id → {order id: Decimal}, see :meth:`~.SaleOrder._get_stm_reserved`
        """
        if not partners:
            return {}
        named = self._get_named_money(company, partners)
        paid = Domain("transaction_ids.state", "=", "done")
        paid |= Domain("transaction_ids.child_transaction_ids.state", "=", "done")
        is_open = Domain("state", "in", QUOTATION)
        if due:
            # what was paid online and is invoiced is matched with the invoice
            paid &= is_open | Domain("invoice_status", "not in", ("invoiced", "upselling"))
            is_open |= Domain("state", "=", "sale")
        own = is_open & Domain("partner_invoice_id.commercial_partner_id", "in", list(partners))
        own &= Domain("id", "in", list(named)) | paid
        # an order of somebody else needs the money until its invoice takes it
        others = Domain("transaction_ids.partner_id.commercial_partner_id", "in", list(partners))
        others &= Domain("state", "in", (*QUOTATION, "sale"))
        others &= Domain("invoice_status", "not in", ("invoiced", "upselling"))
        # one after the other: with OR between them PostgreSQL would read all orders
        everything, of_company = self.env["sale.order"].sudo(), Domain("company_id", "=", company.id)
        orders = everything.search(of_company & own) | everything.search(of_company & others)
        reserved, wanted = defaultdict(dict), set(partners)
        for order in orders:
            payer = order._get_stm_payers()
            # others may have paid for a confirmed one, which exposures have already
            if payer.id in wanted and (due or order.state in QUOTATION):
                reserved[payer.id][order.id] = order._get_stm_reserved(named, due)
            for other, amount in order._get_stm_paid_online().items():
                if other.id in wanted and other != payer and amount > 0:
                    reserved[other.id][order.id] = amount
        return dict(reserved)

    def _select_money(self, company):
        """SQL of (entity, text, amount, is_bank) of money of the CTE `payer` that is not used up."""
        return SQL(
            """SELECT payer.entity, CONCAT_WS(' ', p.memo, p.payment_reference, s.payment_ref, m.ref) AS text,
                -l.amount_residual AS amount, FALSE AS is_bank
            FROM payer
            JOIN account_move_line l ON l.partner_id = payer.id AND l.company_id = %(company)s
            JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
            JOIN account_move m ON m.id = l.move_id
            LEFT JOIN account_payment p ON p.move_id = m.id
            LEFT JOIN account_bank_statement_line s ON s.move_id = m.id
            WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted' AND l.amount_residual < 0
                AND (p.id IS NOT NULL OR s.id IS NOT NULL) AND p.payment_transaction_id IS NULL
            UNION ALL
            SELECT payer.entity, CONCAT_WS(' ', p.memo, p.payment_reference),
                p.amount_company_currency_signed, FALSE
            FROM payer JOIN account_payment p ON p.partner_id = payer.id
            WHERE p.move_id IS NULL AND p.state = 'in_process' AND p.partner_type = 'customer'
                AND p.company_id = %(company)s AND p.payment_transaction_id IS NULL
            UNION ALL
            SELECT payer.entity, CONCAT_WS(' ', s.payment_ref, m.ref), -l.balance, TRUE
            FROM payer
            JOIN account_bank_statement_line s ON s.partner_id = payer.id
            JOIN account_move m ON m.id = s.move_id AND m.state = 'posted' AND m.company_id = %(company)s
            JOIN account_journal j ON j.id = m.journal_id
            JOIN account_move_line l ON l.move_id = m.id AND l.account_id = j.suspense_account_id
            WHERE s.is_reconciled IS NOT TRUE AND s.amount > 0""",
            company=company.id,
        )

    def _select_meant(self, company):
        """SQL of (id of the money, order that it names first), by labels that no user gave."""
        return SQL(
            r"""SELECT DISTINCT ON (money.id) money.id, o.id AS order_id
            FROM money
            JOIN payer ON payer.entity = money.entity
            JOIN sale_order o ON o.partner_invoice_id = payer.id AND o.state <> 'cancel'
                AND o.company_id = %(company)s
            CROSS JOIN LATERAL (
                VALUES (o.name, o.stm_given_name), (o.reference, o.stm_given_reference)
            ) label (text, given)
            WHERE label.text <> '' AND label.text IS DISTINCT FROM label.given
                AND POSITION(LOWER(label.text) IN LOWER(money.text)) > 0
                AND money.text ~* CONCAT('(^|[^A-Za-z0-9_])',
                    REGEXP_REPLACE(label.text, '(\W)', '\\\1', 'g'), '($|[^A-Za-z0-9_])')
            ORDER BY money.id, POSITION(LOWER(label.text) IN LOWER(money.text)), LENGTH(label.text) DESC,
                o.id""",
            company=company.id,
        )
