"""Levels of plans: whoever lowers one does not approve a plan alone by it."""

from freezegun import freeze_time

from odoo.exceptions import UserError

from .test_plan_versions import VersionCase


class TestPlanLevels(VersionCase):
    """A plan of 100, submitted by the manager; “Board” from 50 on is `third`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._make_user("second", "sales_team.group_sale_manager")
        cls.third = cls._make_user("third", "sales_team.group_sale_manager")
        cls.level = (
            cls.env["stm.target.approval.level"]
            .with_user(cls.manager)
            .create(
                {
                    "name": "Board",
                    "company_id": cls.company.id,
                    "amount": 50,
                    "user_ids": [(6, 0, cls.third.ids)],
                }
            )
        )
        cls.plan.with_user(cls.manager).action_submit()

    def test_lowered_alone(self):
        level = self.level.with_user(self.second)
        for way in (
            lambda: level.write({"amount": 5000}),
            lambda: level.write({"user_ids": [(6, 0, self.second.ids)]}),
            level.unlink,
        ):
            with self.env.cr.savepoint() as savepoint:
                way()
                with self.assertRaisesRegex(UserError, "Board.*as it was until .*Third"):
                    self.plan.with_user(self.second).action_approve()
                    self.plan.with_user(self.second).action_approve()
                self.plan.with_user(self.third).action_approve()
                if self.plan.state == "submitted":
                    self.plan.with_user(self.second).action_approve()
                self.assertEqual(self.plan.state, "approved")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_two_of_a_level(self):
        with freeze_time("2026-01-01 12:00:00"):
            self.level.with_user(self.third).write(
                {"needed": 2, "user_ids": [(6, 0, (self.second | self.third).ids)]}
            )
        self.plan.with_user(self.second).action_approve()
        self.assertEqual(self.plan.state, "submitted")
        with self.assertRaisesRegex(UserError, r"“Board” \(1 of Third\)"):
            self.plan.with_user(self.second).action_approve()
        self.plan.with_user(self.third).action_approve()
        self.assertEqual(self.plan.state, "approved")
        self.assertEqual(self.plan.approval_ids.mapped("display_name"), ["Board", "Board"])
