"""Nodes refine their parents; breakdowns divide them and keep a reserve."""

from odoo.exceptions import ValidationError

from .common_target import StmTargetCase


class TestTargetTree(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = cls._node()
        cls.north = cls._node(cls.root, team=cls.team)

    def test_child_inherits(self):
        mine = self._node(self.north, user=self.rep)
        self.assertEqual(mine.team_id, self.team)
        self.assertEqual(mine.plan_id, self.plan)
        self.assertEqual(mine._get_dimensions(), {"team_id": self.team.id, "user_id": self.rep.id})

    def test_names(self):
        self.assertEqual(self.root.name, "Plan 2026")
        self.assertEqual(self.north.name, "North")
        mine = self._node(self.north, user=self.rep)
        self.assertEqual(mine.name, "Rep")
        mine.name = "The first desk"
        mine.user_id = self.rep2
        self.assertEqual(mine.name, "The first desk")
        mine.name = False
        self.assertEqual(mine.name, "Rep2")

    def test_breakdown_is_found_or_made(self):
        mine = self._node(self.north, user=self.rep)
        yours = self._node(self.north, user=self.rep2)
        pumps = self._node(self.north, categ=self.category)
        self.assertEqual(mine.breakdown_id, yours.breakdown_id)
        self.assertEqual(mine.breakdown_id.dimension, "user_id")
        self.assertEqual(pumps.breakdown_id.dimension, "categ_id")
        self.assertEqual(self.north.breakdown_ids, mine.breakdown_id | pumps.breakdown_id)
        self.assertEqual(mine.breakdown_id.display_name, "North by Salesperson")

    def test_contradiction_is_named(self):
        other = self.env["crm.team"].create({"name": "South", "company_id": self.company.id})
        with self.assertRaisesRegex(
            ValidationError, "“Here” contradicts its parent “North”: Sales Team “South”.*inside of “North”"
        ):
            self.env["stm.target.node"].create(
                {"parent_id": self.north.id, "name": "Here", "team_id": other.id, "user_id": self.rep.id}
            )

    def test_categories_refine_downwards_only(self):
        pumps = self._node(self.root, categ=self.category)
        small = self._node(pumps, categ=self.subcategory)
        self.assertEqual(small.breakdown_id.dimension, "categ_id")
        root = self._node(plan=self._plan(name="Other"), categ=self.subcategory)
        with self.assertRaisesRegex(ValidationError, "contradicts its parent"):
            self._node(root, categ=self.category)

    def test_parent_takes_its_children_along(self):
        """What a child had from its parent follows the parent; what it refined must fit."""
        other = self.env["crm.team"].create({"name": "South", "company_id": self.company.id})
        mine = self._node(self.north, user=self.rep)
        self.north.team_id = other
        self.assertEqual(mine.team_id, other)
        self.root.categ_id = self.category
        self.assertEqual(mine.categ_id, self.category)
        with self.assertRaisesRegex(ValidationError, "contradicts its parent"):
            self.north.user_id = self.rep2

    def test_moving_a_node(self):
        pumps = self._node(self.root, categ=self.category)
        mine = self._node(self.north, user=self.rep)
        loose = self._node(self.root, user=self.rep2)
        loose.parent_id = self.north
        self.assertEqual(loose.team_id, self.team)
        self.assertEqual(loose.breakdown_id, mine.breakdown_id)
        with self.assertRaisesRegex(ValidationError, "own ancestor|Recursion"):
            self.root.parent_id = pumps

    def test_twins(self):
        self._node(self.north, user=self.rep)
        with self.assertRaisesRegex(ValidationError, "“Rep” and “Rep” describe the same thing twice"):
            self._node(self.north, user=self.rep)

    def test_child_without_anything_of_its_own(self):
        with self.assertRaisesRegex(ValidationError, "needs something of its own"):
            self._node(self._node(self.root, user=self.rep))

    def test_customer_is_a_commercial_entity(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.customer.id})
        with self.assertRaisesRegex(ValidationError, "is a contact of “Acme”"):
            self._node(self.root, partner=contact)

    def test_parent_of_another_plan(self):
        other = self._plan(name="Other")
        with self.assertRaisesRegex(ValidationError, "belongs to the plan “Other”"):
            self.env["stm.target.node"].create(
                {"plan_id": other.id, "parent_id": self.root.id, "team_id": self.team.id}
            )

    def test_breakdown_with_children_stays(self):
        mine = self._node(self.north, user=self.rep)
        with self.assertRaisesRegex(ValidationError, "still has children"):
            mine.breakdown_id.unlink()


