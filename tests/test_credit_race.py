"""Orders that fit the limit alone and not together, confirmed at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import requests
from psycopg2 import errors

from odoo import SUPERUSER_ID, api, fields
from odoo.service.model import retrying
from odoo.tests import HttpCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

from .common_credit_race import CreditRaceCase

ORDER, THREADS = 300, 10


@tagged("post_install", "-at_install")
class TestCreditRace(CreditRaceCase):
    """A limit of 1,000 and ten quotations of 300: three are confirmed, whoever is first."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            self._quote(env, *[ORDER] * THREADS)

    def _assert_three(self):
        with self._transaction() as env:
            orders = env["sale.order"].browse(self.orders)
            states = orders.mapped("state")
            self.assertEqual((states.count("sale"), states.count("draft")), (3, THREADS - 3))
            held = orders.filtered(lambda order: order.stm_hold_event == "held")
            self.assertEqual(len(held), THREADS - 3)
            accounts = env["stm.credit.account"].browse(self.accounts)
            self.assertEqual(sum(accounts.mapped("exposure")), 3 * ORDER)

    def test_the_loser_is_told(self):
        """Two cursors that began before either ended: the second is refused, and retried by Odoo."""
        with self._transaction() as env:
            env["sale.order"].browse(self.orders[:2]).action_confirm()
        with self.registry.cursor() as one, self.registry.cursor() as two:
            envs = [api.Environment(cr, SUPERUSER_ID, {}) for cr in (one, two)]
            for cr in (one, two):
                cr.execute("SET LOCAL lock_timeout = '5s'")
                cr.execute("SELECT COUNT(*) FROM sale_order")
            for env, order in zip(envs, self.orders[2:4], strict=True):
                if env.cr is two:
                    with self.assertRaises(errors.SerializationFailure), mute_logger("odoo.sql_db"):
                        env["sale.order"].browse(order).action_confirm()
                    continue
                env["sale.order"].browse(order).action_confirm()
                one.commit()
            two.rollback()
        for order in self.orders[3:]:
            with self._transaction() as env:
                env["sale.order"].browse(order).action_confirm()
        self._assert_three()

    def test_ten_threads(self):
        barrier = threading.Barrier(THREADS)

        def confirm(order):
            barrier.wait(30)
            # more losers than Odoo's five tries would be retried by the client
            for _try in range(THREADS):
                try:
                    with self.registry.cursor() as cr:
                        own = api.Environment(cr, SUPERUSER_ID, {})["sale.order"].browse(order)
                        retrying(own.action_confirm, own.env)
                    return
                except errors.SerializationFailure:
                    continue

        with ThreadPoolExecutor(THREADS) as pool, mute_logger("odoo.sql_db", "odoo.service.model"):
            list(pool.map(confirm, self.orders))
        self._assert_three()


@tagged("post_install", "-at_install")
class TestCreditRaceGroup(TestCreditRace):
    """The same room for two customers of one group, who order in turns: three orders of both together."""

    allow_inherited_tests_method = True

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            member = env["res.partner"].create({"name": "Race daughter", "is_company": True})
            account = env["stm.credit.account"].create({"partner_id": member.id})
            account.action_stm_set_group(self.accounts[0], "Race")
            orders = env["sale.order"].browse(self.orders[1::2])
            orders.write({"partner_id": member.id})
            self.accounts += account.ids
            self.customers += member.ids


@tagged("post_install", "-at_install")
class TestCreditRaceRpc(TestCreditRace):
    """The same over HTTP, each call a transaction of its own."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            user = new_test_user(env, "stm_race", "sales_team.group_sale_salesman_all_leads")
            keys = env["res.users.apikeys"].with_user(user).sudo()
            key = keys._generate("rpc", "Race", fields.Datetime.now() + timedelta(days=1))
            self.users, self.key = user.ids, key

    def test_the_loser_is_told(self):
        """A call that writes the state itself is refused with the reasons."""
        answer = self._call(self.orders[:4], "write", vals={"state": "sale"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("200.00", answer.text)
        with self._transaction() as env:
            self.assertEqual(set(env["sale.order"].browse(self.orders).mapped("state")), {"draft"})

    def test_ten_threads(self):
        barrier = threading.Barrier(THREADS)

        def confirm(order):
            barrier.wait(30)
            for _try in range(THREADS):
                answer = self._call([order], "action_confirm")
                if answer.status_code == 200:
                    return
            raise AssertionError(answer.text)

        with (
            ThreadPoolExecutor(THREADS) as pool,
            mute_logger("odoo.sql_db", "odoo.service.model", "odoo.http"),
        ):
            list(pool.map(confirm, self.orders))
        self._assert_three()

    def _call(self, ids, method, **values):
        return requests.post(
            f"http://127.0.0.1:{HttpCase.http_port()}/json/2/sale.order/{method}",
            json={"ids": ids, **values},
            headers={"Authorization": f"bearer {self.key}", "X-Odoo-Database": get_db_name()},
            timeout=60,
        )
