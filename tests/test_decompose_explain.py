"""Why a decomposed target is what it is, and taking a decomposition back."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common_decompose import DecomposeCase


class TestUndo(DecomposeCase):
    def test_undo_restores_what_was(self):
        self._quarters(4000)
        child = self._node(self.root, team=self.team)
        kept = self._line(child, 55, "2026-01-01", "2026-03-31", note="mine")
        self._by_team(method="even").action_apply()
        self.assertEqual((kept.target, len(self.root.child_ids)), (334, 3))
        step = self.plan.step_ids.with_user(self.manager)
        step.action_undo()
        self.assertEqual((kept.target, kept.top_down, kept.pinned, kept.why), (55, 0, False, False))
        self.assertEqual((self.root.child_ids, child.line_ids), (child, kept))
        with self.assertRaisesRegex(UserError, "has been undone by Manager"):
            step.action_undo()

    def test_undo_takes_back_the_breakdown(self):
        self._line(self.root, 900)
        self._by_team(method="even").action_apply()
        self.plan.step_ids.with_user(self.manager).action_undo()
        self.assertFalse(self.root.child_ids)
        self.assertFalse(self.root.breakdown_ids)

    def test_undo_refuses_what_was_changed_since(self):
        self._line(self.root, 900)
        self._by_team(method="even").action_apply()
        north = self.root.child_ids.filtered(lambda node: node.team_id == self.team)
        north.line_ids.with_user(self.manager).target = 301
        step = self.plan.step_ids.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "worked on since: North.* is .*301.00.*, by Manager"):
            step.action_undo()
        self.assertEqual(len(self.root.child_ids), 3)
        north.line_ids.target = 300
        self._node(north, user=self.rep)
        with self.assertRaisesRegex(UserError, "“Rep” has been added"):
            step.action_undo()


class TestExplain(DecomposeCase):
    def test_sentence_and_figures(self):
        for team, amount in zip(self.teams, (100, 200, 300), strict=True):
            self._order("2025-05-10", amount, team=team)
        self._line(self.root, 6000)
        self._by_team(method="history", hedge=10).action_apply()
        line = self.root.child_ids.filtered(lambda node: node.team_id == self.east).line_ids
        explanation = line.with_user(self.manager)._explain()
        sentence = explanation["sentence"].replace("\xa0", " ")
        self.assertIn("“East” carries 2,200.00 € of the 6,600.00 € of “Plan 2026”, 33.3 %", sentence)
        self.assertIn("Divided by history: “Revenue Ordered” from 01/01/2025 to 12/31/2025.", sentence)
        self.assertIn("10.0 % more than the target of “Plan 2026” is handed on.", sentence)
        self.assertIn("Proposed by Manager on 01/15/2026.", sentence)
        self.assertIn(("Growth", "1,000.0 %"), explanation["rows"])
        self.assertFalse(explanation["changes"])
        line.with_user(self.manager).target = 2500
        line.with_user(self.manager).target = 2600
        (change,) = line._explain()["changes"]
        self.assertIn("Manager changed 2,200.00", change)
        self.assertIn("to 2,600.00", change.replace("\xa0", " "))
        self.assertEqual(line.with_user(self.manager).get_why()["explanation"]["changes"], [change])

    def test_who_sees_only_a_part(self):
        """A salesperson reads why, without the target of which the own one is a part."""
        self._order("2025-05-10", 700)
        self._line(self.root, 6000)
        self._open(
            dimension="user_id", user_ids=[(6, 0, (self.rep | self.rep2).ids)], bounded=True, max_growth=20
        ).action_apply()
        self._approve()
        line = self.root.child_ids.filtered(lambda node: node.user_id == self.rep).line_ids
        explanation = line.with_user(self.rep)._explain()
        text = f"{explanation}"
        self.assertIn("“Rep” carries 840.00", text.replace("\\xa0", " "))
        self.assertNotIn("6,000", text)
        self.assertNotIn("Plan 2026", text)
        with self.assertRaises(AccessError):
            line.with_user(self.rep2)._explain()
        with self.assertRaises(AccessError):
            line.with_user(self.rep).read(["why"])

    def test_copies(self):
        """Copies and revisions keep why their targets are what they are."""
        self._quarters(4000)
        self._by_team(method="even").action_apply()
        copied = self.plan.with_user(self.manager).copy()
        whys = [
            line.sudo().why
            for line in copied.line_ids.sorted(lambda one: (one.node_id.complete_name, one.date_from))
        ]
        self.assertEqual(
            whys,
            [
                line.sudo().why
                for line in self.plan.line_ids.sorted(lambda one: (one.node_id.complete_name, one.date_from))
            ],
        )
        self.assertEqual(sum(bool(why) for why in whys), 12)
        self._approve()
        revision = self.plan.with_user(self.manager)._create_revision(
            self.plan.date_from.replace(month=4), "More"
        )
        parts = revision.line_ids.filtered("node_id.team_id")
        self.assertEqual(len(parts), 9)
        self.assertTrue(all(line.why["proposal"]["method"] == "even" for line in parts))

    def test_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self._line(self.root, 6000)
        self._by_team(method="even").action_apply()
        line = self.root.child_ids[:1].line_ids.with_context(lang="zh_CN")
        self.assertRegex(line._explain()["sentence"], "平均分配")

    def test_days_are_those_of_the_person(self):
        """At eight in the evening UTC it is the sixteenth in Shanghai."""
        self.manager.tz = "Asia/Shanghai"
        with freeze_time("2026-01-15 20:00:00"):
            planner = self.env(user=self.manager, context={"tz": "Asia/Shanghai", "lang": "en_US"})
            self._line(self.root, 6000)
            wizards = planner["stm.target.decompose"]
            action = wizards._open(self.root.with_env(planner), mode="nodes", dimension="team_id")
            wizards.browse(action["res_id"]).action_apply()
            line = self.root.child_ids[:1].line_ids.with_env(planner)
            self.assertIn("on 01/16/2026", line._explain()["sentence"])
            line.target += 5
            self.assertIn("on 01/16/2026", line._explain()["changes"][0])

    def test_typed_by_hand(self):
        line = self._line(self.root, 6000)
        self.assertIn("without a proposal", line._explain()["sentence"])
        line.with_user(self.manager).pinned = True
        self.assertEqual(line._explain()["changes"], ["Manager pinned it on 01/15/2026."])
