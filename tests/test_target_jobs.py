"""The jobs on targets in real transactions: killed half-way nothing is lost or said twice."""

from unittest.mock import patch

from odoo import Command
from odoo.tools import mute_logger

from .common import RealTransactionsCase


class Killed(BaseException):
    """What ends a process; no job may catch it."""


class TestTargetJobs(RealTransactionsCase):
    """Two plans, each with a target of one person that an order of today has reached."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            today = env.company._get_stm_today()
            # plans of the database that these tests have nothing to do with
            self.frozen_ids = env["stm.target.plan"].search([("state", "=", "approved")]).ids
            env["stm.target.plan"].browse(self.frozen_ids)._write_guarded({"state": "submitted"})
            ordered = env.ref("sales_target_mgmt.measure_ordered")
            self.partner_id = env["res.partner"].create({"name": "STM Acme"}).id
            self.product_id = env["product.product"].create({"name": "STM pump", "type": "service"}).id
            users = env["res.users"].create([{"name": f"STM {n}", "login": f"stm_{n}"} for n in "ab"])
            self.user_ids = users.ids
            plans = env["stm.target.plan"].create(
                [
                    {
                        "name": user.name,
                        "measure_ids": [Command.set(ordered.ids)],
                        "date_from": today,
                        "date_to": today,
                    }
                    for user in users
                ]
            )
            self.plan_ids = plans.ids
            for plan, user in zip(plans, users, strict=True):
                node = env["stm.target.node"].create({"plan_id": plan.id, "user_id": user.id})
                line = {"node_id": node.id, "measure_id": ordered.id, "target": 100}
                env["stm.target.line"].create({**line, "date_from": today, "date_to": today})
            plans.action_approve()
            self.order_ids = [self._order(env, user).id for user in users]
        self.addCleanup(self._clean)

    def _order(self, env, user):
        order = env["sale.order"].create(
            {
                "partner_id": self.partner_id,
                "user_id": user.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product_id,
                            "price_unit": 100,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def _clean(self):
        with self._transaction() as env:
            orders = env["sale.order"].browse(self.order_ids)
            orders._action_cancel()
            orders.unlink()
            env["product.product"].browse(self.product_id).unlink()
            env["mail.message"].search(
                [("model", "=", "stm.target.plan"), ("res_id", "in", self.plan_ids)]
            ).unlink()
            for table in ("result", "line", "node", "plan"):
                column = "id" if table == "plan" else "plan_id"
                env.cr.execute(f"DELETE FROM stm_target_{table} WHERE {column} = ANY(%s)", [self.plan_ids])
            env["stm.target.plan"].browse(self.frozen_ids)._write_guarded({"state": "approved"})
            users = env["res.users"].browse(self.user_ids)
            partners = users.partner_id | env["res.partner"].browse(self.partner_id)
            users.unlink()
            partners.unlink()

    def _actuals(self):
        with self._transaction() as env:
            rows = env["stm.target.result"].search([("plan_id", "in", self.plan_ids)], order="plan_id")
            return rows.mapped("actual")

    def _told(self):
        """How many messages each person got."""
        with self._transaction() as env:
            plans = env["stm.target.plan"].browse(self.plan_ids)
            return [
                env["mail.message"].search_count(
                    [
                        ("model", "=", "stm.target.plan"),
                        ("res_id", "=", plan.id),
                        ("subject", "like", "100 %"),
                    ]
                )
                for plan in plans
            ]

    def _fail_at_second(self, model, name, fault):
        """Patch a method so that its second call does its work and then fails."""
        real, calls = getattr(self.registry[model], name), []

        def run(*args, **kwargs):
            calls.append(args)
            result = real(*args, **kwargs)
            if len(calls) == 2:
                raise fault
            return result

        return patch.object(self.registry[model], name, run)

    def test_refresh_killed(self):
        self.assertEqual(self._actuals(), [0, 0])
        with (
            self._fail_at_second("stm.target.result", "_write_rows", Killed),
            self.assertRaises(Killed),
            self._transaction() as env,
        ):
            env["stm.target.result"]._cron_refresh()
        self.assertEqual(sorted(self._actuals()), [0, 100])
        with self._transaction() as env:
            env["stm.target.result"]._cron_refresh()
        self.assertEqual(self._actuals(), [100, 100])

    def test_refresh_of_a_plan_fails(self):
        with (
            self._fail_at_second("stm.target.result", "_write_rows", ValueError("broken")),
            mute_logger("odoo.addons.sales_target_mgmt.models.target.stm_target_result"),
            self._transaction() as env,
        ):
            env["stm.target.result"]._cron_refresh()
        self.assertEqual(sorted(self._actuals()), [0, 100])

    def test_notices_killed(self):
        with (
            self._fail_at_second("stm.target.plan", "_notify_reached", Killed),
            self.assertRaises(Killed),
            self._transaction() as env,
        ):
            env["stm.target.notice"]._cron_notify()
        self.assertEqual(sorted(self._told()), [0, 1])
        for _run in range(2):
            with self._transaction() as env:
                env["stm.target.notice"]._cron_notify()
            self.assertEqual(self._told(), [1, 1])
