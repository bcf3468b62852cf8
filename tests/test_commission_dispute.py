"""A payee objects, an administrator answers, what is granted is paid."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionDispute(CommissionCase):
    def setUp(self):
        super().setUp()
        self.env.company.stm_dispute_owner_id = self.payroll2
        self.invoice = self._sold("2026-05-10", 1000)
        self.plan = self._commission([0.1], [self.rep, self.payroll])
        self.may = self._settle(self.plan)

    def _dispute(self, entry=None, user=None, **values):
        entry = entry or self.may.entry_ids
        return (
            self.env["stm.commission.dispute"]
            .with_user(user or self.rep)
            .create({"entry_id": entry.id, "reason": "Half of it is missing", **values})
        )

    def test_from_the_entry_to_the_correction(self):
        action = self.may.entry_ids.with_user(self.rep).action_dispute()
        form = Form(
            self.env["stm.commission.dispute"].with_user(self.rep).with_context(**action["context"]),
            "sales_target_mgmt.stm_commission_dispute_view_form_new",
        )
        form.reason = "Half of it is missing"
        dispute = form.save()
        self.assertEqual(
            (dispute.payee_id, dispute.user_id, dispute.amount, dispute.company_id, dispute.state),
            (self.rep.partner_id, self.rep, 100, self.company, "open"),
        )
        self.assertEqual((dispute.owner_id, dispute.lineage_id), (self.payroll2, self.plan))
        self.assertEqual(dispute.sudo().activity_ids.user_id, self.payroll2)
        self.assertEqual(self.may.entry_ids.with_user(self.rep).dispute_state, "open")
        owned = dispute.with_user(self.payroll2)
        with self.assertRaisesRegex(UserError, "answer"):
            owned.action_accept()
        owned.write({"answer": "You are right.", "granted": 40})
        owned.action_accept()
        self.assertFalse(dispute.sudo().activity_ids)
        [correction] = dispute.sudo().correction_ids
        self.assertEqual((correction.state, correction.requested_by_id), ("requested", self.payroll2))
        correction.with_user(self.payroll).action_approve()
        may = self._settle(self.plan)
        self.assertEqual((may.payable, dispute.state), (140, "accepted"))
        message = dispute.message_ids.filtered(lambda one: "You are right." in one.body)
        self.assertEqual(message.sudo().notified_partner_ids, self.rep.partner_id)

    def test_it_outlives_the_rows_of_an_open_statement(self):
        dispute = self._dispute()
        self._settle(self.plan)
        dispute.invalidate_recordset()
        self.assertEqual(dispute.entry_id.sudo(), self.may.entry_ids, "nothing differs")
        order = self.invoice.line_ids.sale_line_ids.order_id
        order.stm_split_ids = [(0, 0, {"user_id": user.id, "share": 0.5}) for user in (self.rep, self.rep2)]
        self._settle(self.plan)
        dispute.invalidate_recordset()
        self.assertFalse(dispute.entry_id)
        self.assertEqual(dispute.entry_ids.sudo(), self._entries(self.plan))
        self.assertEqual(dispute.document, self._entries(self.plan).document)

    def test_a_document_that_earned_nothing(self):
        order = self._order("2026-05-20", 300)
        dispute = (
            self.env["stm.commission.dispute"]
            .with_user(self.rep)
            .create({"order_id": order.id, "reason": "Nothing for this one"})
        )
        self.assertEqual((dispute.document, dispute.amount, dispute.lineage_id), (order.name, 0, self.plan))
        self.assertEqual(dispute.action_open_document()["res_id"], order.id)
        with self.assertRaisesRegex(UserError, "already"):
            dispute.create({"order_id": order.id, "reason": "Again"})
        with self.assertRaisesRegex(UserError, "what the dispute is about"):
            dispute.create({"reason": "Everything"})

    def test_the_way_of_a_dispute(self):
        dispute = self._dispute()
        owned = dispute.with_user(self.payroll)
        owned.answer = "It was split."
        owned.action_answer()
        self.assertFalse(dispute.sudo().activity_ids)
        dispute.action_reopen()
        self.assertEqual((dispute.state, dispute.sudo().activity_ids.user_id), ("open", self.payroll2))
        owned.action_refuse()
        for call in (owned.action_accept, dispute.action_withdraw, dispute.action_reopen):
            with self.assertRaises(UserError):
                call()
        with self.assertRaises(UserError):
            owned.answer = "Another one"
        again = self._dispute()
        again.action_withdraw()
        self.assertEqual(again.state, "withdrawn")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_else_reads_or_decides(self):
        dispute = self._dispute()
        dispute.message_post(body="Please look", message_type="comment")
        messages = dispute.message_ids
        self.assertTrue(messages)
        for user in (self.rep2, self.leader, self.sees_all, self.manager):
            self.assertFalse(dispute.with_user(user).search([("id", "=", dispute.id)]))
            with self.assertRaises(AccessError):
                dispute.with_user(user).read(["reason"])
            with self.assertRaises(AccessError):
                messages.with_user(user).read(["body"])
            with self.assertRaises(AccessError):
                self._dispute(user=user)
        with self.assertRaises(AccessError):
            dispute.with_user(self.accountant).read(["reason"])
        for change in ({"answer": "Yes"}, {"granted": 1000}, {"state": "accepted"}, {"reason": "More"}):
            with self.assertRaises(UserError):
                dispute.write(change)
        dispute.with_user(self.payroll).write({"answer": "Perhaps", "granted": 1000})
        for name in ("answer", "granted"):
            with self.assertRaises(AccessError):
                dispute.read([name])
        self.assertFalse(dispute.given_answer)
        for method in ("action_answer", "action_accept", "action_refuse"):
            with self.assertRaises(AccessError):
                getattr(dispute, method)()
        self.assertTrue(messages.with_user(self.payroll).read(["body"]))

    def test_the_client_sets_nothing_but_the_reason(self):
        dispute = self._dispute(
            state="accepted", granted=1000, user_id=self.rep2.id, owner_id=self.rep.id, amount=5
        )
        self.assertEqual((dispute.state, dispute.sudo().granted, dispute.amount), ("open", 0, 100))
        self.assertEqual((dispute.user_id, dispute.owner_id), (self.rep, self.payroll2))
        made = dispute.with_context(default_state="accepted").create(
            {"order_id": self._order("2026-05-20", 30).id, "reason": "x", "payee_id": self.rep.partner_id.id}
        )
        self.assertEqual(made.state, "open")

    def test_nobody_answers_the_own(self):
        self._sold("2026-05-12", 500, user=self.payroll2)
        plan = self._commission([0.1], [self.payroll2], name="Own")
        self._settle(plan)
        dispute = self._dispute(self._entries(plan), self.payroll2)
        # not to oneself
        self.assertEqual(dispute.owner_id, self.payroll)
        for call in (
            lambda: dispute.write({"answer": "Yes", "granted": 1000}),
            dispute.action_accept,
            dispute.action_refuse,
        ):
            with self.assertRaisesRegex(AccessError, "own pay"):
                call()

    def test_granting_needs_the_plan(self):
        self._commission([0.1], [self.rep], name="Second")
        order = self._order("2026-05-20", 300)
        dispute = (
            self.env["stm.commission.dispute"]
            .with_user(self.rep)
            .create({"order_id": order.id, "reason": "Nothing"})
        )
        owned = dispute.with_user(self.payroll)
        owned.write({"answer": "Yes", "granted": 30})
        with self.assertRaisesRegex(UserError, "Choose the plan"):
            owned.action_accept()
        owned.lineage_id = self.plan
        owned.action_accept()
        self.assertEqual(dispute.sudo().correction_ids.lineage_id, self.plan)
