from odoo.exceptions import UserError

from .common_credit import CreditCase


class TestCreditContacts(CreditCase):
    """Whose limit holds goes by the customer that a contact belongs to: salespeople do not change that."""

    def test_a_blocked_customer_is_not_hidden_behind_another(self):
        """As a contact of another, the other's account would be asked; contacts without one may move."""
        self.account.action_stm_block("Fraud")
        partners = self.env["res.partner"]
        other, buyer = partners.create([{"name": "Beta", "is_company": True}, {"name": "Buyer"}])
        move = {"is_company": False, "parent_id": other.id}
        with self.assertRaisesRegex(UserError, "credit account"), self.env.cr.savepoint():
            self.customer.with_user(self.rep).write(move)
        self.customer.with_user(self.rep).write({"parent_id": other.id})
        buyer.with_user(self.rep).write(move)
        self.accountant.group_ids += self.env.ref("base.group_partner_manager")
        self.customer.with_user(self.accountant).write(move)
        self.assertEqual((self.customer | buyer).commercial_partner_id, other)

    def test_what_is_ordered_does_not_leave_the_customer_with_a_contact(self):
        """1,000 are ordered for a contact: as a customer of its own it would make room for 1,000 more."""
        contacts = [{"name": name, "parent_id": self.customer.id} for name in ("Buyer", "Clerk")]
        buyer, clerk = self.env["res.partner"].create(contacts)
        self._quote(1000, partner=buyer).with_user(self.rep).action_confirm()
        self.account.invalidate_recordset()
        self.assertEqual(self.account.exposure, 1000)
        for values in ({"parent_id": False}, {"is_company": True}):
            with self.assertRaisesRegex(UserError, "of “.*Buyer” count for “Acme”"), self.env.cr.savepoint():
                buyer.with_user(self.rep).write(values)
        clerk.with_user(self.rep).parent_id = False
        self.accountant.group_ids += self.env.ref("base.group_partner_manager")
        buyer.with_user(self.accountant).parent_id = False
        self.account.invalidate_recordset()
        self.assertEqual((buyer.commercial_partner_id, self.account.exposure), (buyer, 0))
