from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from odoo import models
from odoo.tools import SQL

from ...tools.payout import NEARLY
from ..achievement.stm_achievement_payments import CASH_SHARE, GIVEN_BACK, OWED, settled

# the part of a payment entry that is a discount for early payment, with the tax on it
DISCOUNT_SHARE = """CASE WHEN BOOL_OR(x.account_id IN (c.loss, c.gain)) THEN COALESCE(
        -SUM(x.balance) FILTER (
            WHERE x.account_id IN (c.loss, c.gain) OR x.tax_repartition_line_id IS NOT NULL)
        / NULLIF(SUM(x.balance) FILTER (WHERE xa.account_type = 'asset_receivable'), 0), 0)
    ELSE 0 END"""
# of which documents something is settled by a credit note, a discount, or at another rate
ODD = """
    SELECT i.move_id FROM owner c
    JOIN account_move refund ON refund.company_id = c.id
        AND refund.move_type = 'out_refund' AND refund.state = 'posted'
    JOIN account_move_line k ON k.move_id = refund.id
    JOIN account_partial_reconcile r ON r.credit_move_id = k.id
    JOIN account_move_line i ON i.id IN (r.debit_move_id, r.credit_move_id)
    WHERE r.max_date BETWEEN %(first)s AND %(until)s
    UNION
    SELECT i.move_id FROM owner c
    JOIN account_move_line e ON e.account_id IN (c.loss, c.gain)
    JOIN account_move_line cash ON cash.move_id = e.move_id
    JOIN account_partial_reconcile r ON cash.id IN (r.debit_move_id, r.credit_move_id)
    JOIN account_move_line i ON i.id IN (r.debit_move_id, r.credit_move_id)
    WHERE r.max_date BETWEEN %(first)s AND %(until)s
    UNION
    SELECT i.move_id FROM owner c
    JOIN account_partial_reconcile r ON r.company_id = c.id
    JOIN account_move_line i ON i.id IN (r.debit_move_id, r.credit_move_id)
    WHERE r.max_date BETWEEN %(first)s AND %(until)s AND (r.exchange_move_id IS NOT NULL
        OR r.debit_currency_id <> c.currency_id OR r.credit_currency_id <> c.currency_id)"""
FLUSHED = {
    "account.partial.reconcile": None,
    "account.move.line": ["account_id", "balance", "move_id", "tax_repartition_line_id"],
    "res.company": [
        "account_journal_early_pay_discount_loss_account_id",
        "account_journal_early_pay_discount_gain_account_id",
    ],
}


class Offset(NamedTuple):
    """What a reconciliation settles of a document.

    :ivar other_id: the credit note or invoice that settles it; None for a payment
    :ivar takes_back: whether the document is a credit note
    :ivar value: share of the document; what is written off is no part of it
    :ivar share: the part of that which is no money; negative where the money was worth more
    """

    partial_id: int
    move_id: int
    other_id: int | None
    takes_back: bool
    date: Any
    value: Decimal
    share: Decimal
    payment_name: str
    document: str


class StmCommissionEngine(models.AbstractModel):
    """What settles an invoice without being money counts where all has to be settled.

    A credit note does, a discount for early payment and the difference between two exchange rates; a
    write-off, netting with what is owed to the customer and any other entry do not. A credit note is
    settled by money or by an invoice, and by that one not before it is settled itself: until then
    nothing of it has become payable from which something could be taken back.
    """

    _inherit = "stm.commission.engine"

    def _get_offsets(self, book):
        """:class:`Offset` items of the company's documents that are not all money; one statement."""
        found = self._read_settlements(book)
        settled_on = _get_settled_days(found)
        offsets = []
        for one in found:
            if one.takes_back and one.other_id:
                day = settled_on.get(one.other_id)
                offsets += [one._replace(date=max(day, one.date))] if day else []
            elif abs(one.share) > NEARLY:
                offsets.append(one)
        return offsets

    def _read_settlements(self, book):
        """All that settles a document of which some part is not settled by money alone."""
        for model, names in FLUSHED.items():
            self.env[model].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """WITH owner AS (
                    SELECT id, currency_id, account_journal_early_pay_discount_loss_account_id AS loss,
                        account_journal_early_pay_discount_gain_account_id AS gain
                    FROM res_company WHERE id = %(company)s
                ), odd AS (%(odd)s)
                %(invoices)s UNION ALL %(refunds)s""",
                company=book.company,
                # what refunds take back is from before the first day
                odd=SQL(ODD, first=book.past_from if book.past else book.first, until=book.until),
                invoices=SQL(_settlements("debit_move_id", "credit_move_id", OWED, GIVEN_BACK)),
                refunds=SQL(_settlements("credit_move_id", "debit_move_id", GIVEN_BACK, OWED)),
            )
        )
        offsets = (Offset(*row) for row in rows)
        return [one._replace(value=Decimal(one.value), share=Decimal(one.share)) for one in offsets]


def _settlements(side, other_side, kinds, others):
    """SQL of :class:`Offset` columns; its parts add up to 1 where nothing is open or written off.

    :param side: column of the partial that points to the document
    :param kinds: types of the document, and of the `others` that may settle it
    """
    money = f"GREATEST(paid.cash, 0) * {settled(side, other_side)}"
    value = f"""r.amount * CASE WHEN cm.move_type IN {_quoted(others)} THEN 1
        WHEN cm.move_type <> 'entry' THEN 0
        WHEN EXISTS (SELECT FROM account_partial_reconcile e WHERE e.exchange_move_id = cm.id) THEN 1
        ELSE LEAST(1, GREATEST(paid.cash, 0) + paid.discount) END"""
    return f"""
        SELECT r.id, m.id, CASE WHEN cm.move_type <> 'entry' THEN cm.id END, m.move_type = 'out_refund',
            CASE WHEN cm.move_type = 'entry' THEN cm.date ELSE r.max_date END,
            ({value} / ABS(m.amount_total_signed))::text,
            (({value} - CASE WHEN cm.move_type = 'entry' THEN {money} ELSE 0 END)
                / ABS(m.amount_total_signed))::text,
            cm.name, m.name
        FROM odd
        JOIN account_move m ON m.id = odd.move_id
        JOIN owner c ON c.id = m.company_id
        JOIN account_move_line i ON i.move_id = m.id
        JOIN account_account receivable ON receivable.id = i.account_id
            AND receivable.account_type = 'asset_receivable'
        JOIN account_partial_reconcile r ON r.{side} = i.id
        JOIN account_move_line cash ON cash.id = r.{other_side}
        JOIN account_move cm ON cm.id = cash.move_id
        JOIN account_journal journal ON journal.id = cm.journal_id
        LEFT JOIN account_payment pay ON pay.id = cm.origin_payment_id
        CROSS JOIN LATERAL (
            SELECT {CASH_SHARE} AS cash, {DISCOUNT_SHARE} AS discount
            FROM account_move_line x
            JOIN account_account xa ON xa.id = x.account_id
            WHERE x.move_id = cm.id
        ) paid
        WHERE m.state = 'posted' AND m.move_type IN {_quoted(kinds)} AND m.amount_total_signed <> 0
        """  # noqa: S608  the parameters are names of columns and kinds of moves


def _quoted(kinds):
    return f"({', '.join(map(repr, kinds))})"


def _get_settled_days(found):
    """Id of a document → day on which the last part of it was settled; of settled ones only."""
    sums, days = defaultdict(Decimal), {}
    for one in sorted(found, key=lambda one: one.date):
        sums[one.move_id] += one.value
        if sums[one.move_id] > 1 - NEARLY:
            days.setdefault(one.move_id, one.date)
    return days
