"""My Commission: what I get, why, and what comes next; nobody else's."""

from freezegun import freeze_time

from odoo.exceptions import AccessError

from .common_commission import CommissionCase
from .common_target import StmTargetCase

TIERS = [(0, 1000, 0.02), (1000, 5000, 0.03), (5000, 0, 0.05)]


@freeze_time("2026-06-15 12:00:00")
class TestCommissionMine(CommissionCase, StmTargetCase):
    def _page(self, user=None, payee=None):
        self.env.invalidate_all()
        return self.env["stm.commission.mine"].with_user(user or self.rep).get_page(payee)

    def _sums(self):
        [sums] = self._page()["sums"]
        return {name: sums[name] for name in ("payable", "waiting", "draw_balance")}

    def _component(self, **values):
        [plan] = self._page()["plans"]
        [component] = plan["components"]
        return {name: component[name] for name in values} if values else component

    def test_as_of_now_without_any_computation(self):
        self._sold("2026-06-02", 800)
        self._pay(self._sold("2026-06-03", 200), "2026-06-10", amount=50)
        self._commission([0.1], payable_on="proportional")
        self.assertEqual(self._sums(), {"payable": 5, "waiting": 95, "draw_balance": 0})
        [statement] = self._page()["statements"]
        self.assertEqual((statement["id"], statement["payable"]), (False, 5))
        rows = self._page()["entries"]
        self.assertEqual(
            [(row["kind"], row["amount"], row["payable"]) for row in rows],
            [("release", 0, 5), ("earn", 20, 0), ("earn", 80, 0)],
        )
        self.assertTrue(rows[0]["payment"])
        self.assertFalse(rows[0]["entry_id"])
        self.assertEqual({row["product"] for row in rows}, {self.product.display_name})

    def test_posted_and_open_together(self):
        invoice = self._sold("2026-05-02", 1000)
        plan = self._commission([0.1], payable_on="proportional")
        self._pay(invoice, "2026-05-10", amount=400)
        self._post(self._settle(plan))
        self._pay(invoice, "2026-06-10", amount=100)
        self._sold("2026-06-02", 500)
        # posted and not paid out yet: 40; open: 10
        self.assertEqual(self._sums(), {"payable": 50, "waiting": 100, "draw_balance": 0})
        june, may = self._page()["statements"]
        self.assertEqual((may["state"], may["payable"], may["can_acknowledge"]), ("checked", 40, True))
        self.assertEqual((june["state"], june["payable"], june["earned"]), ("computed", 10, 50))
        self.env["stm.commission.statement"].browse(may["id"]).with_user(self.rep).action_acknowledge()
        self.assertFalse(self._page()["statements"][1]["can_acknowledge"])

    def test_is_what_the_next_computation_says(self):
        self._sold("2026-05-02", 700)
        self._sold("2026-06-02", 800)
        plan = self._commission([TIERS, {"rate": 0.1, "is_capped": True, "cap": 50}])
        before = self._page()
        statements = self._settle(plan)
        self.assertEqual(before["sums"][0]["payable"], sum(statements.mapped("payable")))
        self.assertEqual(
            sorted((one["earned"], one["payable"]) for one in before["statements"]),
            sorted((one.earned, one.payable) for one in statements),
        )
        [withheld] = before["withheld"]
        self.assertEqual((withheld["amount"], withheld["reason"]), (30, "Above the cap"))
        self.assertTrue(all(row["entry_id"] for row in self._page()["entries"]))

    def test_the_next_tier(self):
        """800 sold: 200 more to 3 %, they bring 4; of a flat table 14."""
        self._sold("2026-06-02", 800)
        self._sold("2026-05-02", 9000)
        plan = self._commission([TIERS])
        wanted = {"sold": 800, "place": 800, "missing": 200, "next": 0.03, "brings": 4}
        self.assertEqual(self._component(**wanted), wanted)
        self.assertEqual([one["reached"] for one in self._component()["tiers"]], [True, False, False])
        plan.assignment_ids.date_to = "2026-05-31"
        self._commission([{"method": "flat", "tiers": TIERS}], name="Flat")
        flat = [one for one in self._page()["plans"] if one["name"] == "Flat"]
        self.assertEqual(flat[0]["components"][0]["brings"], 14)

    def test_the_next_tier_by_attainment(self):
        """90 % of 1,000 attained: 10 points more lift 900 from 5 % to 7 %."""
        self.measure = self.env.ref("sales_target_mgmt.measure_invoiced")
        quota = self._plan(name="Quota", measure_ids=[(6, 0, self.measure.ids)])
        self._line(self._node(plan=quota, user=self.rep), 1000, "2026-06-01", "2026-06-30", self.measure)
        self._approve(quota)
        self._sold("2026-06-02", 900)
        tiers = [(0, 100, 0.05), (100, 0, 0.07)]
        rule = {"method": "flat", "tier_by": "attainment", "measure_id": self.measure.id, "tiers": tiers}
        self._commission([rule])
        wanted = {"place": 90, "missing": 10, "next": 0.07, "brings": 18, "goal": 1000}
        self.assertEqual(self._component(**wanted), wanted)

    def test_gate_and_own_rate(self):
        self._sold("2026-06-02", 800)
        own = {"user_id": self.rep.id, "has_own_rate": True, "rate": 0.04}
        self._commission([{"rate": 0.02, "gate": "all", "gate_base": 1000}], [own])
        wanted = {"rate": 0.04, "gate": 1000, "gate_missing": 200, "missing": None}
        self.assertEqual(self._component(**wanted), wanted)

    def test_a_gate_by_attainment(self):
        measure = self.env.ref("sales_target_mgmt.measure_invoiced")
        quota = self._plan(name="Quota", measure_ids=[(6, 0, measure.ids)])
        self._line(self._node(plan=quota, user=self.rep), 1000, "2026-06-01", "2026-06-30", measure)
        self._approve(quota)
        self._sold("2026-06-02", 789.99)
        gate = {"gate": "all", "gate_by": "attainment", "gate_base": 79, "measure_id": measure.id}
        self._commission([{"name": "Gated", "rate": 0.1, **gate}])
        wanted = {"gate": 79, "gate_by": "attainment", "gate_missing": 0.001}
        self.assertEqual(self._component(**wanted), wanted)
        [row] = self.env["stm.commission.mine"].with_user(self.rep).get_why()["rows"]
        said = "Gated: the gate of 79 % attainment is not reached, 78.9 % so far"
        self.assertEqual((row["code"], row["reason"]), ("gate", said))

    def test_a_draw_is_to_be_recovered(self):
        self._sold("2026-06-02", 1000)
        self._commission([0.1], [{"user_id": self.rep.id, "draw": 300, "date_from": "2026-06-01"}])
        self.assertEqual(self._sums(), {"payable": 300, "waiting": 0, "draw_balance": 200})

    def test_what_was_lent_is_owed_after_leaving(self):
        """300 lent in May and 100 of it earned: 200 are recovered, and owed by who has left since."""
        self._sold("2026-05-02", 1000)
        draw = {"user_id": self.rep.id, "draw": 300, "date_from": "2026-05-01"}
        plan = self._commission([0.1], [draw])
        plan.assignment_ids.with_user(self.payroll).date_to = "2026-05-31"
        for is_posted in (False, True):
            if is_posted:
                self._post(self._settle(plan))
            [sums] = self._page()["sums"]
            self.assertEqual((sums["draw_balance"], sums["owed"]), (200, 200))
        # unless another plan follows, which recovers 100 so far
        self._sold("2026-06-05", 1000)
        self._commission([0.1], name="Next", date_from="2026-06-01")
        [sums] = self._page()["sums"]
        self.assertEqual((sums["draw_balance"], sums["owed"]), (100, 0))

    def test_accept(self):
        plan = self._commission([0.1])
        self.assertTrue(self._page()["plans"][0]["can_accept"])
        plan.with_user(self.rep).action_accept()
        page = self._page()["plans"][0]
        self.assertEqual((page["can_accept"], page["accepted"]), (False, True))

    def test_without_a_plan(self):
        self._commission([0.1], [self.rep2])
        page = self._page()
        self.assertEqual((page["plans"], page["statements"], page["entries"]), ([], [], []))
        self.assertEqual(page["sums"][0]["payable"], 0)

    def test_own_pay_only(self):
        self._sold("2026-06-02", 1000, user=self.rep2)
        self._commission([0.1], [self.rep, self.rep2])
        partner = self.rep2.partner_id.id
        for user in (self.rep, self.leader, self.sees_all, self.manager, self.accountant):
            with self.assertRaises(AccessError, msg=user.name):
                self._page(user, partner)
        self.assertEqual(self._page(self.payroll, partner)["sums"][0]["payable"], 100)
        self.assertEqual(self._page(self.rep2)["sums"][0]["payable"], 100)
        self.assertEqual(self._sums()["payable"], 0)

    def test_queries_do_not_grow(self):
        self._commission([TIERS], payable_on="proportional")

        def count():
            self._page()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["stm.commission.mine"].with_user(self.rep).get_page()
            return self.cr.sql_log_count - before

        self._pay(self._sold("2026-06-02", 100), "2026-06-10")
        small = count()
        for day in range(3, 10):
            self._pay(self._sold(f"2026-06-{day:02}", 100), "2026-06-10")
        self.assertLessEqual(count(), small)
        self.assertLessEqual(small, 30)
