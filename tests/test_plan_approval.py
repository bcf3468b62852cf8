"""Four eyes see what is approved: whoever changes a plan after it was submitted is one of the two."""

from odoo.exceptions import UserError

from .test_plan_versions import VersionCase


class TestChangedAfterSubmission(VersionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._make_user("second", "sales_team.group_sale_manager")
        cls.third = cls._make_user("third", "sales_team.group_sale_manager")
        cls.plan.with_user(cls.manager).action_submit()

    def _level(self, name, amount, user):
        return self.env["stm.target.approval.level"].create(
            {"name": name, "company_id": self.company.id, "amount": amount, "user_ids": [(6, 0, user.ids)]}
        )

    def test_who_changed_it_does_not_approve_it(self):
        self.part.with_user(self.second).target = 99999
        with self.assertRaisesRegex(UserError, "You have changed “Plan 2026”.*Third"):
            self.plan.with_user(self.second).action_approve()
        with self.assertRaisesRegex(UserError, "You have submitted"):
            self.plan.with_user(self.manager).action_approve()
        self.plan.with_user(self.third).action_approve()
        self.assertEqual(self.plan.state, "approved")

    def _decompose(self, user=None):
        wizards = self.env["stm.target.decompose"].with_user(user or self.second)
        january = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
        action = wizards._open(self.root, mode="nodes", dimension="user_id", **january)
        wizards.browse(action["res_id"]).action_apply()

    def test_every_kind_of_change(self):
        self._decompose(self.manager)
        step = self.plan.step_ids
        changes = {
            "deleting": lambda: self.pinned.with_user(self.second).unlink(),
            "a node": lambda: self.mine.with_user(self.second).unlink(),
            "the matrix": lambda: self.plan.with_user(self.second).set_matrix_values(
                self.measure.id,
                [
                    {
                        "node_id": self.root.id,
                        "date_from": "2026-01-01",
                        "date_to": "2026-01-31",
                        "old": 100.01,
                        "values": {"target": 7},
                    }
                ],
            ),
            "creating": lambda: self.whole.with_user(self.second).copy(
                {"date_from": "2026-05-01", "date_to": "2026-05-31"}
            ),
            "decomposing": self._decompose,
            "undoing": lambda: step.with_user(self.second).action_undo(),
            "the dates": lambda: self.plan.with_user(self.second).write({"date_to": "2027-06-30"}),
        }
        for name, change in changes.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                change()
                with self.assertRaisesRegex(UserError, "You have changed"):
                    self.plan.with_user(self.second).action_approve()
                savepoint.rollback()

    def test_nobody_is_left(self):
        """Everybody had a hand in it: it goes back, and what comes next is seen by somebody else."""
        for user in (self.second, self.third):
            self.part.with_user(user).target += 1
        with self.assertRaisesRegex(UserError, "Return it to draft"):
            self.plan.with_user(self.second).action_approve()
        self.plan.with_user(self.second)._return_to_draft("start again")
        self.assertFalse(self.plan.changed_by_ids)
        self.plan.with_user(self.manager).action_submit()
        self.plan.with_user(self.second).action_approve()
        self.assertEqual(self.plan.state, "approved")

    def test_who_changes_a_draft_may_approve(self):
        self.plan.with_user(self.second)._return_to_draft("once more")
        self.part.with_user(self.second).target = 34
        self.plan.with_user(self.manager).action_submit()
        self.plan.with_user(self.second).action_approve()
        self.assertEqual(self.plan.state, "approved")

    def test_approvals_hold_for_what_was_seen(self):
        self._level("Head", 0, self.second)
        self._level("Board", 1, self.third)
        self.plan.with_user(self.second).action_approve()
        self.assertEqual(len(self.plan.approval_ids), 1)
        self.part.with_user(self.manager).target = 99999
        self.assertFalse(self.plan.approval_ids)
        self.assertIn("approved anew", self.plan.message_ids[0].body)
        with self.assertRaisesRegex(UserError, r"waits for the approval at “Head” \(1 of Second\)"):
            self.plan.with_user(self.third).action_approve()

    def test_nobody_writes_who_changed_it(self):
        plan = self.plan.with_user(self.second)
        self.part.with_user(self.second).target = 34
        with self.assertRaises(UserError):
            plan.write({"changed_by_ids": [(5,)]})

    def test_over_assignment_is_asked_about(self):
        """The form asks another question before a plan is approved that hands on more than it has."""
        self.assertFalse(self.plan.is_over_assigned)
        self.part.target = 40
        self.plan.invalidate_recordset()
        self.assertTrue(self.plan.is_over_assigned)
