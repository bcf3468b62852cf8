"""People who let held orders through at the same time: exactly what is needed counts."""

from psycopg2 import errors

from odoo import api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import RealTransactionsCase

GROUP = "sales_target_mgmt.group_credit_release"


@tagged("post_install", "-at_install")
class TestCreditReleaseRace(RealTransactionsCase):
    """Below 2,000 one release is enough, from 2,000 on two of three people approve."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            self.company = env.company
            self.had_control = env.company.stm_credit_control
            env.company.stm_credit_control = True
            self.customer = env["res.partner"].create({"name": "Release race", "is_company": True}).id
            self.product = env["product.product"].create({"name": "Release race", "type": "service"}).id
            account = env["stm.credit.account"].create({"partner_id": self.customer})
            account.action_stm_set_limit("limited", 100, "Race")
            people = [new_test_user(env, f"stm_release_race{number}", GROUP) for number in range(3)]
            self.people = [user.id for user in people]
            self.level = (
                env["stm.credit.release.level"]
                .create({"name": "Race", "amount": 2000, "needed": 2, "user_ids": [(6, 0, self.people)]})
                .id
            )
            self.account, self.orders = account.id, []
        self.addCleanup(self._clean)

    def _clean(self):
        with self._transaction() as env:
            env["sale.order"].browse(self.orders)._action_cancel()
            env.flush_all()
            cr = env.cr
            cr.execute("UPDATE sale_order SET stm_hold_id = NULL WHERE id = ANY(%s)", [self.orders])
            for table, column, ids in (
                ("stm_credit_hold", "order_id", self.orders),
                ("stm_approval_change", "res_id", [self.level]),
                ("stm_credit_limit", "account_id", [self.account]),
            ):
                cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cr.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [ids])
                cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cr.execute("DELETE FROM stm_credit_release_level WHERE id = %s", [self.level])
            env.invalidate_all()
            env["sale.order"].browse(self.orders).unlink()
            cr.execute("DELETE FROM stm_credit_account WHERE id = %s", [self.account])
            users = env["res.users"].browse(self.people)
            partners = users.partner_id
            users.unlink()
            partners.unlink()
            env["product.product"].browse(self.product).unlink()
            env["res.partner"].browse(self.customer).unlink()
            env.company.stm_credit_control = self.had_control

    def _hold(self, *amounts):
        with self._transaction() as env:
            lines = [
                (0, 0, {"product_id": self.product, "price_unit": amount, "tax_ids": [(5,)]})
                for amount in amounts
            ]
            orders = env["sale.order"].create(
                [{"partner_id": self.customer, "order_line": [line]} for line in lines]
            )
            orders.action_confirm()
            self.orders = orders.ids

    def _release_at_once(self, *decisions):
        """Transactions that began before any of them ended; the later ones lose and are tried again.

        :param decisions: (person, order)
        :return: what the losers are told; None: it counted
        """
        with self.registry.cursor() as one, self.registry.cursor() as two:
            calls = []
            for cr, (person, order) in zip((one, two), decisions, strict=True):
                cr.execute("SET LOCAL lock_timeout = '5s'")
                env = api.Environment(cr, self.people[person], {})
                own = env["sale.order"].browse(self.orders[order])
                # both have seen the order as it is before
                self.assertEqual(own.sudo().stm_hold_event, "held")
                calls.append(own)
            calls[0].action_stm_release("First")
            one.commit()
            with self.assertRaises(errors.SerializationFailure), mute_logger("odoo.sql_db"):
                calls[1].action_stm_release("Second")
            two.rollback()
        person, order = decisions[1]
        try:
            with self.registry.cursor() as cr:
                own = api.Environment(cr, self.people[person], {})["sale.order"].browse(self.orders[order])
                retrying(lambda: own.action_stm_release("Second"), own.env)
        except UserError as error:
            return str(error)
        return None

    def _assert_events(self, order, *events, state="sale"):
        with self._transaction() as env:
            rows = env["stm.credit.hold"].search([("order_id", "=", self.orders[order])], order="id")
            self.assertEqual(rows.mapped("event"), list(events))
            self.assertEqual(env["sale.order"].browse(self.orders[order]).state, state)

    def test_one_release_is_enough(self):
        self._hold(1500)
        self.assertIn("not on hold any more", self._release_at_once((0, 0), (1, 0)))
        self._assert_events(0, "held", "released", "used")

    def test_two_approvals_are_needed(self):
        self._hold(3000)
        self.assertIsNone(self._release_at_once((0, 0), (1, 0)))
        self._assert_events(0, "held", "approved", "approved", "released", "used")

    def test_one_person_twice_is_one_approval(self):
        """From two windows."""
        self._hold(3000)
        self.assertIn("Race", self._release_at_once((0, 0), (0, 0)))
        self._assert_events(0, "held", "approved", state="draft")

    def test_two_halves_of_a_large_order(self):
        self._hold(1500, 1500)
        self.assertIsNone(self._release_at_once((0, 0), (1, 1)))
        self._assert_events(0, "held", "released", "used")
        self._assert_events(1, "held", "approved", state="draft")

    def test_two_halves_without_a_place_at_the_level(self):
        self._hold(1500, 1500)
        with self._transaction() as env:
            self.people.append(new_test_user(env, "stm_release_race3", GROUP).id)
        self.assertIn("Race", self._release_at_once((0, 0), (3, 1)))
        self._assert_events(1, "held", state="draft")
