"""Levels of approval by amount, four eyes, and what the payee is asked."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionApproval(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = "sales_target_mgmt.group_commission_admin"
        cls.payroll3 = cls._make_user("payroll3", admin)
        cls.payroll4 = cls._make_user("payroll4", admin)
        for amount, user in ((1000, cls.rep), (9000, cls.rep2), (50, cls.payroll2)):
            cls._invoice(cls._order("2026-05-10", amount, user=user), "2026-05-10")
        cls.plan = cls._commission([0.1], [cls.rep, cls.rep2, cls.payroll2])
        cls.plan.with_user(cls.payroll).action_compute()
        found = cls.env["stm.commission.statement"].search([("company_id", "=", cls.company.id)])
        cls.small, cls.large, cls.own = (
            found.filtered(lambda one, user=user: one.user_id == user)
            for user in (cls.rep, cls.rep2, cls.payroll2)
        )
        cls.all = cls.small | cls.large | cls.own

    def _level(self, name, amount, users=None, **values):
        return (
            self.env["stm.commission.approval.level"]
            .with_user(self.payroll)
            .create(
                {
                    "name": name,
                    "company_id": self.company.id,
                    "amount": amount,
                    "user_ids": [(6, 0, (users or self.env["res.users"]).ids)],
                    **values,
                }
            )
        )

    def _approve(self, statements, user):
        return statements.with_user(user).action_approve()

    def test_without_levels_one_other_administrator(self):
        self._post(self.small)
        kind = self.env.ref("sales_target_mgmt.mail_activity_type_commission_approval")
        asked = self.small.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        self.assertEqual(asked.user_id, self.payroll2)
        with self.assertRaisesRegex(UserError, "checked"):
            self._approve(self.small, self.payroll)
        self._approve(self.small, self.payroll3)
        self.assertEqual((self.small.state, self.small.approved_by_id), ("approved", self.payroll3))
        self.assertFalse(self.small.activity_ids.filtered(lambda one: one.activity_type_id == kind))

    def test_levels_by_amount(self):
        self._level("Head", 100, self.payroll2)
        self._level("Board", 500, self.payroll3 | self.payroll4, needed=2)
        self._post(self.small | self.large)
        # 100 needs the head, 900 the board as well
        with self.assertRaisesRegex(UserError, "Head"):
            self._approve(self.small, self.payroll3)
        self._approve(self.small, self.payroll2)
        self.assertEqual(self.small.state, "approved")
        large = self.large.with_user(self.payroll)
        self.assertIn("Head", large.waits_for)
        self.assertIn("Payroll4", large.waits_for)
        self._approve(self.large, self.payroll3)
        with self.assertRaisesRegex(UserError, "waits for"):
            self._approve(self.large, self.payroll3)
        self._approve(self.large, self.payroll2)
        self.assertEqual((self.large.state, self.large.approval_count), ("checked", 2))
        large.invalidate_recordset()
        self.assertEqual(large.waits_for, "“Board” (1 of Payroll4)")
        kind = self.env.ref("sales_target_mgmt.mail_activity_type_commission_approval")
        asked = self.large.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        self.assertEqual(asked.user_id, self.payroll4)
        self._approve(self.large, self.payroll4)
        self.assertEqual(self.large.state, "approved")
        self.assertEqual(self.large.approval_ids.user_id, self.payroll2 | self.payroll3 | self.payroll4)

    def test_members_of_a_group(self):
        group = self.env["res.groups"].create(
            {"name": "Board", "user_ids": [(6, 0, (self.payroll3 | self.manager).ids)]}
        )
        level = self._level("Board", 0, group_id=group.id)
        self.assertEqual(level._get_approvers(), self.payroll3)
        self._post(self.small)
        with self.assertRaises(UserError):
            self._approve(self.small, self.payroll2)
        self._approve(self.small, self.payroll3)
        self.assertEqual(self.small.state, "approved")

    def test_nobody_is_left(self):
        """The only approver is the payee, and the statement says so."""
        self._level("Head", 0, self.payroll2)
        self._post(self.own)
        with self.assertRaisesRegex(UserError, "own pay"):
            self._approve(self.own, self.payroll2)
        with self.assertRaisesRegex(UserError, "add an approver"):
            self._approve(self.own, self.payroll3)

    def test_a_batch_tells_which_ones_were_left(self):
        self._level("Board", 500, self.payroll3)
        self._post(self.small | self.own)
        self.large.with_user(self.payroll3).action_check()
        answer = self._approve(self.all, self.payroll2)
        self.assertEqual(self.all.mapped("state"), ["approved", "checked", "checked"])
        message = answer["params"]["message"]
        self.assertIn("Board", message)
        self.assertIn("own pay", message)
        with self.assertRaisesRegex(UserError, "Board"):
            self._approve(self.large | self.own, self.payroll2)
        self.assertIsNone(self._approve(self.own, self.payroll4))

    def test_levels_that_cannot_work(self):
        for values in (
            {"users": self.manager},
            {"needed": 1},
            {"users": self.payroll2, "needed": 2},
        ):
            with self.assertRaises(ValidationError):
                self._level("Nobody", 0, **values)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_rights(self):
        self._post(self.small)
        for user in (self.rep, self.manager, self.accountant):
            for method in ("action_approve", "action_remind"):
                with self.assertRaises(AccessError):
                    getattr(self.small.with_user(user), method)()
            with self.assertRaises(AccessError):
                self.env["stm.commission.approval.level"].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.small.with_user(user).read(["waits_for"])
        with self.assertRaises(AccessError):
            self.env["stm.commission.approval"].with_user(self.payroll2).create(
                {"statement_id": self.small.id, "user_id": self.payroll3.id}
            )

    def test_the_payee_is_asked_and_reminded(self):
        self.company.stm_acknowledge_days = 5
        self._post(self.small | self.large)
        kind = self.env.ref("sales_target_mgmt.mail_activity_type_commission_acknowledge")
        asked = self.small.activity_ids.filtered(lambda one: one.activity_type_id == kind)
        self.assertEqual((asked.user_id, str(asked.date_deadline)), (self.rep, "2026-06-20"))
        self.small.with_user(self.rep).action_acknowledge()
        self.assertFalse(self.small.activity_ids.filtered(lambda one: one.activity_type_id == kind))
        answer = (self.small | self.large).with_user(self.payroll).action_remind()
        self.assertIn("1 ", answer["params"]["message"])
        notified = self.env["mail.message"].search(
            [("model", "=", self.large._name), ("res_id", "=", self.large.id)]
        )
        self.assertIn(self.rep2.partner_id, notified.partner_ids)

    def test_no_message_for_what_is_only_computed(self):
        messages = self.env["mail.message"].search_count(
            [("model", "=", self.all._name), ("res_id", "in", self.all.ids)]
        )
        self.assertFalse(messages)
