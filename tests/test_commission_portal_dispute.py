"""An agent disputes an entry on the portal, reads the answer and writes back; nobody else does."""

from freezegun import freeze_time

from odoo.tools import mute_logger

from .common_commission_agent import CommissionAgentCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionPortalDispute(CommissionAgentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.stm_dispute_owner_id = cls.payroll2
        cls.agent = cls.agents[0][1]
        cls.agent.email = "alpha@example.com"

    def setUp(self):
        super().setUp()
        self._post(self.alpha | self.beta)
        self.path = self._get_path(self.alpha)

    def _get_path(self, statement):
        return f"/my/commissions/{statement.id}/entries/{statement.entry_ids.id}/dispute"

    def _get_disputes(self):
        return self.env["stm.commission.dispute"].search([("payee_id", "=", self.alpha.payee_id.id)])

    def _dispute(self, text="Half of it is missing"):
        self._open(self.path, self.agent)
        self._send(self.path, text=text)
        return self._get_disputes()

    def test_from_the_statement_to_the_adjustment(self):
        page = self._open(f"/my/commissions/{self.alpha.id}", self.agent).text
        self.assertIn(self.path, page)
        page = self.url_open(self.path).text
        self.assertIn("300 × 10 %", page)
        answer = self._send(self.path, text="  Half of it is missing\n")
        [dispute] = self._get_disputes()
        self.assertTrue(answer.url.endswith(dispute._get_portal_path()))
        self.assertEqual(
            (dispute.reason, dispute.amount, dispute.state, dispute.owner_id, dispute.lineage_id),
            ("Half of it is missing", 30, "open", self.payroll2, self.plan),
        )
        self.assertEqual(dispute.entry_id, self.alpha.entry_ids)
        self.assertEqual(dispute.activity_ids.user_id, self.payroll2)
        owned = dispute.with_user(self.payroll2)
        owned.write({"answer": "Draft for colleagues", "granted": 15})
        owned.message_post(body="A note among ourselves", message_type="comment")
        page = self.url_open(dispute._get_portal_path()).text
        for text in ("Draft for colleagues", "A note among ourselves", "15.00"):
            self.assertNotIn(text, page)
        owned.answer = "You are right."
        owned.action_accept()
        page = self.url_open(dispute._get_portal_path()).text
        self.assertIn("You are right.", page)
        self.assertIn("What follows from it comes into one of your next statements.", page)
        dispute.correction_ids.with_user(self.payroll).action_approve()
        page = self.url_open(dispute._get_portal_path()).text
        self.assertRegex(page, r"Adjustment</span>: <b>.*15\.00")
        june = self._settle(self.plan).filtered(lambda one: one.payee_id == self.alpha.payee_id)
        self.assertEqual(june.mapped("payable"), [30, 15])
        self.assertEqual(self.alpha.entry_ids.amount, 30, "what is posted stays")

    def test_messages_of_both_sides(self):
        dispute = self._dispute()
        before = self.env["mail.mail"].search([])
        self._send(f"{dispute._get_portal_path()}/message", text="<b>See</b> the offer\nof May")
        message = dispute.message_ids[0]
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertIn("&lt;b&gt;See&lt;/b&gt; the offer", message.body)
        self.assertEqual(message.notified_partner_ids, self.payroll2.partner_id)
        self._send(f"{dispute._get_portal_path()}/message", text="<b>See</b> the offer\nof May")
        self.assertEqual(dispute.message_ids[0], message, "sent twice is said once")
        dispute.with_user(self.payroll2).message_post(
            body="I look into it", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        mail = (self.env["mail.mail"].search([]) - before).filtered(
            lambda one: self.agent.partner_id in one.recipient_ids
        )
        self.assertIn(dispute._get_portal_path(), mail.body_html)
        self.assertNotIn("access_token", mail.body_html)
        self.assertIn("I look into it", self.url_open(dispute._get_portal_path()).text)

    def test_not_satisfied_and_withdrawn(self):
        dispute = self._dispute()
        path = dispute._get_portal_path()
        self.assertIn("this needs", self._send(f"{path}/reopen").text)
        dispute.with_user(self.payroll2).answer = "It was shared."
        dispute.with_user(self.payroll2).action_answer()
        self.assertFalse(dispute.activity_ids)
        self._send(f"{path}/reopen")
        self.assertEqual((dispute.state, dispute.activity_ids.user_id), ("open", self.payroll2))
        self._send(f"{path}/withdraw")
        self.assertEqual(dispute.state, "withdrawn")
        self.assertIn("this needs", self._send(f"{path}/withdraw").text)
        self._send(self.path, text="After all")
        self.assertEqual(self._get_disputes().mapped("state"), ["open", "withdrawn"])

    def test_sent_twice_is_one_dispute(self):
        dispute = self._dispute()
        answer = self._send(self.path, text="Again")
        self.assertTrue(answer.url.endswith(dispute._get_portal_path()))
        self.assertEqual(self._get_disputes(), dispute)

    @mute_logger("odoo.sql_db")
    def test_two_at_once_are_refused_by_the_database(self):
        dispute = self._dispute()
        self.env.cr.execute("SELECT * FROM stm_commission_dispute WHERE id = %s", [dispute.id])
        [row] = self.env.cr.dictfetchall()
        columns = ", ".join(f'"{name}"' for name in row if name != "id")
        with self.assertRaisesRegex(Exception, "pending_unique"), self.env.cr.savepoint():
            self.env.cr.execute(
                f"INSERT INTO stm_commission_dispute ({columns}) "
                f"SELECT {columns} FROM stm_commission_dispute WHERE id = %s",
                [dispute.id],
            )

    def test_what_may_be_written(self):
        self._open(self.path, self.agent)
        self.assertIn("the text is empty", self._send(self.path, text=" \n").text)
        self.assertIn("the text is empty", self._send(self.path).text)
        answer = self._send(self.path, text="x" * 5001)
        self.assertIn("5001 characters", answer.text.replace(",", ""))
        self.assertIn("x" * 5001, answer.text, "what was written is not lost")
        self.assertFalse(self._get_disputes())
        dispute = self._dispute("x" * 5000)
        answer = self._send(f"{dispute._get_portal_path()}/message", text="y" * 5001)
        self.assertIn("shorten it", answer.text)
        self.assertFalse(dispute.message_ids.filtered(lambda one: "yyy" in one.body))

    def test_only_forms_of_the_page(self):
        dispute = self._dispute()
        for path in (self._get_path(self.beta), f"{dispute._get_portal_path()}/withdraw"):
            self.assertEqual(self.url_open(path, data={"text": "x", "csrf_token": "wrong"}).status_code, 400)
        for step in ("message", "reopen", "withdraw"):
            self.assertEqual(self.url_open(f"{dispute._get_portal_path()}/{step}").status_code, 405)
        self.assertEqual(dispute.state, "open")

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_nobody_elses(self):
        dispute = self._dispute("Between us")
        path = dispute._get_portal_path()
        for user in (self.agents[1][1], self.rep, self.manager):
            self._open("/my/commissions", user)
            self.assertNotIn(dispute.document, self.url_open("/my/commissions/disputes").text)
            for page in (path, self.path, f"/my/commissions/{self.alpha.id}/pdf"):
                answer = self.url_open(page)
                self.assertEqual(answer.status_code, 404, page)
                for text in ("Between us", "30.00", "Alpha"):
                    self.assertNotIn(text, answer.text)
            for page in (self.path, f"{path}/message", f"{path}/withdraw"):
                self.assertEqual(self._send(page, text="x").status_code, 404)
        # the entry of another, under a statement of one's own
        self._open("/my/commissions", self.agents[1][1])
        mixed = f"/my/commissions/{self.beta.id}/entries/{self.alpha.entry_ids.id}/dispute"
        self.assertEqual(self._send(mixed, text="x").status_code, 404)
        self.assertEqual((dispute.state, len(self._get_disputes())), ("open", 1))
        self.authenticate(None, None)
        for page in (path, self.path, f"/my/commissions/{self.alpha.id}/pdf"):
            self.assertIn("/web/login", self.url_open(page).url)

    @mute_logger("odoo.http")
    def test_nonsense(self):
        self._open("/my/commissions", self.agent)
        many = 10**30
        for page in (
            f"/my/commissions/{many}",
            f"/my/commissions/{many}/pdf",
            f"/my/commissions/disputes/{many}",
            f"/my/commissions/{self.alpha.id}/entries/{many}/dispute",
            f"/my/commissions/{self.alpha.id}/entries/abc/dispute",
            "/my/commissions/disputes/0",
            "/my/commissions/-1",
        ):
            self.assertEqual(self.url_open(page).status_code, 404, page)

    def test_a_statement_that_is_paid_by_a_plan_superseded_since(self):
        self.alpha.sudo().state = "paid"
        action = self.plan.with_user(self.payroll).action_new_version()
        version = self.env["stm.commission.plan"].browse(action["res_id"])
        version.write({"date_from": "2026-06-01"})
        version.with_user(self.payroll).action_activate()
        dispute = self._dispute()
        self.assertEqual((dispute.state, dispute.lineage_id), ("open", self.plan.origin_id))

    def test_the_pdf_is_offered(self):
        page = self._open(f"/my/commissions/{self.alpha.id}", self.agent).text
        self.assertIn(f"/my/commissions/{self.alpha.id}/pdf", page)
        answer = self.url_open(f"/my/commissions/{self.alpha.id}/pdf")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn("300 × 10 %", answer.text)
        self.assertNotIn("70.00", answer.text)

    def test_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.agent.lang = "zh_CN"
        dispute = self._dispute()
        self._open("/my/commissions", self.agent)
        for path, word in (
            (f"/my/commissions/{self.alpha.id}", "异议"),
            (dispute._get_portal_path(), "撤回"),
            ("/my/commissions/disputes", "我的异议"),
        ):
            self.assertIn(word, self.url_open(path).text)
