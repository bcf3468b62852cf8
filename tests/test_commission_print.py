"""The statement on paper: a real PDF, of several pages, in both languages; its mail and its link."""

import io
import re
import unicodedata

from freezegun import freeze_time
from pypdf import PdfReader

from odoo.tools import mute_logger

from .common_commission_agent import CommissionAgentCase

REPORT = "sales_target_mgmt.stm_commission_statement_report"


@freeze_time("2026-06-15 12:00:00")
class TestCommissionPrint(CommissionAgentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.env["ir.config_parameter"]
        parameters.set_param("report.print_delay", "0")
        # programs without Qt of their own draw web fonts as lines, in which there is no text to read
        parameters.set_param("report.url", "http://127.0.0.1:9")

    def _read(self, content):
        """The text of each page; fonts know some characters as parts of others, which are the same to us."""
        self.assertEqual(content[:5], b"%PDF-")
        pages = PdfReader(io.BytesIO(content)).pages
        return [re.sub(r"\s+", " ", unicodedata.normalize("NFKC", page.extract_text())) for page in pages]

    def _print(self, statement, user=None):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        if user:
            report = report.with_user(user).with_context(lang=user.lang)
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, kind = report._render_qweb_pdf(REPORT, statement.ids)
        self.assertEqual(kind, "pdf")
        return self._read(content)

    def test_of_an_agent(self):
        self._post(self.alpha)
        [page] = self._print(self.alpha)
        for text in ("Commission Statement", "Alpha Agency", "300 × 10 %", "30.00", "STM Test"):
            self.assertIn(text, page)
        self.assertNotIn("Beta", page)

    def test_many_entries_go_over_pages(self):
        for day in range(1, 31):
            order = self._order(f"2026-06-{day:02}", 100 + day)
            self._invoice(order, f"2026-06-{day:02}")
            order = self._order(f"2026-06-{day:02}", 200 + day)
            self._invoice(order, f"2026-06-{day:02}")
        plan = self._commission([0.1], [self.rep], name="Many")
        june = self._settle(plan, "2026-06-30").filtered(
            lambda one: one.user_id == self.rep and str(one.date_from) == "2026-06-01"
        )
        # thirty times 100 + 200 and twice the days, a tenth of it
        self.assertEqual(june.earned, (30 * 300 + 2 * 465) / 10)
        pages = self._print(june, self.rep)
        self.assertGreater(len(pages), 1)
        for number, page in enumerate(pages, 1):
            self.assertIn("Date Document Customer How Earned Payable", page, f"heads of page {number}")
        whole = " ".join(pages)
        self.assertEqual(len(re.findall(r"INV/2026/\d+", whole)), 60, "every entry once")
        self.assertEqual(len(re.findall(r"INV/2026/\d+ Earned", whole)), 60, "and none in two halves")
        self.assertRegex(pages[-1], r"Total 993\.00 € 993\.00 €")
        self.assertEqual(whole.count("Total"), 1)

    def test_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.alpha.payee_id.write({"lang": "zh_CN", "name": "阿尔法代理公司"})
        self._post(self.alpha)
        [page] = self._print(self.alpha)
        for text in ("提成结算单", "阿尔法代理公司", "300 × 10 %", "应付"):
            self.assertIn(text, page)

    def _mail(self):
        self.alpha.payee_id.email = "alpha@example.com"
        self._post(self.alpha)
        self.alpha.with_user(self.payroll2).action_approve()
        before = self.env["mail.mail"].search([])
        with mute_logger("odoo.addons.base.models.ir_actions_report"):
            self.alpha.with_user(self.payroll).with_context(force_report_rendering=True).action_send()
        [mail] = self.env["mail.mail"].search([]) - before
        return mail

    def test_the_mail_has_it_and_leads_to_the_portal(self):
        mail = self._mail()
        [file] = mail.attachment_ids
        self.assertEqual(file.mimetype, "application/pdf")
        self.assertIn("300 × 10 %", self._read(file.raw)[0])
        self.assertIn(f"/my/commissions/{self.alpha.id}", mail.body_html)

    def test_the_mail_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.alpha.payee_id.lang = "zh_CN"
        mail = self._mail()
        for text in ("查看结算单", f"/my/commissions/{self.alpha.id}", "2026/05/01"):
            self.assertIn(text, mail.body_html)
        self.assertNotIn("View Statement", mail.body_html)
        self.assertIn("提成结算单", self._read(mail.attachment_ids.raw)[0])
