from freezegun import freeze_time

from .common_target import StmTargetCase


class TestPlanBefore(StmTargetCase):
    """The plan of 2026 beside what was achieved before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = cls._node()
        cls._line(cls.root, 300)
        for day, amount in (("2024-12-31", 1), ("2025-01-01", 80), ("2025-12-31", 120), ("2026-01-01", 7)):
            cls._order(day, amount)

    def _before(self):
        plan = self.plan.with_user(self.manager)
        plan.invalidate_recordset()
        return plan.before_total, round(plan.before_growth, 4)

    def test_the_same_days_a_year_before(self):
        with freeze_time("2026-01-15 12:00:00"):
            self.assertEqual(self._before(), (200, 0.5))
            self.assertEqual(self.plan.before_text, "01/01/2025 – 12/31/2025")

    def test_twelve_whole_months_while_the_year_before_runs(self):
        with freeze_time("2025-11-20 12:00:00"):
            self.assertEqual(self._before(), (81, round(300 / 81 - 1, 4)))

    def test_of_one_part_of_the_company(self):
        self.plan.node_ids.unlink()
        nowhere = self.env["crm.team"].create({"name": "Nowhere", "company_id": self.company.id})
        self._line(self._node(team=nowhere), 300)
        with freeze_time("2026-01-15 12:00:00"):
            self.assertEqual(self._before(), (0, 0))
            self.assertFalse(self.plan.before_text)

    def test_nothing_is_comparable(self):
        with freeze_time("2026-01-15 12:00:00"):
            self.plan.date_to = "2028-12-31"
            self.assertEqual(self._before(), (0, 0), "three years")
        with freeze_time("2025-11-20 12:00:00"):
            self.plan.line_ids.unlink()
            self.plan.write({"date_from": "2026-10-01", "date_to": "2026-12-31"})
            self.assertEqual(self._before(), (0, 0), "the last quarter is not over")
