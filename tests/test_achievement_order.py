from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.fields import Date

from .common import StmCase


class FactsCase(StmCase):
    """1 EUR is 1.6 USD."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.past = Date.today().replace(day=1) - relativedelta(months=2)
        cls.dollar = cls.env.ref("base.USD")
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.dollar.id)]).unlink()
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.dollar.id, "company_id": cls.company.id, "name": cls.past, "rate": 1.6}
        )

    def _facts(self, source="order", company=None):
        self.env.invalidate_all()
        return self.env["stm.achievement"].search(
            [("source", "=", source), ("company_id", "=", (company or self.company).id)], order="line_id"
        )


class TestOrderFacts(FactsCase):
    """What a confirmed order counts for, line by line."""

    def test_sections_notes_and_down_payments_do_not_count(self):
        order = self._order(self.past, 500.0)
        order.order_line = [
            Command.create({"display_type": "line_section", "name": "Pumps"}),
            Command.create({"display_type": "line_note", "name": "Handle with care"}),
        ]
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        wizard.create({"advance_payment_method": "fixed", "fixed_amount": 100.0}).create_invoices()
        self.assertTrue(order.order_line.filtered("is_downpayment"))
        self.assertEqual(self._facts().mapped("amount"), [500.0])

    def test_foreign_currency_by_the_rate_of_the_order(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": self.dollar.id, "company_id": self.company.id}
        )
        order = self._order(self.past, 99.99, pricelist_id=pricelist.id)
        order.order_line.purchase_price = 50.0
        self.assertEqual(order.currency_id, self.dollar)
        fact = self._facts()
        # 99.99 / 1.6 = 62.49375 and 49.99 / 1.6 = 31.24375
        self.assertEqual((fact.amount, fact.margin), (62.49, 31.24))
        self.assertEqual(fact.currency_id, self.company.currency_id)

    def test_quantity_in_the_unit_of_the_product(self):
        order = self._order(self.past, 12.0)
        order.order_line.write(
            {"product_uom_id": self.env.ref("uom.product_uom_dozen").id, "product_uom_qty": 2.5}
        )
        self.assertEqual(self._facts().quantity, 30.0)
        self.assertEqual(self._totals("quantity", self.past, self.past), 30.0)

    def test_combo_counts_its_price_once(self):
        parts = self.env["product.product"].create(
            [{"name": "Filter", "list_price": 30.0}, {"name": "Valve", "list_price": 10.0}]
        )
        combos = self.env["product.combo"].create(
            [
                {"name": part.name, "combo_item_ids": [Command.create({"product_id": part.id})]}
                for part in parts
            ]
        )
        bundle = self.env["product.product"].create(
            {
                "name": "Bundle",
                "type": "combo",
                "list_price": 36.0,
                "taxes_id": False,
                "combo_ids": [Command.set(combos.ids)],
            }
        )
        order = self._order(self.past, confirm=False)
        order.order_line = [Command.clear(), Command.create({"product_id": bundle.id})]
        order.order_line = [
            Command.create(
                {
                    "product_id": combo.combo_item_ids.product_id.id,
                    "combo_item_id": combo.combo_item_ids.id,
                    "linked_line_id": order.order_line[:1].id,
                    "tax_ids": [Command.clear()],
                }
            )
            for combo in combos
        ]
        order.action_confirm()
        # list prices are in the main company's dollars: 36 / 1.6
        self.assertEqual(order.amount_untaxed, 22.5)
        self.assertEqual(sum(self._facts().mapped("amount")), 22.5)

    def test_quotations_cancelled_and_added_lines(self):
        order = self._order(self.past, 100.0, confirm=False)
        order.action_quotation_sent()
        self.assertFalse(self._facts())
        order.action_confirm()
        order.date_order = f"{self.past} 12:00:00"
        order.order_line = [
            Command.create({"product_id": self.product.id, "price_unit": 20.0, "tax_ids": [Command.clear()]})
        ]
        self.assertEqual(self._facts().mapped("amount"), [100.0, 20.0])
        order._action_cancel()
        self.assertFalse(self._facts())

    def test_team_user_and_day_are_the_orders(self):
        self.company.stm_tz = "America/New_York"
        order = self._order(self.past)
        order.date_order = f"{self.past} 03:00:00"
        fact = self._facts()
        # 3 in the morning UTC is the evening before
        self.assertEqual(fact.date, self.past - relativedelta(days=1))
        self.assertEqual((fact.user_id, fact.team_id), (self.rep, self.team))
        order.user_id = self.rep2
        self.assertEqual(self._facts().user_id, self.rep2)

    def test_line_without_a_person_stays_visible(self):
        order = self._order(self.past, 70.0)
        order.write({"user_id": False, "team_id": False})
        self.assertEqual(self._totals("ordered", self.past, self.past), 70.0)
        self.assertEqual(self._totals("ordered", self.past, self.past, user_id=self.rep), 0.0)

    def test_ids_lead_back_to_the_line(self):
        order = self._order(self.past)
        fact = self._facts()
        self.assertEqual(fact.line_id, order.order_line.id)
        again = self.env["stm.achievement"].browse(fact.id)
        self.assertEqual(again.read(["order_id"])[0]["order_id"][0], order.id)
