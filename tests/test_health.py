from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import Form

from .common import StmCase


class TestHealth(StmCase):
    def setUp(self):
        super().setUp()
        self.past = Date.today().replace(day=1) - relativedelta(months=2)

    def _page(self):
        return self.env["stm.health"].with_user(self.manager).create({})

    def test_backfill_and_verification(self):
        self._order(self.past)
        self.env.flush_all()
        page = self._page()
        self.assertEqual(page.state, "working")
        self.assertEqual(page.built_count, 0)
        self.assertGreaterEqual(page.pending_count, 2)
        self._build_cells()
        months = self.env["stm.achievement.month"].search([("company_id", "=", self.company.id)])
        for month in months:
            month._verify()
        page = self._page()
        self.assertEqual((page.state, page.pending_count, page.progress), ("good", 0, 100))
        self.assertEqual(page.difference, 0)

    def test_rebuild_marks_everything(self):
        self._order(self.past)
        self._build_cells()
        self._page().action_rebuild()
        self.assertTrue(
            self.env["stm.achievement.mark"].search_count(
                [("company_id", "=", self.company.id), ("month", "=", False)]
            )
        )
        # marked, so read from the documents, and right
        self.assertEqual(self._totals("ordered", self.past, Date.today()), 100.0)
        self._build_cells()
        self.assertFalse(
            self.env["stm.achievement.mark"].search_count([("company_id", "=", self.company.id)])
        )

    def test_a_sales_manager_opens_the_page(self):
        with Form(self.env["stm.health"].with_user(self.manager)) as page:
            self.assertIn("next run", page.cron_text)

    def test_other_companies_stay_unseen(self):
        page = self._page()
        page.sudo().company_id = self.other_company
        with self.assertRaises(AccessError):
            page.action_rebuild()
        with self.assertRaises(AccessError):
            page.invalidate_recordset()
            page.read(["state"])

    def test_only_managers(self):
        with self.assertRaises(AccessError):
            self.env["stm.health"].with_user(self.rep).create({})

    def test_inactive_cron_is_told(self):
        self.env.ref("sales_target_mgmt.ir_cron_stm_verify_cells").active = False
        self.assertEqual(self._page().state, "bad")

    def test_team_with_documents_is_kept(self):
        self._order(self.past)
        with self.assertRaisesRegex(UserError, "North"):
            self.team.unlink()
        empty = self.team.copy({"name": "Empty"})
        empty.unlink()
        self.assertFalse(empty.exists())


class TestRating(StmCase):
    def test_customer_rates_the_order(self):
        self.customer.email = "acme@example.com"
        order = self._order(Date.today())
        with self.assertRaises(AccessError):
            reader = self._make_user("reader", "account.group_account_readonly")
            order.with_user(reader).action_stm_request_rating()
        draft = self._order(Date.today(), confirm=False)
        with self.assertRaisesRegex(UserError, "not confirmed"):
            draft.with_user(self.rep).action_stm_request_rating()
        order.with_user(self.rep).action_stm_request_rating()
        rating = order.rating_ids
        self.assertEqual(len(rating), 1)
        order.rating_apply(3, token=rating.access_token)
        self.assertEqual(order.stm_rating_average, 3.0)
        today = Date.context_today(order)
        self.assertEqual(self._totals("satisfaction", today, today, user_id=self.rep), 3.0)
        self.assertIsNone(self._totals("satisfaction", today, today, user_id=self.rep2))

    def test_rating_is_spread_over_lines(self):
        order = self._order(Date.today())
        valve = self.env["product.product"].create({"name": "Valve", "type": "consu"})
        order.write({"order_line": [(0, 0, {"product_id": valve.id, "product_uom_qty": 1})]})
        order.rating_apply(5, token=order._rating_get_access_token())
        facts = self.env["stm.achievement"].search(
            [("source", "=", "rating"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(facts.mapped("count"), [0.5, 0.5])
        self.assertEqual(sum(facts.mapped("rating")), 5.0)


class TestMeasure(StmCase):
    def test_own_measure_needs_no_backfill(self):
        past = Date.today().replace(day=1) - relativedelta(months=2)
        self._order(past, 100.0)
        self._order(past, 30.0, user=self.rep2)
        self._build_cells()
        form = Form(self.env["stm.measure"].with_user(self.manager))
        form.name = "Orders of Rep2"
        form.code = "rep2"
        form.source = "order"
        form.domain = f"[('user_id', '=', {self.rep2.id})]"
        measure = form.save()
        request = self._request(measure, past, Date.today())
        self.assertEqual(self.env["stm.achievement"]._get_totals([request]), {"key": 30.0})

    def test_wrong_filters_are_refused(self):
        measure = self.env.ref("sales_target_mgmt.measure_ordered").copy({"code": "copy"})
        for wrong in ("[('state', '=', 'sale')]", "nonsense", "[('user_id', '=')]", "[(1, 2"):
            with self.assertRaisesRegex(UserError, "filter|Filter"):
                measure.domain = wrong

    def test_a_ratio_needs_both(self):
        with self.assertRaisesRegex(UserError, "numerator"):
            self.env["stm.measure"].create({"name": "Half", "code": "half", "aggregation": "ratio"})
