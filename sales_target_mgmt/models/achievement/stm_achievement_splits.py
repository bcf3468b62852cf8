"""SQL of credit that is shared: sources of `stm.achievement` beside orders, invoices and payments.

Who made a document is one person; who is credited for it may be several (`stm.split`). The rows of
a document stay as they are, so that teams, territories and the company count a deal once. These
sources hold what is different on the axis of persons alone: each line is taken from its salesperson
and given, by shares, to those whom the order names. What goes to outside partners is in nobody's
quota, what an overlay gives comes on top.

They start from the splits, which are few, and are always read live.
"""

from .stm_achievement_columns import CODES
from .stm_achievement_payments import PAYMENT_COLUMNS, SIDES, payment_tables
from .stm_achievement_sources import invoice_source, invoice_tables, order_source, order_tables
from .stm_achievement_sql import Source, joined, pair_id

# source → the one with what is different for persons
SPLITS = {"order": "order_split", "invoice": "invoice_split", "payment": "payment_split"}
SHARED = ("amount", "margin", "quantity", "count", "new_customer")
# with 0 as its number, what is taken from the salesperson
CREDIT = """(
        SELECT order_id, id AS number, user_id, share::numeric AS factor
        FROM stm_split WHERE user_id IS NOT NULL
        UNION ALL SELECT DISTINCT order_id, 0, NULL::integer, -1::numeric FROM stm_split
    ) credit"""
# like the splits of commission: where a line invoices several orders, the first counts
INVOICED = f"""{CREDIT}
        JOIN sale_order_line s ON s.order_id = credit.order_id
        JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = s.id
        JOIN account_move_line l ON l.id = rel.invoice_line_id AND NOT EXISTS (
            SELECT 1 FROM sale_order_line_invoice_rel other
            WHERE other.invoice_line_id = l.id AND other.order_line_id < s.id)"""  # noqa: S608  names of our own
ORDERED = f"{CREDIT} JOIN sale_order o ON o.id = credit.order_id"
# apart within a line, which is all that an id has to be
PAID_NUMBER = "MOD(r.id::bigint * 4099 + credit.number, 1000003)"


def split_sources():
    """The branches, as :meth:`_get_sources` lists them."""
    of_moves = f"{INVOICED} JOIN account_move m ON m.id = l.move_id"
    return [
        (
            "order_split",
            _shared(order_source().columns, "order_split", "o.user_id", order_tables(joined, ORDERED)),
        ),
        (
            "invoice_split",
            _shared(
                invoice_source().columns,
                "invoice_split",
                "m.invoice_user_id",
                invoice_tables(joined, of_moves),
            ),
        ),
        *(
            (
                "payment_split",
                _shared(
                    PAYMENT_COLUMNS,
                    "payment_split",
                    "m.invoice_user_id",
                    payment_tables(joined, *sides, lines=of_moves),
                    PAID_NUMBER,
                ),
            )
            for sides in SIDES
        ),
    ]


def _shared(columns, name, salesperson, tables, number="credit.number"):
    values = {value: f"({columns.get(value, 1)}) * credit.factor" for value in SHARED if value in columns}
    return Source(
        {
            **columns,
            **values,
            "count": "credit.factor",
            "credit_share": "credit.factor",
            "id": pair_id(CODES[name], number),
            "user_id": f"CASE WHEN credit.number = 0 THEN {salesperson} ELSE credit.user_id END",
        },
        tables,
    )
