from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tools import mute_logger

from .common_collection import CollectionCase


class TestCollectionRun(CollectionCase):
    def test_ten_days_overdue_gets_the_first_reminder_once(self):
        invoice = self._owe(500, 10)
        case = self._run()
        self.assertEqual((case.amount, case.amount_due, case.overdue_days), (500, 500, 10))
        # 1 to 30 days: half; no grade: 1.25
        self.assertEqual((case.gain, case.priority), (312.5, 100))
        self.assertRegex(case.priority_text, "500.00.* × 0.5 for its age × 1.25 for the grade")
        self.assertEqual(case.log_ids.step_name, "First reminder")
        mail = self._mails(case)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(invoice.payment_reference, mail.body_html)
        self.assertIn("500.00", mail.body_html)
        self.assertEqual(case.log_ids.mail_id, mail.mail_message_id)
        # the second comes on the 14th day, after five quiet days
        self.assertEqual(case.step_id.days, 14)
        self.assertEqual(case.step_date, Date.add(self.today, days=5))
        self._run()
        self.assertEqual(len(self._mails(case)), 1)

    def test_a_case_says_why_and_what_to_do(self):
        self._owe(500, 1)
        case = self._run()
        self.assertEqual((case.why, case.next_text), ("1 day overdue", "First reminder"))
        self.assertFalse(case.is_step_due)
        with freeze_time(Date.add(self.today, days=6)):
            self.engine._refresh(self.company, self.customer.ids)
            case.invalidate_recordset()
            self.assertEqual((case.why, case.is_step_due), ("7 days overdue", True))
            self._run()
            case.invalidate_recordset()
            self.assertEqual((case.next_text, case.is_step_due), ("Second reminder", False))
            case.with_user(self.accountant).action_promise(400, Date.today(), "Today")
            self.assertEqual(case.why, "7 days overdue · Promise to pay")
            self.assertEqual(case.next_text, "Wait for the promised payment")
            case.with_user(self.accountant).action_promise(100, Date.add(self.today, days=9), "A rest")
            self.assertEqual(case.next_payment_date, Date.today(), "the first of several")

    def test_steps_come_one_by_one_until_it_is_paid(self):
        invoice = self._owe(500, 40)
        days = []
        for later in (0, 4, 5, 10, 15, 20):
            with freeze_time(Date.add(self.today, days=later)):
                case = self._run()
                days.append(max(case.log_ids.mapped("days")))
        self.assertEqual(days, [7, 7, 14, 21, 30, 30])
        call = case.activity_ids.filtered(lambda one: one.activity_type_id.category == "phonecall")
        self.assertEqual(call.summary, "Call")
        self.assertIn(self.rep, case.activity_ids.user_id)
        self._pay(invoice, self.today)
        self.assertEqual(self._run().state, "closed")

    def test_before_it_is_due_and_below_the_minimum(self):
        self._owe(500, -2)
        case = self._run()
        self.assertEqual(case.log_ids.days, -3)
        self.policy.minimum = 20
        other = self.env["res.partner"].create({"name": "Small", "email": "small@example.com"})
        self._owe(19, 40, other)
        case = self._run(other)
        self.assertEqual((case.stop, case.log_ids.ids), ("small", []))

    def _receive(self, amount, memo="", *, is_booked=True):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "payment_type": "inbound",
                "partner_type": "customer",
                "amount": amount,
                "memo": memo,
                "company_id": self.company.id,
            }
        )
        if not is_booked:
            payment.outstanding_account_id = False
        payment.action_post()
        return payment

    def test_payments_not_applied_are_not_asked_for(self):
        self._owe(500, 10)
        self._receive(500)
        case = self._run()
        self.assertEqual((case.amount_due, case.unapplied, case.amount), (500, 500, 0))
        self.assertFalse(case.log_ids)

    def test_what_an_order_was_paid_with_is_not_for_the_invoices(self):
        """500 are overdue; 300 name an order of 280, 120 nothing: 360 are asked for."""
        self._owe(500, 10)
        order = self._quote(280)
        self._receive(300, order.name)
        self.assertFalse(self._receive(120, is_booked=False).move_id)
        case = self._run()
        self.assertEqual((case.amount_due, case.unapplied, case.amount), (500, 140, 360))
        self.assertIn("140.00", self._mails(case).body_html)
        # confirmed it waits for its invoice; that is paid with the money, due or not
        order.action_confirm()
        self.assertEqual(self._run().amount, 360)
        invoice = order._create_invoices()
        invoice.invoice_date_due = Date.add(self.today, days=30)
        invoice.action_post()
        self.assertEqual(self._run().amount, 360)
        with freeze_time(Date.add(self.today, days=31)):
            case = self._run()
        self.assertEqual((case.amount_due, case.unapplied, case.amount), (780, 420, 360))

    def test_what_core_leaves_out_is_not_asked_for(self):
        self._owe(500, 40).no_followup = True
        self._owe(100, 10)
        case = self._run()
        self.assertEqual((case.amount_open, case.amount, case.overdue_days), (600, 100, 10))
        self.assertNotIn("500.00", self._mails(case).body_html)

    def test_without_an_address_somebody_has_to_do_it(self):
        self.customer.email = False
        self._owe(500, 10)
        self.company.stm_collector_id = self.accountant
        case = self._run()
        self.assertEqual((case.log_ids.result, case.user_id), ("address", self.accountant))
        self.assertEqual(case.activity_ids.user_id, self.accountant)

    def test_a_step_that_is_entered_afterwards_tells_of_its_day(self):
        self._owe(500, 33)
        day = Date.subtract(self.today, days=20)
        self.engine._run(self.company, self.customer.ids, day=day)
        case = self.env["stm.collection.case"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((case.log_ids.days, case.log_ids.date, case.last_contact), (7, day, day))
        self.assertRegex(self._mails(case).body_html, r">13</td>")
        self._run()
        self.assertRegex(self._mails(case).sorted("id")[-1].body_html, r">33</td>")

    def test_reminder_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("sales_target_mgmt.mail_template_collection_friendly")
        template.with_context(lang="zh_CN").subject = "对账提醒"
        self.customer.lang = "zh_CN"
        self._owe(500, 10)
        self.assertEqual(self._mails(self._run()).subject, "对账提醒")

    def test_a_disputed_invoice_is_not_asked_for_until_it_is_decided(self):
        wrong, right = self._owe(500, 40), self._owe(100, 10)
        disputes = self.env["stm.collection.dispute"].with_user(self.accountant)
        dispute = disputes.create({"move_id": wrong.id, "amount": 500, "note": "Broken", "reason": "quality"})
        case = self._run()
        self.assertEqual((case.disputed, case.amount, case.overdue_days), (500, 100, 10))
        self.assertNotIn("500.00", self._mails(case).body_html)
        self._pay(right, self.today)
        case = self._run()
        self.assertEqual((case.state, case.stop, case.amount), ("open", "dispute", 0))
        with self.assertRaisesRegex(UserError, "what was found"):
            dispute.action_reject()
        dispute.outcome = "Signed as received"
        dispute.action_reject()
        self.assertEqual((case.stop or "", case.amount, case.overdue_days), ("quiet", 500, 40))
        with self.assertRaises(UserError):
            dispute.action_accept()

    def test_promises_and_disputes_reach_ratings_as_of_a_day_and_the_exposure(self):
        invoice = self._owe(500, 10)
        case = self._run()
        until = Date.add(self.today, days=3)

        def read(days):
            day = Date.add(self.today, days=days)
            found = self.env["stm.credit.inputs"]._gather(self.company, self.customer, day)
            return found[self.customer.id]["broken_promises"], found[self.customer.id]["disputes"]

        def disputed():
            exposures = self.env["stm.credit.exposure"]._get_exposures(self.company, self.customer)
            return float(exposures[self.customer.id].disputed)

        # nothing was ever promised or disputed: nothing is known
        self.assertEqual((*read(1), disputed()), (None, None, 0))
        case.action_promise(300, until, "On Friday")
        dispute = self.env["stm.collection.dispute"].create(
            {"move_id": invoice.id, "amount": 200, "note": "Two broken"}
        )
        self.assertEqual((*read(3), disputed()), (0, 1, 200))
        # no more than what is left of the invoice
        self._pay(invoice, self.today, amount=350)
        self.assertEqual(disputed(), 150)
        case.promise_ids.sudo().write({"state": "broken"})
        with freeze_time(Date.add(self.today, days=5)):
            dispute.outcome = "They were"
            dispute.action_accept()
        # its last day was not over, and nothing was decided
        self.assertEqual(read(3), (0, 1))
        self.assertEqual((*read(5), disputed()), (1, 0, 0))
        self.assertEqual(read(400), (None, None))

    def test_pause_and_calls(self):
        self._owe(500, 10)
        case = self._run().with_user(self.accountant)
        with self.assertRaisesRegex(UserError, "Say why"):
            case.action_pause(Date.add(self.today, days=30), " ")
        case.action_pause(Date.add(self.today, days=30), "Moving house")
        self.assertEqual(case.stop, "paused")
        case.action_resume()
        with freeze_time(Date.add(self.today, days=5)):
            case.action_call("Asked for a copy")
            self.assertEqual((case.last_contact, case.stop), (Date.add(self.today, days=5), "quiet"))
            case.action_send()
        self.assertEqual(case.log_ids.sorted("id").mapped("days"), [7, 14])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_who_sees_and_does_what(self):
        self._owe(500, 10)
        case = self._run()
        self.assertEqual(case.with_user(self.rep).amount, 500)
        self.assertEqual(case.with_user(self.rep).invoice_ids.mapped("amount_residual"), [500])
        self.assertEqual(case.with_user(self.leader).amount, 500)
        for user in (self.rep, self.accountant, self.controller):
            view = case.with_user(user).get_view(view_type="form")["models"]
            self.assertTrue(case.with_user(user).read(view[case._name]))
        for user in (self.rep2, self.manager, self.sees_all):
            self.assertFalse(case.with_user(user).search([]))
        with self.assertRaises(AccessError):
            case.with_user(self.rep).action_call("Mine")
        with self.assertRaises(UserError):
            case.with_user(self.accountant).gain = 7

    def test_preview_says_what_the_run_does(self):
        self._owe(500, 10)
        preview = self.env["stm.collection.preview"].with_user(self.accountant).create({})
        line = preview.line_ids
        self.assertEqual((line.partner_id, line.step_id.days, line.amount), (self.customer, 7, 500))
        self.assertEqual((preview.count, preview.amount, line.priority), (1, 500, 100))
        self.assertFalse(self.env["stm.collection.case"].search([("company_id", "=", self.company.id)]))
        preview.action_run()
        self.assertEqual(self._run().log_ids.mapped("days"), [7])

    def test_hundreds_in_few_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Debtor {n}", "email": f"d{n}@example.com"} for n in range(40)]
        )
        for partner in partners:
            self._owe(100, 10, partner)
        self._run()
        self.env.flush_all()

        before = [0]

        def count():
            self.env.flush_all()
            found = self.env.cr.sql_log_count - before[0]
            before[0] += found
            return found

        write, mails = type(self.engine)._write_messages, []

        def write_counted(*arguments):
            own = count()
            write(*arguments)
            mails.append((own, count()))

        found = []
        with patch.object(type(self.engine), "_write_messages", write_counted):
            for some in (partners[:5], partners[5:]):
                self.env.invalidate_all()
                count()
                self.engine._run(self.company, some.ids, now=True)
                own, core = mails.pop()
                found.append((own + count(), core))
        (few, few_core), (many, many_core) = found
        # all of a run of 500 but what Odoo needs to render and queue their mails
        self.assertLessEqual(many, 10)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many_core, few_core)
