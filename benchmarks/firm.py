"""A firm with as many documents as wanted, in Odoo's real tables.

One order, its invoice and its payment are made by Odoo itself; the others are copies of
their rows, so that every column holds what Odoo would write.
"""

from contextlib import contextmanager

from odoo import Command
from odoo.fields import Date

from .firm_documents import LINES, TABLES, Documents

USERS, TEAMS, CATEGORIES, PRODUCTS, CUSTOMERS = 40, 8, 60, 300, 5000


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
            Documents(self).copy(self.documents + 1, wanted)
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

    def _vacuum(self):
        """Statistics and visibility as autovacuum would have left them."""
        self.cr.commit()
        connection = self.cr._cnx
        previous = connection.autocommit
        connection.autocommit = True
        for table in (*TABLES, "stm_first_purchase", "stm_achievement_cell"):
            self.cr._obj.execute(f"VACUUM ANALYZE {table}")
        connection.autocommit = previous
