from decimal import Decimal
from typing import Any, NamedTuple

from odoo import models
from odoo.tools import SQL

from ...tools.settlement import Credit, Row
from .stm_commission_draws import Line
from .stm_commission_entry import CORRECTION

# of the first line of a reason, as the name of a document
LENGTH = 80


class CorrectionFact(NamedTuple):
    """An approved adjustment, as far as an entry names its document."""

    document: str
    document_key: tuple
    day: Any
    amount: Decimal
    customer: str | None = None
    line_id: int | None = None
    team_id: int | None = None


class StmCommissionEngine(models.AbstractModel):
    _inherit = "stm.commission.engine"

    def _get_corrections_sql(self, book):
        """(payee id, day, id, NULL, amount, reason) of the plan's approved adjustments."""
        return SQL(
            """SELECT payee_id, date, id, NULL, amount::text, reason FROM stm_commission_correction
            WHERE lineage_id = %s AND state = 'approved' AND GREATEST(date, %s) >= %s AND %s""",
            book.origin.id,
            book.origin.date_from,
            book.ledger_from,
            self._of_payees(book),
        )

    def _add_correction(self, book, payee, day, id_, amount, reason):
        book.corrections[payee, f"{CORRECTION}:{id_}"] = CorrectionFact(
            reason.strip().partition("\n")[0][:LENGTH],
            ("stm.commission.correction", id_),
            max(day, book.origin.date_from),
            Decimal(amount),
        )

    def _note_corrected(self, book, payee, key, period, amount):
        before, _period = book.corrected.get((payee, key), (Decimal(0), period))
        book.corrected[payee, key] = before + Decimal(amount), period

    def _get_correction_lines(self, book):
        """What is wanted of each adjustment and not posted yet; what is not wanted goes back."""
        lines = []
        for payee, key in sorted({*book.corrections, *book.corrected}):
            fact = book.corrections.get((payee, key))
            wanted = fact.amount if fact and fact.day <= book.until else Decimal(0)
            posted, period = book.corrected.get((payee, key), (Decimal(0), None))
            amount = wanted - posted
            if not amount:
                continue
            day = fact.day if wanted else book.until
            period = period or book.get_period(day).date_from
            credit = fact and Credit(key, key, day, period, Decimal(0), fact=(fact, None))
            row = Row("adjustment", key, period, "", day, amount, amount, credit=credit)
            lines.append(Line(CORRECTION, payee, row, book.get_target(payee, row)))
        return lines
