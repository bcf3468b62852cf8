from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..stm_money import is_money

# statements of the bank come some days after the money
BOOKED_WITHIN = timedelta(days=14)


def find_undecided(company, partner_ids, ended):
    """Domain of agreements of customers that are open, or were missed so lately that money may be on its way.

    :param ended: field with the day on which one that was missed has ended
    """
    late = Domain(ended, ">=", company._get_stm_today() - BOOKED_WITHIN)
    late &= Domain("state", "in", ("part", "broken"))
    own = Domain("company_id", "=", company.id) & Domain("partner_id", "in", partner_ids)
    return own & (Domain("state", "=", "open") | late)


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
