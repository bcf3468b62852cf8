from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Date

from .common_collection import CollectionCase


class TestCollectionPromise(CollectionCase):
    def test_promise_stops_steps_and_is_found_by_payments(self):
        invoice = self._owe(500, 10)
        case = self._run().with_user(self.accountant)
        with self.assertRaisesRegex(UserError, "owes.*500.00.*in all"), self.env.cr.savepoint():
            case.action_promise(500.01, Date.add(self.today, days=6), "All and more")
        case.action_promise(300, Date.add(self.today, days=6), "Paid on Friday")
        with self.assertRaisesRegex(UserError, "owes.*500.00.*in all"), self.env.cr.savepoint():
            case.promise_ids.amount = 501
        self.assertEqual(case.stop, "promise")
        self.assertEqual(case._get_stops(), {case: "promise"})
        with self.assertRaisesRegex(UserError, "Promise to pay"):
            case.action_send()
        with freeze_time(Date.add(self.today, days=6)):
            self._pay(invoice, Date.today(), amount=100)
            self._run()
        self.assertEqual(case.promise_ids.state, "open")
        with freeze_time(Date.add(self.today, days=7)):
            self._run()
            self.assertEqual((case.promise_ids.state, case.promise_ids.received), ("part", 100))
            self.assertTrue(case.is_broken)
            # 400 at 17 days, no grade, broken
            self.assertEqual(case.gain, 375)
            self.assertEqual(max(case.log_ids.mapped("days")), 14)

    def test_money_in_time_that_is_booked_later_keeps_a_promise(self):
        """Paid on the last day; the bank's statement is entered two days after, when it was broken."""
        invoice = self._owe(500, 10)
        case = self._run()
        day = Date.add(self.today, days=6)
        case.action_promise(300, day, "Paid on Friday")
        with freeze_time(Date.add(day, days=1)):
            self._run()
            self.assertEqual((case.promise_ids.state, case.is_broken), ("broken", True))
        with freeze_time(Date.add(day, days=2)):
            self._pay(invoice, day, amount=300)
            self._run()
            self.assertEqual((case.promise_ids.state, case.promise_ids.received), ("kept", 300))
            self.assertFalse(case.is_broken)

    def test_a_payment_without_an_entry_keeps_a_promise(self):
        """Of a method without an outstanding account the books know nothing before the bank statement."""
        self._owe(500, 10)
        case = self._run()
        day = Date.add(self.today, days=6)
        case.action_promise(300, day, "Paid on Friday")
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        values = {"partner_id": self.customer.id, "journal_id": journal.id, "date": day, "amount": 300}
        payment = self.env["account.payment"].create({**values, "payment_type": "inbound"})
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        with freeze_time(Date.add(day, days=1)):
            self._run()
            self.assertEqual((case.promise_ids.state, case.promise_ids.received), ("kept", 300))

    def test_money_counts_for_one_promise(self):
        """Of two on the same days the one that ends first takes it; both are within what is owed."""
        invoice = self._owe(500, 20)
        case = self._run().with_user(self.accountant)
        case.action_promise(300, Date.add(self.today, days=10), "The larger part")
        text = "owes 500.00.* in all and has promised 300.00"
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            case.action_promise(200.01, Date.add(self.today, days=6), "The rest and more")
        case.action_promise(200, Date.add(self.today, days=6), "The rest")
        self._pay(invoice, Date.add(self.today, days=2), amount=250)
        with freeze_time(Date.add(self.today, days=11)):
            self._run()
        promises = case.promise_ids.sorted("date")
        self.assertEqual(promises.mapped("state"), ["kept", "part"])
        self.assertEqual(promises.mapped("received"), [200, 50])

    def test_the_rest_is_promised_when_the_first_part_was_paid(self):
        """On the same day: no run has looked at the payment yet."""
        invoice = self._owe(500, 20)
        case = self._run().with_user(self.accountant)
        case.action_promise(300, Date.add(self.today, days=10), "The larger part")
        with freeze_time(Date.add(self.today, days=3)):
            self._pay(invoice, Date.today(), amount=300)
            with self.assertRaisesRegex(UserError, "owes 200.00"), self.env.cr.savepoint():
                case.action_promise(200.01, Date.add(self.today, days=20), "The rest and more")
            case.action_promise(200, Date.add(self.today, days=20), "The rest")
            self._run()
        promises = case.promise_ids.sorted("date")
        self.assertEqual(promises.mapped("state"), ["kept", "open"])

    def test_promise_kept_ahead_of_its_day(self):
        invoice = self._owe(500, 10)
        case = self._run()
        case.action_promise(500, Date.add(self.today, days=6), "All")
        self._pay(invoice, self.today)
        self._run()
        self.assertEqual((case.promise_ids.state, case.state), ("kept", "closed"))
