from dateutil.relativedelta import relativedelta

from odoo.fields import Date

from .common import StmCase


class TestAchievement(StmCase):
    def setUp(self):
        super().setUp()
        self.today = Date.today()
        self.past = self.today.replace(day=1) - relativedelta(months=3)

    def _facts(self, source):
        self.env.flush_all()
        return self.env["stm.achievement"].search(
            [("source", "=", source), ("company_id", "=", self.company.id)]
        )

    def test_order_counts_when_confirmed(self):
        order = self._order(self.today, 250.0, confirm=False)
        self.assertFalse(self._facts("order"))
        order.action_confirm()
        fact = self._facts("order")
        self.assertEqual(fact.amount, 250.0)
        self.assertEqual(fact.margin, 190.0)
        self.assertEqual(fact.user_id, self.rep)
        self.assertEqual(fact.order_id, order)
        self.assertEqual(fact.categ_id, self.subcategory)
        order._action_cancel()
        self.assertFalse(self._facts("order"))

    def test_day_is_the_company_day(self):
        self.company.stm_tz = "Asia/Shanghai"
        order = self._order(self.today)
        order.date_order = "2025-12-31 18:00:00"
        self.assertEqual(self._facts("order").date, Date.to_date("2026-01-01"))

    def test_invoice_and_refund(self):
        invoice = self._invoice(self._order(self.past, 300.0), self.past)
        self.assertEqual(self._facts("invoice").amount, 300.0)
        self.assertEqual(self._facts("invoice").margin, 240.0)
        refund = invoice._reverse_moves([{"invoice_date": self.past}])
        refund.action_post()
        self.assertEqual(sum(self._facts("invoice").mapped("amount")), 0.0)

    def test_collected_share(self):
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale")], limit=1
        )
        self.assertEqual(tax.amount, 15.0)
        order = self._order(self.past, 1000.0)
        order.order_line.tax_ids = tax
        invoice = self._invoice(order, self.past)
        self.assertEqual(invoice.amount_total, 1150.0)
        self._pay(invoice, self.past, amount=575.0)
        self.assertAlmostEqual(self._facts("payment").amount, 500.0)
        self.assertAlmostEqual(self._totals("collected", self.past, self.today), 500.0)

    def test_totals_from_cells_equal_totals_live(self):
        self._order(self.past, 100.0)
        self._order(self.past + relativedelta(days=3), 50.0, user=self.rep2)
        self._order(self.today, 7.0)
        live = self._totals("ordered", self.past, self.today, team_id=self.team)
        self._build_cells()
        self.assertEqual(live, 157.0)
        self.assertEqual(self._totals("ordered", self.past, self.today, team_id=self.team), 157.0)
        self.assertEqual(self._totals("ordered", self.past, self.today, user_id=self.rep2), 50.0)
        self.assertEqual(self._totals("ordered", self.past, self.today, categ_id=self.category), 157.0)
        self.assertEqual(self._totals("active_customers", self.past, self.today), 1.0)
        self.assertEqual(self._totals("new_customers", self.past, self.today), 1.0)

    def test_any_date_that_odoo_understands(self):
        self._order(self.today, 9.0)
        facts = self.env["stm.achievement"]
        for value in (self.today, str(self.today), "today", "today -7d", "=1d", "-1m"):
            with self.subTest(value):
                found = facts.search([("date", ">=", value), ("company_id", "=", self.company.id)])
                self.assertEqual(found.amount, 9.0)

    def test_past_change_leaves_a_mark(self):
        order = self._order(self.past, 100.0)
        self._build_cells()
        self.assertFalse(self.env["stm.achievement.mark"].search([("company_id", "=", self.company.id)]))
        order.order_line.price_unit = 130.0
        self.assertEqual(self._totals("ordered", self.past, self.today), 130.0)
        self._build_cells()
        self.assertEqual(self._totals("ordered", self.past, self.today), 130.0)

    def test_open_month_leaves_none(self):
        self._build_cells()
        order = self._order(self.today, 100.0)
        self._invoice(order, self.today)
        self.env.flush_all()
        self.assertFalse(self.env["stm.achievement.mark"].search([("company_id", "=", self.company.id)]))
