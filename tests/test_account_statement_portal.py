"""Customers read and answer their own statements of account, and nobody else's."""

from freezegun import freeze_time

from odoo import http
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from .common_statement import StatementCase


@freeze_time("2026-06-15 12:00:00")
class TestAccountStatementPortal(StatementCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.partner"].create({"name": "Beta", "is_company": True})
        cls._bill(777, "2026-05-02", partner=cls.other)
        cls.buyers = {}
        for partner in (cls.customer, cls.other):
            user = new_test_user(cls.env, f"stm_of_{partner.name.lower()}", "base.group_portal")
            user.partner_id.parent_id = partner
            cls.buyers[partner] = user
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.mine = self._make(user=self.accountant)
        self.theirs = self._make(partner=self.other)
        self.path = f"/my/account-statements/{self.mine.id}"
        self.env.flush_all()

    def _open(self, path, partner=None):
        if partner:
            user = self.buyers[partner]
            self.authenticate(user.login, user.login)
        return self.url_open(path)

    def _post(self, path, **values):
        return self.url_open(path, data={"csrf_token": http.Request.csrf_token(self), **values})

    def test_own_only_and_once_sent(self):
        self.theirs.partner_id.email = "beta@example.com"
        page = self._open("/my/account-statements", self.customer).text
        self.assertNotIn(f'href="{self.path}"', page)
        with mute_logger("odoo.http"):
            self.assertEqual(self._open(self.path).status_code, 404)
        (self.mine | self.theirs).action_send()
        page = self._open("/my/account-statements").text
        self.assertIn(f'href="{self.path}"', page)
        self.assertNotIn(f"/my/account-statements/{self.theirs.id}", page)
        self.assertNotIn("777.00", page)
        page = self._open(self.path).text
        for text in (self.second.name, "240.00", "200.00", "31–60 days"):
            self.assertIn(text, page)
        answer = self.url_open("/my/counters", json={"params": {"counters": ["stm_account_statement_count"]}})
        self.assertEqual(answer.json()["result"]["stm_account_statement_count"], 1)

    @mute_logger("odoo.http")
    def test_nobody_elses_and_nonsense(self):
        self.other.email = "beta@example.com"
        (self.mine | self.theirs).action_send()
        self._open("/my", self.customer)
        theirs = f"/my/account-statements/{self.theirs.id}"
        for path in (
            theirs,
            f"{theirs}/pdf",
            f"{theirs}?access_token={self.mine.access_token}",
            f"{theirs}?access_token=",
            f"{theirs}?access_token=é",
            "/my/account-statements/0",
            "/my/account-statements/99999999999999999999",
            "/my/account-statements/abc",
            f"{self.path}/page/x",
        ):
            answer = self._open(path)
            self.assertEqual(answer.status_code, 404, path)
            self.assertNotIn("777.00", answer.text)
        for way in ("confirm", "report"):
            self.assertEqual(self._post(f"{theirs}/{way}", name="Eve", text="No").status_code, 404)
        self.assertEqual(self.theirs.state, "sent")
        for user in (self.rep2, self.rep):
            self.authenticate(user.login, user.login)
            self.assertEqual(self.url_open(self.path).status_code, 404)
        self.authenticate(None, None)
        self.assertEqual(self.url_open(self.path).status_code, 404)
        self.assertEqual(self.url_open(f"{self.path}?access_token=wrong").status_code, 404)
        self.assertIn("/web/login", self.url_open("/my/account-statements").url)

    def test_confirmed_with_the_link_of_the_mail_once(self):
        self.mine.action_send()
        self.authenticate(None, None)
        link = f"{self.path}?access_token={self.mine.access_token}"
        self.assertIn("240.00", self.url_open(link).text)
        confirm = f"{self.path}/confirm?access_token={self.mine.access_token}"
        self.assertIn("Enter your name", self._post(confirm, name="  ").text)
        self.assertIn("Enter your name", self._post(confirm, name="x" * 101).text)
        self.assertEqual(self.mine.state, "sent")
        page = self._post(confirm, name="Ann <b>Books</b>").text
        self.assertIn("Ann &lt;b&gt;Books&lt;/b&gt;", page)
        self.assertEqual((self.mine.state, self.mine.answered_by), ("confirmed", "Ann <b>Books</b>"))
        self.assertFalse(self.mine.answered_user_id)
        self.assertTrue(self.mine.answered_on)
        self.assertIn("answered already", self._post(confirm, name="Eve").text)
        report = f"{self.path}/report?access_token={self.mine.access_token}"
        self.assertIn("answered already", self._post(report, name="Eve", text="No").text)
        self.assertEqual((self.mine.state, self.mine.answered_by), ("confirmed", "Ann <b>Books</b>"))

    def test_nobody_here_answers_for_the_customer(self):
        self.mine.action_send()
        link = f"?access_token={self.mine.access_token}"
        self.authenticate(self.accountant.login, self.accountant.login)
        page = self.url_open(f"{self.path}{link}").text
        self.assertIn("240.00", page)
        self.assertNotIn('name="confirm"', page)
        self.assertIn("Only the customer answers", self._post(f"{self.path}/confirm{link}", name="Ann").text)
        self.assertIn("Only the customer", self._post(f"{self.path}/report{link}", name="A", text="No").text)
        self.assertEqual((self.mine.state, self.mine.dispute_count), ("sent", 0))

    def test_a_difference_reaches_who_is_responsible(self):
        self.mine.action_send()
        self._open(self.path, self.customer)
        report = f"{self.path}/report"
        self.assertIn("Say what is different", self._post(report, name="Ann").text)
        page = self._post(report, name="Ann", text="x" * 1001, **{"line-0": "kept"}).text
        self.assertIn("at most 1000 characters, yours has 1001", page)
        self.assertIn('value="kept"', page)
        self.assertIn("not on the statement", self._post(report, name="Ann", **{"line-9": "x"}).text)
        self.assertEqual(self.mine.state, "sent")
        self._post(report, name="Ann", text="One is missing", **{"line-0": "<i>Paid</i>", "line-x": "?"})
        self.assertEqual(self.mine.state, "difference")
        self.assertEqual(self.mine.answered_user_id, self.buyers[self.customer])
        self.assertEqual(
            {one["text"]: one["move"] for one in self.mine.differences},
            {"<i>Paid</i>": self.second.id, "One is missing": False},
        )
        self.check_raised()

    def check_raised(self):
        """One dispute of the invoice, one of what is on no invoice, both for who is responsible."""
        of_invoice, of_none = self.mine.dispute_ids.sorted(lambda one: not one.move_id)
        self.assertEqual((of_invoice.move_id, of_none.move_id), (self.second, self.env["account.move"]))
        self.assertEqual((of_invoice.amount, of_none.amount), (200, 0))
        self.assertEqual((of_invoice.note, of_none.note), ("<i>Paid</i>", "One is missing"))
        self.assertEqual(self.mine.dispute_ids.partner_id, self.customer)
        self.assertEqual(self.mine.dispute_ids.activity_ids.user_id, self.accountant)
        self.assertEqual(of_invoice.case_id.disputed, 200)
        mine = self.mine.with_user(self.accountant)
        self.assertEqual(mine.dispute_count, 2)
        # said once more of a statement of another period: beside the dispute that is open
        self.mine.dispute_ids.activity_ids.unlink()
        later = self._make("2026-05-05", "2026-06-01")
        later.answered_by = "Ann"
        later._raise_differences([{"name": self.second.name, "move": self.second.id, "text": "Still"}])
        self.assertFalse(later.dispute_ids)
        self.assertIn("Ann: Still", of_invoice.message_ids[0].body)
        of_none.with_user(self.accountant).outcome = "It was on the next one"
        of_none.with_user(self.accountant).action_accept()
        self.assertEqual(of_none.state, "accepted")

    def test_without_csrf_token(self):
        self.mine.action_send()
        self._open(self.path, self.customer)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"{self.path}/confirm").status_code, 405)
            answer = self.url_open(f"{self.path}/confirm", data={"csrf_token": "x", "name": "Ann"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.mine.state, "sent")

    def test_files(self):
        self.mine.action_send()
        answer = self._open(f"{self.path}/pdf", self.customer)
        self.assertIn(answer.headers["Content-Type"].split(";")[0], ("application/pdf", "text/html"))
        self.authenticate(self.accountant.login, self.accountant.login)
        address = f"/stm/account-statements.xlsx?ids={self.mine.id}"
        self.assertTrue(self.url_open(address).content.startswith(b"PK"))
        self.authenticate(self.rep2.login, self.rep2.login)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(address).status_code, 404)
            self.assertEqual(self.url_open(f"{address},99999999,x,-1").status_code, 404)

    @mute_logger("odoo.http")
    def test_portal_users_read_no_model(self):
        self._open("/my", self.customer)
        answer = self.url_open(
            "/web/dataset/call_kw",
            json={
                "params": {
                    "model": "stm.account.statement",
                    "method": "search",
                    "args": [[]],
                    "kwargs": {},
                }
            },
        )
        self.assertIn("AccessError", answer.text)
