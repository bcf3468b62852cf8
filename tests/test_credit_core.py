from odoo import Command
from odoo.exceptions import UserError
from odoo.service.model import call_kw

from .common_credit import CreditCase


class TestCreditCore(CreditCase):
    """Odoo's own limit and trust follow the accounts, one way, and are given back."""

    def _get_core(self, partner=None, company=None):
        partner = (partner or self.customer).with_company(company or self.company)
        partner.invalidate_recordset()
        return partner.credit_limit, partner.use_partner_credit_limit, partner.trust

    def test_limits_are_fed(self):
        contact = self.env["res.partner"].create({"name": "Shop", "parent_id": self.customer.id})
        self.assertEqual(self._get_core(), (1000.0, True, "normal"))
        self.assertEqual(self._get_core(contact)[0], 1000.0)
        self.assertEqual(self._get_core(company=self.other_company), (0.0, False, "normal"))
        for state, amount, wanted in (
            ("limited", 0.0, 0.01),
            ("unlimited", 0.0, 0.0),
            ("limited", 250.0, 250.0),
        ):
            self.account.action_stm_set_limit(state, amount, "Why")
            self.assertEqual((self._get_core()[0], self._get_core(contact)[0]), (wanted, wanted))

    def test_trust_follows_grade_and_block(self):
        grade = self.env["stm.credit.grade"].create(
            {"name": "Mine", "company_id": self.company.id, "trust": "good"}
        )
        self.account.sudo().grade_id = grade
        self.assertEqual(self._get_core()[2], "good")
        self.account.action_stm_block("Insolvent")
        self.assertEqual(self._get_core()[2], "bad")
        self.account.action_stm_unblock("Settled")
        self.account.sudo().grade_id = False
        self.assertEqual(self._get_core()[2], "normal")

    def test_a_default_decides_nothing(self):
        """What a client sends along as defaults is no way around the account."""
        context = {"default_credit_limit": 9e6, "default_trust": "good", "default_phone": "1"}
        context |= {"default_use_partner_credit_limit": True, "allowed_company_ids": self.company.ids}
        partners = self.env["res.partner"].with_user(self.manager)
        [made] = call_kw(partners, "create", [[{"name": "Default"}]], {"context": context})
        made = self.env["res.partner"].browse(made).with_company(self.company)
        self.assertEqual(
            (made.credit_limit, made.use_partner_credit_limit, made.trust, made.phone),
            (0.0, False, "normal", "1"),
        )
        self.env["ir.default"].with_user(self.manager).set("res.partner", "trust", "good", user_id=True)
        with self.assertRaisesRegex(UserError, "credit account"):
            partners.with_company(self.company).create({"name": "Own default"})

    def test_what_was_there_comes_back(self):
        self.company.stm_credit_control = False
        self.assertEqual(self._get_core(), (0.0, False, "normal"))
        mine = self.customer.with_company(self.company)
        mine.write({"credit_limit": 77.0, "trust": "good"})
        self.company.stm_credit_control = True
        self.assertEqual(self._get_core(), (1000.0, True, "good"))
        self.account.action_stm_set_limit("unset", 0.0, "Again")
        self.assertEqual(self._get_core(), (77.0, True, "good"))
        self.account.action_stm_set_limit("limited", 5.0, "Again")
        self.env["stm.credit.account"]._restore_core()
        self.assertEqual(self._get_core(), (77.0, True, "good"))

    def test_direct_edits_are_refused(self):
        mine = self.customer.with_company(self.company)
        for vals in (
            {"credit_limit": 5000.0},
            {"use_partner_credit_limit": False},
            {"trust": "good"},
        ):
            with self.assertRaisesRegex(UserError, "Credit Accounts"):
                mine.write(vals)
        with self.assertRaisesRegex(UserError, "Credit Accounts"):
            mine.create({"name": "Imported", "credit_limit": 5000.0})
        result = mine.load(["name", "credit_limit"], [["Imported", "5000"]])
        self.assertIn("Credit Accounts", result["messages"][0]["message"])
        # a form that sends what is there already changes nothing
        mine.write({"credit_limit": 1000.0, "trust": "normal", "name": "Acme Ltd"})
        mine.create({"name": "New", "credit_limit": 0.0, "trust": "normal"})
        self.customer.with_company(self.other_company).credit_limit = 9.0
        self.assertEqual(self._get_core()[0], 1000.0)

    def test_contacts_and_copies(self):
        grade = self.env["stm.credit.grade"].create(
            {"name": "Mine", "company_id": self.company.id, "trust": "good"}
        )
        self.account.sudo().grade_id = grade
        person = self.env["res.partner"].create({"name": "Person"})
        person.parent_id = self.customer
        self.assertEqual(self._get_core(person)[0], 1000.0)
        copy = self.customer.with_company(self.company).copy()
        self.assertEqual(self._get_core(copy), (0.0, False, "normal"))

    def test_one_banner(self):
        self.company.account_use_credit_limit = True
        order = self._quote(1200)
        self.assertEqual((order.partner_credit_warning, order.stm_credit_level), ("", "hold"))
        line = {"name": "Free", "price_unit": 1200.0, "tax_ids": False}
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        self.assertIn("1,200.00", invoice.partner_credit_warning)
        invoice.invoice_line_ids.price_unit = 1000.0
        invoice.invalidate_recordset(["partner_credit_warning"])
        self.assertFalse(invoice.partner_credit_warning)

    def test_button_on_the_contact(self):
        controller = self.customer.with_user(self.controller)
        self.assertIn("1,000.00", controller.stm_credit_text)
        self.assertEqual(controller.action_view_stm_credit_account()["res_id"], self.account.id)
        arch = controller.get_view(view_type="form")["arch"]
        self.assertIn("action_view_stm_credit_account", arch)
        arch = self.customer.with_user(self.rep).get_view(view_type="form")["arch"]
        self.assertNotIn("action_view_stm_credit_account", arch)

    def test_merged_customers_keep_one_account(self):
        other = self.env["res.partner"].create({"name": "Acme twice", "is_company": True})
        account = self.env["stm.credit.account"].create(
            {"partner_id": other.id, "company_id": self.company.id}
        )
        account.action_stm_set_limit("limited", 300.0, "Small")
        account.action_stm_block("Bounced")
        holding = self.env["res.partner"].create({"name": "Holding", "is_company": True})
        head = self.env["stm.credit.account"].create(
            {"partner_id": holding.id, "company_id": self.company.id}
        )
        account.sudo().parent_id = head
        self._quote(200, partner=other).action_confirm()
        limits = account.limit_ids | self.account.limit_ids
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.customer | other).ids, self.customer
        )
        kept = self.env["stm.credit.account"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((kept, kept.credit_limit, kept.is_blocked), (self.account, 1000.0, True))
        self.assertEqual(kept.parent_id, head, "merged customers do not leave the group of one of them")
        self.assertEqual(kept.limit_ids, limits)
        self.assertFalse(account.exists())
        self.assertEqual(self._get_core()[0], 1000.0)
        # who has no account takes over all of it
        third = self.env["res.partner"].create({"name": "Acme thrice", "is_company": True})
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((self.customer | third).ids, third)
        in_force = self.account.limit_ids.filtered(lambda one: one.state == "approved")
        self.assertEqual((self.account.partner_id, in_force.amount), (third, 1000.0))
        self.assertEqual(self._get_core(third)[0], 1000.0)
