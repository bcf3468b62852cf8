from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, Command, api
from odoo.addons.sales_target_mgmt.models.achievement.stm_achievement_totals import TotalRequest
from odoo.fields import Date
from odoo.service.model import retrying
from odoo.tools import mute_logger

from .common import RealTransactionsCase

MODELS = ("stm_achievement_cell", "stm_achievement_month", "stm_achievement_mark")


class TestCellsConcurrency(RealTransactionsCase):
    """Real transactions at the same time: nothing that was committed is lost.

    What is committed here is taken away in the end.
    """

    def setUp(self):
        super().setUp()
        self.past = Date.today().replace(day=1) - relativedelta(months=3)
        with self._transaction() as env:
            self.company_id = env.company.id
            self.product_id = env["product.product"].create({"name": "STM pump", "type": "service"}).id
            self.partner_id = env["res.partner"].create({"name": "STM Acme"}).id
            self.order_ids = [self._order(env, amount).id for amount in (100.0, 10.0)]
        self.addCleanup(self._clean)
        with self._transaction() as env:
            self._build(env)

    def _clean(self):
        with self._transaction() as env:
            orders = env["sale.order"].search([("partner_id", "=", self.partner_id)])
            orders._action_cancel()
            orders.unlink()
            env["product.product"].browse(self.product_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            for table in MODELS:
                env.cr.execute(f"DELETE FROM {table} WHERE company_id = %s", [self.company_id])

    def _order(self, env, amount, day=None, confirm=True):
        order = env["sale.order"].create(
            {
                "partner_id": self.partner_id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product_id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        if confirm:
            order.action_confirm()
            order.date_order = f"{day or self.past} 12:00:00"
        env.flush_all()
        return order

    def _raise_price(self, env, number, amount):
        env["sale.order"].browse(self.order_ids[number]).order_line.price_unit += amount
        env.flush_all()

    def _build(self, env):
        months = env["stm.achievement.month"]
        months._expand_marks()
        months._build([key for key in months._get_pending() if key[0] == self.company_id])

    def _total(self, code="ordered"):
        with self._transaction() as env:
            measure = env.ref(f"sales_target_mgmt.measure_{code}")
            request = TotalRequest(
                1, measure.id, self.company_id, self.past, Date.today(), {"partner_id": self.partner_id}
            )
            return env["stm.achievement"]._get_totals([request])[1]

    def _marks(self):
        with self._transaction() as env:
            return env["stm.achievement.mark"].search_count([("company_id", "=", self.company_id)])

    def _settle(self, expected):
        """The figure is right at once, and right when the cells are built anew."""
        self.assertEqual(self._total(), expected)
        with self._transaction() as env:
            self._build(env)
        self.assertEqual(self._marks(), 0)
        self.assertEqual(self._total(), expected)

    def test_two_transactions_touch_the_same_month(self):
        self.assertEqual((self._total(), self._marks()), (110.0, 0))
        with self._transaction() as one, self._transaction() as two:
            self._raise_price(one, 0, 1.0)
            self._raise_price(two, 1, 2.0)
        self.assertEqual(self._marks(), 2)
        self._settle(113.0)

    def test_change_committed_after_a_build_that_did_not_see_it(self):
        with self._transaction() as change:
            self._raise_price(change, 0, 1.0)
            with self._transaction() as other:
                self._raise_price(other, 1, 2.0)
            with self._transaction() as build:
                self._build(build)
        self.assertEqual(self._marks(), 1)
        self._settle(113.0)

    def test_change_committed_while_a_build_is_under_way(self):
        with self._transaction() as other:
            self._raise_price(other, 1, 2.0)
        with self._transaction() as build:
            # what a transaction sees is settled with its first statement
            build["stm.achievement.month"]._get_pending()
            with self._transaction() as change:
                self._raise_price(change, 0, 1.0)
            self._build(build)
        self.assertEqual(self._marks(), 1)
        self._settle(113.0)

    def test_first_build_beside_a_change(self):
        with self._transaction() as env:
            for table in MODELS:
                env.cr.execute(f"DELETE FROM {table} WHERE company_id = %s", [self.company_id])
        with self._transaction() as change:
            self._raise_price(change, 0, 1.0)
            with self._transaction() as build:
                self._build(build)
        self._settle(111.0)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_builds_at_once_leave_no_cell_twice(self):
        with self._transaction() as env:
            for table in MODELS:
                env.cr.execute(f"DELETE FROM {table} WHERE company_id = %s", [self.company_id])

        def build(env, company_id, meet):
            months = env["stm.achievement.month"]
            pending = [key for key in months._get_pending() if key[0] == company_id]
            meet()
            months._build(pending)

        self._race(build, [self.company_id] * 2)
        with self._transaction() as env:
            env.cr.execute(
                """SELECT COUNT(*), COUNT(DISTINCT (source, month, user_id, team_id, categ_id,
                    commercial_partner_id)) FROM stm_achievement_cell WHERE company_id = %s""",
                [self.company_id],
            )
            [(rows, distinct)] = env.cr.fetchall()
        self.assertEqual(rows, distinct)
        self._settle(110.0)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_first_orders_of_a_new_customer(self):
        with self._transaction() as env:
            orders = env["sale.order"].browse(self.order_ids)
            orders._action_cancel()
            orders.action_draft()
        self.assertEqual((self._total(), self._total("new_customers")), (0.0, 0.0))

        def confirm(env, order_id, meet):
            env["sale.order"].browse(order_id).partner_id.ensure_one()
            meet()
            order = env["sale.order"].browse(order_id)
            order.action_confirm()
            order.date_order = f"{self.past} 12:00:00"
            env.flush_all()

        self._race(confirm, self.order_ids)
        self.assertEqual((self._total(), self._total("new_customers")), (110.0, 1.0))
        self._settle(110.0)
        self.assertEqual(self._total("new_customers"), 1.0)

    def _race(self, work, ids):
        """Run ``work`` with each id in transactions at once, retried as Odoo retries requests.

        :param work: takes an environment, an id, and a function by which all meet once
        """
        barrier = Barrier(len(ids))

        def run(id_):
            met = []

            def meet():
                if not met:
                    met.append(True)
                    barrier.wait(timeout=10)

            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
                retrying(partial(work, env, id_, meet), env)

        with ThreadPoolExecutor(max_workers=len(ids)) as executor:
            for future in [executor.submit(run, id_) for id_ in ids]:
                future.result(timeout=60)

    def test_backfill_killed_half_way(self):
        with self._transaction() as env:
            for number in range(2, 18, 2):
                self._order(env, 1.0, self.past - relativedelta(months=number))
        start, whole = self.past - relativedelta(months=16), 118.0
        with self._transaction() as env:
            for table in MODELS:
                env.cr.execute(f"DELETE FROM {table} WHERE company_id = %s", [self.company_id])
        months = self.registry["stm.achievement.month"]
        real, calls = months._build, []

        def build(model, batch):
            calls.append(batch)
            real(model, batch)
            if len(calls) == 2:
                raise RuntimeError("the server goes down")

        with (
            patch.object(months, "_build", build),
            self.assertRaises(RuntimeError),
            self._transaction() as env,
        ):
            env["stm.achievement.month"]._cron_refresh()
        self.past = start
        with self._transaction() as env:
            built = env["stm.achievement.month"].search_count([("company_id", "=", self.company_id)])
            pending = env["stm.achievement.month"]._get_pending()
        self.assertGreater(built, 0)
        self.assertTrue(pending)
        self.assertEqual(self._total(), whole)
        with self._transaction() as env:
            env["stm.achievement.month"]._cron_refresh()
        with self._transaction() as env:
            pending = env["stm.achievement.month"]._get_pending()
        self.assertFalse([key for key in pending if key[0] == self.company_id])
        self._settle(whole)
