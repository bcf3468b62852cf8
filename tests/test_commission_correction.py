"""Adjustments by hand: two administrators, one entry, once."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionCorrection(CommissionCase):
    def setUp(self):
        super().setUp()
        self._sold("2026-05-10", 1000)
        self.plan = self._commission([0.1], [self.rep, self.payroll])
        self.may = self._settle(self.plan)

    def _correct(self, amount, date="2026-05-20", payee=None, *, approve=True, **values):
        correction = (
            self.env["stm.commission.correction"]
            .with_user(self.payroll)
            .create(
                {
                    "lineage_id": self.plan.id,
                    "payee_id": (payee or self.rep).partner_id.id,
                    "amount": amount,
                    "date": date,
                    "reason": "Fair in Hanover\nas agreed",
                    **values,
                }
            )
        )
        if approve:
            correction.with_user(self.payroll2).action_approve()
        return correction

    def test_an_approved_one_becomes_an_entry(self):
        correction = self._correct(50, approve=False)
        self.assertEqual(self._settle(self.plan).payable, 100)
        correction.with_user(self.payroll2).action_approve()
        may = self._settle(self.plan)
        self.assertEqual((may.earned, may.payable, may.waiting), (150, 150, 0))
        entry = may.entry_ids.filtered(lambda one: one.component == "correction")
        self.assertEqual(
            (entry.kind, entry.source_key, entry.amount, entry.user_id, entry.document),
            ("adjustment", f"correction:{correction.id}", 50, self.rep, "Fair in Hanover"),
        )
        correction.invalidate_recordset()
        self.assertEqual((correction.statement_id, correction.is_posted), (may, False))
        action = entry.with_user(self.rep).action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), (correction._name, correction.id))

    def test_a_guarantee_does_not_swallow_it(self):
        # on the same statement as the 100 of the other plan
        guaranteed = {"user_id": self.rep.id, "guarantee": 3000}
        self.plan = self._commission([0.1], [guaranteed], name="Guaranteed", date_from="2026-05-01")
        bonus = self._correct(50)
        may = self._settle(self.plan, "2026-05-31")
        self.assertEqual((may.payable, may.draw_balance), (3150, 0))
        bonus.with_user(self.payroll2).action_refuse()
        self._correct(-123.46)
        may = self._settle(self.plan, "2026-05-31")
        # at least the guarantee is paid out, and what was too much is recovered later
        self.assertEqual((may.payable, may.draw_balance), (3100, 123.46))

    def test_it_is_posted_once_for_good(self):
        correction = self._correct(50)
        may = self._settle(self.plan)
        self._post(may)
        for _again in range(2):
            self.assertEqual(self._settle(self.plan), may)
        self.assertEqual(may.payable, 150)
        with self.assertRaisesRegex(UserError, "another adjustment"):
            correction.with_user(self.payroll2).action_refuse()
        with self.assertRaises(UserError):
            correction.with_user(self.payroll).write({"amount": 60})
        with self.assertRaises(UserError):
            correction.with_user(self.payroll).unlink()

    def test_a_posted_period_takes_none(self):
        self._post(self.may)
        self._correct(-30)
        may, june = self._settle(self.plan)
        self.assertEqual((may.payable, june.date_from.month, june.payable), (100, 6, 0))
        # what cannot be taken is lent and recovered
        self.assertEqual((june.earned, june.draw_balance), (-30, 30))

    def test_one_that_is_taken_back_goes(self):
        correction = self._correct(50)
        self._settle(self.plan)
        correction.with_user(self.payroll).action_refuse()
        self.assertEqual(self._settle(self.plan).payable, 100)

    def test_one_that_is_refused_between_computing_and_checking(self):
        correction = self._correct(50)
        may = self._settle(self.plan)
        correction.with_user(self.payroll).action_refuse()
        with self.assertRaisesRegex(UserError, "changed"), self.cr.savepoint():
            self._post(may)
        may = self._settle(self.plan)
        self._post(may)
        self.assertEqual(may.earned, 100)

    def test_one_that_lies_ahead_waits(self):
        self._correct(50, "2026-06-20")
        self.assertEqual(sum(self._settle(self.plan).mapped("payable")), 100)
        self.assertEqual(sum(self._settle(self.plan, "2026-06-20").mapped("payable")), 150)

    def test_one_from_before_the_plan(self):
        self._correct(50, "2025-05-20")
        first, _may = self._settle(self.plan)
        self.assertEqual((first.date_from.month, first.payable), (1, 50))

    def test_a_draw_sees_it(self):
        plan = self._commission(
            [0.1], [{"user_id": self.rep2.id, "draw": 100, "date_from": "2026-06-01"}], name="Draw"
        )
        self._correct(30, "2026-06-02", self.rep2, lineage_id=plan.id)
        self._settle(plan)
        june = self._statements(plan).filtered(lambda one: one.user_id == self.rep2)
        self.assertEqual((june.earned, june.payable, june.draw_balance), (30, 100, 70))

    def test_four_eyes(self):
        correction = self._correct(50, approve=False)
        with self.assertRaisesRegex(UserError, "another commission administrator"):
            correction.with_user(self.payroll).action_approve()
        # who changes the amount has requested it
        correction.with_user(self.payroll2).amount = 500
        self.assertEqual(correction.requested_by_id, self.payroll2)
        with self.assertRaisesRegex(UserError, "another commission administrator"):
            correction.with_user(self.payroll2).action_approve()
        correction.with_user(self.payroll).action_approve()
        self.assertEqual((correction.state, correction.approved_by_id), ("approved", self.payroll))

    def test_the_levels_of_statements_hold_for_it(self):
        """From 200 on two of two approve, whatever the sign; what is changed is approved anew."""
        payroll3 = self._make_user("payroll3", "sales_target_mgmt.group_commission_admin")
        both = self.payroll2 | payroll3
        levels = self.env["stm.commission.approval.level"].with_user(self.payroll)
        levels.create(
            {"name": "Board", "company_id": self.company.id, "amount": 200, "needed": 2,
             "user_ids": [(6, 0, both.ids)]}
        )  # fmt: skip
        self.assertEqual(self._correct(199.99).state, "approved")
        correction = self._correct(-200, approve=False)
        self.assertEqual(correction.activity_ids.user_id, both)
        self.assertIn("“Board” (2 of", correction.waits_for)
        correction.with_user(self.payroll2).action_approve()
        self.assertEqual((correction.state, correction.approver_ids), ("requested", self.payroll2))
        self.assertEqual(correction.waits_for, "“Board” (1 of Payroll3)")
        self.assertEqual(correction.activity_ids.user_id, payroll3)
        with self.assertRaisesRegex(UserError, "waits for the approval at “Board”"):
            correction.with_user(self.payroll2).action_approve()
        correction.with_user(self.payroll).amount = -250
        self.assertFalse(correction.approver_ids)
        for user in both:
            correction.with_user(user).action_approve()
        self.assertEqual((correction.state, correction.approved_by_id), ("approved", payroll3))
        self.assertFalse(correction.waits_for or correction.activity_ids)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_never_for_oneself(self):
        with self.assertRaisesRegex(AccessError, "own pay"):
            self._correct(50, payee=self.payroll, approve=False)
        own = self._correct(50, approve=False).with_user(self.payroll2)
        own.with_user(self.payroll2).payee_id = self.payroll.partner_id
        for call in (own.with_user(self.payroll).action_approve, own.with_user(self.payroll).action_refuse):
            with self.assertRaisesRegex(AccessError, "own pay"):
                call()
        with self.assertRaisesRegex(AccessError, "own pay"):
            own.with_user(self.payroll).amount = 5000

    def test_the_client_sets_no_state(self):
        values = {"state": "approved", "approved_by_id": self.payroll2.id, "requested_by_id": self.rep.id}
        for correction in (
            self._correct(50, approve=False, **values),
            self._correct(
                50,
                approve=False,
            ).with_context(default_state="approved"),
        ):
            self.assertEqual((correction.state, correction.requested_by_id), ("requested", self.payroll))
            for change in ({"state": "approved"}, {"user_id": self.rep2.id}, {"requested_by_id": False}):
                with self.assertRaises(UserError):
                    correction.write(change)
        made = (
            self.env["stm.commission.correction"]
            .with_user(self.payroll)
            .with_context(default_state="approved")
            .create(
                {"lineage_id": self.plan.id, "payee_id": self.rep.partner_id.id, "amount": 1, "reason": "x"}
            )
        )
        self.assertEqual(made.state, "requested")

    def test_a_payee_who_is_not_paid(self):
        with self.assertRaisesRegex(ValidationError, "not paid by"):
            self._correct(50, payee=self.rep2, approve=False)

    def test_who_has_left_is_settled_with_the_contact_archived(self):
        self.rep.sudo().active = False
        self.rep.partner_id.sudo().active = False
        correction = self._correct(-30)
        self.assertEqual(correction.user_id, self.rep)
        self.assertEqual(self._settle(self.plan).payable, 70)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_sees_it(self):
        correction = self._correct(50, approve=False)
        for user in (self.rep, self.rep2, self.leader, self.manager):
            self.assertFalse(correction.with_user(user).search([("id", "=", correction.id)]))
        correction.with_user(self.payroll2).action_approve()
        self.assertTrue(correction.with_user(self.rep).search([("id", "=", correction.id)]))
        for user in (self.rep2, self.leader, self.manager):
            self.assertFalse(correction.with_user(user).search([("id", "=", correction.id)]))
        for user in (self.rep, self.manager, self.accountant):
            with self.assertRaises(AccessError):
                correction.with_user(user).action_refuse()
