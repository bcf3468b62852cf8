from datetime import timedelta

from odoo import models
from odoo.tools import SQL


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
