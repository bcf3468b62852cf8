"""SQL of what was really paid, a source of `stm.achievement`."""

from ..stm_money import MONEY_JOURNALS
from .stm_achievement_columns import CODES
from .stm_achievement_sources import INVOICE_COLUMNS, INVOICE_MARGIN, MOVE_SIGN
from .stm_achievement_sql import COMPANY, PARTNER, UOM_FACTOR, Source, by_index, joined, pair_id, product

OWED = ("out_invoice", "out_receipt")
GIVEN_BACK = ("out_refund",)
# columns of the partial that point to the document and to the money, and types of documents
SIDES = (("debit_move_id", "credit_move_id", OWED), ("credit_move_id", "debit_move_id", GIVEN_BACK))
# Of what a payment settles, the part that is money: a payment entry may also carry a
# write-off, a bank fee or an early-payment discount against the same receivable. What it
# takes and gives on receivables is netted: a transfer that leaves out a credit note is
# all money.
CASH_SHARE = f"""LEAST(1, COALESCE(-SUM(x.balance) FILTER (WHERE
        xa.account_type <> 'asset_receivable' AND (
            xa.account_type IN ('asset_cash', 'liability_credit_card')
            OR x.account_id = pay.outstanding_account_id
            OR journal.type IN {MONEY_JOURNALS} AND (
                x.account_id = journal.default_account_id
                OR EXISTS (SELECT 1 FROM account_payment_method_line method
                    WHERE method.journal_id = journal.id AND method.payment_account_id = x.account_id))))
    / NULLIF(SUM(x.balance) FILTER (WHERE xa.account_type = 'asset_receivable'), 0), 0))"""  # noqa: S608  a constant

PAYMENT_COLUMNS = {
    **INVOICE_COLUMNS,
    "id": pair_id(CODES["payment"], "r.id"),
    "date": "cm.date",
    "partial_id": "r.id",
    "amount": "-l.balance * paid.share",
    "margin": f"{INVOICE_MARGIN} * paid.share",
    "quantity": f"{MOVE_SIGN} * l.quantity * {UOM_FACTOR} * paid.share",
    "payment_name": "cash.move_name",
}


def payment_sources():
    """What was really paid on invoices, spread over their lines, at the payment's date.

    The untaxed share of a line is its part of the invoice with tax; with the parts of
    the other lines and of the taxes it adds up to the payment. Left unrounded. What was
    given back on a refund is negative, as the refund's lines are; refunds are few, and apart
    from the others they cost next to nothing.
    """
    return [
        Source(PAYMENT_COLUMNS, payment_tables(joined, *sides), payment_tables(by_index, *sides))
        for sides in SIDES
    ]


def prepaid_sources(day):
    """What was paid before a day on documents since that day; see :func:`payment_sources`.

    A reconciliation has the later day of its two sides, which says by itself which ones may be meant.

    :param day: a `date`
    """
    condition = f"r.max_date >= '{day}' AND cm.date < '{day}'"
    return [Source(PAYMENT_COLUMNS, payment_tables(joined, *sides, condition=condition)) for sides in SIDES]


def payment_tables(join, invoice_side, cash_side, kinds, lines=None, condition=None):
    """SQL of the tables and conditions of what was paid.

    :param invoice_side: column of the partial that points to the invoice
    :param cash_side: the other column
    :param kinds: types of the moves that are owed on the invoice's side
    :param lines: FROM by which lines ``l`` and their invoices ``m`` are found before the payments
    :param condition: SQL by which reconciliations ``r`` are found before their payments ``cm``
    """
    types = ", ".join(f"'{kind}'" for kind in kinds)
    share = f"{CASH_SHARE} * {settled(invoice_side, cash_side)} / ABS(NULLIF(m.amount_total_signed, 0))"
    from_cash = f"""account_move cm
        {join("account_move_line", "cash", "cash.move_id = cm.id")}
        {join("account_partial_reconcile", "r", f"r.{cash_side} = cash.id")}
        JOIN account_move_line i ON i.id = r.{invoice_side}
        JOIN account_move m ON m.id = i.move_id"""
    from_partials = f"""account_partial_reconcile r
        JOIN account_move_line cash ON cash.id = r.{cash_side}
        JOIN account_move cm ON cm.id = cash.move_id
        JOIN account_move_line i ON i.id = r.{invoice_side}
        JOIN account_move m ON m.id = i.move_id"""
    from_lines = f"""{lines}
        JOIN account_move_line i ON i.move_id = m.id
        JOIN account_partial_reconcile r ON r.{invoice_side} = i.id
        JOIN account_move_line cash ON cash.id = r.{cash_side}
        JOIN account_move cm ON cm.id = cash.move_id"""
    return f"""
        FROM {from_lines if lines else from_partials if condition else from_cash}
        JOIN account_account receivable ON receivable.id = cash.account_id
        JOIN account_journal journal ON journal.id = cm.journal_id
        LEFT JOIN account_payment pay ON pay.id = cm.origin_payment_id
        {COMPANY.format(owner="m.company_id")}
        CROSS JOIN LATERAL (
            SELECT {share} AS share
            FROM account_move_line x
            JOIN account_account xa ON xa.id = x.account_id
            WHERE x.move_id = cm.id
        ) paid
        {"" if lines else join("account_move_line", "l", "l.move_id = m.id")}
        {PARTNER.format(partner="m.partner_id")}
        {product(join)}
        WHERE receivable.account_type = 'asset_receivable' AND cm.state = 'posted' AND cm.move_type = 'entry'
            AND m.state = 'posted' AND m.move_type IN ({types}) AND l.display_type = 'product'
            AND paid.share > 0 {f"AND {condition}" if condition else ""}
        """  # noqa: S608  the parameters are names of columns and kinds of moves


def settled(invoice_side, cash_side):
    """SQL of what a partial settles, in the company's currency at the payment's own rate.

    Its parts then add up to the payment. The exchange difference is an entry of its own and no
    money, but where it takes up a rest of the payment, that rest was money too.
    """
    currency_amount = cash_side.replace("move_id", "amount_currency")
    return f"""CASE
        WHEN cash.currency_id <> c.currency_id AND cash.amount_currency <> 0
            THEN r.{currency_amount} * ABS(cash.balance / cash.amount_currency)
        WHEN r.exchange_move_id IS NULL THEN r.amount
        ELSE r.amount + COALESCE((
            SELECT SUM(rest.amount) FROM account_partial_reconcile rest
            JOIN account_move_line e ON e.id = rest.{invoice_side}
            WHERE rest.{cash_side} = cash.id AND e.move_id = r.exchange_move_id), 0)
        END"""  # noqa: S608  the parameters are names of columns
