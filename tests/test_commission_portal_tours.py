"""The agents' portal in a browser, in both languages and on a phone."""

from .common_commission_agent import CommissionAgentCase


class TestCommissionPortalTours(CommissionAgentCase):
    browser_size = "390x844"

    def _walk(self, language):
        self.env["res.lang"]._activate_lang(language)
        user = self.agents[0][1]
        user.lang = language
        self._post(self.alpha)
        self.start_tour("/my/commissions", "stm_commission_portal", login=user.login, timeout=120)
        self.assertTrue(self.alpha.acknowledged_on)
        [dispute] = self.env["stm.commission.dispute"].search([("payee_id", "=", self.alpha.payee_id.id)])
        self.assertEqual((dispute.state, dispute.reason), ("withdrawn", "Half of it is missing"))

    def test_in_english(self):
        self._walk("en_US")

    def test_in_chinese(self):
        self._walk("zh_CN")
