"""SQL of the sources of `stm.achievement`: which row counts, when, for whom, how much.

Each source is a :class:`.stm_achievement_sql.Source` of column expressions and a FROM … WHERE. No
window functions: PostgreSQL pushes conditions down only without them.
"""

from .stm_achievement_columns import CODES
from .stm_achievement_sql import (
    COMPANY,
    ORDER_LINE,
    PARTNER,
    UOM_FACTOR,
    Source,
    by_index,
    joined,
    local_day,
    money,
    pair_id,
    product,
    single_id,
)

CONFIRMED = "o.state = 'sale'"


def order_source(condition=CONFIRMED):
    """Lines of confirmed orders without sections, notes and down payments.

    :param condition: SQL of which orders instead, for what quotations would be
    """
    return Source(
        {
            "id": single_id(CODES["order"]),
            "line_id": "l.id",
            "date": local_day("o.date_order"),
            "stamp_from": "o.date_order",
            "stamp_to": "o.date_order",
            "company_id": "o.company_id",
            "currency_id": "c.currency_id",
            "user_id": "o.user_id",
            "team_id": "o.team_id",
            "territory_id": "o.territory_id",
            "channel_id": "o.channel_id",
            "customer_class_id": "profile.class_id",
            "customer_relation": "profile.relation",
            "partner_id": "o.partner_id",
            "commercial_partner_id": "p.commercial_partner_id",
            "product_id": "l.product_id",
            "categ_id": "pt.categ_id",
            "product_class_id": "product_profile.class_id",
            "order_id": "o.id",
            "amount": money("l.price_subtotal", "o.currency_id", "o.currency_rate"),
            # the stored float carries noise: 510.4549999999999 means 510.455, hence 510.46
            "margin": "ROUND(ROUND(l.margin::numeric, 8) / NULLIF(o.currency_rate, 0)::numeric"
            " / cc.rounding) * cc.rounding",
            "quantity": f"l.product_uom_qty * {UOM_FACTOR}",
            "new_customer": "CASE WHEN fp.id IS NULL THEN 0 ELSE 1 END",
            "discount": "l.discount",
            "campaign_id": "o.campaign_id",
            "document": "o.name",
        },
        order_tables(joined, condition=condition),
        order_tables(by_index, condition=condition),
    )


def order_tables(join, first="sale_order o", condition=CONFIRMED):
    return f"""
        FROM {first}
        {join("sale_order_line", "l", "l.order_id = o.id")}
        {COMPANY.format(owner="o.company_id")}
        {PARTNER.format(partner="o.partner_id")}
        LEFT JOIN stm_first_purchase fp ON fp.line_id = l.id
        {product(join)}
        WHERE {condition} AND {ORDER_LINE}
        """


# Margin of an invoice line: the margin of its order lines in proportion to the untaxed
# amount, or to the quantity where the order line was free. Unknown without an order.
INVOICE_MARGIN = """(
    SELECT CASE WHEN SUM(s.price_subtotal) <> 0
        THEN -l.balance * SUM(ROUND(s.margin::numeric, 8)) / SUM(s.price_subtotal)
        ELSE SUM(ROUND(s.margin::numeric, 8)) / NULLIF(m.invoice_currency_rate, 0)::numeric
            * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
            * l.quantity / NULLIF(SUM(s.product_uom_qty), 0) END
    FROM sale_order_line_invoice_rel rel
    JOIN sale_order_line s ON s.id = rel.order_line_id
    WHERE rel.invoice_line_id = l.id
)"""
MOVE_SIGN = "(CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END)"
INVOICE_TYPES = "('out_invoice', 'out_refund', 'out_receipt')"
INVOICE_COLUMNS = {
    "line_id": "l.id",
    "company_id": "m.company_id",
    "currency_id": "c.currency_id",
    "user_id": "m.invoice_user_id",
    "team_id": "m.team_id",
    "territory_id": "m.territory_id",
    "channel_id": "m.channel_id",
    "customer_class_id": "profile.class_id",
    "customer_relation": "profile.relation",
    "partner_id": "m.partner_id",
    # as of now, like the order's; the one stored on the invoice stays what it was
    "commercial_partner_id": "p.commercial_partner_id",
    "product_id": "l.product_id",
    "categ_id": "pt.categ_id",
    "product_class_id": "product_profile.class_id",
    "move_id": "m.id",
    "discount": "l.discount",
    "campaign_id": "m.campaign_id",
    "document": "m.name",
    "reversed_id": "m.reversed_entry_id",
}


