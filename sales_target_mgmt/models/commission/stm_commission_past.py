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

        Their payments of that time are noted in the book: what who has left had not lost by the last
        day is told by them. One statement where there are such refunds, none where all periods are read.

        :return: :class:`~..achievement.stm_achievement_credits.CreditFact` items
        """
        sources = book.sources - {"order"}
        moves = book.get_taken_moves() if sources and book.past_from else ()
        if not moves:
            return []
        facts = self.env["stm.achievement"]._get_credit_facts(
            sorted(sources | ({"payment"} if book.needs_payments else set())),
            book.company,
            book.past_from,
            book.first - timedelta(days=1),
            SQL("stm_achievement.move_id = ANY(%s)", list(moves)),
            with_margin=book.needs_margin,
        )
        book.add_payments(facts)
        return [fact for fact in facts if fact.source in sources]

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
