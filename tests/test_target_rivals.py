"""Nothing has two targets at once: a plan whose targets another one has already is refused."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError

from .common_target import StmTargetCase


@freeze_time("2026-06-15 09:00:00")
class TestTargetRivals(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.lang = "en_US"
        cls.north = cls._node(team=cls.team)
        cls.mine = cls._node(cls.north, user=cls.rep)
        for month, last in ((6, 30), (7, 31)):
            cls._line(cls.mine, 100, f"2026-{month:02}-01", f"2026-{month:02}-{last}")
        cls._approve()

    def _other(self, start="2026-06-01", end="2026-06-30", measure=None, user=None, **values):
        measure = measure or self.measure
        plan = self._plan(measure_ids=[(6, 0, measure.ids)], **{"name": "Other", **values})
        node = self._node(self._node(plan=plan, team=self.team), user=user or self.rep)
        self._line(node, 7, start, end, measure=measure)
        return plan

    def _assert_refused(self, plan, pattern="“Other” cannot be approved"):
        with self.assertRaisesRegex(UserError, pattern), self.cr.savepoint():
            self._approve(plan)
        self.assertEqual(plan.state, "draft")

    def test_refused_with_everything_named(self):
        self._assert_refused(
            self._other("2026-06-01", "2026-06-30"),
            r"“Plan 2026”: “North / Rep”, Revenue Ordered, 06/01/2026 to 06/30/2026",
        )

    def test_days_that_only_overlap(self):
        """Neither is a level of the other: 40 days from the middle of June."""
        self._assert_refused(
            self._other("2026-06-15", "2026-07-24"), r"Revenue Ordered, 06/15/2026 to 07/24/2026"
        )

    def test_what_differs_is_no_rival(self):
        margin = self.env.ref("sales_target_mgmt.measure_margin_ordered")
        for plan in (
            self._other(measure=margin),
            self._other(user=self.rep2),
            self._other("2026-08-01", "2026-08-31"),
        ):
            self._approve(plan)
            self.assertEqual(plan.state, "approved")

    def test_whole_company(self):
        for name in ("One", "Two"):
            plan = self._plan(name=name)
            self._line(self._node(plan=plan), 5)
            if name == "One":
                self._approve(plan)
        self._assert_refused(plan, "“Two” cannot be approved.*\n– “One”: “Two”, Revenue")

    def test_a_year_above_its_months(self):
        plan = self._other("2026-01-01", "2026-12-31")
        self._approve(plan)
        self._assert_refused(self._other("2026-01-01", "2026-12-31"))

    def test_long_term_plan(self):
        """Linked at any depth, and in any version."""
        whole = self._other(date_to="2028-12-31", name="Growth")
        middle = self._plan(name="Middle", parent_id=whole.id, date_to="2028-12-31")
        self.assertTrue(whole._find_rivals())
        revision = self.plan.with_user(self.manager)._create_revision(date(2026, 7, 1), "Link")
        revision.parent_id = middle
        self._approve(revision)
        self._approve(whole)
        self.assertEqual(whole.state, "approved")

    def test_versions_take_turns(self):
        revision = self.plan.with_user(self.manager)._create_revision(date(2026, 7, 1), "Rep leaves")
        revision.line_ids.unlink()
        self._line(revision.node_ids.filtered("user_id"), 5, "2026-09-01", "2026-09-30")
        self._approve(revision)
        self._assert_refused(self._other())
        # the old version's July counts no more, the new one has none
        self._approve(self._other("2026-07-01", "2026-07-31"))

    def test_part_of_a_period_in_a_revision(self):
        """Ten days are less than half of June, but they are June."""
        revision = self.plan.with_user(self.manager)._create_revision(date(2026, 6, 21), "Rep stays")
        self._approve(revision)
        self._assert_refused(self._other("2026-06-25", "2026-07-04"))

    def test_a_year_that_was_revised_twice(self):
        """What is left of it in December is still a year above its months."""
        year = self._other("2026-01-01", "2026-12-31", user=self.rep2)
        self._approve(year)
        for day in (date(2026, 11, 15), date(2026, 12, 1)):
            year = year.with_user(self.manager)._create_revision(day, "Again")
            self._approve(year)
        month = self._other("2026-12-01", "2026-12-31", user=self.rep2)
        self._approve(month)
        self.assertEqual(month.state, "approved")

    def test_copies_are_for_trying_out(self):
        copy = self.plan.copy()
        copy.action_submit()
        self.assertEqual(copy.line_ids.mapped("target"), [100, 100])
        with self.assertRaisesRegex(UserError, "cannot be approved"), self.cr.savepoint():
            self._approve(copy)
        quota = self.env["stm.quota"].with_user(self.rep).get_quota()
        self.assertEqual([card["target"] for card in quota["cards"]], [100])

    def test_closed_plans_count(self):
        with freeze_time("2026-08-05 09:00:00"):
            self.plan.with_user(self.manager)._close_until(date(2026, 7, 31))
        self.assertEqual(self.plan.state, "closed")
        self._assert_refused(self._other())

    def test_two_in_one_call(self):
        plans = self._other(user=self.rep2) | self._other(user=self.rep2)
        with self.assertRaisesRegex(UserError, "cannot be approved"):
            plans.with_user(self.manager).action_approve()

    def test_long_lists_are_cut(self):
        categories = self.env["product.category"].create([{"name": f"C{n}"} for n in range(12)])
        plans = []
        for _number in range(2):
            plan = self._plan(name="Other")
            for category in categories:
                self._line(self._node(plan=plan, categ=category), 1)
            plans.append(plan)
        self._approve(plans[0])
        self._assert_refused(plans[1], "… and 2 more")
