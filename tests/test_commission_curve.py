"""The curve of a component while it is edited: golden numbers, faults in words, rights."""

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common_commission import CommissionCase

LADDER = [(0, 1000, 0.01), (1000, 3000, 0.02), (3000, 8000, 0.03), (8000, 20000, 0.05)]
ACCELERATOR = [(0, 100000, 0.05), (100000, 125000, 0.06), (125000, 0, 0.07)]


class TestCommissionCurve(CommissionCase):
    def _curve(self, deals=None, *, tiers=(), user=None, **values):
        rows = [{"lower": lower, "upper": upper, "rate": rate} for lower, upper, rate in tiers]
        rules = self.env["stm.commission.rule"].with_user(user or self.payroll)
        defaults = {"name": "Sales", "method": "marginal", "scope": "period", "tier_by": "base"}
        return rules.get_curve({**defaults, "tier_ids": rows, **values}, deals)

    def _earned(self, *args, **kwargs):
        return [deal["earned"] for deal in self._curve(*args, **kwargs)["deals"]]

    def test_deals_climb_the_ladder_of_the_period(self):
        """Oracle's step-rate example, cumulative and per transaction."""
        deals = [200, 300, 1500, 1200, 2000, 4500]
        self.assertEqual(self._earned(deals, tiers=LADDER), [2, 3, 25, 26, 60, 169])
        self.assertEqual(self._earned(deals, tiers=LADDER, scope="document"), [2, 3, 20, 14, 30, 95])

    def test_flat_and_one_rate(self):
        tiers = [(0, 10000, 0.01), (10000, 50000, 0.02), (50000, 100000, 0.03)]
        self.assertEqual(self._earned([15000], tiers=tiers, method="flat"), [300])
        self.assertEqual(self._earned([60000], tiers=tiers, method="flat"), [1800])
        self.assertEqual(self._earned([60000], tiers=tiers), [1200])
        self.assertEqual(self._earned([1000], method="percent", rate=0.1), [100])

    def test_a_flat_table_jumps_at_its_border(self):
        tiers = [(0, 10000, 0.01), (10000, 0, 0.02)]
        points = {one["base"]: one["earned"] for one in self._curve(tiers=tiers, method="flat")["points"]}
        self.assertEqual(points[9999.99], 100)
        self.assertEqual(points[10000], 200)

    def test_cap_and_gate_stay_visible(self):
        [deal] = self._curve([400000], method="percent", rate=0.03, is_capped=True, cap=10000)["deals"]
        self.assertEqual((deal["earned"], deal["withheld"]), (10000, 2000))
        curve = self._curve([150000], tiers=ACCELERATOR, gate="accelerators", gate_base=200000)
        self.assertEqual(curve["gate"], 200000)
        [deal] = curve["deals"]
        self.assertEqual((deal["earned"], deal["withheld"]), (7500, 750))
        self.assertEqual(self._earned([150000], tiers=ACCELERATOR), [8250])
        points = {one["base"]: one for one in curve["points"]}
        self.assertEqual(points[200000]["withheld"], 0)
        self.assertEqual(points[199999.99]["withheld"], 1750)

    def test_by_attainment(self):
        measure = self.env.ref("sales_target_mgmt.measure_invoiced").id
        tiers = [(0, 100, 0.05), (100, 0, 0.07)]
        values = {"method": "flat", "tier_by": "attainment", "measure_id": measure}
        curve = self._curve([99, 100], tiers=tiers, **values)
        self.assertEqual((curve["over"], curve["shown"]), ("attainment", "percent"))
        self.assertEqual([deal["earned"] for deal in curve["deals"]], [5, 7])
        bonus = [{"lower": 100, "upper": 120, "amount": 1000}, {"lower": 120, "upper": 0, "amount": 2500}]
        curve = self._curve([99, 100, 130], method="bonus", measure_id=measure, tier_ids=bonus)
        self.assertEqual([deal["earned"] for deal in curve["deals"]], [0, 1000, 2500])
        self.assertFalse(curve["fault"])

    def test_faults_are_told_in_the_words_of_the_refusal(self):
        curve = self._curve(tiers=[(0, 10, 0.1), (20, 0, 0.2)])
        self.assertIn("rows 1 and 2 leave a gap between 10 and 20", curve["fault"])
        self.assertFalse(curve["points"])
        self.assertIn("no tiers yet", self._curve()["fault"])
        curve = self._curve(tiers=[(0, 100, 0.1)], method="flat", tier_by="attainment")
        self.assertIn("choose the measure", curve["fault"])
        self.assertTrue(curve["points"])
        self.assertFalse(self._curve(tiers=[(0, 100, 0.1), (0, 0, 0)])["fault"])
        with self.assertRaisesRegex(UserError, "at most 200 rows"):
            self._curve(tiers=[(0, 1, 0.1)] * 201)

    def test_suggested_deals_and_spark(self):
        self.assertEqual([deal["base"] for deal in self._curve(tiers=LADDER)["deals"]], [500, 14000, 20000])
        plan = self._commission([LADDER, 0.1], activate=False)
        ladder, rate = plan.rule_ids
        self.assertEqual(ladder.spark[-1][1], 1)
        self.assertEqual(rate.spark[0], [0, 0])
        ladder.tier_ids[0].rate = 0.5
        self.assertGreater(ladder.spark[2][1], 0.2)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_who_may_ask(self):
        """The answer holds nothing but what was asked; who cannot read components cannot ask."""
        self.assertEqual(self._earned([100], method="percent", rate=0.1, user=self.rep), [10])
        for user in (self.accountant, self._make_user("portal", "base.group_portal")):
            with self.assertRaises(AccessError):
                self._curve([100], method="percent", rate=0.1, user=user)

    def test_by_quantity_and_by_piece(self):
        tiers = [(0, 10, 0.05), (10, 0, 0.07)]
        curve = self._curve([9, 10], tiers=tiers, method="flat", tier_by="quantity", is_capped=True, cap=1)
        self.assertEqual((curve["over"], curve["shown"]), ("quantity", "percent"))
        self.assertEqual([deal["earned"] for deal in curve["deals"]], [5, 7])
        curve = self._curve([3], method="unit", unit_amount=20)
        self.assertEqual((curve["over"], curve["shown"]), ("quantity", "money"))
        self.assertEqual(curve["deals"][0]["earned"], 60)
        curve = self._curve(None, method="unit", unit_amount=20)
        self.assertEqual([deal["base"] for deal in curve["deals"]], [1, 5, 10])
        self.assertEqual((curve["points"][-1]["base"], curve["points"][-1]["earned"]), (100, 2000))

    def test_a_minimum_is_seen_with_its_deal(self):
        values = {"method": "percent", "rate": 0.1, "has_floor": True, "floor": 20}
        self.assertEqual(self._earned([100, 500], **values), [20, 50])
