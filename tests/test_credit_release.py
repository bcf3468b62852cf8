"""Release levels, delegates and lateness: who lets a held order through, and what gets around it not."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError

from .common_credit import CreditCase

GROUP = "sales_target_mgmt.group_credit_release"


@freeze_time("2026-06-30 12:00:00")
class TestCreditRelease(CreditCase):
    """From 2,000 on the director approves too, from 10,000 on both members of the board."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director, cls.board1, cls.board2, cls.deputy = (
            cls._make_user(name, GROUP) for name in ("director", "board1", "board2", "deputy")
        )
        cls.levels = cls.env["stm.credit.release.level"].with_user(cls.controller)
        cls.low, cls.high = cls.levels.create(
            [
                {"name": "Director", "amount": 2000, "user_ids": cls.director.ids},
                {"name": "Board", "amount": 10000, "user_ids": (cls.board1 | cls.board2).ids, "needed": 2},
            ]
        )
        cls.delegates = cls.env["stm.credit.delegate"]

    def _release(self, order, user, **values):
        return order.with_user(user).action_stm_release("Because", **values)

    def _hold_of_director(self):
        order = self._quote(3000, user=self.director)
        order.with_user(self.manager).action_confirm()
        return order

    def _get_events(self, order):
        return self.env["stm.credit.hold"].search([("order_id", "=", order.id)], order="id").mapped("event")

    def _name(self, absent, delegate, first="2026-06-30", last="2026-07-05", user=None):
        values = {"user_id": absent.id, "delegate_id": delegate.id, "date_from": first, "date_until": last}
        return self.delegates.with_user(user or absent).create(values)

    def test_below_all_levels_anybody_releases(self):
        order = self._hold(1999)
        self.assertFalse(order.stm_hold_waits_for)
        self._release(order, self.releaser)
        self.assertEqual(order.state, "sale")

    def test_a_large_order_in_parts_needs_the_level_of_the_whole(self):
        """Two of 1,500 are 3,000 for the director, until the first one is paid: 600 are left of it."""
        first, second = self._hold(1500), self._hold(1500)
        self.assertEqual((first.stm_hold_released, second.stm_hold_released), (0, 0))
        with self.assertRaisesRegex(UserError, "Director"), self.env.cr.savepoint():
            self._release(first | second, self.releaser)
        self._release(first, self.releaser, confirm=False, valid_until="2026-07-01")
        second.invalidate_recordset()
        self.assertEqual(second.stm_hold_released, 1500)
        self.assertIn("Director", second.stm_hold_waits_for)
        with freeze_time("2026-07-02 12:00:00"):
            second.invalidate_recordset()
            self.assertEqual(second.stm_hold_released, 0, "the release has lapsed")
        first.with_user(self.rep).action_confirm()
        with self.assertRaisesRegex(UserError, "Director"):
            self._release(second, self.releaser)
        invoice = first._create_invoices()
        invoice.action_post()
        self._pay(invoice, 900)
        for amount, released, waits in ((1399, 600, False), (1400, 600, True)):
            second.order_line.price_unit = amount
            self.assertEqual((second.stm_hold_released, bool(second.stm_hold_waits_for)), (released, waits))
        self._release(second, self.director)
        self.assertEqual(second.state, "sale")
        third = self._hold(1500)
        second._action_cancel()
        third.invalidate_recordset()
        self.assertEqual(third.stm_hold_released, 600)
        # nobody counts what the rules let pass
        self.account.sudo().credit_limit = 9000
        self._quote(800).action_confirm()
        third.invalidate_recordset()
        self.assertEqual(third.stm_hold_released, 600)

    def test_parts_over_a_group_of_customers_count_together(self):
        sister = self.env["res.partner"].create({"name": "Acme Sister", "is_company": True})
        accounts = self.env["stm.credit.account"].with_user(self.controller)
        own = accounts.create({"company_id": self.company.id, "partner_id": sister.id})
        own.action_stm_set_limit("limited", 10.0, "New")
        own.action_stm_set_group(self.account.id, "Sister")
        self._release(self._hold(1500), self.releaser)
        order = self._hold(1500, partner=sister)
        self.assertEqual(order.stm_hold_released, 1500)
        with self.assertRaisesRegex(UserError, "Director"):
            self._release(order, self.releaser)

    def _pay(self, invoice, amount):
        values = {"amount": amount, "payment_date": "2026-06-30"}
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create(values)._create_payments()

    def test_levels_add_up_and_the_last_one_confirms(self):
        order = self._hold(10000)
        self.assertEqual(order.activity_ids.user_id, self.director | self.board1 | self.board2)
        with self.assertRaisesRegex(UserError, "Director"):
            self._release(order, self.releaser)
        notice = self._release(order, self.director, valid_until="2026-07-10", confirm=False)
        self.assertIn("Board", notice["params"]["message"])
        self.assertEqual((order.state, order.stm_hold_event), ("draft", "approved"))
        self.assertEqual(order.activity_ids.user_id, self.board1 | self.board2)
        self._release(order, self.board1, valid_until="2026-07-07")
        with self.assertRaisesRegex(UserError, "Board2"):
            self._release(order, self.board1)
        order.with_user(self.rep).action_confirm()
        self.assertEqual(order.state, "draft", "two of three approvals confirm nothing")
        self._release(order, self.board2)
        self.assertEqual(order.state, "sale")
        self.assertEqual(
            self._get_events(order), ["held", "approved", "approved", "approved", "released", "used"]
        )
        released = self.env["stm.credit.hold"].search(
            [("order_id", "=", order.id), ("event", "=", "released")]
        )
        self.assertEqual(str(released.valid_until), "2026-07-07", "the earliest end that was given")

    def test_an_order_that_grows_is_approved_anew(self):
        order = self._hold(10000)
        self._release(order, self.director)
        self._release(order, self.board1)
        order.order_line.price_unit = 10001
        self.assertIn("Director", order.stm_hold_waits_for)
        self._release(order, self.board2)
        self.assertEqual(order.state, "draft")
        for user in (self.director, self.board1):
            self._release(order, user)
        self.assertEqual(order.state, "sale")

    def test_a_refusal_ends_the_round(self):
        order = self._hold(10000)
        self._release(order, self.director)
        order.with_user(self.board1).action_stm_refuse("Too much")
        order.with_user(self.rep).action_confirm()
        self.assertEqual(order.stm_hold_event, "held")
        self.assertIn("Director", order.stm_hold_waits_for)

    def test_giving_the_order_away_does_not_help_its_seller(self):
        order = self._hold_of_director()
        order.user_id = self.rep
        with self.assertRaisesRegex(AccessError, "your own order"):
            self._release(order, self.director)

    def test_a_delegate_fills_the_place_of_the_absent_one_only(self):
        order = self._hold(10000)
        self._name(self.director, self.deputy)
        self._name(self.board1, self.deputy)
        self.assertIn("Deputy", order.stm_hold_waits_for)
        self._release(order, self.deputy)
        with self.assertRaises(UserError):
            # one person fills one place of a level, never two
            self._release(order, self.deputy)
        self.assertNotIn("Director", order.stm_hold_waits_for)
        log = order.stm_hold_id
        self.assertEqual(sorted(log.in_place_of.split(", ")), ["Board1", "Director"])
        self._release(order, self.board2)
        self.assertEqual(order.state, "sale")

    def test_a_delegate_counts_within_the_days(self):
        order = self._hold(3000)
        named = self._name(self.director, self.deputy, "2026-07-02", "2026-07-05")
        for day in ("2026-07-01", "2026-07-06"):
            with freeze_time(f"{day} 12:00:00"), self.assertRaises(UserError):
                self._release(order, self.deputy)
        with freeze_time("2026-07-03 12:00:00"):
            named.with_user(self.director).action_end()
        with freeze_time("2026-07-03 12:00:01"), self.assertRaises(UserError):
            self._release(order, self.deputy)

    def test_a_delegate_does_not_decide_in_the_place_of_the_seller(self):
        self._name(self.director, self.deputy)
        order = self._hold_of_director()
        with self.assertRaisesRegex(UserError, "add an approver"):
            self._release(order, self.deputy)
        self.assertIn(self.controller, order.activity_ids.user_id, "nobody could: the controllers are told")

    def test_nobody_gets_around_a_delegation(self):
        for user, absent, delegate, error in (
            (self.releaser, self.director, self.deputy, AccessError),
            (self.deputy, self.director, self.deputy, AccessError),
            (self.director, self.director, self.rep, UserError),
            (self.rep, self.director, self.deputy, AccessError),
        ):
            with self.assertRaises(error), self.env.cr.savepoint():
                self._name(absent, delegate, user=user)
        self.controller.group_ids |= self.env.ref(GROUP)
        with self.assertRaisesRegex(UserError, "oneself"):
            self._name(self.director, self.controller, user=self.controller)
        with self.assertRaisesRegex(UserError, "is over"):
            self._name(self.director, self.deputy, first="2026-06-29")
        named = self._name(self.director, self.deputy, user=self.controller)
        self.assertIn(self.deputy.partner_id, self._get_told("Delegate for held orders"))
        for user in (self.deputy, self.director, self.controller):
            with self.assertRaises(UserError):
                named.with_user(user).write({"date_until": "2027-01-01"})
            with self.assertRaises(AccessError):
                named.with_user(user).unlink()
        with self.assertRaises(AccessError):
            named.with_user(self.deputy).action_end()

    def _get_told(self, subject):
        return self.env["mail.message"].search([("subject", "=", subject)]).notified_partner_ids

    def test_lowering_a_level_does_not_help_alone(self):
        order = self._hold(3000)
        self._make_user("controller2", "sales_target_mgmt.group_credit_controller")
        self.low.amount = 5000
        self.assertTrue(self.low.is_pending)
        with self.assertRaises(UserError):
            self._release(order, self.releaser)
        with self.assertRaises(AccessError):
            self.low.with_user(self.director).amount = 9000
        with self.assertRaises(ValidationError):
            self.levels.create({"name": "Nobody", "amount": 1, "user_ids": self.rep.ids})

    def test_late_orders_are_told_once_and_found(self):
        order = self._hold(3000)
        self.company.stm_credit_hold_days = 30
        early = self._hold(1500)
        with freeze_time("2026-07-02 12:00:00"):
            self.env.invalidate_all()
            self.assertTrue(order.stm_hold_is_late)
            orders = self.env["sale.order"].with_user(self.controller)
            found = orders.search([("stm_hold_is_late", "=", True)])
            self.assertIn(order, found)
            self.assertNotIn(early, found)
            for _time in range(2):
                self._run_cron(self.env["sale.order"]._cron_check_stm_holds)
            self.assertEqual(self._get_events(order), ["held", "late"])
            self.assertEqual(str(order.stm_hold_date), "2026-06-30 12:00:00", "it waits since then")
            self.assertIn(self.controller, order.activity_ids.user_id)
            self.assertIn(self.director, order.activity_ids.user_id)
            self._release(order, self.director)
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.activity_ids)
