from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.tools import mute_logger

from .test_territory import TerritoryCase


class CaseCase(TerritoryCase):
    """Rep looks after North, Rep2 after South; the leader has no territory."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["stm.territory.case"]
        cls.day = cls.today - timedelta(days=10)
        cls.env["stm.territory.assignment"].create(
            [
                {"territory_id": cls.north.id, "user_id": cls.rep.id},
                {"territory_id": cls.south.id, "user_id": cls.rep2.id},
            ]
        )
        cls.hamburg = cls._partner("Hamburg", cls.germany, "20095", city="Hamburg", street="Kai 1")
        cls.munich = cls._partner("Munich", cls.germany, "80331")

    def _scan(self, first=None, last=None):
        return self.cases._scan(self.company, first or self.day, last or self.today)

    def _found(self, **values):
        domain = [
            ("company_id", "=", self.company.id),
            *((name, "=", value) for name, value in values.items()),
        ]
        return self.cases.search(domain)

    def _floor(self, territory, price, **values):
        return self.env["stm.territory.floor"].create(
            {"territory_id": territory.id, "price": price, **(values or {"product_id": self.product.id})}
        )


class TestTerritoryCaseTerritory(CaseCase):
    def test_sale_into_another_territory(self):
        inside = self._order(self.day, 50.0, partner=self.hamburg)
        outside = self._order(self.day, 70.0, partner=self.munich)
        self.assertEqual(self._scan(), {"territory": 1})
        case = self._found()
        self.assertEqual((case.order_id, case.user_id, case.state), (outside, self.rep, "suspected"))
        self.assertEqual((case.territory_id, case.rule_id), (self.south, self.south.rule_ids))
        self.assertEqual((case.amount, case.date, case.rule_text), (70.0, self.day, "Germany"))
        self.assertEqual(case.seller_territory_ids, self.north)
        self.assertEqual(
            case.story,
            f"Rep sold {outside.name} to Munich, delivered to 80331, DE. That belongs to Europe / South by "
            "the rule “Germany”; Rep looked after Europe / North.",
        )
        self.assertNotIn(inside, self._found().order_id)
        # once, however often it is looked for
        self.assertEqual(self._scan(), {})

    def test_the_delivery_address_decides(self):
        shop = self.env["res.partner"].create(
            {"name": "Shop", "type": "delivery", "parent_id": self.hamburg.id, "country_id": self.france.id}
        )
        self._order(self.day, 50.0, partner=self.hamburg, partner_shipping_id=shop.id)
        self.assertEqual(self._scan(), {"territory": 1})
        self.assertEqual(self._found().territory_id, self.west)

    def test_a_territory_above_covers_those_below(self):
        self.env["stm.territory.assignment"].create(
            {"territory_id": self.europe.id, "user_id": self.leader.id}
        )
        self._order(self.day, 50.0, partner=self.munich, user=self.leader)
        self.assertEqual(self._scan(), {})

    def test_people_rules_and_borders_of_that_day(self):
        self.env["stm.territory.assignment"].create(
            {"territory_id": self.south.id, "user_id": self.rep.id, "date_to": self.day}
        )
        self._order(self.day, 50.0, partner=self.munich)
        late = self._order(self.day + timedelta(days=1), 50.0, partner=self.munich)
        self.assertEqual(self._scan(), {"territory": 1})
        self.assertEqual(self._found().order_id, late)
        # from a day on all of Germany is the north
        border = self.day + timedelta(days=5)
        self.south.rule_ids._hand_over(self.north, border)
        self._order(border - timedelta(days=1), 50.0, partner=self.munich)
        self._order(border, 50.0, partner=self.munich)
        self._order(border, 50.0, partner=self.munich, user=self.rep2)
        self.assertEqual(self._scan(), {"territory": 2})
        self.assertEqual(
            sorted((case.date, case.user_id.name) for case in self._found() if case.order_id != late),
            [(border - timedelta(days=1), "Rep"), (border, "Rep2")],
        )

    def test_people_without_a_territory_are_a_kind_of_their_own(self):
        self._order(self.day, 50.0, partner=self.munich, user=self.leader)
        self.assertEqual(self._scan(), {"no_territory": 1})
        case = self._found()
        self.assertFalse(case.seller_territory_ids)
        self.assertIn("who had no territory on that day", case.story)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_territory_case_action_ranking"
        )
        self.assertIn("search_default_offences", action["context"])

    def test_invoices_without_an_order(self):
        order = self._order(self.day, 70.0, partner=self.munich)
        self._invoice(order, self.day)
        own = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.munich.id,
                "invoice_user_id": self.rep.id,
                "invoice_date": self.day,
                "invoice_line_ids": [
                    (0, 0, {"product_id": self.product.id, "price_unit": 30.0, "tax_ids": [(5,)]})
                ],
            }
        )
        own.action_post()
        draft = own.copy()
        self.assertEqual(self._scan(), {"territory": 2})
        self.assertEqual(self._found().order_id, order)
        self.assertEqual(self._found().move_id, own)
        self.assertNotIn(draft, self._found().move_id)
        self.assertEqual(self._found(move_id=own.id).amount, 30.0)

    def test_nobody_has_a_territory_or_the_address_lies_nowhere(self):
        self._order(self.day, 50.0, partner=self._partner("Nowhere"))
        self.assertEqual(self._scan(), {})
        self.env["stm.territory.assignment"].search([]).unlink()
        self._order(self.day, 50.0, partner=self.munich)
        self.assertEqual(self._scan(), {})

    def test_quotations_and_other_days_are_not_judged(self):
        self._order(self.day, 50.0, partner=self.munich, confirm=False)
        self._order(self.day - timedelta(days=1), 50.0, partner=self.munich)
        self.assertEqual(self._scan(), {})
        self.assertEqual(self._scan(first=self.day - timedelta(days=1)), {"territory": 1})

    def test_the_job_looks_at_recent_documents(self):
        self._order(self.today - timedelta(days=46), 50.0, partner=self.munich)
        recent = self._order(self.today - timedelta(days=44), 50.0, partner=self.munich)
        self._run_cron(self.cases._cron_scan)
        self._run_cron(self.cases._cron_scan)
        self.assertEqual(self._found().order_id, recent)

    def test_queries_do_not_grow(self):
        def count(number):
            for _one in range(number):
                self._order(self.day, 50.0, partner=self.munich)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self._scan(), {"territory": number})
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(20), count(2))

    def test_one_case_per_document(self):
        self._order(self.day, 70.0, partner=self.munich)
        self._scan()
        case = self._found()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            case.copy()


class TestTerritoryCasePrice(CaseCase):
    def test_net_price_below_the_floor(self):
        floor = self._floor(self.north, 95.0)
        order = self._order(self.day, 100.0, partner=self.hamburg)
        order.order_line.write({"product_uom_qty": 3, "discount": 10.0})
        self._order(self.day, 95.0, partner=self.hamburg)
        self.assertEqual(self._scan(), {"price": 1})
        case = self._found()
        self.assertEqual((case.order_line_id, case.floor_id), (order.order_line, floor))
        self.assertEqual((case.price, case.floor_price, case.quantity), (90.0, 95.0, 3.0))
        self.assertEqual((case.amount, case.shortfall), (270.0, 15.0))
        self.assertEqual(case.address, "Kai 1, 20095 Hamburg, DE")
        self.assertRegex(case.story, r"Rep sold .*Pump to Hamburg at .*90.00.*on S.*; the floor in .*95.00")
        self.assertEqual(self._scan(), {})

    def test_both_for_the_same_document(self):
        self._floor(self.europe, 95.0)
        self._order(self.day, 50.0, partner=self.munich)
        self.assertEqual(self._scan(), {"territory": 1, "price": 1})

    def test_unit_and_currency(self):
        self._floor(self.north, 95.0)
        dozen = self.env.ref("uom.product_uom_dozen")
        usd = self.env.ref("base.USD")
        self.env["res.currency.rate"].create(
            {"currency_id": usd.id, "rate": 2.0, "name": "2020-01-01", "company_id": self.company.id}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": usd.id, "company_id": self.company.id}
        )
        for price, cases in ((12 * 95 * 2.0, {}), (12 * 94 * 2.0, {"price": 1})):
            order = self._order(self.day, partner=self.hamburg, pricelist_id=pricelist.id, confirm=False)
            order.order_line.write({"product_uom_id": dozen.id, "price_unit": price})
            order.order_line.price_unit = price
            order.action_confirm()
            order.date_order = f"{self.day} 12:00:00"
            self.assertEqual(self._scan(), cases)
        case = self._found()
        self.assertEqual((case.quantity, case.price, case.shortfall), (12.0, 94.0, 12.0))

    def test_rounding_of_the_line_is_no_offence(self):
        """0.54 × 9.99 is 5.3946, on the document 5.39: less than 9.99 each by rounding only."""
        self._floor(self.north, 9.99)
        for quantity, price in ((0.54, 9.99), (0.05, 9.99), (3.0, 9.99)):
            order = self._order(self.day, partner=self.hamburg, confirm=False)
            order.order_line.write({"product_uom_qty": quantity, "price_unit": price})
            order.order_line.price_unit = price
            order.action_confirm()
            order.date_order = f"{self.day} 12:00:00"
        self.assertEqual(self._scan(), {})
        cheap = self._order(self.day, 9.98, partner=self.hamburg)
        self.assertEqual(self._scan(), {"price": 1})
        self.assertEqual((self._found().order_id, self._found().shortfall), (cheap, 0.01))

    def test_the_nearest_territory_and_the_product_decide(self):
        self._floor(self.europe, 99.0)
        self._floor(self.europe, 80.0, categ_id=self.category.id)
        self._order(self.day, 90.0, partner=self.hamburg)
        self.assertEqual(self._scan(), {"price": 1})
        self.assertEqual(self._found().floor_price, 99.0)
        self._floor(self.north, 50.0, categ_id=self.category.id)
        self._order(self.day, 60.0, partner=self.hamburg)
        self.assertEqual(self._scan(), {})
        self._floor(self.north, 70.0, categ_id=self.subcategory.id)
        self.assertEqual(self._scan(), {"price": 1})

    def test_floors_hold_for_their_days(self):
        self._floor(self.north, 95.0, product_id=self.product.id, date_from=self.day + timedelta(days=1))
        self._order(self.day, 90.0, partner=self.hamburg)
        late = self._order(self.day + timedelta(days=1), 90.0, partner=self.hamburg)
        self.assertEqual(self._scan(), {"price": 1})
        self.assertEqual(self._found().order_id, late)

    def test_floors_that_say_nothing_are_refused(self):
        for values in (
            {"price": 0.0, "product_id": self.product.id},
            {"price": 1.0},
            {"price": 1.0, "product_id": self.product.id, "categ_id": self.category.id},
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env["stm.territory.floor"].create({"territory_id": self.north.id, **values})
