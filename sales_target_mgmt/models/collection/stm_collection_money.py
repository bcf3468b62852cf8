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
    whether it is matched with invoices or not, and payments that have no entry before the bank
    statement comes. Credit notes and write-offs are none.
    """

    _name = "stm.collection.money.mixin"
    _description = "Agreement about Money"

    def _read_money(self):
        """{id: {day: money of the customer on the days of the agreement}}, without those who paid nothing."""
        self.flush_model()
        self.env["account.move.line"].flush_model(
            ["balance", "date", "parent_state", "partner_id", "journal_id"]
        )
        self.env["account.payment"].flush_model(
            ["move_id", "state", "partner_type", "company_id", "partner_id", "date",
             "amount_company_currency_signed"]
        )  # fmt: skip
        rows = self.env.execute_query(
            SQL(
                """SELECT o.id, money.date, SUM(money.amount)::text
                FROM %(table)s o
                JOIN res_partner p ON p.commercial_partner_id = o.partner_id
                JOIN LATERAL (
                    SELECT l.date, -l.balance AS amount FROM account_move_line l
                    JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                    WHERE l.partner_id = p.id AND l.company_id = o.company_id AND l.parent_state = 'posted'
                        AND l.date BETWEEN o.given_on AND o.date AND %(is_money)s
                    UNION ALL
                    SELECT t.date, t.amount_company_currency_signed::numeric FROM account_payment t
                    WHERE t.partner_id = p.id AND t.company_id = o.company_id AND t.move_id IS NULL
                        AND t.state = 'in_process' AND t.partner_type = 'customer'
                        AND t.date BETWEEN o.given_on AND o.date
                ) money ON TRUE
                WHERE o.id = ANY(%(ids)s)
                GROUP BY o.id, money.date""",
                table=SQL.identifier(self._table),
                ids=self.ids,
                is_money=is_money("l"),
            )
        )
        found = {}
        for agreement, day, amount in rows:
            found.setdefault(agreement, {})[day] = Decimal(amount)
        return found