class TestTargetReserve(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.node = cls._node(team=cls.team)
        cls.mine = cls._node(cls.node, user=cls.rep)
        cls.yours = cls._node(cls.node, user=cls.rep2)
        cls.pumps = cls._node(cls.node, categ=cls.category)

    def _reserves(self, node=None):
        rows = self.env["stm.target.reserve"].search([("node_id", "=", (node or self.node).id)])
        return {(row.dimension, str(row.date_from)): row for row in rows}

    def test_every_breakdown_for_itself(self):
        """node = Σ children + reserve, by person and by category, per period."""
        for month, amount in (("01", 100), ("02", 200)):
            days = (f"2026-{month}-01", f"2026-{month}-28")
            self._line(self.node, amount, *days)
            self._line(self.mine, 60, *days)
            self._line(self.yours, 70, *days)
            self._line(self.pumps, 100, *days)
        rows = self._reserves()
        self.assertEqual(
            {key: (row.allocated, row.reserve, row.state) for key, row in rows.items()},
            {
                ("user_id", "2026-01-01"): (130, -30, "over"),
                ("user_id", "2026-02-01"): (130, 70, "reserve"),
                ("categ_id", "2026-01-01"): (100, 0, "even"),
                ("categ_id", "2026-02-01"): (100, 100, "reserve"),
            },
        )
        self.assertIn("30.00", rows["user_id", "2026-01-01"].summary)
        self.assertIn("over-assigned", rows["user_id", "2026-01-01"].summary)
        self.assertEqual(rows["categ_id", "2026-01-01"].summary, "Fully assigned")
        # 40 are left in all, and January is over-assigned nevertheless
        self.assertRegex(self.plan.reserve_text, r"Salesperson: .*40\.00.* in reserve, over-assigned in 1 ")

    def test_finer_periods_below(self):
        self._line(self.node, 100, "2026-01-01", "2026-03-31")
        self._line(self.mine, 30, "2026-01-01", "2026-01-31")
        self._line(self.mine, 30, "2026-02-01", "2026-02-28")
        self._line(self.yours, 30, "2026-03-15", "2026-04-15")
        row = self._reserves()["user_id", "2026-01-01"]
        self.assertEqual((row.allocated, row.reserve, row.crossing), (60, 40, 1))
        self.assertIn("1 targets of children cross", row.summary)

    def test_ratios_are_compared(self):
        measure = self.env.ref("sales_target_mgmt.measure_conversion")
        self.plan.measure_ids |= measure
        for node, rate in ((self.node, 25), (self.mine, 20), (self.yours, 40)):
            self._line(node, rate, measure=measure)
        row = self._reserves()["user_id", "2026-01-01"]
        self.assertEqual((row.state, row.lowest, row.highest), ("compared", 20, 40))
        self.assertFalse(row.reserve)

    def test_strip_of_the_plan(self):
        self._line(self.node, 1000)
        self._line(self.mine, 700)
        self._line(self.yours, 400)
        self._line(self.pumps, 900)
        self._order("2026-02-10", 250)
        plan = self.plan
        self.assertEqual((plan.target_total, plan.allocated_total, plan.reserve_total), (1000, 1100, -100))
        self.assertIn("over-assigned", plan.reserve_text)
        self.assertIn("in reserve", plan.reserve_text)
        self.assertEqual(plan.actual_total, 250)
        self.assertEqual(plan.attainment_total, 25)
        self.assertEqual(self.node.target_total, 1000)
        self.assertEqual(self.mine.actual_total, 250)
