"""Achieved, expected and pace of targets on real orders, by working days."""

from datetime import datetime

from freezegun import freeze_time

from .common_target import StmTargetCase


class TestTargetPace(StmTargetCase):
    @freeze_time("2026-06-01 09:00:00")
    def test_year_by_calendar_days(self):
        """The published example: 300 of 1,200 after five months."""
        self.company.resource_calendar_id.attendance_ids.unlink()
        self._order("2026-02-10", 300)
        line = self._line(self._node(user=self.rep), 1200, "2026-01-01", "2026-12-31")
        self.assertEqual(line.actual, 300)
        self.assertEqual(line.gap, 900)
        self.assertAlmostEqual(line.elapsed_share, 151 / 365)
        self.assertEqual(line.expected, round(1200 * 151 / 365, 2))
        self.assertEqual(line.projection, round(300 * 365 / 151, 2))
        self.assertEqual(line.attainment, 0.25)
        self.assertEqual(line.pace_state, "at_risk")
        self.assertEqual(line.required_rate, round(900 / 214, 2))

    @freeze_time("2026-06-15 09:00:00")
    def test_working_days_of_the_company(self):
        """June 2026 has 22 working days, ten of them before Monday the 15th."""
        line = self._line(self._node(user=self.rep), 2200, "2026-06-01", "2026-06-30")
        self.assertEqual(line.expected, 1000)
        self.assertEqual(line.remaining_days, 12)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 6, 3, 0, 0),
                "date_to": datetime(2026, 6, 4, 23, 59),
            }
        )
        line.invalidate_recordset()
        self.assertEqual(line.expected, 880, "8 of 20 days")

    @freeze_time("2026-06-15 09:00:00")
    def test_leave_of_the_person(self):
        resource = self.env["resource.resource"].create(
            {"name": "Rep", "user_id": self.rep.id, "company_id": self.company.id, "tz": "UTC"}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": datetime(2026, 6, 1, 0, 0),
                "date_to": datetime(2026, 6, 2, 23, 59),
            }
        )
        mine = self._line(self._node(user=self.rep), 2200, "2026-06-01", "2026-06-30")
        other = self._line(self._node(user=self.rep2), 2200, "2026-06-01", "2026-06-30")
        self.assertEqual(mine.expected, 880, "8 of 20 days")
        self.assertEqual(other.expected, 1000, "10 of 22 days")

    @freeze_time("2026-06-15 09:00:00")
    def test_not_started_and_over(self):
        node = self._node(user=self.rep)
        self._order("2026-05-20", 150)
        future = self._line(node, 100, "2026-07-01", "2026-07-31")
        past = self._line(node, 100, "2026-05-01", "2026-05-31")
        self.assertEqual((future.expected, future.projection, future.pace_state), (0, 0, False))
        self.assertEqual((past.expected, past.projection, past.pace_state), (100, 150, "ahead"))
        self.assertEqual((past.gap, past.required_rate), (-50, 0))

    @freeze_time("2026-06-15 09:00:00")
    def test_ratio_is_a_level(self):
        """A rate is due in full on every day, and says nothing without a denominator."""
        measure = self.env.ref("sales_target_mgmt.measure_conversion")
        self.plan.measure_ids |= measure
        line = self._line(self._node(user=self.rep), 20, "2026-06-01", "2026-06-30", measure=measure)
        self.assertFalse(line.has_actual)
        self.assertFalse(line.pace_state)
        self.assertEqual(line.expected, 20)

    @freeze_time("2026-06-15 09:00:00")
    def test_constant_queries(self):
        """The figures of 200 targets cost as many queries as those of 10."""
        node = self._node(user=self.rep)
        other = self._node(team=self.team)
        days = [
            f"{2025 + number // 336}-{number % 336 // 28 + 1:02}-{number % 28 + 1:02}"
            for number in range(100)
        ]
        self.plan.write({"date_from": "2025-01-01"})
        lines = self.env["stm.target.line"].create(
            [
                {
                    "node_id": one.id,
                    "measure_id": self.measure.id,
                    "date_from": day,
                    "date_to": day,
                    "target": 5,
                }
                for one in (node, other)
                for day in days
            ]
        )
        counts = []
        for some in (lines[:10], lines):
            self.env.flush_all()
            self.env.invalidate_all()
            some.mapped("date_end"), some.node_id.mapped("user_id"), self.company.stm_tz
            some.measure_id.mapped("unit"), some.currency_id.mapped("rounding")
            before = self.cr.sql_log_count
            some._get_actuals()
            counts.append(self.cr.sql_log_count - before)
            self.assertLessEqual(counts[-1], 5)
        self.assertEqual(*counts)
        counts = []
        for some in (lines[:10], lines):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("pace_state")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)
