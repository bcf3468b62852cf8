"""A held order and the addons beside ours; run by `dev/neighbours.py`, where they are installed."""

import os
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.tests import tagged

from .common_credit import CreditCase

OTHERS = ("sale_loyalty", "event_sale")


@tagged("-standard", "stm_neighbours")
class TestNeighbours(CreditCase):
    """An order of 1,200 where 1,000 is the limit, with two seats at an event; 10 points an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "acme@example.com"
        cls.env["loyalty.program"].search([]).active = False
        # that of the addon draws a bar code, for which a library may be missing
        template = cls.env["mail.template"].create(
            {
                "name": "Coupon",
                "model_id": cls.env["ir.model"]._get_id("loyalty.card"),
                "subject": "Your coupon",
                "body_html": "<p>For the next order</p>",
                "partner_to": "{{ object._mail_get_customer().id }}",
            }
        )
        reward = {"reward_type": "discount", "discount": 5, "required_points": 1e6}
        base = {"trigger": "auto", "company_id": cls.company.id, "reward_ids": [Command.create(reward)]}
        points = {"reward_point_mode": "order", "reward_point_amount": 10}
        cls.points, cls.coupons = cls.env["loyalty.program"].create(
            [
                {
                    **base,
                    "name": "Points",
                    "program_type": "loyalty",
                    "applies_on": "both",
                    "rule_ids": [Command.create(points)],
                },
                {
                    **base,
                    "name": "Coupon for the next order",
                    "program_type": "next_order_coupons",
                    "applies_on": "future",
                    "rule_ids": [Command.create({**points, "minimum_amount": 1})],
                    "communication_plan_ids": [
                        Command.create({"trigger": "create", "mail_template_id": template.id})
                    ],
                },
            ]
        )
        cls.card = cls.env["loyalty.card"].create(
            {"program_id": cls.points.id, "partner_id": cls.customer.id, "points": 5}
        )
        cls.seat = cls.env["product.product"].create(
            {"name": "Seat", "type": "service", "service_tracking": "event", "taxes_id": [Command.clear()]}
        )
        begin = Datetime.now() + timedelta(days=30)
        cls.event = cls.env["event.event"].create(
            {
                "name": "Fair",
                "company_id": cls.company.id,
                "date_begin": begin,
                "date_end": begin + timedelta(hours=2),
                "event_ticket_ids": [Command.create({"name": "Seat", "product_id": cls.seat.id})],
            }
        )
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        loaded = [one.__module__.split(".")[2] for one in type(self.env["sale.order"]).__mro__[1:-1]
                  if one.__module__.startswith("odoo.addons.")]  # fmt: skip
        ours = loaded.index("sales_target_mgmt")
        # what was loaded last comes first
        is_after = {loaded.index(name) < ours for name in OTHERS}
        self.assertEqual(is_after, {os.environ["STM_NEIGHBOURS"] == "after"})

    def _ask(self, amount):
        order = self._quote(amount - 2)
        seats = {
            "product_id": self.seat.id,
            "event_id": self.event.id,
            "event_ticket_id": self.event.event_ticket_ids.id,
            "product_uom_qty": 2,
            "price_unit": 1,
        }
        order.order_line = [Command.create(seats)]
        self.assertEqual(order.amount_total, amount)
        return order

    def _get_traces(self, order):
        """Seats, points granted, coupons, rows of history, mails to the customer."""
        mails = self.env["mail.mail"].sudo().search([])
        return (
            len(order.order_line.registration_ids),
            self.card.points - 5,
            len(self.coupons.coupon_ids.filtered(lambda card: card.order_id == order)),
            len(self.env["loyalty.history"].search([("order_id", "=", order.id)])),
            len(mails.filtered(lambda mail: self.customer in mail.recipient_ids)),
        )

    def test_held_and_released(self):
        order = self._ask(1200)
        before = self._get_traces(order)
        self.assertEqual(before, (0, 0, 0, 0, 0))
        order.with_user(self.rep).action_confirm()
        self.assertEqual((order.state, order.stm_hold_event), ("draft", "held"))
        self.assertEqual(self._get_traces(order), before)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.with_user(self.rep).write({"state": "sale"})
        self.assertEqual(self._get_traces(order), before)
        order.with_user(self.releaser).action_stm_release("Their bank confirmed")
        self.assertEqual(order.state, "sale")
        seats, points, coupons, history, mails = self._get_traces(order)
        self.assertEqual((seats, points, coupons), (2, 10, 1))
        self.assertTrue(history and mails)

    def test_a_batch_confirms_the_clean_one_only(self):
        clean, held = self._ask(900), self._ask(1200)
        (held | clean).with_user(self.rep).action_confirm()
        self.assertEqual((clean.state, held.state, held.stm_hold_event), ("sale", "draft", "held"))
        self.assertEqual(self._get_traces(clean)[:3], (2, 10, 1))
        seats, points, coupons, history, _mails = self._get_traces(held)
        self.assertEqual((seats, coupons, history), (0, 0, 0))
        self.assertEqual(points, 10, "of the clean one")
