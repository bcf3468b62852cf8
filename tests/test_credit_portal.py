import base64

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common_credit import CreditCase

PIXEL = base64.b64encode(
    base64.b64decode(
        b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
).decode()
# nothing of this may reach a customer
SECRETS = ("limit", "credit", "overdue", "1,000.00", "200.00")


@tagged("post_install", "-at_install")
class TestCreditPortal(CreditCase, HttpCase):
    """A customer signs or pays: no error, no confirmation in silence, nothing told about the credit."""

    def _sign(self, order):
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {"access_token": order._portal_ensure_token(), "name": "Anna", "signature": PIXEL},
        )

    def _page(self, order):
        return self.url_open(f"/my/orders/{order.id}?access_token={order.access_token}&message=sign_ok")

    def test_signed_and_held(self):
        order = self._quote(1200, require_signature=True, require_payment=False, state="sent")
        result = self._sign(order)
        self.assertTrue(result["force_refresh"])
        self.env.invalidate_all()
        self.assertEqual((order.state, order.stm_hold_event), ("sent", "held"))
        self.assertTrue(order.signature)
        self.assertTrue(order.stm_hold_id.is_by_customer)
        page = self._page(order)
        self.assertEqual(page.status_code, 200)
        self.assertIn("we have received your order", page.text)
        self.assertNotIn("Your order has been confirmed", page.text)
        self._assert_not_told(order, page.text)
        self._assert_people_know(order)

    def _assert_not_told(self, order, text):
        content = text[text.index('id="quote_content"') :]
        for secret in SECRETS[:3]:
            self.assertNotIn(secret, content.lower())
        anna = self.env["res.partner"].create({"name": "Anna", "parent_id": self.customer.id})
        portal = self.env["res.users"].create(
            {
                "name": "Anna",
                "login": "stm_anna",
                "partner_id": anna.id,
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        mine = order.with_user(portal)
        with self.assertRaises(AccessError):
            mine.action_stm_view_credit()
        names = [name for name in mine.fields_get() if name.startswith("stm_")]
        self.assertFalse([name for name in names if "credit" in name or "hold" in name])
        notes = order.message_ids.filtered(lambda message: "cannot be confirmed" in message.body)
        self.assertTrue(notes)
        self.assertTrue(all(note.subtype_id.internal for note in notes))
        self.assertEqual(notes.author_id, self.env.ref("base.partner_root"))

    def _assert_people_know(self, order):
        note = order.message_ids.filtered(lambda message: "cannot be confirmed" in message.body)
        self.assertIn(self.rep.partner_id, note.notified_partner_ids)
        self.assertIn("<br", note.body, "a reason to a line")
        activities = order.activity_ids
        self.assertIn(self.releaser, activities.user_id)
        self.assertNotIn(self.rep, activities.user_id)
        self.assertIn("200.00", activities[0].note)

    def test_release_confirms_what_the_customer_has_signed(self):
        order = self._quote(1200, require_signature=True, require_payment=False, state="sent")
        self._sign(order)
        self.env.invalidate_all()
        order.with_user(self.releaser).action_stm_release("Guaranteed")
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.activity_ids)
        self.assertNotIn("we have received your order", self._page(order).text)

    def test_money_confirms_what_the_customer_has_signed(self):
        order = self._quote(1200, require_signature=True, require_payment=False, state="sent")
        self._sign(order)
        self.env.invalidate_all()
        other = self._hold(1100)
        self._run_cron(self.env["sale.order"]._cron_check_stm_holds)
        self.assertEqual(order.state, "sent")
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "amount": 400,
                "journal_id": self.env["account.journal"].search(
                    [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
                ).id,
            }
        )  # fmt: skip
        payment.action_post()
        self._run_cron(self.env["sale.order"]._cron_check_stm_holds)
        self.assertEqual(order.state, "sale" if payment.move_id else "sent")
        self.assertEqual(other.stm_hold_event, "held", "there is room for one of them")

    def test_money_clears_what_the_seller_has_asked_for(self):
        order = self._hold(1200)
        self.account.sudo().credit_limit = 1200
        self._run_cron(self.env["sale.order"]._cron_check_stm_holds)
        self.assertEqual((order.state, order.stm_hold_event), ("draft", "cleared"))
        self.assertFalse(order.activity_ids)
        self.assertIn("any more", order.message_ids[0].body)
        order.with_user(self.rep).action_confirm()
        self.assertEqual(order.state, "sale")
