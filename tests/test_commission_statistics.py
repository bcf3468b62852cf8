"""Facts are read as fast before PostgreSQL has counted the tables as afterwards."""

from odoo.fields import Date
from odoo.tools import SQL

from .common_commission import CommissionCase

COPIES = 3000
# of the ids of two copies
STEP = 100_000
TABLES = (
    "sale_order",
    "sale_order_line",
    "sale_order_line_invoice_rel",
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
)


class TestCommissionStatistics(CommissionCase):
    """As in the transaction that makes the documents, or after a backup was restored."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        order = cls._order("2026-05-10", 100)
        invoice = cls._invoice(order, "2026-05-10")
        moves = invoice | cls._pay(invoice, "2026-05-20").move_id
        partials = moves.line_ids.matched_credit_ids
        cls.env.flush_all()
        # the marks are not what is tried here
        for table in TABLES:
            cls.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", SQL.identifier(table)))
        cls._copy(order, "id")
        cls._copy(order.order_line, "id", "order_id")
        cls._copy(moves, "id")
        cls._copy(moves.line_ids, "id", "move_id")
        cls._copy(partials, "id", "debit_move_id", "credit_move_id")
        cls.env.cr.execute(
            SQL(
                """INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id)
                SELECT order_line_id + n * %(step)s, invoice_line_id + n * %(step)s
                FROM sale_order_line_invoice_rel, generate_series(1, %(copies)s) n
                WHERE order_line_id = %(line)s""",
                step=STEP,
                copies=COPIES,
                line=order.order_line.id,
            )
        )
        cls.env.invalidate_all(flush=False)

    @classmethod
    def _copy(cls, records, *links):
        """Copies of rows; `links` are the columns that point to other copies."""
        table = SQL.identifier(records._table)
        changes = SQL(", ").join(SQL("%s, x.%s + n * %s", name, SQL.identifier(name), STEP) for name in links)
        cls.env.cr.execute(
            SQL(
                """INSERT INTO %(table)s
                SELECT (jsonb_populate_record(x, jsonb_build_object(%(changes)s %(name)s))).*
                FROM %(table)s x, generate_series(1, %(copies)s) n WHERE x.id = ANY(%(ids)s)""",
                table=table,
                changes=changes,
                name=SQL(", 'name', x.name || '/' || n") if records._rec_name == "name" else SQL(),
                copies=COPIES,
                ids=records.ids,
            )
        )

    def _forget(self, reltuples, relpages):
        """Take the statistics away: -1 rows for never counted, 0 for counted when it was empty.

        Who may not, as on a server that others look after, tries what that server knows.
        """
        self.env.registry.stm_is_counted = False
        self.env.cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if not self.env.cr.fetchone()[0]:
            return
        self.env.cr.execute(
            SQL(
                "DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relname IN %s)",
                TABLES,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE pg_class SET reltuples = %s, relpages = %s WHERE relname IN %s",
                reltuples,
                relpages,
                TABLES,
            )
        )

    def _read(self, source):
        first, last = map(Date.to_date, ("2026-01-01", "2026-06-30"))
        achievement = self.env["stm.achievement"]
        achievement._count_uncounted()
        return achievement._get_credit_facts([source], self.company.id, first, last)

    def test_tables_that_nobody_counted(self):
        self.env.cr.execute("SET LOCAL statement_timeout = '10s'")
        for counted in ((-1, 0), (0, 10)):
            self._forget(*counted)
            for source in ("order", "invoice", "payment"):
                with self.subTest(source, counted=counted):
                    facts = self._read(source)
                    self.assertEqual(len(facts), COPIES + 1)
                    self.assertEqual({fact.amount for fact in facts}, {100})
                    self.assertEqual(len({fact.order_line_id for fact in facts}), COPIES + 1)

    def test_a_plan_is_settled_right_after_the_documents_were_made(self):
        self.env.cr.execute("SET LOCAL statement_timeout = '10s'")
        self._forget(0, 10)
        plan = self._commission([0.1], payable_on="proportional")
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.payable), ((COPIES + 1) * 10, (COPIES + 1) * 10))

    def test_orders_of_an_import(self):
        """Thousands of orders of a customer and second, with marks and first purchases kept."""
        for is_known in (True, False):
            with self.subTest(bought_before=is_known), self.cr.savepoint():
                order = self._order("2026-05-10", 100)
                self.env.flush_all()
                if not is_known:
                    self.env.cr.execute("DELETE FROM stm_first_purchase")
                self._forget(0, 10)
                self.env.cr.execute("SET LOCAL statement_timeout = '10s'")
                for table in ("sale_order", "sale_order_line"):
                    self.env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", SQL.identifier(table)))
                self._copy(order, "id")
                self._copy(order.order_line, "id", "order_id")
                # the statement that says what they should be needs the counts
                self.env.cr.execute("ANALYZE sale_order, sale_order_line")
                read = "SELECT line_id, date_order FROM %s WHERE partner_id = %s"
                known, wanted = (
                    self.env.execute_query(SQL(read, SQL(source), self.customer.id))
                    for source in ("stm_first_purchase", "stm_first_purchases()")
                )
                self.assertEqual(known, wanted)
                self.assertTrue(known)
