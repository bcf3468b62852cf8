"""What a quotation advises clears it, to the cent, and less than that does not."""

import re

from .common_credit_payment import CreditPaymentCase


class TestCreditAdvice(CreditPaymentCase):
    """Acme may have 1,000 and has ordered 600 of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "order_line": [
                    (0, 0, {"product_id": cls.product.id, "product_uom_qty": 1, "price_unit": 600})
                ],
            }
        )
        order.action_confirm()

    def _ask(self, amount, **values):
        order = self._quote(amount, **values)
        order.order_line.tax_ids = False
        return order

    def _get_advice(self, order):
        order.invalidate_recordset()
        lines = (order.with_user(self.rep).stm_credit_advice or "").splitlines()
        symbol = self.company.currency_id.symbol
        return [re.sub(f"[\xa0{symbol}]", "", line) for line in lines if symbol in line]

    def _receive(self, amount):
        """Money that names no order."""
        values = {"payment_type": "inbound", "partner_type": "customer", "journal_id": self.bank.id}
        values |= {"partner_id": self.customer.id, "amount": amount}
        self.env["account.payment"].create(values).action_post()

    def _would_pass(self, order):
        order.invalidate_recordset()
        return order.stm_credit_level == "free"

    def test_within_the_limit_with_a_deposit_a_payment_or_a_part(self):
        """600 and 700 are 300 too much: each way takes 300 of something else."""
        order = self._ask(700)
        self.assertEqual(
            self._get_advice(order),
            [
                "• A deposit of 300.00, paid for this order.",
                "• A payment of 300.00 for what is owed or ordered already.",
                "• An order of at most 400.00 now, the rest later.",
            ],
        )
        order.order_line.price_unit = 400
        self.assertTrue(self._would_pass(order))
        order.order_line.price_unit = 700
        self._pay_online(order, "done", 299.99)
        self.assertFalse(self._would_pass(order))
        self._pay_online(order, "done", 0.01)
        self.assertEqual(order.state, "sale")

    def test_more_is_used_than_the_limit(self):
        """600 of 500 are used: 50 more are 150 too much, but who pays all 50 asks for no credit."""
        self.account.action_stm_set_limit("limited", 500.0, "Less")
        order, paid = self._ask(50), self._ask(50)
        advice = [
            "• A deposit of 50.00, paid for this order.",
            "• A payment of 150.00 for what is owed or ordered already.",
        ]
        self.assertEqual(self._get_advice(order), advice)
        self._pay_online(paid, "done", 50)
        self.assertEqual(paid.state, "sale")
        self.assertEqual(self._get_advice(order), advice)
        self._receive(149.99)
        self.assertFalse(self._would_pass(order))
        self._receive(0.01)
        self.assertTrue(self._would_pass(order))

    def test_who_owes_nothing_has_nothing_to_pay(self):
        partner = self.env["res.partner"].create({"name": "New", "is_company": True})
        account = self.env["stm.credit.account"].create({"partner_id": partner.id})
        account.action_stm_set_limit("limited", 0.0, "Unknown")
        order = self._ask(60, partner=partner)
        self.assertEqual(self._get_advice(order), ["• A deposit of 60.00, paid for this order."])
        account.sudo().grade_id = self.env["stm.credit.grade"].create(
            {"name": "In advance", "company_id": self.company.id, "deposit": 1.0}
        )
        self.assertEqual(self._get_advice(order), ["• A deposit of 60.00, paid for this order."])
        self.assertIn("60.00", order.stm_credit_text, "the grade asks for it as well")
        self._pay_online(order, "done")
        self.assertEqual(order.state, "sale")
