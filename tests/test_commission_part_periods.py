"""Draws and guarantees of who is in a plan for a part of a period: by calendar days."""

from freezegun import freeze_time

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionPartPeriods(CommissionCase):
    def _paid(self, payees, until="2026-05-31", **values):
        plan = self._commission([0.1], payees, date_from="2026-05-01", **values)
        return self._settle(plan, until).mapped("payable")

    def test_who_joins_gets_the_days_that_are_left(self):
        """From 17 May on are 15 of 31 days: 3,100 × 15 ÷ 31."""
        for name in ("draw", "guarantee"):
            payee = {"user_id": self.rep.id, name: 3100, "date_from": "2026-05-17"}
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.assertEqual(self._paid([payee]), [1500])
                savepoint.rollback()

    def test_who_leaves_gets_the_days_until_then(self):
        payee = {"user_id": self.rep.id, "draw": 3000, "date_to": "2026-05-10"}
        # 3,000 × 10 ÷ 31, rounded to cents
        self.assertEqual(self._paid([payee], "2026-06-15"), [967.74])

    def test_a_plan_that_ends_within_a_period(self):
        payee = {"user_id": self.rep.id, "guarantee": 3000}
        self.assertEqual(self._paid([payee], date_to="2026-05-10"), [967.74])

    def test_another_draw_from_a_day_on(self):
        """3,000 × 10 ÷ 31 and 2,000 × 21 ÷ 31 are 2,322.58, not 5,000."""
        payees = [
            {"user_id": self.rep.id, "draw": 3000, "date_to": "2026-05-10"},
            {"user_id": self.rep.id, "draw": 2000, "date_from": "2026-05-11"},
        ]
        self.assertEqual(self._paid(payees), [2322.58])

    def test_the_running_period_is_whole(self):
        """Somebody who stays is promised all of it, however much of it is over."""
        payee = {"user_id": self.rep.id, "draw": 3000}
        self.assertEqual(self._paid([payee], "2026-05-12"), [3000])
