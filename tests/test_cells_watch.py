from dateutil.relativedelta import relativedelta

from odoo.addons.sales_target_mgmt.models.achievement.stm_achievement_columns import DEPENDS
from odoo.fields import Date

from .common import StmCase

# columns that cannot change once a document counts, or that mark by another way
NOT_WATCHED = {
    # as of now: looked up when it is asked for, kept by no cell
    ("stm_customer_profile", "partner_id"),
    ("stm_customer_profile", "company_id"),
    ("stm_customer_profile", "class_id"),
    ("stm_customer_profile", "relation"),
    # a link table of its own, with triggers of its own
    ("sale_order_line", "invoice_lines"),
    # read for open opportunities only, which no month keeps
    ("crm_lead", "active"),
    ("crm_lead", "date_deadline"),
    # shared credit is in no month's cells, it is always read
    ("stm_split", "order_id"),
    ("stm_split", "user_id"),
    ("stm_split", "share"),
}


class TestWatchedColumns(StmCase):
    def test_every_column_that_is_read_is_watched(self):
        self.env.cr.execute(
            """SELECT c.relname, a.attname FROM pg_trigger t
            JOIN pg_class c ON c.oid = t.tgrelid
            LEFT JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY(t.tgattr)
            WHERE t.tgname LIKE 'stm\\_%' AND t.tgtype & 16 = 16"""
        )
        watched = set(self.env.cr.fetchall())
        missing = []
        for model, names in DEPENDS.items():
            table = self.env[model]._table
            # a trigger without a list of columns watches all of them
            if (table, None) in watched:
                continue
            missing += [(table, name) for name in names if (table, name) not in watched | NOT_WATCHED]
        self.assertFalse(missing)

    def test_lines_that_cancel_out_on_a_posted_invoice(self):
        past = Date.today().replace(day=1) - relativedelta(months=2)
        invoice = self._invoice(self._order(past), past)
        self._build_cells()
        valve = self.env["product.product"].create(
            {"name": "Valve", "categ_id": self.category.copy({"name": "Valves"}).id, "taxes_id": [(5,)]}
        )
        account = invoice.invoice_line_ids.account_id
        self.env["account.move.line"].with_context(check_move_validity=False).create(
            [
                {
                    "move_id": invoice.id,
                    "product_id": product.id,
                    "account_id": account.id,
                    "display_type": "product",
                    "quantity": 1,
                    "balance": -amount,
                    "tax_ids": [(5,)],
                }
                for product, amount in ((valve, 40.0), (self.product, -40.0))
            ]
        )
        facts = self.env["stm.achievement"].search([("move_id", "=", invoice.id), ("source", "=", "invoice")])
        self.assertEqual(sorted(facts.mapped("amount")), [-40.0, 40.0, 100.0])
        self.assertEqual(self._totals("invoiced", past, Date.today(), categ_id=valve.categ_id), 40.0)
        self.assertEqual(self._totals("invoiced", past, Date.today()), 100.0)
