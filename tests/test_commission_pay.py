"""Attainment and bonuses of targets, draws, and what is carried to the next statement."""

from freezegun import freeze_time

from odoo.exceptions import ValidationError

from .common_commission import CommissionCase
from .common_target import StmTargetCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionAttainment(CommissionCase, StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.measure = cls.env.ref("sales_target_mgmt.measure_invoiced")
        plan = cls.quota = cls._plan(name="Quota")
        team = cls._node(plan=plan, team=cls.team)
        person = cls._node(team, user=cls.rep)
        for node, target in ((team, 4000), (person, 1000)):
            for month in (5, 6):
                cls._line(node, target, f"2026-{month:02}-01", f"2026-{month:02}-28", cls.measure)
        cls._approve(plan)

    def _by_attainment(self, **values):
        tiers = [(0, 100, 0.05), (100, 0, 0.07)]
        rule = {"method": "flat", "tier_by": "attainment", "measure_id": self.measure.id, "tiers": tiers}
        return self._commission([{**rule, **values}], [{"user_id": self.rep.id, "team_id": self.team.id}])

    def _bonus(self, payees=None, **values):
        tiers = [
            (0, 0, {"lower": lower, "upper": upper, "amount": amount})
            for lower, upper, amount in ((80, 100, 200), (100, 0, 500))
        ]
        rule = {"method": "bonus", "measure_id": self.measure.id, "tier_ids": tiers, "name": "Quota"}
        return self._commission([rule], payees, **values)

    def test_attainment_picks_the_rate(self):
        self._sold("2026-05-10", 900)
        plan = self._by_attainment()
        self.assertEqual(self._settle(plan).earned, 45)
        self._sold("2026-05-11", 100)
        self.assertEqual(self._settle(plan).earned, 70)

    def test_attainment_of_the_team(self):
        self._sold("2026-05-10", 1000)
        self._sold("2026-05-10", 3000, user=self.rep2)
        self.assertEqual(self._settle(self._by_attainment(attainment_of="team")).earned, 70)

    def test_attained_after_the_period_was_posted(self):
        """A late invoice brings the tier: the rest of the closed month comes with it."""
        self._sold("2026-05-10", 900)
        plan = self._by_attainment()
        self._post(self._settle(plan))
        self._sold("2026-05-20", 100)
        may, june = self._settle(plan)
        self.assertEqual((may.earned, june.earned), (45, 25))
        kinds = {entry.kind: entry.amount for entry in june.entry_ids}
        self.assertEqual(kinds, {"adjustment": 18, "earn": 7})

    def test_without_a_target_nothing_is_earned_and_it_says_so(self):
        self._sold("2026-04-10", 900)
        [april] = self._settle(self._by_attainment(), "2026-04-30")
        self.assertEqual((april.earned, april.entry_ids.reason), (0, "no_target"))

    def test_the_quota_bonus(self):
        self._sold("2026-05-10", 850)
        plan = self._bonus()
        may = self._settle(plan)
        self.assertEqual((may.earned, may.payable, may.entry_ids.kind), (200, 200, "bonus"))
        self.assertEqual(may.entry_ids.date, may.date_to)
        self._post(may)
        late = self._sold("2026-05-20", 150)
        self.assertEqual([one.earned for one in self._settle(plan)], [200, 300])
        late.button_draft()
        self.assertEqual(self._settle(plan), may)

    def test_a_bonus_becomes_payable_with_the_sales_of_its_period(self):
        """200 for 850 sold: payable in the share of them that was paid, 340 and then the rest."""
        invoice = self._sold("2026-05-10", 850)
        later = self._sold("2026-06-02", 500)
        plan = self._bonus(payable_on="proportional", bonus_payable="sales")
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.payable, may.waiting), (200, 0, 200))
        self._pay(invoice, "2026-05-20", amount=340)
        self._pay(later, "2026-06-03")
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.payable), (200, 80))
        self._post(may)
        self.assertEqual(self._settle(plan), may)
        self._pay(invoice, "2026-06-10")
        [may, june] = self._settle(plan)
        self.assertEqual((may.payable, june.earned, june.payable), (80, 0, 120))
        [release] = june.entry_ids
        self.assertEqual((release.kind, str(release.date)), ("release", "2026-06-10"))

    def test_a_bonus_at_once_does_not_wait(self):
        self._sold("2026-05-10", 850)
        plan = self._bonus(payable_on="proportional")
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.payable), (200, 200))
        self._post(may)
        self.assertEqual(self._settle(plan), may)

    def test_a_bonus_waits_beside_components(self):
        """Only sales that the plan pays for count, and all of them have to be paid."""
        first, second = (self._sold(day, 425) for day in ("2026-05-10", "2026-05-11"))
        self._pay(first, "2026-05-20")
        tiers = [(0, 0, {"lower": 80, "upper": 0, "amount": 200})]
        bonus = {"method": "bonus", "measure_id": self.measure.id, "tier_ids": tiers, "name": "Quota"}
        plan = self._commission([0.1, bonus], payable_on="full", bonus_payable="sales")
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.payable), (285, 142.5))
        self._pay(second, "2026-05-21", amount=400)
        self.assertEqual(self._settle(plan).payable, 142.5)

    def test_a_quota_of_uneven_days_belongs_to_the_quarter_of_most_of_them(self):
        """A quota from 29 December to 30 March is that of the first quarter; one of nine months of none."""
        quota = self._plan(
            name="Uneven", granularity="free", date_from="2025-12-29", date_to="2026-12-31",
            measure_ids=[(6, 0, self.measure.ids)],
        )  # fmt: skip
        person = self._node(plan=quota, user=self.rep2)
        self._line(person, 1000, "2025-12-29", "2026-03-30", self.measure)
        self._line(person, 10, "2026-03-31", "2026-12-31", self.measure)
        self._approve(quota)
        for day, amount in (("2025-12-30", 300), ("2026-03-30", 700), ("2026-03-31", 850)):
            self._sold(day, amount, user=self.rep2)
        plan = self._bonus([self.rep2], period="quarter")
        [first] = self._settle(plan, "2026-12-31")
        self.assertEqual((str(first.date_from), first.earned), ("2026-01-01", 500))

    def test_what_goes_by_attainment_needs_a_measure_and_such_tiers(self):
        for values in ({"measure_id": False}, {"method": "marginal"}):
            with self.assertRaises(ValidationError):
                self._by_attainment(**values)


