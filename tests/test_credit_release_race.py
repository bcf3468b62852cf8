"""People who let held orders through at the same time: exactly what is needed counts."""

from psycopg2 import errors

from odoo import api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_credit_race import CreditRaceCase

GROUP = "sales_target_mgmt.group_credit_release"


@tagged("post_install", "-at_install")
class TestCreditReleaseRace(CreditRaceCase):
    """Below 2,000 one release is enough, from 2,000 on two of three people approve."""

    LIMIT = 100

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            self.users = [new_test_user(env, f"stm_release_race{number}", GROUP).id for number in range(3)]
            self.level = (
                env["stm.credit.release.level"]
                .create({"name": "Race", "amount": 2000, "needed": 2, "user_ids": [(6, 0, self.users)]})
                .id
            )

    def _clean(self):
        with self._transaction() as env:
            self._delete_guarded(env, "stm_approval_change", "res_id", [self.level])
            env.cr.execute("DELETE FROM stm_credit_release_level WHERE id = %s", [self.level])
        super()._clean()

    def _hold(self, *amounts):
        with self._transaction() as env:
            self._quote(env, *amounts).action_confirm()

    def _release_at_once(self, *decisions):
        """Transactions that began before any of them ended; the later ones lose and are tried again.

        :param decisions: (person, order)
        :return: what the losers are told; None: it counted
        """
        with self.registry.cursor() as one, self.registry.cursor() as two:
            calls = []
            for cr, (person, order) in zip((one, two), decisions, strict=True):
                cr.execute("SET LOCAL lock_timeout = '5s'")
                env = api.Environment(cr, self.users[person], {})
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
                own = api.Environment(cr, self.users[person], {})["sale.order"].browse(self.orders[order])
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
            self.users.append(new_test_user(env, "stm_release_race3", GROUP).id)
        self.assertIn("Race", self._release_at_once((0, 0), (3, 1)))
        self._assert_events(1, "held", state="draft")
