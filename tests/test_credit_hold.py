from odoo.exceptions import AccessError, UserError

from .common_credit import CreditCase


class TestCreditHold(CreditCase):
    """A limit of 1,000: what is held, who lets it through, and that nothing gets around it."""

    def test_two_orders_that_fit_alone_but_not_together(self):
        first, second = self._quote(600), self._quote(600)
        self.assertIs(first.action_confirm(), True)
        self.assertEqual(first.state, "sale")
        notice = second.action_confirm()
        self.assertEqual(second.state, "draft")
        self.assertEqual(second.stm_hold_event, "held")
        mine = self.env["sale.order"].with_user(self.rep).search([("stm_hold_event", "=", "held")])
        self.assertEqual(mine, second, "the seller finds it, the log is not for sellers")
        self.assertIn("200.00", second.stm_hold_reasons)
        self.assertIn(second.name, notice["params"]["message"])

    def test_what_waits_is_told_as_it_is_now(self):
        """The queue says what is to be decided; the log keeps what was held."""
        order = self._quote(1200)
        order.action_confirm()
        self.assertEqual((order.stm_hold_event, order.stm_hold_excess), ("held", 200))
        order.order_line.price_unit = 5000
        self.assertEqual((order.stm_hold_amount, order.stm_hold_excess), (5000, 4000))
        self.assertIn("4,000.00", order.stm_hold_reasons)
        self.assertIn("200.00", order.stm_hold_id.why)
        self.account.sudo().credit_limit = 5000
        order.invalidate_recordset()
        self.assertEqual((order.stm_hold_event, order.stm_hold_excess), ("held", 0))
        self.assertEqual(order.stm_hold_reasons, "Nothing speaks against it any more.")

    def test_batch_is_divided(self):
        orders = self._quote(600) | self._quote(600) | self._quote(300)
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "draft", "sale"])

    def test_exactly_the_limit_passes(self):
        order = self._quote(1000)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_writing_the_state_is_refused_with_the_reasons(self):
        order = self._quote(1200).with_user(self.rep)
        with self.assertRaisesRegex(UserError, "200.00"):
            order.write({"state": "sale"})

    def test_creating_a_confirmed_order_is_refused(self):
        with self.assertRaisesRegex(UserError, "200.00"):
            self._quote(1200, state="sale")

    def test_no_context_key_helps(self):
        order = self._quote(1200).with_user(self.rep)
        order = order.with_context(bypass_risk=True, stm_credit_allowed={order.id: True}, import_file=True)
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        with self.assertRaises(UserError):
            order.write({"state": "sale"})

    def test_confirmed_orders_do_not_grow_beyond_the_limit(self):
        order = self._quote(900).with_user(self.rep)
        order.action_confirm()
        line = order.order_line
        line.price_unit = 1000
        with self.assertRaisesRegex(UserError, "1.00"):
            line.price_unit = 1001
        with self.assertRaises(UserError):
            line.create({"order_id": order.id, "product_id": self.product.id, "price_unit": 1})
        with self.assertRaises(UserError):
            order.write({"order_line": [(0, 0, {"product_id": self.product.id, "price_unit": 1})]})
        line.price_unit = 500

    def test_release_lets_the_order_through_as_it_is(self):
        order = self._hold(1200)
        order.with_user(self.releaser).action_stm_release("Their bank confirmed", confirm=False)
        self.assertEqual(order.stm_hold_event, "released")
        order.with_user(self.rep).action_confirm()
        self.assertEqual(order.state, "sale")
        events = self.env["stm.credit.hold"].search([("order_id", "=", order.id)], order="id")
        self.assertEqual(events.mapped("event"), ["held", "released", "used"])
        self.assertEqual(events.mapped("amount"), [1200.0] * 3)

    def test_release_confirms_at_once(self):
        order = self._hold(1200)
        order.with_user(self.releaser).action_stm_release("Guaranteed")
        self.assertEqual(order.state, "sale")

    def test_release_lapses_when_the_order_grows(self):
        order = self._hold(1200)
        order.with_user(self.releaser).action_stm_release("Guaranteed", confirm=False)
        order.order_line.price_unit = 1201
        order.action_confirm()
        self.assertEqual((order.state, order.stm_hold_event), ("draft", "held"))

    def test_nobody_releases_the_own_order(self):
        order = self._hold(1200)
        order.user_id = self.releaser
        with self.assertRaisesRegex(AccessError, "your own order"):
            order.with_user(self.releaser).action_stm_release("Mine")
        for user in (self.rep, self.manager, self.accountant):
            with self.assertRaises(AccessError):
                order.with_user(user).action_stm_release("Please")

    def test_blocked_accounts_are_not_released(self):
        self.account.action_stm_block("Insolvent")
        order = self._hold(10)
        with self.assertRaisesRegex(UserError, "nobody releases it"):
            order.with_user(self.releaser).action_stm_release("Please")
        self.account.action_stm_unblock("Settled")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_the_log_is_not_written_by_hand(self):
        order = self._hold(1200)
        log = order.stm_hold_id
        self.assertRegex(log.with_user(self.releaser).why, r"200\.00.* above the credit limit")
        for user in (self.rep, self.releaser, self.controller):
            with self.assertRaises(UserError):
                log.with_user(user).write({"event": "released"})
            with self.assertRaises(UserError):
                log.with_user(user).unlink()
            with self.assertRaises(UserError):
                log.with_user(user).create({"order_id": order.id, "event": "released"})
        with self.assertRaises(AccessError):
            order.with_user(self.rep).write({"stm_hold_id": log.id})

    def test_control_is_off_until_it_is_switched_on(self):
        self.company.stm_credit_control = False
        order = self._quote(5000)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.stm_credit_level)

    def test_banner(self):
        self._quote(600).action_confirm()
        order = self._quote(600).with_user(self.rep)
        self.assertEqual(order.stm_credit_level, "hold")
        self.assertRegex(order.stm_credit_headline, "200.00.*above the credit limit")
        self.assertIn("600.00", order.stm_credit_text)
        self.assertIn("400.00", order.stm_credit_text)
        self.assertIn("200.00", order.stm_credit_advice)
        self.assertFalse(order.stm_hold_id, "looking holds nothing")
