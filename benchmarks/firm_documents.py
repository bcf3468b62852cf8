"""Rows of documents, copied in the database from those that Odoo made."""

from dateutil.relativedelta import relativedelta

LINES = 5  # per document
MONTHS = 24
OPEN_LINES = 20_000  # of the open month, at every size
TABLES = (
    "sale_order",
    "sale_order_line",
    "sale_order_line_invoice_rel",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
)


class Documents:
    """Orders, their invoices and their payments, each like the template's in all but who and when.

    :param firm: whose people, products and customers they are of, see :class:`.firm.Firm`
    """

    def __init__(self, firm):
        self.firm = firm
        self.cr = firm.cr
        products = f"ARRAY[{','.join(map(str, firm.products.ids))}]"
        self.product = f"({products})[1 + (d.customer_number * 7 + k) %% {len(firm.products)}]"

    def copy(self, first, last):
        """Documents of these numbers, both included."""
        self._prepare(first, last)
        self._copy_orders()
        self._copy_invoices()
        self._copy_payments()

    def _prepare(self, first, last):
        """A row per document: its customer, who sold it, its day, and the ids of all its rows."""
        start = self.firm.today.replace(day=1) - relativedelta(months=MONTHS)
        self.cr.execute("DROP TABLE IF EXISTS bench_document")
        self.cr.execute(
            """CREATE TEMP TABLE bench_document AS
            SELECT n, c.customer, (%(users)s::int[])[1 + c.number %% %(user_count)s] AS user_id,
                (%(teams)s::int[])[1 + c.number %% %(team_count)s] AS team_id, c.number AS customer_number,
                CASE WHEN n <= %(open)s THEN %(month)s::date + (n %% %(open_days)s)
                    ELSE %(start)s::date + (n::bigint * 7919 %% %(days)s)::int END AS day
            FROM generate_series(%(first)s, %(last)s) n
            CROSS JOIN LATERAL (SELECT (n::bigint * 48271 %% %(customer_count)s)::int AS number,
                (%(customers)s::int[])[1 + n::bigint * 48271 %% %(customer_count)s] AS customer) c""",
            {
                "users": self.firm.users.ids,
                "user_count": len(self.firm.users),
                "teams": self.firm.teams.ids,
                "team_count": len(self.firm.teams),
                "customers": self.firm.customers.ids,
                "customer_count": len(self.firm.customers),
                "open": OPEN_LINES // LINES,
                "open_days": self.firm.today.day,
                "month": self.firm.today.replace(day=1),
                "start": start,
                "days": (self.firm.today.replace(day=1) - start).days,
                "first": first,
                "last": last,
            },
        )
        for table in (name for name in TABLES if name != "sale_order_line_invoice_rel"):
            self.cr.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
            [top] = self.cr.fetchone()
            self.cr.execute(f"ALTER TABLE bench_document ADD COLUMN {table} bigint DEFAULT {top}")
        self.cr.execute("ANALYZE bench_document")

    def _copy(self, table, template, rows, **values):
        """Copies of a template's row for rows of documents; ``values`` are SQL of what differs."""
        self.cr.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = %s AND table_schema = current_schema()", [table],
        )  # fmt: skip
        names = [name for (name,) in self.cr.fetchall()]
        cells = ", ".join(values.get(name, f't."{name}"') for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        self.cr.execute(
            f"INSERT INTO {table} ({quoted}) SELECT {cells} FROM {table} t, {rows} WHERE t.id = %s",
            [self.firm.template[template]],
        )
        self.cr.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")

    def _copy_orders(self):
        who = {"user_id": "d.user_id", "team_id": "d.team_id"}
        self._copy(
            "sale_order", "sale_order", "bench_document d",
            id="d.sale_order + d.n", name="'BENCH' || d.n", partner_id="d.customer",
            partner_invoice_id="d.customer", partner_shipping_id="d.customer",
            date_order="d.day + time '12:00'", access_token="NULL", **who,
        )  # fmt: skip
        self._copy(
            "sale_order_line", "sale_order_line", self._lines(),
            id=self._line_id("sale_order_line"), order_id="d.sale_order + d.n", product_id=self.product,
            order_partner_id="d.customer", salesman_id="d.user_id",
        )  # fmt: skip

    @staticmethod
    def _lines(extra=0):
        return f"bench_document d, generate_series(0, {LINES - 1 + extra}) k"

    @staticmethod
    def _line_id(table, width=LINES):
        return f"d.{table} + d.n::bigint * {width} + k"

    def _copy_invoices(self):
        self._copy(
            "account_move", "account_move", "bench_document d",
            id="d.account_move + d.n * 2", name="'BENCH/' || d.n", sequence_prefix="'BENCH/'",
            sequence_number="d.n", partner_id="d.customer", commercial_partner_id="d.customer",
            invoice_user_id="d.user_id", team_id="d.team_id", date="d.day", invoice_date="d.day",
            access_token="NULL", amount_total_signed="t.amount_total_signed * 5",
            amount_untaxed_signed="t.amount_untaxed_signed * 5", payment_reference="NULL",
        )  # fmt: skip
        width = LINES + 3
        dates = {"date": "d.day", "invoice_date": "d.day", "partner_id": "d.customer"}
        self._copy(
            "account_move_line", "product", self._lines(),
            id=self._line_id("account_move_line", width), move_id="d.account_move + d.n * 2",
            move_name="'BENCH/' || d.n", product_id=self.product, **dates,
        )  # fmt: skip
        self._copy(
            "account_move_line", "receivable", "bench_document d",
            id=f"d.account_move_line + d.n::bigint * {width} + {LINES}", move_id="d.account_move + d.n * 2",
            move_name="'BENCH/' || d.n", balance="t.balance * 5", debit="t.debit * 5",
            amount_currency="t.amount_currency * 5", **dates,
        )  # fmt: skip
        self.cr.execute(
            f"""INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id)
            SELECT {self._line_id("sale_order_line")}, {self._line_id("account_move_line", width)}
            FROM {self._lines()}"""
        )

    def _copy_payments(self):
        width = LINES + 3
        self._copy(
            "account_move", "entry", "bench_document d",
            id="d.account_move + d.n * 2 + 1", name="'BENCHPAY/' || d.n", sequence_prefix="'BENCHPAY/'",
            sequence_number="d.n", partner_id="d.customer", commercial_partner_id="d.customer",
            date="d.day", origin_payment_id="d.account_payment + d.n", access_token="NULL",
        )  # fmt: skip
        self._copy(
            "account_payment", "account_payment", "bench_document d",
            id="d.account_payment + d.n", move_id="d.account_move + d.n * 2 + 1", partner_id="d.customer",
            name="'BENCHPAY/' || d.n", date="d.day",
        )  # fmt: skip
        for offset, template in ((1, "credit"), (2, "money")):
            self._copy(
                "account_move_line", template, "bench_document d",
                id=f"d.account_move_line + d.n::bigint * {width} + {LINES + offset}",
                move_id="d.account_move + d.n * 2 + 1", move_name="'BENCHPAY/' || d.n",
                balance="t.balance * 5", debit="t.debit * 5", credit="t.credit * 5",
                amount_currency="t.amount_currency * 5", date="d.day", partner_id="d.customer",
                payment_id="d.account_payment + d.n",
            )  # fmt: skip
        self._copy(
            "account_partial_reconcile", "account_partial_reconcile", "bench_document d",
            id="d.account_partial_reconcile + d.n", amount="t.amount * 5",
            debit_amount_currency="t.debit_amount_currency * 5",
            credit_amount_currency="t.credit_amount_currency * 5", max_date="d.day",
            debit_move_id=f"d.account_move_line + d.n::bigint * {width} + {LINES}",
            credit_move_id=f"d.account_move_line + d.n::bigint * {width} + {LINES + 1}",
        )  # fmt: skip
