"""What a quotation would earn me is what the engine pays once it is confirmed, invoiced and paid."""

from freezegun import freeze_time

from odoo.exceptions import AccessError

from .common_commission import CommissionCase
from .common_target import StmTargetCase

TIERS = [(0, 1000, 0.02), (1000, 0, 0.03)]


@freeze_time("2026-06-15 12:00:00")
class EstimateCase(CommissionCase):
    def _estimate(self, document, user=None):
        self.env.invalidate_all()
        mine = self.env["stm.commission.mine"].with_user(user or self.rep)
        estimate = mine.get_estimate(document._name, document.id)
        return estimate and {**estimate, **estimate["totals"][0]}

    def _quote(self, amount=1000.0, **values):
        return self._order("2026-06-14", amount, confirm=False, **values)

    def _really(self, plan, order, user=None):
        """What the payee earns more, once the order is confirmed, invoiced and paid today."""
        partner = (user or self.rep).partner_id

        def earned():
            self._settle(plan)
            return sum(self._entries(plan).filtered(lambda one: one.payee_id == partner).mapped("amount"))

        before = earned()
        order.action_confirm()
        self._pay(self._invoice(order, "2026-06-15"), "2026-06-15")
        return round(earned() - before, 2)

    def _check(self, plan, order, expected, user=None):
        """The estimate is a figure that was worked out by hand, and what is paid in the end."""
        self.assertEqual(self._estimate(order, user)["amount"], expected)
        self.assertEqual(self._really(plan, order, user), expected)
        # it has earned by now what it was said to earn
        after = self._estimate(order, user)
        self.assertEqual((after["amount"], after["earned"]), (expected, expected))


@freeze_time("2026-06-15 12:00:00")
class TestCommissionEstimate(EstimateCase):
    def test_a_percentage(self):
        plan = self._commission([0.1])
        self._check(plan, self._quote(1234.56), 123.46)

    def test_earned_on_orders_and_on_payments(self):
        for source in ("order", "payment"):
            plan = self._commission([0.1], earned_on=source, name=source)
            self._check(plan, self._quote(500), 50)
            plan.assignment_ids.date_to = "2026-06-14"

    def test_tiers_over_the_period(self):
        """800 sold: of 500 more, 200 at 2 % and 300 at 3 %."""
        self._sold("2026-06-02", 800)
        self._sold("2026-05-02", 5000)
        plan = self._commission([TIERS])
        estimate = self._estimate(order := self._quote(500))
        [component] = estimate["plans"][0]["components"]
        self.assertEqual(
            [(one["base"], one["rate"]) for one in component["parts"]], [(200, 0.02), (300, 0.03)]
        )
        self.assertEqual(component["tier_before"], {"from": 0, "to": 1000, "value": 0.02})
        self.assertEqual(component["tier_after"], {"from": 1000, "to": None, "value": 0.03})
        self._check(plan, order, 13)

    def test_a_flat_table_lifts_what_was_sold_before(self):
        """800 sold at 2 %: 500 more reach 3 % for all 1,300."""
        self._sold("2026-06-02", 800)
        plan = self._commission([{"method": "flat", "tiers": TIERS}])
        self._check(plan, self._quote(500), 23)

    def test_a_sum_for_each_unit(self):
        plan = self._commission([{"name": "SPIFF", "method": "unit", "unit_amount": 25}])
        order = self._quote(100)
        order.order_line.product_uom_qty = 3
        [component] = self._estimate(order)["plans"][0]["components"]
        self.assertFalse(component["is_money"])
        self.assertEqual([(one["base"], one["rate"]) for one in component["parts"]], [(3, 25)])
        self._check(plan, order, 75)

    def test_a_cap(self):
        self._sold("2026-06-02", 800)
        plan = self._commission([{"rate": 0.1, "is_capped": True, "cap": 100}])
        estimate = self._estimate(order := self._quote(500))
        kinds = {one["kind"]: one["amount"] for one in estimate["plans"][0]["components"][0]["parts"]}
        self.assertEqual(kinds, {"rate": 50, "withheld": -30})
        self._check(plan, order, 20)
        self.assertIn("cap", self._estimate(self._quote(10))["reason"])

    def test_a_gate(self):
        """What waited for the gate is paid with the deal that reaches it."""
        self._sold("2026-06-02", 800)
        plan = self._commission([{"rate": 0.1, "gate": "all", "gate_base": 1000}])
        self.assertIn("gate", self._estimate(self._quote(10))["reason"])
        self._check(plan, self._quote(500), 130)

    def test_a_split(self):
        plan = self._commission([0.1], [self.rep, self.rep2])
        order = self._quote(1000)
        order.stm_split_ids = [
            (0, 0, {"user_id": self.rep.id, "share": 0.7}),
            (0, 0, {"user_id": self.rep2.id, "share": 0.3}),
        ]
        self.assertEqual(self._estimate(order)["amount"], 70)
        self.rep2.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        self._check(plan, order, 30, self.rep2)

    def test_a_team(self):
        leader = {"user_id": self.leader.id, "credit": "team", "team_id": self.team.id}
        plan = self._commission([0.02], [leader])
        self.leader.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        self._check(plan, self._quote(1000), 20, self.leader)

    def test_of_somebody_elses_deal(self):
        """Me, not its salesperson."""
        self._commission([0.1], [self.rep, self.rep2])
        self.rep.group_ids |= self.env.ref("sales_team.group_sale_salesman_all_leads")
        estimate = self._estimate(self._quote(1000, user=self.rep2))
        self.assertEqual(estimate["amount"], 0)
        self.assertTrue(estimate["reason"])

    def test_filters(self):
        other = self.env["product.category"].create({"name": "Valves"})
        self._commission([{"name": "Valves", "rate": 0.2, "categ_ids": [(6, 0, other.ids)]}])
        self.assertIn("Valves", self._estimate(self._quote())["reason"])

    def test_a_partly_invoiced_order(self):
        """What it earned and what is still to come, together."""
        plan = self._commission([0.1])
        order = self._quote(100)
        order.order_line.product_uom_qty = 10
        order.action_confirm()
        order.date_order = "2026-06-14 12:00:00"
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 4
        invoice.invoice_date = "2026-06-15"
        invoice.action_post()
        self._settle(plan)
        estimate = self._estimate(order)
        self.assertEqual((estimate["amount"], estimate["earned"]), (100, 40))

    def test_an_opportunity(self):
        self._sold("2026-06-02", 800)
        self._commission([TIERS])
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "user_id": self.rep.id,
                "team_id": self.team.id,
                "expected_revenue": 500,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self._estimate(lead)["amount"], 13)
        lead.action_set_lost()
        self.assertIsNone(self._estimate(lead))

    def test_nothing_of_what_is_over(self):
        self._commission([0.1])
        order = self._quote()
        order._action_cancel()
        self.assertIsNone(self._estimate(order))

    def test_refused_without_a_plan(self):
        self._commission([0.1])
        order = self._quote(user=self.rep2)
        mine = self.env["stm.commission.mine"]
        self.assertTrue(mine.with_user(self.rep).is_payee())
        self.assertFalse(mine.with_user(self.rep2).is_payee())
        with self.assertRaises(AccessError):
            self._estimate(order, self.rep2)
        with self.assertRaises(AccessError):
            self._estimate(order, self.rep)

    def test_writes_nothing(self):
        self._sold("2026-06-02", 800)
        plan = self._commission([TIERS])
        self._estimate(self._quote())
        self.assertFalse(self._entries(plan))
        self.assertFalse(self._statements(plan))

    def test_queries_do_not_grow_with_lines(self):
        self._sold("2026-06-02", 800)
        self._commission([TIERS])
        small, large = self._quote(), self._quote()
        for _number in range(20):
            large.order_line[:1].copy({"order_id": large.id})

        def count(order):
            self._estimate(order)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["stm.commission.mine"].with_user(self.rep).get_estimate("sale.order", order.id)
            return self.cr.sql_log_count - before

        self.assertEqual(count(small), count(large))
        self.assertLessEqual(count(large), 35)


