"""Who takes which product category of a plan."""

from odoo.exceptions import UserError

from .common_target import StmTargetCase
from .test_ability_match import weights


class TestAbilityMatchCategories(StmTargetCase):
    """Two categories of a draft plan, and two people who know one of them better each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        whole = cls._node()
        cls.valves = cls.env["product.category"].create({"name": "Valves"})
        cls.of_pumps = cls._node(whole, categ=cls.category)
        cls.of_valves = cls._node(whole, categ=cls.valves)
        cls.januaries = [
            cls._line(node, target, "2026-01-01", "2026-01-31")
            for node, target in ((cls.of_pumps, 700), (cls.of_valves, 300))
        ]
        know_pumps, know_valves = cls.env["stm.skill"].create(
            [
                # of a category below: knowledge of it counts for the whole as well
                {"name": "Pumps", "kind": "product", "categ_id": cls.subcategory.id},
                {"name": "Valves", "kind": "product", "categ_id": cls.valves.id},
            ]
        )
        for user, pumps, valves in ((cls.rep, 5, 4), (cls.rep2, 4, 1)):
            cls.env["stm.ability"].create(
                {
                    "company_id": cls.company.id,
                    "user_id": user.id,
                    "skill_ids": [
                        (0, 0, {"skill_id": know_pumps.id, "level": str(pumps)}),
                        (0, 0, {"skill_id": know_valves.id, "level": str(valves)}),
                    ],
                }
            )

    def _match(self, **values):
        return (
            self.env["stm.ability.match"]
            .with_user(self.manager)
            .create(
                {
                    "kind": "category",
                    "plan_id": self.plan.id,
                    "user_ids": [(6, 0, (self.rep | self.rep2).ids)],
                    "skill_ids": [(6, 0, [])],
                    **weights(skill=1),
                    **values,
                }
            )
        )

    def test_best_in_sum(self):
        """rep is better at both: 100 + 20 at pumps first, 80 + 80 at valves."""
        match = self._match()
        self.assertEqual(match.node_ids, self.of_pumps | self.of_valves)
        pumps, valves = match.line_ids
        self.assertEqual((pumps.user_id, valves.user_id), (self.rep2, self.rep))
        self.assertEqual((pumps.score, valves.score), (80, 80))
        self.assertIn("skills 4.0 of 5 (Pumps 4)", pumps.reason)

    def test_apply_and_undo(self):
        self._match().action_apply()
        self.assertEqual(self.of_pumps.child_ids.user_id, self.rep2)
        self.assertEqual(self.of_valves.child_ids.user_id, self.rep)
        self.assertEqual(self.of_pumps.child_ids.line_ids.target, 700)
        self.assertEqual(self.of_pumps.child_ids.categ_id, self.category)
        step = self.plan.step_ids
        self.assertEqual(step.line_count, 2)
        step.with_user(self.manager).action_undo()
        self.assertFalse((self.of_pumps | self.of_valves).breakdown_ids)

    def test_people_are_judged_by_the_first_day_of_the_plan(self):
        plan = self._plan(date_from="2099-01-01", date_to="2099-12-31")
        self.assertEqual(str(self._match(plan_id=plan.id).date), "2099-01-01")

    def test_who_is_there_stays(self):
        there = self._node(self.of_pumps, user=self.rep)
        self._line(there, 700, "2026-01-01", "2026-01-31")
        match = self._match()
        self.assertEqual(match.line_ids[0].current, "Rep")
        match.action_apply()
        added = self.of_pumps.child_ids - there
        self.assertEqual((added.user_id, len(added.line_ids)), (self.rep2, 0))
        self.assertEqual(there.line_ids.target, 700)

    def test_approved_plan(self):
        match = self._match()
        self._approve()
        with self.assertRaisesRegex(UserError, "is approved"):
            match.action_apply()
        self.assertFalse(self.of_pumps.child_ids)
