"""SMART targets, and plans that agree with the plan above and with themselves."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Date

from .common_target import StmTargetCase


class TestSmart(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.growth = cls._plan(name="Growth", date_from="2025-01-01", date_to="2027-12-31")
        cls._line(cls._node(plan=cls.growth), 1000)
        cls.plan.parent_id = cls.growth
        cls.root = cls._node()
        cls.north = cls._node(cls.root, team=cls.team)
        cls.mine = cls._node(cls.north, user=cls.rep)
        cls.yours = cls._node(cls.north, user=cls.rep2)
        january = ("2026-01-01", "2026-01-31")
        cls.whole = cls._line(cls.root, 300, *january)
        cls.line_north = cls._line(cls.north, 300, *january)
        cls.line_mine = cls._line(cls.mine, 150, *january)
        cls.line_yours = cls._line(cls.yours, 150, *january)
        cls._order("2025-01-10", 100)
        cls._order("2025-01-20", 120, user=cls.rep2)
        cls.env.flush_all()

    def _texts(self, line):
        self.env.flush_all()
        self.env.invalidate_all()
        return line.with_user(self.manager).smart_text or ""

    def test_all_is_well(self):
        """150 over 100 is the 50 % that are allowed, and less than 150 % of the best one's 120."""
        self.assertEqual([self._texts(line) for line in self.plan.line_ids], [""] * 4)
        self.assertEqual(self.plan.with_user(self.manager).smart_percent, 100)

    def test_growth_and_capacity(self):
        self.line_mine.target = 181
        text = self._texts(self.line_mine)
        self.assertIn("81.0 %", text)
        self.assertIn("above 50.0 %", text)
        self.assertRegex(text, "nobody achieved more than .*120")
        self.line_mine.target = 69
        self.assertIn("-31.0 %", self._texts(self.line_mine))
        self.assertEqual(self.plan.with_user(self.manager).smart_percent, 75)
        self.company.stm_smart_growth_min = -40
        self.assertEqual(self._texts(self.line_mine), "")

    def test_owner(self):
        self.team.user_id = False
        self.assertIn("no leader", self._texts(self.line_north))
        self.plan.user_id = False
        self.assertIn("nobody owns it", self._texts(self.whole))

    def test_vacant_territory(self):
        """Of a territory that is divided no further somebody is responsible within the plan's year."""
        division = self.env["stm.territory.division"]._get_or_make_primary(self.company)
        territory = self.env["stm.territory"].create(
            {"name": "Coast", "division_id": division.id, "company_id": self.company.id}
        )
        node = self._node(self.root, territory=territory)
        line = self._line(node, 10, "2026-01-01", "2026-01-31")
        self.assertIn("responsible for the territory “Coast”", self._texts(line))
        seat = self.env["stm.territory.assignment"].create(
            {"territory_id": territory.id, "user_id": self.rep.id, "date_from": "2026-03-01"}
        )
        self.assertNotIn("responsible", self._texts(line))
        seat.date_from = "2027-01-01"
        self.assertIn("responsible", self._texts(line))

    def test_measure_that_works(self):
        measure = self.measure.copy({"name": "Mine", "code": "mine"})
        self.plan.measure_ids |= measure
        line = self._line(self.mine, 5, "2026-01-01", "2026-01-31", measure=measure)
        measure.active = False
        self.assertIn("archived", self._texts(line))

    def test_goal_above(self):
        line = self._line(self.mine, 5, "2026-02-01", "2026-02-28")
        self.assertIn("“North” has no target", self._texts(line))
        self.plan.parent_id = False
        self.assertIn("name the long-term plan", self._texts(self.whole))

    def test_bounds_make_sense(self):
        with self.assertRaises(ValidationError):
            self.company.stm_smart_growth_min = 60
        with self.assertRaises(ValidationError):
            self.company.stm_smart_capacity = 0

    def test_best_results_of_others_are_managers_business(self):
        self._approve()
        with self.assertRaises(AccessError):
            self.line_mine.with_user(self.rep).read(["smart_text"])

    def test_queries_do_not_grow(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.plan.with_user(self.manager).mapped("smart_percent")
            return self.cr.sql_log_count - before

        queries()
        few = queries()
        for number in range(20):
            user = self._make_user(f"many{number}", "sales_team.group_sale_salesman")
            self._line(self._node(self.north, user=user), 10, "2026-01-01", "2026-01-31")
        queries()
        self.assertLessEqual(queries(), few)


class TestConsistency(StmTargetCase):
    def test_long_term_plan(self):
        above = self._plan(name="Growth", date_from="2025-01-01", date_to="2027-12-31")
        top = self._node(plan=above)
        self._line(top, 1000)
        self._line(top, 1100, "2027-01-01", "2027-12-31")
        root = self._node()
        for start, end, amount in (("2026-01-01", "2026-06-30", 400), ("2026-07-01", "2026-12-31", 590)):
            self._line(root, amount, start, end)
        self.assertEqual(self.plan.long_term_state, "none")
        self.plan.parent_id = above
        self.assertEqual(
            (self.plan.long_term_state, self.plan.long_term_total, self.plan.own_total),
            ("differs", 1000, 990),
        )
        self.assertEqual(self.plan.long_term_difference, -10)
        root.line_ids[0].target += 10
        self.env.flush_all()
        self.plan.invalidate_recordset()
        self.assertEqual(self.plan.long_term_state, "equal")
        top.line_ids.filtered(lambda line: line.date_from.year == 2026).unlink()
        self.plan.invalidate_recordset()
        self.assertEqual(self.plan.long_term_state, "missing")

    def test_a_revision_counts_with_what_was_in_force_before_it(self):
        """Of 400 and 600 a version from October on has what is left of 600, cut within a half-year."""
        above = self._plan(name="Growth", date_from="2025-01-01", date_to="2027-12-31")
        self._line(self._node(plan=above), 1000)
        root = self._node()
        self._line(root, 400, "2026-01-01", "2026-06-30")
        self._line(root, 600, "2026-07-01", "2026-12-31")
        self.plan.parent_id = above
        self._approve()
        revision = self.plan._create_revision(Date.to_date("2026-10-01"), "borders moved")
        self.assertLess(revision.line_ids.target, 600)
        self.assertEqual((revision.own_total, revision.long_term_state), (1000, "equal"))
        revision.line_ids.target += 25
        self._approve(revision)
        third = revision._create_revision(Date.to_date("2026-12-01"), "once more")
        self.assertEqual((third.own_total, third.long_term_state), (1025, "differs"))

    def test_year_quarters_months(self):
        """Long-term plan → annual plan by quarters → plan by months."""
        annual = self._plan(name="Annual")
        self._line(self._node(plan=annual), 100, "2026-01-01", "2026-03-31")
        self._line(annual.node_ids, 120, "2026-04-01", "2026-06-30")
        root = self._node()
        months = [
            self._line(root, amount, start, end)
            for amount, start, end in (
                (30, "2026-01-01", "2026-01-31"),
                (30, "2026-02-01", "2026-02-28"),
                (40, "2026-03-01", "2026-03-31"),
                (50, "2026-04-01", "2026-04-30"),
            )
        ]
        self.plan.parent_id = annual
        self.assertFalse(self.plan.level_text)
        months[0].target = 25
        self.env.flush_all()
        self.plan.invalidate_recordset()
        self.assertRegex(self.plan.level_text, "100.* 3 targets .*95.*5")
        months[3].target = 121
        self.env.flush_all()
        self.plan.invalidate_recordset()
        self.assertEqual(len(self.plan.level_text.splitlines()), 2)
