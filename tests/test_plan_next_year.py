"""Copying a plan to the next year: all of it, grown, and saying why."""

from odoo.exceptions import AccessError, UserError

from .test_plan_versions import VersionCase, compare


class TestNextYear(VersionCase):
    def _grow(self, **values):
        wizard = (
            self.env["stm.target.next.year"]
            .with_user(self.manager)
            .create({"plan_id": self.plan.id, "growth": 10, **values})
        )
        return self.plan.browse(wizard.action_confirm()["res_id"])

    def test_growth(self):
        self._approve()
        plan = self._grow()
        self.assertEqual(
            (plan.name, str(plan.date_from), str(plan.date_to)), ("Plan 2027", "2027-01-01", "2027-12-31")
        )
        self.assertEqual(plan.state, "draft")
        rows = {(line.node_id.user_id, line.measure_id, str(line.date_to)): line for line in plan.line_ids}
        nobody = self.env["res.users"]
        # 110.011 → 110.01; the parts share it to the cent
        self.assertEqual(rows[nobody, self.measure, "2027-01-31"].target, 110.01)
        parts = [rows[user, self.measure, "2027-01-31"].target for user in (self.rep, self.rep2)]
        self.assertEqual([parts, round(sum(parts), 2)], [[36.66, 73.35], 110.01])
        february = rows[self.rep, self.measure, "2027-02-28"]
        self.assertEqual((february.target, february.pinned), (550, False))
        self.assertFalse(february.note)
        self.assertEqual(rows[self.rep, self.conversion, "2027-01-31"].target, 40, "ratios do not grow")
        compared = compare(self, plan, self.plan)
        self.assertEqual(len(compared), 5, "each month with that of the year before")

    def test_from_what_was_achieved(self):
        self._order("2026-01-15", 80)
        self.env.flush_all()
        plan = self._grow(basis="actual")
        amounts = {(line.node_id.user_id, line.date_from.month): line.target for line in plan.line_ids}
        self.assertEqual(amounts[self.rep, 2], 550, "nothing achieved yet: what was planned")
        self.assertIn(88, plan.line_ids.mapped("target"))

    def test_shrinking_to_nothing(self):
        with self.assertRaises(UserError):
            self._grow(growth=-100)

    def test_managers_only(self):
        with self.assertRaises(AccessError):
            self.env["stm.target.next.year"].with_user(self.rep).create({"plan_id": self.plan.id})

    def test_every_target_says_why(self):
        plan = self._grow()
        rows = {(line.node_id.user_id, line.measure_id, line.date_from.month): line for line in plan.line_ids}
        whole = rows[self.env["res.users"], self.measure, 1]
        explanation = whole.with_user(self.manager)._explain()
        sentence = explanation["sentence"].replace("\xa0", " ")
        self.assertIn("From 01/01/2026 to 01/31/2026 100.01 € was planned (“Plan 2026”).", sentence)
        self.assertIn("Grown by 10.0 % to 110.01 €, rounded to 0.01 €", sentence)
        self.assertIn("Copied by Manager on", sentence)
        self.assertEqual(
            [(label, figure.replace("\xa0", " ")) for label, figure in explanation["rows"]],
            [("The year before", "100.01 €"), ("Growth", "10.0 %"), ("This target", "110.01 €")],
        )
        ratio = rows[self.rep, self.conversion, 1]._explain()["sentence"]
        self.assertIn("40", ratio)
        self.assertIn("It stays as it is.", ratio)

    def test_why_names_what_was_achieved(self):
        self._order("2026-01-15", 80)
        self.env.flush_all()
        plan = self._grow(basis="actual")
        line = plan.line_ids.filtered(lambda one: one.node_id.user_id == self.rep and one.target == 88)
        self.assertIn("80.00", line._explain()["sentence"])
        self.assertIn("was achieved", line._explain()["sentence"])


class TestNextYearOfARevision(VersionCase):
    """January 100.01; July 310, revised on the 16th to what makes up 200 for the rest of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.july = cls._line(cls.root, 310, "2026-07-01", "2026-07-31")
        cls.my_july = cls._line(cls.mine, 310, "2026-07-01", "2026-07-31")
        cls._approve()
        cls.revision = cls.plan.with_user(cls.manager)._create_revision(
            cls.plan.date_from.replace(month=7, day=16), "More"
        )
        lines = cls.revision.line_ids.filtered(lambda line: line.date_to.month == 7)
        lines.target = 200
        cls.left = lines[0].target_previous

    def _grow(self, **values):
        wizard = (
            self.env["stm.target.next.year"]
            .with_user(self.manager)
            .create({"plan_id": self.revision.id, "growth": 10, **values})
        )
        return self.plan.browse(wizard.action_confirm()["res_id"])

    def test_the_whole_year_is_copied(self):
        self.assertTrue(0 < self.left < 310)
        plan = self._grow()
        rows = {
            (line.node_id.user_id, line.measure_id, str(line.date_from), str(line.date_to)): line.target
            for line in plan.line_ids
        }
        nobody = self.env["res.users"]
        self.assertEqual(len(rows), 7)
        self.assertEqual(rows[nobody, self.measure, "2027-01-01", "2027-01-31"], 110.01)
        self.assertEqual(rows[self.rep, self.measure, "2027-02-01", "2027-02-28"], 550)
        july = round((310 - self.left + 200) * 1.1, 2)
        for user in (nobody, self.rep):
            self.assertEqual(rows[user, self.measure, "2027-07-01", "2027-07-31"], july)

    def test_what_was_achieved_under_either_version(self):
        self.revision.with_user(self.manager).action_approve()
        for day, amount in (("2026-07-03", 30), ("2026-07-20", 70)):
            self._order(day, amount)
        self.env.flush_all()
        self.env.invalidate_all()
        plan = self._grow(basis="actual")
        july = plan.line_ids.filtered(lambda line: line.date_from.month == 7)
        self.assertEqual(july.mapped("target"), [110, 110])

    def test_removed_nodes_stay_away(self):
        self.revision.node_ids.filtered(lambda node: node.user_id == self.rep2).unlink()
        self.assertFalse(self._grow().line_ids.filtered(lambda line: line.user_id == self.rep2))
