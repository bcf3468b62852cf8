from odoo.exceptions import AccessError

from . import common_rights_credit, common_rights_release
from .common_credit import CreditCase

# what controllers and those who release find: all of their company, or nothing
CONTROLLER = set(common_rights_credit.TABLE)
RELEASER = {"stm.credit.hold", *common_rights_release.TABLE}
# what a quotation shows of its hold
HOLD = ("stm_hold_date", "stm_hold_deadline", "stm_hold_amount", "stm_hold_note", "stm_hold_reasons")


class TestCreditRights(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller_other = cls._make_user(
            "controller_other", "sales_target_mgmt.group_credit_controller", cls.other_company
        )
        cls.orders = {
            company: common_rights_credit.fill(cls.env, company, user)
            for company, user in ((cls.company, cls.rep), (cls.other_company, cls.rep_other))
        }
        cls.env.flush_all()

    def test_controllers_find_all_of_their_company(self):
        for user, company in (
            (self.controller, self.company),
            (self.controller_other, self.other_company),
        ):
            for model in CONTROLLER:
                rows = self.env[model].with_user(user).with_context(allowed_company_ids=company.ids)
                everything = self.env[model].with_context(active_test=False)
                wanted = everything.sudo().search([("company_id", "=", company.id)])
                self.assertTrue(wanted, model)
                self.assertEqual(rows.with_context(active_test=False).search([]), wanted, model)

    def test_who_releases_finds_the_log_and_who_decides(self):
        for model in CONTROLLER:
            rows = self.env[model].with_user(self.releaser)
            if model in RELEASER:
                self.assertEqual(rows.search([]).company_id, self.company)
            else:
                with self.assertRaises(AccessError):
                    rows.search([])

    def test_orders_of_the_other_company_stay_hidden(self):
        abroad = self.orders[self.other_company]
        for user in (self.controller, self.releaser):
            orders = self.env["sale.order"].with_user(user)
            self.assertNotIn(abroad, orders.search([]))
            self.assertIn(self.orders[self.company], orders.search([]))
            with self.assertRaises(AccessError):
                abroad.with_user(user).action_stm_check_credit()

    def test_made_up_quotations_tell_nothing_of_others(self):
        """Values and defaults are the client's: they lead neither to another order nor abroad."""
        abroad, orders = self.orders[self.other_company], self.env["sale.order"].with_user(self.rep)
        self.other_company.stm_credit_control = True
        spec = {name: {} for name in (*HOLD, "stm_credit_headline", "stm_credit_text", "stm_credit_room")}
        hold = {"stm_hold_id": abroad.stm_hold_id.id}
        self.assertTrue(abroad.stm_hold_amount and abroad.stm_hold_date and abroad.stm_credit_text)
        for context, values in (
            ({}, hold),
            ({"default_stm_hold_id": abroad.stm_hold_id.id}, {}),
            ({}, {"company_id": self.other_company.id, "partner_invoice_id": abroad.partner_id.id}),
        ):
            rows = orders.with_context(**context)
            told = rows.onchange({"partner_id": self.customer.id, **values}, [], spec)["value"]
            self.assertFalse([name for name in HOLD if told[name]], context)
            if "company_id" in values:
                self.assertFalse(any(told[f"stm_credit_{name}"] for name in ("headline", "text", "room")))
        values = {"company_id": self.other_company.id, "partner_id": abroad.partner_id.id}
        account = self.env["stm.credit.account"].with_user(self.controller)
        told = account.onchange(values, [], {"exposure": {}, "limit_now": {}, "quotations": {}})["value"]
        self.assertFalse(any(told.values()), told)
        made = orders.with_context(default_stm_hold_id=abroad.stm_hold_id.id).create(
            {"partner_id": self.customer.id}
        )
        self.assertFalse(made.sudo().stm_hold_id)

    def test_who_releases_is_not_told_what_orders_abroad_come_to(self):
        window = self.env["stm.credit.release"].with_user(self.releaser)
        orders = self.orders[self.company] + self.orders[self.other_company]
        window = window.with_context(active_model="sale.order", active_ids=orders.ids)
        self.assertEqual(window.default_get(["amounts"])["amounts"].keys(), {str(orders[0].id)})

    def test_limits_are_not_written_past_their_buttons(self):
        for user in (self.rep, self.manager, self.accountant, self.releaser, self.controller):
            with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                self.account.with_user(user).write({"credit_limit": 1e6})
            self.assertIn(type(caught.exception).__name__, ("AccessError", "UserError"))
        for user in (self.rep, self.manager, self.accountant, self.releaser):
            with self.assertRaises(AccessError):
                self.account.with_user(user).action_stm_set_limit("unlimited", 0, "Please")
        self.assertEqual(self.account.credit_limit, 1000.0)
