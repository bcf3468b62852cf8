from decimal import Decimal
from typing import Any, NamedTuple

from odoo import api, models
from odoo.tools import SQL

from . import stm_achievement_payments as payments
from .stm_achievement_sql import branch

# SQL of the order from which the lines of a source come, under the name `so`
OF_ORDER = """
    CROSS JOIN LATERAL (
        SELECT stm_achievement.order_id, CASE WHEN stm_achievement.order_id IS NOT NULL
            THEN stm_achievement.line_id END AS order_line_id) so
"""
OF_INVOICE = """
    LEFT JOIN LATERAL (
        SELECT s.order_id, s.id AS order_line_id FROM sale_order_line_invoice_rel rel
        JOIN sale_order_line s ON s.id = rel.order_line_id
        WHERE rel.invoice_line_id = stm_achievement.line_id ORDER BY s.id LIMIT 1) so ON TRUE
"""
ORDERS = {"order": OF_ORDER, "invoice": OF_INVOICE, "payment": OF_INVOICE}
NUMBERS = ("amount", "margin", "quantity", "discount")
# bytes of a table that are read at once, whatever the planner believes
SMALL = 8 * 8192
COUNTED = (
    "sale_order", "sale_order_line", "sale_order_line_invoice_rel", "stm_first_purchase",
    "account_move", "account_move_line", "account_payment", "account_partial_reconcile",
    "res_partner", "product_product", "product_template",
)  # fmt: skip
EXTRA_DEPENDS = {
    "sale.order": ["campaign_id", "name"],
    "sale.order.line": ["discount"],
    "account.move": ["campaign_id", "name", "reversed_entry_id"],
    "account.move.line": ["discount", "move_name"],
    "account.partial.reconcile": ["max_date"],
}


class CreditFact(NamedTuple):
    """A row of `stm.achievement` with what decides who is credited for it.

    :ivar order_id: the order that it is or comes from; splits are agreed on orders
    :ivar reversed_id: the invoice that a refund takes back
    :ivar first_day: of the customer's first purchase from the company, or None
    :ivar discount: in percent
    """

    source: str
    line_id: int
    partial_id: int | None
    date: Any
    user_id: int | None
    team_id: int | None
    commercial_partner_id: int | None
    customer: str | None
    product_id: int | None
    categ_id: int | None
    product_class_id: int | None
    customer_class_id: int | None
    channel_id: int | None
    territory_id: int | None
    move_id: int | None
    amount: Any
    margin: Any
    quantity: Any
    order_id: int | None
    order_line_id: int | None
    reversed_id: int | None
    discount: Any
    campaign_id: int | None
    document: str
    payment_name: str | None
    first_day: Any

    @classmethod
    def _read(cls, rows):
        """Facts of rows in which numbers are text."""
        places = [cls._fields.index(name) for name in NUMBERS]
        facts = []
        for row in rows:
            values = list(row)
            for place in places:
                values[place] = Decimal(values[place])
            facts.append(cls._make(values))
        return facts

    @property
    def key(self):
        """Names the fact for good: an unreconciled payment is another one when it comes back."""
        name = f"{self.source}:{self.line_id}"
        return f"{name}:{self.partial_id}" if self.partial_id else name

    @property
    def document_key(self):
        """The document, as (model, id)."""
        return ("account.move", self.move_id) if self.move_id else ("sale.order", self.order_id)


