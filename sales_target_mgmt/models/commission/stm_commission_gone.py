from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from .stm_commission_succession import DOCUMENTS


class Gone(NamedTuple):
    """What the ledger says of a sale, by the names that a fact has."""

    document: str
    document_key: tuple
    customer: str
    team_id: int
    line_id: int


class StmCommissionEngine(models.AbstractModel):
    """What is taken back says of which document, also where that is not in the books any more."""

    _inherit = "stm.commission.engine"

    def _read_gone(self, book, lines):
        """Sales that are no longer the payee's, as the entries say from which something is taken back.

        An invoice was cancelled or deleted, somebody taken out of a split. One query where there is such
        a sale, none elsewhere.

        :param lines: :class:`~.stm_commission_draws.Line` items
        :return: (component, payee id, source key) → :class:`Gone`
        """
        keys = {
            (line.code, line.payee, line.row.key)
            for line in lines
            if not line.row.credit and line.row.key.partition(":")[0] in DOCUMENTS
        }
        if not keys:
            return {}
        codes, payees, sources = map(list, zip(*keys, strict=True))
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (component, payee_id, source_key) component, payee_id, source_key,
                    document, document_model, document_id, customer, team_id, line_id
                FROM stm_commission_entry
                WHERE lineage_id = %s AND posted AND document IS NOT NULL
                    AND (component, payee_id, source_key) IN (
                        SELECT * FROM unnest(%s::varchar[], %s::integer[], %s::varchar[]))
                ORDER BY component, payee_id, source_key, id DESC""",
                book.origin.id,
                codes,
                payees,
                sources,
            )
        )
        return {
            (code, payee, source): Gone(document, (model, id_), customer, team, line)
            for code, payee, source, document, model, id_, customer, team, line in rows
        }
