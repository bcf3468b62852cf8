"""Customers that nobody spoke to for too long."""

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo.tools import mute_logger

from .test_class import ClassCase


class TestCare(ClassCase):
    def setUp(self):
        super().setUp()
        self.partner = self._customer("Neglected", 100.0, days=40, user_id=self.rep.id)
        self.policy.action_refresh()
        self.profile = self._profile(self.partner)

    def _activities(self):
        return self.env["mail.activity"].search([("stm_care_profile_id", "=", self.profile.id)])

    def _run(self):
        self.env["stm.customer.profile"]._refresh_contacts(self.company)
        due = self.env["stm.customer.profile"]._get_neglected(self.company)
        due.filtered("responsible_id")._plan_care()

    def test_activity_comes_once(self):
        self.assertEqual((self.profile.class_id, self.best.care_days), (self.best, 30))
        self._run()
        self._run()
        activity = self._activities()
        self.assertEqual((len(activity), activity.user_id), (1, self.rep))
        self.assertIn("40 days ago", activity.summary)
        self.assertEqual((activity.res_model, activity.res_id), ("res.partner", self.partner.id))

    def test_job(self):
        """Once for every neglected customer, however often it runs; who has nobody is left out."""
        profiles = self.env["stm.customer.profile"]
        left = [self._run_cron(profiles._cron_care)[0] for _run in range(2)]
        self.assertEqual(left, [1, 0])
        self.assertEqual(len(self._activities()), 1)

    def test_contact_counts(self):
        self._run()
        self._activities().action_feedback("Called him")
        self._run()
        self.assertFalse(self._activities())
        self.assertEqual(self.profile.last_contact_date, self.today)

    def test_the_day_on_which_it_is_due(self):
        """Contact every 30 days: the 30th day after the last one, not the 31st."""
        for days, due in ((29, False), (30, True)):
            self.profile.last_contact_date = self.today - relativedelta(days=days)
            neglected = self.env["stm.customer.profile"]._get_neglected(self.company)
            self.assertEqual(self.profile in neglected, due, f"after {days} days")

    def test_the_day_of_a_contact_is_the_company_s(self):
        """At eight in the evening UTC it is tomorrow in Shanghai."""
        self.company.stm_tz = "Asia/Shanghai"
        day = self.today - relativedelta(days=7)
        order = self._order(day, 5.0, partner=self.partner)
        order.date_order = f"{day} 20:00:00"
        self.env["stm.customer.profile"]._refresh_contacts(self.company)
        self.assertEqual(self.profile.last_contact_date, day + relativedelta(days=1))

    def test_archived_customers_are_left_alone(self):
        self.partner.active = False
        self._run()
        self.assertFalse(self._activities())

    def test_who_has_left_is_not_asked(self):
        self.rep.active = False
        self.profile.invalidate_recordset()
        self.assertFalse(self.profile.responsible_id)
        self._run()
        self.assertFalse(self._activities())

    @mute_logger("odoo.sql_db")
    def test_database_refuses_a_second_one(self):
        self._run()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._activities().copy()

    def test_days_late(self):
        day = self.today - relativedelta(days=60)
        invoice = self._invoice(self._order(day, 100.0, partner=self.partner), day)
        self._pay(invoice, invoice.invoice_date_due + relativedelta(days=12))
        self.assertEqual(self.profile.days_late, 12.0)
