from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..stm_money import is_money


class StmCollectionMoneyMixin(models.AbstractModel):
    """Agreements that money tells the outcome of: from the day `given_on` to the last day `date`.

    What counts is money of the customer (see `models/stm_money.py`) that is booked on these days,
    whether it is matched with invoices or not. Credit notes and write-offs are none.
    """

    _name = "stm.collection.money.mixin"
    _description = "Agreement about Money"

    def _read_money(self):
        """{id: {day: money of the customer on the days of the agreement}}, without those who paid nothing."""
        self.flush_model()
        self.env["account.move.line"].flush_model(
            ["balance", "date", "parent_state", "partner_id", "journal_id"]
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT o.id, l.date, (-SUM(l.balance))::text
                FROM %(table)s o
                JOIN res_partner p ON p.commercial_partner_id = o.partner_id
                JOIN account_move_line l ON l.partner_id = p.id AND l.company_id = o.company_id
                    AND l.parent_state = 'posted' AND l.date BETWEEN o.given_on AND o.date
                JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                WHERE o.id = ANY(%(ids)s) AND %(is_money)s
                GROUP BY o.id, l.date""",
                table=SQL.identifier(self._table),
                ids=self.ids,
                is_money=is_money("l"),
            )
        )
        found = {}
        for agreement, day, amount in rows:
            found.setdefault(agreement, {})[day] = Decimal(amount)
        return found
