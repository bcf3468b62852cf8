from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ...tools.pots import CLIMBING


class StmCommissionEngine(models.AbstractModel):
    """A computation of some periods only knows by this which refunds take back what was credited."""

    _inherit = "stm.commission.engine"

    def _read_past(self, book):
        """Facts from before the first day that refunds since then take back.

        One statement where there are such refunds, none where all periods are read.

        :return: :class:`~..achievement.stm_achievement_credits.CreditFact` items
        """
        sources = sorted(book.sources - {"order"})
        moves = book.get_taken_moves() if sources and book.past_from else ()
        if not moves:
            return []
        return self.env["stm.achievement"]._get_credit_facts(
            sources,
            book.company,
            book.past_from,
            book.first - timedelta(days=1),
            SQL("stm_achievement.move_id = ANY(%s)", list(moves)),
            with_margin=book.needs_margin,
        )

    def _read_past_paid(self, book):
        """(code, payee id) → key → (base, amount) that sales from before the first day had earned.

        Of what is in statements, posted or open; one statement where a refund takes back such a sale.
        """
        if not book.past:
            return {}
        found = defaultdict(dict)
        for code, payee, key, base, amount in self.env.execute_query(
            SQL(
                """SELECT component, payee_id, source_key, SUM(base)::text, SUM(amount)::text
                FROM stm_commission_entry
                WHERE lineage_id = %s AND source_key = ANY(%s) AND kind IN %s AND pot_date < %s
                GROUP BY component, payee_id, source_key""",
                book.origin.id,
                [fact.key for fact in book.past],
                CLIMBING,
                book.first,
            )
        ):
            found[code, payee][key] = Decimal(base), Decimal(amount)
        return found
