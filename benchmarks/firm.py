"""A firm with as many documents as wanted, in Odoo's real tables.

One order, its invoice and its payment are made by Odoo itself; the others are copies of
their rows, so that every column holds what Odoo would write.
"""

from contextlib import contextmanager

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.fields import Date

LINES = 5  # per document
MONTHS = 24
OPEN_LINES = 20_000  # of the open month, at every size
USERS, TEAMS, CATEGORIES, PRODUCTS, CUSTOMERS = 40, 8, 60, 300, 5000
TABLES = (
    "sale_order",
    "sale_order_line",
    "sale_order_line_invoice_rel",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
)


class Firm:
    """:param env: environment of a database with the addon; what is made is committed"""

    def __init__(self, env):
        self.env = env
        self.cr = env.cr
        self.documents = 0
        self.today = Date.today()
        self._make_company()
        self._make_people()
        self._make_templates()
        self.cr.commit()

    def _make_company(self):
        self.company = self.env["res.company"].create({"name": "Bench", "stm_tz": "UTC"})
        self.env["account.chart.template"].try_loading("generic_coa", self.company, install_demo=False)
        self.env.user.company_ids |= self.company
        self.env = self.env(context={**self.env.context, "allowed_company_ids": self.company.ids})

    def _make_people(self):
        env = self.env
        users = env["res.users"].with_context(no_reset_password=True)
        group = env.ref("sales_team.group_sale_salesman").id
        self.users = users.create(
            [
                {
                    "name": f"Rep {number}",
                    "login": f"bench{self.company.id}_{number}",
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                    "group_ids": [Command.link(group)],
                }
                for number in range(USERS)
            ]
        )
        self.teams = env["crm.team"].create(
            [{"name": f"Team {number}", "company_id": self.company.id} for number in range(TEAMS)]
        )
        roots = env["product.category"].create([{"name": f"Group {number}"} for number in range(6)])
        self.categories = env["product.category"].create(
            [{"name": f"Class {number}", "parent_id": roots[number % 6].id} for number in range(CATEGORIES)]
        )
        self.products = env["product.product"].create(
            [
                {
                    "name": f"Part {number}",
                    "type": "service",
                    "invoice_policy": "order",
                    "list_price": 100.0,
                    "standard_price": 60.0,
                    "taxes_id": False,
                    "categ_id": self.categories[number % CATEGORIES].id,
                }
                for number in range(PRODUCTS)
            ]
        )
        self.customers = env["res.partner"].create(
            [{"name": f"Customer {number}", "is_company": True} for number in range(CUSTOMERS)]
        )

    def _make_templates(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customers[0].id,
                "user_id": self.users[0].id,
                "team_id": self.teams[0].id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": self.products[0].id, "price_unit": 100.0})],
            }
        )
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = self.today
        invoice.action_post()
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payment = register.create({})._create_payments()
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        credit = payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.template = {
            "sale_order": order.id,
            "sale_order_line": order.order_line.id,
            "account_move": invoice.id,
            "product": invoice.invoice_line_ids.id,
            "receivable": receivable.id,
            "account_payment": payment.id,
            "entry": payment.move_id.id,
            "credit": credit.id,
            "money": (payment.move_id.line_ids - credit).id,
            "account_partial_reconcile": credit.matched_debit_ids.id,
        }
        self.env.flush_all()

    def grow(self, lines):
        """Have that many invoice lines, as many order lines, and payments of all invoices."""
        wanted = lines // LINES
        with self.unwatched(heavy=wanted - self.documents > 20_000):
            self._prepare(self.documents + 1, wanted)
            self._copy_orders()
            self._copy_invoices()
            self._copy_payments()
        self.documents = wanted
        self._vacuum()
        self.cr.execute("DELETE FROM stm_first_purchase WHERE company_id = %s", [self.company.id])
        self.cr.execute(
            "INSERT INTO stm_first_purchase (company_id, partner_id, line_id, date_order) "
            "SELECT * FROM stm_first_purchases() WHERE company_id = %s", [self.company.id],
        )  # fmt: skip
        self.cr.execute("DELETE FROM stm_achievement_mark")
        self.cr.commit()

    @contextmanager
    def unwatched(self, heavy):
        """Without triggers and foreign keys, and without the indexes where there is much to do."""
        self.cr.execute("SET session_replication_role = replica")
        indexes = []
        if heavy:
            self.cr.execute(
                """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)
                    AND schemaname = current_schema() AND indexname NOT LIKE '%%pkey'
                    AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
                [list(TABLES)],
            )
            indexes = self.cr.fetchall()
        for name, _definition in indexes:
            self.cr.execute(f'DROP INDEX "{name}"')
        yield
        for _name, definition in indexes:
            self.cr.execute(definition)
        self.cr.execute("SET session_replication_role = DEFAULT")

    def _prepare(self, first, last):
        """A row per document: its customer, who sold it, its day, and the ids of all its rows."""
        start = self.today.replace(day=1) - relativedelta(months=MONTHS)
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
                "users": self.users.ids,
                "user_count": USERS,
                "teams": self.teams.ids,
                "team_count": TEAMS,
                "customers": self.customers.ids,
                "customer_count": CUSTOMERS,
                "open": OPEN_LINES // LINES,
                "open_days": self.today.day,
                "month": self.today.replace(day=1),
                "start": start,
                "days": (self.today.replace(day=1) - start).days,
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
            [self.template[template]],
        )
        self.cr.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")

    def _copy_orders(self):
        products = f"ARRAY[{','.join(map(str, self.products.ids))}]"
        self.product = f"({products})[1 + (d.customer_number * 7 + k) %% {PRODUCTS}]"
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

    def _vacuum(self):
        """Statistics and visibility as autovacuum would have left them."""
        self.cr.commit()
        connection = self.cr._cnx
        previous = connection.autocommit
        connection.autocommit = True
        for table in (*TABLES, "stm_first_purchase", "stm_achievement_cell"):
            self.cr._obj.execute(f"VACUUM ANALYZE {table}")
        connection.autocommit = previous
