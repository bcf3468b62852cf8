"""The statement as a document, in the payee's language, for those who may read it; and its mail."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common_commission import CommissionCase

REPORT = "sales_target_mgmt.stm_commission_statement_report"


@freeze_time("2026-06-15 12:00:00")
class TestCommissionDocument(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.rep, cls.rep2):
            user.email = f"{user.login}@example.com"

    def _approved(self, **values):
        for user, amount in ((self.rep, 1000), (self.rep2, 500)):
            self._invoice(self._order("2026-05-10", amount, user=user), "2026-05-10")
        statements = self._settle(self._commission([0.1], [self.rep, self.rep2], **values))
        self._post(statements)
        statements.with_user(self.payroll2).action_approve()
        return statements.sorted(lambda one: one.user_id.id)

    def _html(self, statement, user):
        report = self.env["ir.actions.report"].with_user(user).with_context(lang=user.lang)
        return report._render_qweb_html(REPORT, statement.ids)[0].decode()

    def test_what_it_says(self):
        own, _other = self._approved(payable_on="proportional")
        html = self._html(own, self.rep)
        for text in ("Commission Statement", "Field: Sales", "1,000 × 10 %", "Acme", "100.00", "05/01/2026"):
            self.assertIn(text, html)
        self.assertIn(own.entry_ids.document, html)
        self.assertNotIn("Rep2", html)

    def test_in_the_language_of_the_payee(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.rep.lang = "zh_CN"
        own, _other = self._approved()
        html = self._html(own, self.payroll)
        self.assertIn("提成结算单", html)
        self.assertNotIn("Commission Statement", html)

    def test_only_for_who_may_read_it(self):
        own, other = self._approved()
        for user in (self.rep2, self.manager, self.leader):
            with self.assertRaises(AccessError):
                self._html(own, user)
        self.assertIn("50.00", self._html(other, self.rep2))

    def test_accountants_get_the_totals_without_the_entries(self):
        own, _other = self._approved()
        html = self._html(own, self.accountant)
        self.assertIn("100.00", html)
        self.assertNotIn(own.entry_ids.document, html)
        self.assertNotIn("Acme", html)

    def test_a_mail_to_the_payee_at_approval(self):
        own, other = self._approved()
        self.assertEqual((own | other).mapped("send_due"), [True, True])
        before = self.env["mail.mail"].search([])
        self._run_cron(self.env["stm.commission.statement"]._cron_send)
        mails = self.env["mail.mail"].search([]) - before
        self.assertEqual(mails.recipient_ids, (self.rep | self.rep2).partner_id)
        mine = mails.filtered(lambda mail: mail.recipient_ids == self.rep.partner_id)
        self.assertIn("100.00", mine.body_html)
        self.assertNotIn("50.00", mine.body_html)
        self.assertEqual(len(mine.attachment_ids), 1)
        self.assertIn("/odoo/commission-mine", mine.body_html)
        self.assertTrue(own.sent_on)
        self._run_cron(self.env["stm.commission.statement"]._cron_send)
        self.assertEqual(len(self.env["mail.mail"].search([]) - before), 2, "sent once")
        with self.assertRaises(AccessError):
            mine.mail_message_id.with_user(self.accountant).read(["body"])
        with self.assertRaises(AccessError):
            mine.attachment_ids.with_user(self.accountant).read(["datas"])

    def test_where_the_payee_reads_it(self):
        own, _other = self._approved()
        self.assertRegex(own._get_payee_link(), "/odoo/commission-mine$")
        self.rep.active = False
        self.assertFalse(own._get_payee_link(), "who has left reads it in the mail only")
        new_test_user(self.env, "stm_contact", "base.group_portal").partner_id.parent_id = own.payee_id
        self.assertRegex(own._get_payee_link(), f"/my/commissions/{own.id}$")

    def test_who_has_no_address_keeps_nobody_waiting(self):
        self.rep.email = False
        own, other = self._approved()
        with self.assertLogs("odoo.addons.sales_target_mgmt", "WARNING"):
            self._run_cron(self.env["stm.commission.statement"]._cron_send)
        self.assertIn("has no email address", own.send_error)
        self.assertTrue(other.sent_on)
        self.rep.email = "rep@example.com"
        own.with_user(self.payroll).action_send()
        self.assertTrue(own.sent_on)
        self.assertFalse(own.send_error)

    def test_no_mail_where_the_company_wants_none(self):
        self.company.stm_commission_mail = False
        own, _other = self._approved()
        self.assertFalse(own.send_due)

    def test_only_administrators_send_and_only_what_is_approved(self):
        own, _other = self._approved()
        for user in (self.rep, self.accountant):
            with self.assertRaises(AccessError):
                own.with_user(user).action_send()
        own.sudo().state = "checked"
        with self.assertRaisesRegex(UserError, "once it has been approved"):
            own.with_user(self.payroll).action_send()
