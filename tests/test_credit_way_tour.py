from odoo.tests import HttpCase

from .common_credit import CreditCase


class TestCreditWay(CreditCase, HttpCase):
    """From a policy to an order that is held and let through, by what two people click and type."""

    def _walk(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.controller.group_ids |= self.env.ref("sales_target_mgmt.group_credit_release")
        (self.controller | self.rep).lang = lang
        self.start_tour("/odoo", "stm_credit_way_policy", login=self.controller.login, timeout=120)
        path = "/odoo/action-sale.action_quotations/new"
        self.start_tour(path, "stm_credit_way_order", login=self.rep.login, timeout=120)
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((order.state, order.stm_hold_event), ("draft", "held"))
        self.start_tour("/odoo", "stm_credit_way_release", login=self.controller.login, timeout=120)
        self.env.invalidate_all()
        self.assertEqual(order.state, "sale")
        events = self.env["stm.credit.hold"].search([("order_id", "=", order.id)], order="id")
        self.assertEqual(events.mapped("event"), ["held", "released", "used"])
        self.assertEqual(events[1].user_id, self.controller)
        self.assertEqual(self.account.rating_id.value, 90)

    def test_in_english(self):
        self._walk("en_US")

    def test_in_chinese(self):
        self._walk("zh_CN")
