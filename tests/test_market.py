import base64
from io import BytesIO

import xlsxwriter
from freezegun import freeze_time
from openpyxl import load_workbook
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from .test_territory import TerritoryCase


class MarketCase(TerritoryCase):
    """South has 4 % of the income, 3 % of the retail sales and 5 % of the people of Europe."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.division.action_add_drivers()
        cls.income, cls.retail, cls.people = cls.division.driver_ids
        cls.whole = cls._market(
            cls.europe, 2026, {cls.income: 100, cls.retail: 200, cls.people: 1000}, market_size=50_000_000
        )
        cls.part = cls._market(
            cls.south, 2026, {cls.income: 4, cls.retail: 6, cls.people: 50}, market_size=1_000_000
        )

    @classmethod
    def _market(cls, territory, year, drivers=None, **values):
        return cls.env["stm.territory.market"].create(
            {
                "territory_id": territory.id,
                "year": year,
                "value_ids": [
                    (0, 0, {"driver_id": driver.id, "value": value})
                    for driver, value in (drivers or {}).items()
                ],
                **values,
            }
        )


class TestPotential(MarketCase):
    def test_golden_index(self):
        """0.5 · 4 % + 0.3 · 3 % + 0.2 · 5 % = 3.9 %; of 50 M 1.95 M."""
        self.assertEqual(self.division.driver_ids.mapped("weight"), [0.5, 0.3, 0.2])
        self.assertEqual(self.south._get_potential(2026), 1_950_000)
        self.assertEqual(self.part.potential, 1_950_000)
        self.assertAlmostEqual(self.part.potential_share, 3.9)
        self.assertIsNone(self.north._get_potential(2026))

    def test_later_years_use_what_is_known_and_earlier_do_not(self):
        self.assertEqual(self.south._get_potential(2028), 1_950_000)
        self.assertIsNone(self.south._get_potential(2025))

    def test_parents_have_the_sum_when_nothing_is_given(self):
        self.whole.value_ids.unlink()
        self._market(self.north, 2026, {self.income: 6, self.retail: 24, self.people: 50})
        # shares 40/20/50 % and 60/80/50 %
        self.assertEqual(self.south._get_potential(2026), 18_000_000)
        self.assertEqual(self.north._get_potential(2026), 32_000_000)
        self.assertEqual(self.europe._get_potential(2026), 50_000_000)

    def test_weights_change_the_potential_at_once(self):
        self.income.weight = self.retail.weight = 0
        self.assertEqual(self.part.potential, 2_500_000)

    def test_share_of_the_market(self):
        self.division.write({"potential_method": "share", "potential_reach": 50})
        self.whole.market_size = 0
        self._market(self.north, 2026, market_size=300_000, reach=10)
        self.assertEqual(self.south._get_potential(2026), 500_000)
        self.assertEqual(self.north._get_potential(2026), 30_000)
        self.assertEqual(self.europe._get_potential(2026), 530_000)

    def test_queries_do_not_grow_with_territories(self):
        def ask():
            self.env.invalidate_all()
            territories = self.env["stm.territory"].search([("division_id", "=", self.division.id)])
            territories._get_potentials(2026)

        ask()
        before = self.env.cr.sql_log_count
        ask()
        few = self.env.cr.sql_log_count - before
        for number in range(20):
            place = self._territory(f"Place {number}", self.europe)
            self._market(place, 2026, {self.income: 1}, market_size=10)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        ask()
        self.assertLessEqual(self.env.cr.sql_log_count - before, few)

    @mute_logger("odoo.sql_db")
    def test_bad_input(self):
        other = self.env["stm.territory.division"].create({"name": "Trade", "company_id": self.company.id})
        with self.assertRaisesRegex(ValidationError, "choose a driver of the same division"):
            foreign = self.env["stm.market.driver"].create({"division_id": other.id, "name": "Cars"})
            self.part.value_ids = [(0, 0, {"driver_id": foreign.id, "value": 1})]
        with self.assertRaisesRegex(ValidationError, "is no year"):
            self._market(self.north, 26)
        for values in ({"market_size": -1}, {"reach": 101}, {"customer_count": -1}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._market(self.north, 2026, **values)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._market(self.south, 2026)


class TestMarketRights(MarketCase):
    def test_salesperson_reads_without_sales_of_others(self):
        own = self.part.with_user(self.rep)
        self.assertEqual(own.potential, 1_950_000)
        for name in ("market_share", "achieved"):
            with self.assertRaises(AccessError):
                own[name]
        for record, values in ((own, {"market_size": 1}), (self.income.with_user(self.rep), {"weight": 1})):
            with self.assertRaises(AccessError):
                record.write(values)
        with self.assertRaises(AccessError):
            self.part.value_ids.with_user(self.rep).unlink()
        with self.assertRaises(AccessError):
            self.division.with_user(self.rep).action_import_market()

    def test_other_company_sees_nothing(self):
        for model in ("stm.territory.market", "stm.market.driver", "stm.market.value"):
            rows = self.env[model].with_user(self.rep_other)
            self.assertFalse(rows.with_context(allowed_company_ids=self.other_company.ids).search([]), model)


@freeze_time("2026-07-01 12:00:00")
class TestMarketShare(MarketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        munich = cls._partner("Munich", cls.germany, "80331")
        cls._invoice(cls._order("2026-03-01", 99_000.0, partner=munich), "2026-03-01")
        cls.share = cls.env.ref("sales_target_mgmt.measure_market_share")

    def test_share_of_the_days_that_have_come(self):
        # 182 of 365 days until 1 July
        expected = 100 * 99_000 / (1_000_000 * 182 / 365)
        self.assertEqual(self.part.achieved, 99_000)
        self.assertAlmostEqual(self.part.market_share, expected, 2)
        self.assertAlmostEqual(
            self._totals("market_share", "2026-01-01", "2026-12-31", territory_id=self.south), expected
        )
        self.assertAlmostEqual(
            self._totals("market_share", "2026-03-01", "2026-03-31", territory_id=self.south),
            100 * 99_000 / (1_000_000 * 31 / 365),
        )

    def test_whole_division_without_a_territory(self):
        self.assertAlmostEqual(
            self._totals("market_share", "2026-01-01", "2026-06-30"),
            100 * 99_000 / (50_000_000 * 181 / 365),
        )

    def test_nothing_known_is_no_share(self):
        for start, end, place in (
            ("2025-01-01", "2025-12-31", self.south),
            ("2026-01-01", "2026-12-31", self.north),
            ("2026-08-01", "2026-08-31", self.south),
        ):
            self.assertIsNone(self._totals("market_share", start, end, territory_id=place))

    def test_a_target_shows_actual_attainment_and_pace(self):
        plan = self.env["stm.target.plan"].create(
            {
                "name": "Share",
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "granularity": "year",
                "measure_ids": [(6, 0, self.share.ids)],
            }
        )
        node = self.env["stm.target.node"].create({"plan_id": plan.id, "territory_id": self.south.id})
        line = self.env["stm.target.line"].create(
            {
                "node_id": node.id,
                "measure_id": self.share.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "target": 20,
            }
        )
        actual = 100 * 99_000 / (1_000_000 * 182 / 365)
        self.assertAlmostEqual(line.actual, actual)
        self.assertAlmostEqual(line.attainment, actual / 20)
        self.assertEqual((line.pace_state, line.expected), ("on_pace", 20.0))

    def test_only_money_is_a_share_of_the_market(self):
        with self.assertRaisesRegex(ValidationError, "must be a sum of money"):
            self.share.numerator_id = self.env.ref("sales_target_mgmt.measure_quantity")


class TestMarketImport(MarketCase):
    HEADINGS = ("Territory", "Year", "Market Size", "Within Reach %", "Customers in the Market")
    HEADINGS += ("Competition 1–5", "Main Competitors", "Income", "Retail Sales", "Population")

    def _file(self, *rows, headings=HEADINGS, title="Market"):
        stream = BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
        sheet = book.add_worksheet(title)
        for number, cells in enumerate((headings, *rows)):
            for column, value in enumerate(cells):
                sheet.write(number, column, value)
        book.close()
        return base64.b64encode(stream.getvalue())

    def _check(self, content):
        wizard = self.env["stm.market.import"].with_user(self.manager)
        wizard = wizard.create({"division_id": self.division.id, "file": content})
        wizard.action_check()
        return wizard

    def test_check_and_apply(self):
        wizard = self._check(
            self._file(
                ("Europe / North", 2026, 2_000_000, None, 700, 4, "=Acme", 6, None, 0),
                ("south", "2026", 1_000_000, None, None, None, None, 5),
            )
        )
        self.assertEqual((wizard.step, wizard.changed_count, wizard.unchanged_count), ("ready", 7, 1))
        self.assertFalse(self.north.market_ids)
        self.assertEqual(wizard.difference_ids[0].place, "Market!C2")
        wizard.action_apply()
        north = self.north.market_ids
        self.assertEqual(
            (north.year, north.market_size, north.customer_count, north.competition, north.competitors),
            (2026, 2_000_000, 700, "4", "=Acme"),
        )
        self.assertEqual(
            {one.driver_id: one.value for one in north.value_ids}, {self.income: 6, self.people: 0}
        )
        self.assertEqual(self.part.value_ids.filtered(lambda one: one.driver_id == self.income).value, 5)

    def test_every_fault_by_its_cell(self):
        wizard = self._check(
            self._file(
                ("Atlantis", 2026, 1),
                ("North", None, 1),
                (None, 2026, 1),
                ("South", 2026.5, -1, 101, 1.5, 6, None, "many"),
                ("West", 2026, True),
                ("West", 2026, 1),
                headings=(*self.HEADINGS, "Cars", "Year"),
            )
        )
        self.assertEqual(wizard.step, "faulty")
        self.assertEqual(
            wizard.fault_ids.mapped("place"),
            [
                *("Market!K1", "Market!L1", "Market!A2", "Market!B3", "Market!A4", "Market!B5"),
                *("Market!C5", "Market!D5", "Market!E5", "Market!F5", "Market!H5", "Market!C6", "Market!A7"),
            ],
        )
        self.assertRegex(wizard.fault_ids[2].message, "no territory “Atlantis” in the division “Geography”")
        self.assertFalse((self.north | self.west).market_ids)
        self.assertEqual(wizard.action_apply()["res_id"], wizard.id)
        self.assertFalse((self.north | self.west).market_ids)

    def test_files_that_are_none(self):
        for content, said in (
            (base64.b64encode(b"a;b"), "not an Excel workbook"),
            (self._file(headings=("Territory",)), "no heading “Year”"),
            (b"", "empty"),
        ):
            wizard = self._check(content)
            self.assertEqual(wizard.step, "faulty")
            self.assertRegex(wizard.fault_ids.message, said)

    def test_preview_out_of_date(self):
        wizard = self._check(self._file(("South", 2026, 5)))
        self.part.market_size = 7
        wizard.action_apply()
        self.assertTrue(wizard.is_outdated)
        self.assertEqual(self.part.market_size, 7)
        wizard.action_apply()
        self.assertEqual(self.part.market_size, 5)

    def test_template_comes_back_unchanged(self):
        for lang, heading in (("en_US", "Territory"), ("zh_CN", "销售区域")):
            content = self.env["stm.market.xlsx"].with_context(lang=lang)._render(self.division, 2026)
            sheet = load_workbook(BytesIO(content))["Market"]
            self.assertEqual(sheet["A1"].value, heading)
            self.assertEqual(sheet.max_row, 5)
            wizard = self._check(base64.b64encode(content))
            self.assertEqual((wizard.step, wizard.changed_count, wizard.unchanged_count), ("ready", 0, 8))
