"""Outside agents read their own statements on the portal, and nobody else's."""

from freezegun import freeze_time

from odoo import http
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common_commission_agent import CommissionAgentCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionPortal(CommissionAgentCase):
    def test_own_statements_once_they_are_posted(self):
        _company, user, _share = self.agents[0]
        page = self._open("/my/commissions", user).text
        self.assertIn("There is no statement for you yet", page)
        self._post(self.alpha | self.beta)
        page = self._open("/my/commissions", user).text
        self.assertIn(f"/my/commissions/{self.alpha.id}", page)
        self.assertNotIn(f"/my/commissions/{self.beta.id}", page)
        self.assertIn("30.00", page)
        page = self._open(f"/my/commissions/{self.alpha.id}", user).text
        entry = self.alpha.entry_ids
        for text in (self.product.display_name, entry.document, "300 × 10 %", "Alpha Agency", "30.00"):
            self.assertIn(text, page)
        self.assertNotIn("70.00", page)

    @mute_logger("odoo.http")
    def test_nobody_elses(self):
        self._post(self.alpha | self.beta)
        for user in (self.agents[1][1], self.rep, self.manager):
            answer = self._open(f"/my/commissions/{self.alpha.id}", user)
            self.assertNotIn("30.00", answer.text)
            self.assertNotIn("Alpha", answer.text)
        stranger = new_test_user(self.env, "stm_stranger", "base.group_portal")
        page = self._open("/my/commissions", stranger).text
        self.assertNotIn("/my/commissions/" + str(self.alpha.id), page)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/commissions").url)

    @mute_logger("odoo.http")
    def test_portal_users_read_no_model(self):
        user = self.agents[0][1]
        self.authenticate(user.login, user.login)
        for model in ("statement", "entry", "dispute", "correction", "plan"):
            answer = self.url_open(
                "/web/dataset/call_kw",
                json={
                    "params": {
                        "model": f"stm.commission.{model}",
                        "method": "search",
                        "args": [[]],
                        "kwargs": {},
                    }
                },
            ).json()
            self.assertIn("AccessError", str(answer))

    def test_acknowledge(self):
        self._post(self.alpha)
        _company, user, _share = self.agents[0]
        self._open("/my/commissions", user)
        token = http.Request.csrf_token(self)
        path = f"/my/commissions/{self.alpha.id}/acknowledge"
        self.assertEqual(self.url_open(path).status_code, 405)
        self.assertEqual(self.url_open(path, data={"csrf_token": "wrong"}).status_code, 400)
        self.assertFalse(self.alpha.acknowledged_on)
        self.url_open(path, data={"csrf_token": token})
        self.assertTrue(self.alpha.acknowledged_on)

    def test_the_card_counts(self):
        self._post(self.alpha | self.beta)
        user = self.agents[0][1]
        self.authenticate(user.login, user.login)
        answer = self.url_open("/my/counters", json={"params": {"counters": ["stm_commission_count"]}}).json()
        self.assertEqual(answer["result"]["stm_commission_count"], 1)