class StmAchievement(models.Model):
    _inherit = "stm.achievement"

    @api.model
    @api.private
    def _get_credit_facts(
        self, sources, company, first, last, scope=None, *, with_margin=True, with_prepaid=False
    ):
        """The facts of some sources between two days, with what commission plans ask about.

        One statement however many there are, after :meth:`_count_uncounted`. Record rules are not
        applied: the caller answers for who may see the result.

        :param sources: `order` alone, or `invoice`, `payment` or both
        :param company: id of the company
        :param scope: SQL of a further condition on the view's columns
        :param with_margin: whether the margin is asked for, which looks up the order of each invoiced
            line; it is zero otherwise
        :param with_prepaid: whether to add what was paid before the first day on documents since then
        :return: :class:`CreditFact` items by day and line; amounts are `Decimal`, in company
            currency
        """
        owned = SQL("stm_achievement.company_id = %s AND %s", company, scope or SQL("TRUE"))
        between = SQL(
            "%s AND stm_achievement.date BETWEEN %s AND %s AND %s",
            owned,
            first,
            last,
            SQL(" AND ").join(self._get_day_hints(first, last)),
        )
        parts = [
            (branch(name, part, by_document=True, further=True), between)
            for name, part in self._get_sources()
            if name in sources
        ]
        if with_prepaid:
            parts += [
                (branch("payment", part, further=True), owned) for part in payments.prepaid_sources(first)
            ]
        return self._read_credit_facts(parts, ORDERS[sources[0]], with_margin=with_margin)

    def _read_credit_facts(self, parts, orders, *, with_margin=True):
        """:class:`CreditFact` items of SQL branches of the view.

        :param parts: (branch with the further columns, SQL of a condition on its columns) items
        :param orders: SQL of the join that gives the order, under the name `so`
        """
        self._flush_sources()
        for model, names in EXTRA_DEPENDS.items():
            self.env[model].flush_model(names)
        # document by document, and fenced off from what is looked up beside it
        rows = self.env.execute_query(
            SQL(
                """SELECT %(columns)s, so.order_id, so.order_line_id, stm_achievement.reversed_id,
                    COALESCE(stm_achievement.discount, 0)::text, stm_achievement.campaign_id,
                    stm_achievement.document, stm_achievement.payment_name, fp.date_order::date
                FROM (%(rows)s) stm_achievement %(orders)s
                LEFT JOIN res_partner xp ON xp.id = stm_achievement.commercial_partner_id
                LEFT JOIN stm_first_purchase fp
                    ON fp.partner_id = stm_achievement.commercial_partner_id
                    AND fp.company_id = stm_achievement.company_id
                ORDER BY stm_achievement.date, stm_achievement.line_id, stm_achievement.partial_id""",
                columns=SQL(", ").join(
                    SQL("'0'") if name == "margin" and not with_margin else self._credit_column(name)
                    for name in CreditFact._fields[:18]
                ),
                rows=SQL(" UNION ALL ").join(
                    SQL("(SELECT * FROM (%s) stm_achievement WHERE %s OFFSET 0)", SQL(part), where)
                    for part, where in parts
                ),
                orders=SQL(orders),
            )
        )
        return CreditFact._read(rows)

    def _count_uncounted(self):
        """Have PostgreSQL count tables that it believes to be empty.

        It does so by itself a minute after they were filled, but not within the transaction that fills
        them, nor at once after a backup was restored. Until then it multiplies the lines of all documents
        with each other, however a statement is written: looking up a row costs as much as reading a table
        that has none.
        """
        registry = self.env.registry
        if getattr(registry, "stm_is_counted", False):
            return
        uncounted = self.env.execute_query(
            SQL(
                """SELECT relname, pg_relation_size(oid) > %s AND NOT pg_is_in_recovery() FROM pg_class
                WHERE relname = ANY(%s) AND relnamespace = current_schema()::regnamespace AND relkind = 'r'
                    AND reltuples <= 0""",
                SMALL,
                list(COUNTED),
            )
        )
        # tables that were counted once do not become empty again
        registry.stm_is_counted = not uncounted
        if large := [SQL.identifier(table) for table, is_large in uncounted if is_large]:
            self.env.cr.execute(SQL("ANALYZE (SKIP_LOCKED) %s", SQL(", ").join(large)))

    def _credit_column(self, name):
        if name == "customer":
            return SQL("xp.name")
        if name in ("amount", "margin", "quantity"):
            # as text: Odoo reads numbers as floats, and a ledger has to come back to the digit
            return SQL("COALESCE(%s, 0)::text", self._column(name))
        return self._column(name)
