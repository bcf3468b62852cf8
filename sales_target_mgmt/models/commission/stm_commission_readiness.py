from odoo import models
from odoo.exceptions import UserError


class FactsNotReady(UserError):
    """Facts are being rebuilt: who waits gets an answer."""


class StmCommissionEngine(models.AbstractModel):
    """Nothing is settled on facts that are being rebuilt.

    Orders, invoices and payments are read live, cells only where they are clean, first purchases are
    kept by triggers: all of them are right at any time. The territories of old documents are not while
    a job writes them, batch by batch.
    """

    _inherit = "stm.commission.engine"

    def _check_ready(self, book):
        """Refuse to settle by territories while documents are being stamped with them.

        :raises FactsNotReady: names the division, and how many documents are left
        """
        if not self._depends_on_territories(book):
            return
        divisions = self.env["stm.territory.division"].sudo()
        for division in divisions.search([("is_primary", "=", True), ("stamp_pending", "=", True)]):
            if book.company in division._get_companies().ids:
                raise FactsNotReady(
                    self.env._(
                        "Earlier documents are being given their territories, and “%(plan)s” pays by "
                        "territory: %(left)s documents are left to look at. Compute it once "
                        "“%(division)s” says that none is left.",
                        plan=book.origin.name,
                        left=division.stamp_left,
                        division=division.name,
                    )
                )

    def _depends_on_territories(self, book):
        columns = {column for passing in book.filters.values() for column in passing}
        columns.update(name for goal in book.goals.values() for part in goal.parts for name in part)
        return "territory_id" in columns