@freeze_time("2026-06-15 12:00:00")
class TestCommissionDraw(CommissionCase):
    def test_a_recoverable_draw(self):
        for month, amount in ((3, 20000), (4, 50000), (5, 25000)):
            self._sold(f"2026-{month:02}-10", amount)
        payee = {"user_id": self.rep.id, "draw": 3000}
        plan = self._commission([0.1], [payee], date_from="2026-03-01")
        statements = self._settle(plan, "2026-05-31")
        self.assertEqual(statements.mapped("earned"), [2000, 5000, 2500])
        self.assertEqual(statements.mapped("payable"), [3000, 4000, 3000])
        self.assertEqual(statements.mapped("draw_balance"), [1000, 0, 500])
        self.assertEqual(statements.mapped("waiting"), [0, 0, 0])
        self._post(statements[0])
        self.assertEqual(self._settle(plan, "2026-05-31").mapped("payable"), [3000, 4000, 3000])
        kinds = self._entries(plan).filtered(lambda entry: entry.component == "draw").mapped("kind")
        self.assertEqual(sorted(kinds), ["draw", "draw", "draw_recovery"])

    def test_a_draw_without_any_sale(self):
        payee = {"user_id": self.rep.id, "draw": 3000}
        plan = self._commission([0.1], [payee], date_from="2026-05-01")
        statements = self._settle(plan)
        self.assertEqual(statements.mapped("payable"), [3000, 3000])
        self.assertEqual(statements.mapped("draw_balance"), [3000, 6000])

    def test_a_negative_statement_is_carried_forward(self):
        invoice = self._sold("2026-04-10", 1000)
        plan = self._commission([0.1], date_from="2026-04-01")
        self._post(self._settle(plan, "2026-04-30"))
        self._refund(invoice, "2026-05-05", 800)
        self._sold("2026-06-05", 1000)
        _april, may, june = self._settle(plan)
        self.assertEqual((may.earned, may.payable, may.draw_balance), (-80, 0, 80))
        self.assertEqual((june.earned, june.payable, june.draw_balance), (100, 20, 0))
        self.assertEqual(may.entry_ids.filtered("reason").reason, "carried")