def invoice_source():
    """Product lines of posted customer invoices, refunds and receipts."""
    return Source(
        {
            **INVOICE_COLUMNS,
            "id": single_id(CODES["invoice"]),
            "date": "m.invoice_date",
            "amount": "-l.balance",
            "margin": f"ROUND({INVOICE_MARGIN} / cc.rounding) * cc.rounding",
            "quantity": f"{MOVE_SIGN} * l.quantity * {UOM_FACTOR}",
        },
        invoice_tables(joined),
        invoice_tables(by_index),
    )


def invoice_tables(join, first=None):
    lines = join("account_move_line", "l", "l.move_id = m.id")
    return f"""
        FROM {first or f"account_move m {lines}"}
        {COMPANY.format(owner="m.company_id")}
        {PARTNER.format(partner="m.partner_id")}
        {product(join)}
        WHERE m.state = 'posted' AND m.move_type IN {INVOICE_TYPES} AND l.display_type = 'product'
        """


def _lead_source(code, date, stamp, condition, **columns):
    return Source(
        {
            "id": single_id(code),
            "line_id": "l.id",
            "date": date,
            "stamp_from": stamp,
            "stamp_to": stamp,
            "company_id": "c.id",
            "currency_id": "c.currency_id",
            "user_id": "l.user_id",
            "team_id": "l.team_id",
            "territory_id": "l.territory_id",
            "channel_id": "l.channel_id",
            "customer_class_id": "profile.class_id",
            "customer_relation": "profile.relation",
            "partner_id": "l.partner_id",
            "commercial_partner_id": "p.commercial_partner_id",
            "lead_id": "l.id",
            "campaign_id": "l.campaign_id",
            "document": "l.name",
            **columns,
        },
        f"""
        FROM crm_lead l
        LEFT JOIN crm_team t ON t.id = l.team_id
        LEFT JOIN res_users u ON u.id = l.user_id
        {COMPANY.format(owner="COALESCE(l.company_id, t.company_id, u.company_id)")}
        {PARTNER.format(partner="l.partner_id")}
        WHERE l.type = 'opportunity' AND {condition}
        """,
    )


def lead_source():
    """Opportunities won and lost, on the day they were closed."""
    closed = "COALESCE(l.date_closed, l.create_date)"
    return _lead_source(
        CODES["lead"],
        local_day(closed),
        closed,
        "l.won_status IN ('won', 'lost')",
        amount="CASE WHEN l.won_status = 'won' THEN l.expected_revenue ELSE 0 END",
        won="CASE WHEN l.won_status = 'won' THEN 1 ELSE 0 END",
        expected="l.expected_revenue",
    )


PENDING = "l.won_status = 'pending' AND l.active"


def pipeline_source(condition=PENDING):
    """Open opportunities, on the day they are expected to close or else were created.

    :param condition: SQL of which opportunities instead
    """
    return _lead_source(
        CODES["pipeline"],
        f"COALESCE(l.date_deadline, {local_day('l.create_date')})",
        # by either date, so no bound on a stored time can be given
        None,
        condition,
        amount="l.expected_revenue",
        expected="l.expected_revenue",
    )


def rating_source():
    """Answered ratings of orders, spread evenly over the order's lines."""
    weight = """1.0 / (SELECT COUNT(*) FROM sale_order_line n
        WHERE n.order_id = o.id AND n.display_type IS NULL AND n.is_downpayment IS NOT TRUE)"""
    rated = "COALESCE(r.rated_on, r.create_date)"
    return Source(
        {
            "id": pair_id(CODES["rating"], "r.id"),
            "line_id": "l.id",
            "date": local_day(rated),
            "stamp_from": rated,
            "stamp_to": rated,
            "company_id": "o.company_id",
            "currency_id": "c.currency_id",
            "user_id": "o.user_id",
            "team_id": "o.team_id",
            "territory_id": "o.territory_id",
            "channel_id": "o.channel_id",
            "customer_class_id": "profile.class_id",
            "customer_relation": "profile.relation",
            "partner_id": "o.partner_id",
            "commercial_partner_id": "p.commercial_partner_id",
            "product_id": "l.product_id",
            "categ_id": "pt.categ_id",
            "product_class_id": "product_profile.class_id",
            "order_id": "o.id",
            "rating_id": "r.id",
            "count": weight,
            "rating": f"r.rating::numeric * {weight}",
        },
        f"""
        FROM rating_rating r
        JOIN sale_order o ON o.id = r.res_id
        JOIN sale_order_line l ON l.order_id = o.id
        {COMPANY.format(owner="o.company_id")}
        {PARTNER.format(partner="o.partner_id")}
        {product(joined)}
        WHERE r.res_model = 'sale.order' AND r.consumed AND r.rating >= 1
            AND o.state = 'sale' AND {ORDER_LINE}
        """,
    )
