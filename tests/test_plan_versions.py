"""Who approves a plan, comparing plans, next year's, and trials that never count."""

from odoo.exceptions import AccessError, UserError, ValidationError

from .common_target import StmTargetCase


class VersionCase(StmTargetCase):
    """Company 100.01 ─ Rep 33.33, Rep2 66.68 in January; February pinned; a conversion of 40 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.conversion = cls.env.ref("sales_target_mgmt.measure_conversion")
        cls.plan.measure_ids |= cls.conversion
        cls.root = cls._node()
        cls.mine = cls._node(cls.root, user=cls.rep)
        cls.yours = cls._node(cls.root, user=cls.rep2)
        january = ("2026-01-01", "2026-01-31")
        cls.whole = cls._line(cls.root, 100.01, *january)
        cls.part = cls._line(cls.mine, 33.33, *january)
        cls._line(cls.yours, 66.68, *january)
        cls.pinned = cls._line(cls.mine, 500, "2026-02-01", "2026-02-28", pinned=True)
        cls.ratio = cls._line(cls.mine, 40, *january, measure=cls.conversion)

    def _second_manager(self):
        return self._make_user("second", "sales_team.group_sale_manager")


def compare(case, plan, other, user=None):
    """{(node, code of the measure, month): (old, new, kind)} of two plans"""
    wizard = (
        case.env["stm.target.compare"]
        .with_user(user or case.manager)
        .create({"plan_id": plan.id, "other_id": other.id})
    )
    action = wizard.action_confirm()
    lines = wizard.line_ids.search(action["domain"])
    return {
        (line.node_name, line.measure_id.code, line.date_from.month): (
            line.old,
            line.new_target,
            line.kind,
        )
        for line in lines
    }


class TestApproval(VersionCase):
    def test_one_manager_does_both(self):
        self._approve()
        self.assertEqual(self.plan.state, "approved")

    def test_four_eyes(self):
        second = self._second_manager()
        plan = self.plan.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "submitted first.*Second"):
            plan.action_approve()
        plan.action_submit()
        with self.assertRaisesRegex(UserError, "You have submitted.*Second"):
            plan.action_approve()
        self.assertEqual(self.plan.submitted_by_id, self.manager)
        self.plan.with_user(second).action_approve()
        self.assertEqual(self.plan.state, "approved")

    def test_four_eyes_switched_off(self):
        self._second_manager()
        self.company.stm_four_eyes = False
        self._approve()
        self.assertEqual(self.plan.state, "approved")

    def test_nobody_writes_who_submitted(self):
        second = self._second_manager()
        plan = self.plan.with_user(self.manager)
        plan.action_submit()
        for vals in ({"submitted_by_id": second.id}, {"is_what_if": False}, {"approval_ids": [(5,)]}):
            with self.assertRaises(UserError):
                plan.write(vals)
        with self.assertRaises(UserError):
            self.env["stm.target.plan"].with_user(self.manager).create(
                {"name": "Sly", "company_id": self.company.id, "submitted_by_id": second.id}
            )

    def test_levels_by_amount(self):
        director = self._make_user("director", "sales_team.group_sale_manager")
        Level = self.env["stm.target.approval.level"].with_user(self.manager)
        values = {"company_id": self.company.id}
        first = Level.create({**values, "name": "Head", "amount": 0, "user_ids": [(6, 0, self.manager.ids)]})
        second = Level.create({**values, "name": "Board", "amount": 100, "user_ids": [(6, 0, director.ids)]})
        Level.create({**values, "name": "Owner", "amount": 101, "user_ids": [(6, 0, director.ids)]})
        self.plan.with_user(director).action_submit()
        with self.assertRaisesRegex(UserError, "You have submitted"):
            self.plan.with_user(director).action_approve()
        self.company.stm_four_eyes = False
        with self.assertRaisesRegex(UserError, r"waits for the approval at “Head” \(1 of Manager\)"):
            self.plan.with_user(director).action_approve()
        self.plan.with_user(self.manager).action_approve()
        self.assertEqual((self.plan.state, self.plan.approval_ids.level_id), ("submitted", first))
        with self.assertRaisesRegex(UserError, "waits for the approval at “Board”"):
            self.plan.with_user(self.manager).action_approve()
        self.plan.with_user(director).action_approve()
        self.assertEqual(self.plan.state, "approved")
        self.assertEqual(self.plan.approval_ids.level_id, first | second)

    def test_rejection_voids_approvals(self):
        director = self._make_user("director", "sales_team.group_sale_manager")
        self.company.stm_four_eyes = False
        for amount, user in ((0, self.manager), (1, director)):
            self.env["stm.target.approval.level"].create(
                {"name": user.name, "company_id": self.company.id, "amount": amount}
                | {"user_ids": [(6, 0, user.ids)]}
            )
        plan = self.plan.with_user(self.manager)
        plan.action_submit()
        plan.action_approve()
        self.env["stm.target.reason"].with_user(director).create(
            {"kind": "return", "plan_id": plan.id, "reason": "too low"}
        ).action_confirm()
        self.assertEqual((plan.state, plan.rejection_reason), ("draft", "too low"))
        self.assertEqual(plan.rejected_by_id, director)
        self.assertFalse(plan.approval_ids)
        plan.action_submit()
        self.assertFalse(plan.rejection_reason)

    def test_approvers_are_managers_of_the_company(self):
        Level = self.env["stm.target.approval.level"]
        for user in (self.rep, self.rep_other):
            with self.assertRaises(ValidationError):
                Level.create({"name": "X", "company_id": self.company.id, "user_ids": [(6, 0, user.ids)]})
        with self.assertRaises(AccessError):
            Level.with_user(self.rep).create({"name": "X"})
        other = Level.with_context(allowed_company_ids=self.other_company.ids)
        self.assertFalse(other.with_user(self.rep_other).search([]))


class TestWhatIf(VersionCase):
    def test_never_counts(self):
        self._approve()
        plan = self.plan.with_user(self.manager)
        trial = plan.browse(plan.action_what_if()["res_id"])
        self.assertTrue(trial.is_what_if)
        self.assertEqual(trial.what_if_of_id, plan)
        self.assertEqual(len(trial.line_ids), 5)
        for method in ("action_submit", "action_approve", "action_ask_proposals"):
            with self.assertRaisesRegex(UserError, "what-if"):
                getattr(trial, method)()
        self.assertEqual(self.env["stm.quota"].with_user(self.manager)._count_drafts(), 0)
        self.assertFalse(self.env["stm.target.result"].search([("plan_id", "=", trial.id)]))
        trial.action_promote()
        self.assertEqual(self.env["stm.quota"].with_user(self.manager)._count_drafts(), 1)
        trial.action_submit()
        self.assertEqual(trial.state, "submitted")
        with self.assertRaises(UserError):
            trial.action_promote()

    def test_only_managers_try(self):
        with self.assertRaises(AccessError):
            self.plan.with_user(self.sees_all).action_what_if()


class TestCompare(VersionCase):
    def test_any_two_plans(self):
        trial = self.plan.copy()
        mine = trial.node_ids.filtered(lambda node: node.user_id == self.rep)
        mine.line_ids.filtered(lambda line: line.target == 33.33).target = 50
        trial.node_ids.filtered(lambda node: node.user_id == self.rep2).line_ids.unlink()
        self._line(mine, 7, "2026-03-01", "2026-03-31")
        names = {node.user_id: f"{trial.node_ids[0].name} / {node.name}" for node in trial.node_ids}
        rows = compare(self, trial, self.plan)
        self.assertEqual(rows[names[self.rep], "ordered", 1], (33.33, 50, "changed"))
        self.assertEqual(rows[names[self.rep], "ordered", 2], (500, 500, "same"))
        self.assertEqual(rows[names[self.rep], "ordered", 3], (0, 7, "added"))
        self.assertIn((66.68, 0, "removed"), rows.values())
        self.assertEqual(len(rows), 6)

    def test_what_is_hidden_is_not_compared(self):
        hidden = self.plan.copy()
        self._approve()
        with self.assertRaises(AccessError):
            compare(self, self.plan, hidden, self.rep)
        with self.assertRaises(AccessError):
            compare(self, hidden, self.plan, self.rep)