@freeze_time("2026-06-15 12:00:00")
class TestCommissionEstimateAttainment(EstimateCase, StmTargetCase):
    """June's target is 1,000 invoiced, of which 900 are sold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.measure = cls.env.ref("sales_target_mgmt.measure_invoiced")
        quota = cls._plan(name="Quota")
        node = cls._node(plan=quota, user=cls.rep)
        cls._line(node, 1000, "2026-06-01", "2026-06-30")
        cls._approve(quota)
        tiers = [
            (0, 0, {"lower": lower, "upper": upper, "amount": amount})
            for lower, upper, amount in ((80, 100, 200), (100, 0, 500))
        ]
        cls.bonus = {"method": "bonus", "measure_id": cls.measure.id, "tier_ids": tiers, "name": "Quota"}

    def setUp(self):
        super().setUp()
        self._sold("2026-06-02", 900)

    def test_the_quota_bonus(self):
        """90 % have brought 200; 110 % bring 500."""
        plan = self._commission([self.bonus])
        estimate = self._estimate(order := self._quote(200))
        [component] = estimate["plans"][0]["components"]
        self.assertEqual([one["kind"] for one in component["parts"]], ["bonus"])
        self.assertEqual(component["tier_before"]["value"], 200)
        self.assertEqual(component["tier_after"], {"from": 100, "to": None, "value": 500})
        self._check(plan, order, 300)
        plan.assignment_ids.date_to = "2026-06-14"

    def test_not_enough_for_the_bonus(self):
        self._commission([self.bonus])
        self.assertEqual(self._estimate(self._quote(99))["amount"], 0)

    def test_a_shared_deal_counts_in_part(self):
        plan = self._commission([self.bonus])
        order = self._quote(200)
        order.stm_split_ids = [(0, 0, {"user_id": user.id, "share": 0.5}) for user in (self.rep, self.rep2)]
        self._check(plan, order, 300)
        other = self._quote(100, stm_split_ids=[(0, 0, {"user_id": self.rep2.id, "share": 1})])
        self.assertEqual(self._estimate(other)["amount"], 0)

    def test_attainment_picks_the_rate(self):
        """5 % of 900 become 7 % of 1,000."""
        tiers = [(0, 100, 0.05), (100, 0, 0.07)]
        rule = {"method": "flat", "tier_by": "attainment", "measure_id": self.measure.id, "tiers": tiers}
        plan = self._commission([rule])
        estimate = self._estimate(order := self._quote(100))
        parts = estimate["plans"][0]["components"][0]["parts"]
        self.assertEqual([(one["kind"], one["amount"]) for one in parts], [("rate", 7), ("lift", 18)])
        self._check(plan, order, 25)
