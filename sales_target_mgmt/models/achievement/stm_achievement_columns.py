"""Columns of `stm.achievement`, how its ids are made, and what it reads."""

# order and type of the columns of the view; a source gives those it has
COLUMNS = {
    "id": "bigint",
    "source": "varchar",
    "line_id": "integer",
    "date": "date",
    # bounds on the stored time, wide enough for any time zone; infinite where the date
    # is stored as such, so that the planner drops them
    "stamp_from": "timestamp",
    "stamp_to": "timestamp",
    "company_id": "integer",
    "currency_id": "integer",
    "user_id": "integer",
    "team_id": "integer",
    "partner_id": "integer",
    "commercial_partner_id": "integer",
    "product_id": "integer",
    "categ_id": "integer",
    "territory_id": "integer",
    "channel_id": "integer",
    "customer_class_id": "integer",
    "customer_relation": "varchar",
    "product_class_id": "integer",
    "order_id": "integer",
    "move_id": "integer",
    "lead_id": "integer",
    "rating_id": "integer",
    "partial_id": "integer",
    "credit_share": "numeric",
    "amount": "numeric",
    "margin": "numeric",
    "quantity": "numeric",
    "count": "numeric",
    "new_customer": "numeric",
    "won": "numeric",
    "expected": "numeric",
    "rating": "numeric",
}
# what lines of documents know beside it, which is asked for by name
FURTHER = {
    "discount": "numeric",
    "campaign_id": "integer",
    "document": "varchar",
    "reversed_id": "integer",
    "payment_name": "varchar",
}
VALUES = ("amount", "margin", "quantity", "count", "new_customer", "won", "expected", "rating")
# the columns of Odoo that the view reads
DEPENDS = {
    "sale.order": [
        "state", "date_order", "company_id", "currency_id", "currency_rate", "partner_id", "user_id",
        "team_id", "territory_id", "channel_id",
    ],
    "sale.order.line": [
        "order_id", "display_type", "is_downpayment", "price_subtotal", "margin", "product_id",
        "product_uom_qty", "product_uom_id", "invoice_lines",
    ],
    "account.move": [
        "state", "move_type", "invoice_date", "date", "company_id", "partner_id",
        "invoice_user_id", "team_id", "amount_total_signed", "journal_id", "origin_payment_id",
        "invoice_currency_rate", "territory_id", "channel_id",
    ],
    "account.move.line": [
        "move_id", "display_type", "balance", "amount_currency", "account_id", "product_id", "quantity",
        "product_uom_id", "currency_id",
    ],
    "account.partial.reconcile": [
        "debit_move_id", "credit_move_id", "amount", "debit_amount_currency", "credit_amount_currency",
        "exchange_move_id",
    ],
    "account.payment": ["outstanding_account_id"],
    "account.payment.method.line": ["journal_id", "payment_account_id"],
    "account.journal": ["type", "default_account_id"],
    "account.account": ["account_type"],
    "crm.lead": [
        "type", "won_status", "active", "date_closed", "date_deadline", "create_date", "expected_revenue",
        "company_id", "partner_id", "user_id", "team_id", "territory_id", "channel_id",
    ],
    "crm.team": ["company_id"],
    "rating.rating": ["res_model", "res_id", "rating", "consumed", "rated_on", "create_date"],
    "res.partner": ["commercial_partner_id"],
    "stm.split": ["order_id", "user_id", "share"],
    "stm.customer.profile": ["partner_id", "company_id", "class_id", "relation"],
    "stm.product.profile": ["product_tmpl_id", "company_id", "class_id"],
    "product.product": ["product_tmpl_id"],
    "product.template": ["categ_id", "uom_id"],
    "uom.uom": ["factor"],
    "res.currency": ["rounding"],
    "res.company": ["stm_tz", "currency_id"],
    "res.users": ["company_id"],
}  # fmt: skip
# number of a source within the id; sixteen leave room for those of other addons
CODES = {
    "order": 0, "invoice": 1, "payment": 2, "lead": 3, "rating": 4, "pipeline": 5,
    "order_split": 6, "invoice_split": 7, "payment_split": 8,
}  # fmt: skip
# whose line is found again in the id of a pair
PAIRS = ("payment", "rating", "order_split", "invoice_split", "payment_split")
ID_STEP = 16

DEFAULTS = {
    "stamp_from": "'infinity'::timestamp",
    "stamp_to": "'-infinity'::timestamp",
    "credit_share": "1",
    "count": "1",
}
