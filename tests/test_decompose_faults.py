"""Bad input of the decomposition: each gets a message, and nothing is half-applied."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common_decompose import DecomposeCase


class TestDecomposeFaults(DecomposeCase):
    def _assert_refused(self, wizard, words):
        count = self.env["stm.target.line"].search_count([("plan_id", "=", self.plan.id)])
        with self.assertRaisesRegex(UserError, words):
            wizard.action_apply()
        self.env.invalidate_all()
        self.assertEqual(self.env["stm.target.line"].search_count([("plan_id", "=", self.plan.id)]), count)
        self.assertFalse(self.plan.step_ids)

    def test_pins_above_the_total(self):
        self._line(self.root, 1000)
        wizard = self._by_team(method="even")
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.proposal = 1200
        words = "1,200.00.* is pinned, .*200.00.* more than the .*1,000.00.* of “Plan 2026”"
        self.assertRegex(wizard.message, words)
        self._assert_refused(wizard, words)
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.pinned = False
        self.assertEqual(self._proposals(wizard), [334, 333, 333])

    def test_empty_and_negative_totals(self):
        wizard = self._by_team(method="even")
        self._assert_refused(wizard, "“Plan 2026” has no target for “Revenue Ordered”")
        wizard = self._open(mode="periods")
        self._assert_refused(wizard, "The total is zero")
        with Form(wizard) as form:
            form.total = -5
        self._assert_refused(wizard, "cannot be negative")
        with Form(wizard) as form:
            form.total = 1000
            form.unit = 0.0001
        self._assert_refused(wizard, "must be a multiple of 0.01")

    def test_total_from_growth(self):
        """Without a total the last one is proposed; growth is added to it."""
        self._order("2025-05-10", 40000)
        wizard = self._open(mode="periods")
        self.assertEqual((wizard.total, wizard.line_ids.mapped("history")), (40000, [0, 40000, 0, 0]))
        with Form(wizard) as form:
            form.growth = 10
        self.assertEqual((wizard.total, wizard.allocated), (44000, 44000))

    def test_too_little_history(self):
        self._order("2025-12-10", 500)
        wizard = self._open(mode="periods", total=400)
        self.assertEqual(wizard.season_method, "simple_average")
        self.env["sale.order"].search([("company_id", "=", self.company.id)])._action_cancel()
        wizard = self._open(mode="periods", total=400)
        self.assertEqual(wizard.season_method, "flat")
        self.assertIn("every month weighs the same", wizard.message)
        wizard.action_apply()
        self.assertEqual(self.root.line_ids.mapped("target"), [100] * 4)

    def test_a_person_without_a_team(self):
        self._line(self.root, 100)
        wizard = self._open(
            dimension="user_id", user_ids=[(6, 0, (self.rep | self.sees_all).ids)], method="even"
        )
        self.assertIn("Sees_All: in no sales team", wizard.message)

    def test_a_category_of_a_plan_is_not_deleted(self):
        self._node(self.root, categ=self.subcategory)
        self.product.categ_id = self.env["product.category"].create({"name": "Else"})
        with self.assertRaisesRegex(UserError, "“Pumps / Small pumps” has targets in the plan “Plan 2026”"):
            self.category.unlink()

    def test_a_part_that_was_deleted(self):
        self._line(self.root, 100)
        other = self.env["product.category"].create({"name": "Valves"})
        wizard = self._open(
            dimension="categ_id", categ_ids=[(6, 0, (self.category | other).ids)], method="even"
        )
        other.unlink()
        self._assert_refused(wizard, "Valves does not exist any more")

    def test_two_planners(self):
        """Who comes second is told who was first, and nothing is written."""
        line = self._line(self.root, 900)
        first, second = self._by_team(method="even"), self._by_team(method="even")
        first.action_apply()
        with self.assertRaisesRegex(UserError, "worked on since.*North.*300.00.*by Manager"):
            second.action_apply()
        third = self._by_team(method="even")
        line.target = 1000
        with self.assertRaisesRegex(UserError, "Plan 2026.*1,000.00"):
            third.action_apply()

    def test_rights(self):
        self._line(self.root, 900)
        with self.assertRaises(AccessError):
            self._open(user=self.sees_all)
        wizard = self._by_team(method="even")
        wizard.action_apply()
        step = self.plan.step_ids
        for user in (self.rep, self.sees_all, self.accountant):
            with self.assertRaises(AccessError):
                step.with_user(user).action_undo()
        with self.assertRaises(AccessError):
            step.with_user(self.manager).write({"data": {}})
        foreign = self._make_user("foreign", "sales_team.group_sale_manager", self.other_company)
        with self.assertRaises(AccessError):
            step.with_user(foreign).action_undo()
        with self.assertRaisesRegex(UserError, "written by the server only"):
            self.root.line_ids.with_user(self.manager).write({"why": {}})
        self._approve()
        with self.assertRaisesRegex(UserError, "is approved"):
            step.with_user(self.manager).action_undo()
        with self.assertRaisesRegex(UserError, "is approved"):
            self._open()
