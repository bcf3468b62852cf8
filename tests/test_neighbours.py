"""A held order and the addons beside ours; run by `dev/neighbours.py`, where they are installed."""

import os
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.fields import Date, Datetime
from odoo.tests import HttpCase, tagged

from .common_credit import CreditCase
from .test_credit_portal import PIXEL

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


@tagged("-standard", "stm_neighbours")
class TestNeighboursPayment(CreditCase, HttpCase):
    """A customer on the portal with Odoo's demo provider and by bank transfer; 1,000 is the limit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "acme@example.com"
        cls.env["loyalty.program"].search([]).active = False
        cls.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.card = cls._make_provider("demo", "test")
        cls.transfer = cls._make_provider("transfer", "enabled")

    @classmethod
    def _make_provider(cls, name, state):
        provider = cls.env.ref(f"payment.payment_provider_{name}").with_context(active_test=False)
        if provider.company_id != cls.company:
            provider = provider.copy({"company_id": cls.company.id, "state": state})
        provider.write({"state": state, "is_published": True})
        provider.payment_method_ids.active = True
        provider.journal_id = cls.bank
        return provider

    def _ask(self, amount=1200, **values):
        values = {"require_payment": True, "prepayment_percent": 1.0, "require_signature": False, **values}
        order = self._quote(amount, state="sent", **values)
        order._portal_ensure_token()
        return order

    def _pay(self, provider, order, amount):
        """Begin to pay on the page of the order: the transaction."""
        self.make_jsonrpc_request(
            f"/my/orders/{order.id}/transaction",
            {
                "access_token": order.access_token,
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids[0].id,
                "token_id": None,
                "amount": amount,
                "flow": "direct",
                "tokenization_requested": False,
                "landing_route": order.get_portal_url(),
            },
        )
        self.env.invalidate_all()
        return order.transaction_ids.sorted("id")[-1]

    def _pay_by_card(self, order, amount, state="done"):
        transaction = self._pay(self.card, order, amount)
        values = {"reference": transaction.reference, "payment_details": "1234", "simulated_state": state}
        self.make_jsonrpc_request("/payment/demo/simulate_payment", values)
        answer = self.make_jsonrpc_request("/payment/status/poll", {})
        self.env.invalidate_all()
        self.assertEqual(answer["state"], transaction.state)
        return transaction

    def _assert_neutral(self, order):
        page = self.url_open(order.get_portal_url())
        self.assertEqual(page.status_code, 200)
        text = page.text[page.text.index('id="quote_content"') :].lower()
        for secret in ("limit", "credit", "overdue"):
            self.assertNotIn(secret, text)
        self.assertNotIn("has been confirmed", text)
        note = order.message_ids.filtered(lambda message: "cannot be confirmed" in message.body)
        self.assertIn(self.rep.partner_id, note.notified_partner_ids)
        self.assertIn(self.releaser, order.activity_ids.user_id)

    def test_authorised_then_captured(self):
        self.card.capture_manually = True
        order = self._ask(require_signature=True)
        self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {"access_token": order.access_token, "name": "Anna", "signature": PIXEL},
        )
        self.env.invalidate_all()
        self.assertEqual((order.state, order.stm_hold_id), ("sent", self.env["stm.credit.hold"]))
        transaction = self._pay_by_card(order, 1200)
        self.assertEqual(transaction.state, "authorized")
        self.assertEqual((order.state, order.stm_hold_event), ("sent", "held"))
        self.assertIn("200.00", order.stm_hold_reasons)
        self.assertFalse(order.invoice_ids)
        self._assert_neutral(order)
        wizard = self.env["payment.capture.wizard"].with_context(active_ids=transaction.ids)
        wizard.create({}).action_capture()
        # the job takes the newest first
        for one in (transaction | transaction.child_transaction_ids).sorted("id", reverse=True):
            one._post_process()
        self.assertEqual((transaction.state, order.state), ("done", "sale"))
        # held or not, Odoo leaves it to people to settle an invoice with a payment that was captured
        self._assert_invoiced(order, 1200, left=1200)
        self.assertEqual(self.account.exposure, 0)

    def test_half_is_paid_and_the_rest_released(self):
        self._quote(900).action_confirm()
        order = self._ask(prepayment_percent=0.5)
        self._pay_by_card(order, 600)
        self.assertEqual((order.state, order.stm_hold_event), ("sent", "held"))
        self.assertIn("500.00", order.stm_hold_reasons)
        self._assert_neutral(order)
        order.with_user(self.releaser).action_stm_release("The rest is insured")
        self.assertEqual(order.state, "sale")
        self._assert_invoiced(order, 600)

    def test_all_is_paid(self):
        order = self._ask()
        self._pay_by_card(order, 1200)
        self.assertEqual(order.state, "sale")
        self._assert_invoiced(order, 1200)

    def test_a_payment_that_fails(self):
        order = self._ask()
        for state in ("cancel", "error", "pending"):
            self.assertEqual(self._pay_by_card(order, 1200, state).state, state)
            self.assertEqual((order.state, order.stm_hold_event), ("sent", False))

    def test_a_bank_transfer(self):
        """Announced on the portal it is nothing yet; on the statement it is received."""
        order = self._ask()
        transaction = self._pay(self.transfer, order, 1200)
        answer = self.url_open("/payment/custom/process", {"reference": transaction.reference})
        self.assertEqual(answer.status_code, 200)
        self.make_jsonrpc_request("/payment/status/poll", {})
        self.env.invalidate_all()
        self.assertEqual((transaction.state, order.state), ("pending", "sent"))
        order.with_user(self.rep).action_confirm()
        self.assertEqual((order.state, order.stm_hold_event), ("sent", "held"))
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "payment_ref": f"Invoice {transaction._get_communication()}",
                "amount": 1200,
                "partner_id": self.customer.id,
                "date": Date.today(),
            }
        )
        self._run_cron(self.env["sale.order"]._cron_check_stm_holds)
        self.assertEqual(order.stm_hold_event, "cleared")
        order.with_user(self.rep).action_confirm()
        self.assertEqual(order.state, "sale")

    def _assert_invoiced(self, order, amount, left=0):
        invoice = order.invoice_ids
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", amount))
        self.assertEqual(invoice.amount_residual, left)
