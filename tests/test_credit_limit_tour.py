from odoo.tests import HttpCase

from .common_credit import CreditCase


class TestCreditLimitWay(CreditCase, HttpCase):
    """1,500 are held by a limit of 1,000: a controller asks for 2,000, another one approves it."""

    def _walk(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        second = self._make_user("second", "sales_target_mgmt.group_credit_controller")
        (self.controller | second | self.rep).lang = lang
        order = self._hold(1500)
        self.start_tour("/odoo", "stm_credit_limit_ask", login=self.controller.login, timeout=120)
        self.start_tour("/odoo", "stm_credit_limit_approve", login=second.login, timeout=120)
        self.env.invalidate_all()
        self.assertEqual((self.account.credit_limit, self.account.available), (2000, 2000))
        [limit] = self.account.limit_ids.filtered(lambda one: one.state == "approved")
        self.assertEqual((limit.user_id, limit.approver_ids), (self.controller, second))
        self._run_cron(self.env["sale.order"]._cron_check_stm_holds)
        path = f"/odoo/action-sale.action_quotations/{order.id}"
        self.start_tour(path, "stm_credit_limit_confirm", login=self.rep.login, timeout=120)
        self.env.invalidate_all()
        self.assertEqual((order.state, self.account.available), ("sale", 500))

    def test_in_english(self):
        self._walk("en_US")

    def test_in_chinese(self):
        self._walk("zh_CN")
