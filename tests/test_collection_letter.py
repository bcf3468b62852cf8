"""Letters for many customers, escalation, the portal channel, tone and limits of a policy."""

import io

from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.tests import Form
from odoo.tools import mute_logger

from .common_collection import CollectionCase


class TestCollectionLetter(CollectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.policy.step_ids.filtered(lambda step: step.days == 7)

    def test_one_document_each_in_its_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.first.channel = "letter"
        template = self.env.ref("sales_target_mgmt.mail_template_collection_friendly")
        template.with_context(lang="zh_CN").body_html = "<p>尊敬的客户</p>"
        chinese, paid = self.env["res.partner"].create(
            [{"name": "Hua", "lang": "zh_CN"}, {"name": "Prompt", "lang": "en_US"}]
        )
        self._owe(500, 10)
        self._owe(300, 10, chinese)
        invoice = self._owe(100, 10, paid)
        cases = self._run() | self._run(chinese) | self._run(paid)
        logs = cases.log_ids
        self.assertEqual(set(logs.mapped("result")), {"print"})
        self.assertFalse(self._mails(cases) or cases.activity_ids)
        self._pay(invoice, self.today)
        action = logs.with_user(self.accountant).action_print()
        letters = logs.filtered(lambda log: log.result == "printed")
        self.assertEqual(letters.partner_id, self.customer | chinese)
        self.assertTrue(all(letters.mapped("printed_on")))
        report = self.env["ir.actions.report"].with_user(self.accountant)
        html = report._render_qweb_html(action["report_name"], letters.ids)[0].decode()
        self.assertIn("500.00", html)
        self.assertIn("尊敬的客户", html)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("report.print_delay", "0")
        parameters.set_param("report.url", "http://127.0.0.1:9")
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(
                action["report_name"], letters.ids
            )
        pages = PdfReader(io.BytesIO(content)).pages
        self.assertEqual((kind, len(pages)), ("pdf", 2))
        self.assertEqual(sum("500.00" in page.extract_text() for page in pages), 1)
        with self.assertRaisesRegex(UserError, "No letter"):
            (logs - letters).with_user(self.accountant).action_print()

    def test_who_is_told_until_when(self):
        self.first.write({"channel": "call", "escalation": "controller", "answer_days": 3})
        self.company.stm_collector_id = self.accountant
        self._owe(500, 10)
        case = self._run()
        self.assertEqual(case.activity_ids.user_id, self.accountant | self.controller)
        self.assertEqual(set(case.activity_ids.mapped("date_deadline")), {Date.add(self.today, days=3)})
        for role, user in (("salesperson", self.rep), ("leader", self.leader)):
            partner = self.env["res.partner"].create({"name": role, "user_id": self.rep.id})
            self.first.escalation = role
            self._owe(500, 10, partner)
            self.assertIn(user, self._run(partner).activity_ids.user_id)

    def test_portal_message_stands_at_the_invoice(self):
        self.first.channel = "portal"
        invoice = self._owe(500, 10)
        case = self._run()
        message = case.log_ids.mail_id
        self.assertEqual((message.model, message.res_id), ("account.move", invoice.id))
        self.assertIn("500.00", message.body)
        self.assertFalse(message.is_internal or message.subtype_id.internal)

    def test_tone_and_policy_by_grade(self):
        strict = self.policy.copy({"name": "Strict", "quiet_days": 0})
        strict.step_ids.filtered(lambda step: step.days == 7).tone = "final"
        grade = self.env["stm.credit.grade"].create({"name": "Weak", "company_id": self.company.id})
        with Form(grade) as form:
            form.collection_policy_id = strict
        self.account.sudo().grade_id = grade
        self._owe(500, 14)
        case = self._run()
        self.assertEqual(case.policy_id, strict)
        self.assertIn("last reminder", self._mails(case).subject)
        # no quiet days: the second comes on the same day's run of tomorrow at the latest
        self.assertEqual((case.step_id.days, case.step_date), (14, self.today))
        self.assertFalse(case.stop)
