"""A sales year of AdventureWorks, loaded as `make real` loads it, figure by figure."""

import re
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, TransactionCase, tagged

from dev import places
from dev.real_data import compare_methods, compare_territories, documents, propose, quotas, source
from dev.real_data.compare import Comparison
from dev.real_data.load import Loaded, build_cells
from dev.real_data.sums import YEARS, Sums

FIRST, LAST = YEARS["2011"]
# what differs between two documents of the same content; a date entered by hand is noted
OWN = {
    "id", "name", "display_name", "move_name", "create_date", "write_date", "access_token", "ref",
    "reference", "invoice_origin", "payment_reference", "sequence_number", "is_manually_modified",
}  # fmt: skip


def find_folder():
    folder = (places.data() or places.ROOT) / "adventureworks"
    if not folder.is_dir():
        raise AssertionError(
            "The AdventureWorks files are not here: put them into ../shared/data/adventureworks "
            "beside this checkout, or set STM_DATA to the folder that holds `adventureworks`."
        )
    return folder


@tagged("post_install", "-at_install")
class TestRealData(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = find_folder()
        cls.env = cls.env(context={**cls.env.context, **documents.QUIET})
        company = cls.env["res.company"].create({"name": "AdventureWorks Test"})
        cls.env.user.company_ids |= company
        cls.env.user.company_id = company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        cls.files = Sums(folder, FIRST, LAST)
        cls.data = Loaded(company.with_env(cls.env), folder, FIRST, LAST)
        cls.data.masters()
        cls.data.documents()
        cls.plan = quotas.make(cls.data, cls.files.quotas)

    def _compare(self, *checks):
        comparison = Comparison(self.files, self.data)
        for check in checks:
            check(comparison)
        self.assertFalse(comparison.differences, "\n".join(comparison.report()))
        return comparison

    def test_files_are_the_year(self):
        self.assertEqual(len(self.files.lines), 8459)
        self.assertEqual(self.files.total(), Decimal("16288443.39"))

    def test_documents(self):
        comparison = self._compare(Comparison.documents)
        # five figures and the heads of order and invoice, for each of 739 orders
        self.assertEqual(comparison.count, 739 * 7)

    def test_a_difference_is_named(self):
        order = self.env["sale.order"].search([("company_id", "=", self.data.company.id)], limit=1)
        order.order_line[0].price_unit += 1
        comparison = Comparison(self.files, self.data)
        comparison.documents()
        self.assertTrue(comparison.differences)
        for line in comparison.differences:
            self.assertIn(order.name, line)
        self.assertIn("differ:", comparison.report()[0])

    def test_orders_lie_on_their_day_in_the_sales_time_zone_only(self):
        orders = self.env["sale.order"].search([("company_id", "=", self.data.company.id)])
        utc = {order.name: order.date_order.date() for order in orders}
        days = {order.name: order.day for order in source.orders(self.data.folder, FIRST, LAST)}
        self.assertEqual(utc.keys(), days.keys())
        self.assertTrue([name for name, day in days.items() if utc[name] != day])

    def test_figures_from_documents_and_from_cells(self):
        self._compare(lambda comparison: comparison.figures("from documents"))
        build_cells(self.env)
        self._compare(lambda comparison: comparison.figures("from cells"))

    def test_customers(self):
        self._compare(Comparison.customers)

    def test_territories(self):
        comparison = self._compare(compare_territories.stamps)
        # all 701 resellers, an order and an invoice for each of the 8,459 lines
        self.assertEqual(comparison.count, 701 + 2 * 8459)

    def test_a_stamp_that_is_wrong_is_named(self):
        order = self.env["sale.order"].search([("company_id", "=", self.data.company.id)], limit=1)
        order.territory_id = next(
            place for place in self.data.territories.values() if place != order.territory_id
        )
        comparison = Comparison(self.files, self.data)
        compare_territories.stamps(comparison)
        self.assertEqual(len(comparison.differences), len(order.order_line))
        for line in comparison.differences:
            self.assertIn(order.name, line)

    def test_coverage(self):
        buyers = len({line.reseller for line in self.files.lines})
        said = []
        self._compare(lambda comparison: said.append(compare_territories.coverage(comparison)))
        self.assertEqual(said, [f"40 rules, {buyers} customers with orders, 12 days: 0 gaps, 0 overlaps"])

    def test_a_gap_is_found(self):
        partner = (
            self.env["sale.order"].search([("company_id", "=", self.data.company.id)], limit=1).partner_id
        )
        self.env["stm.territory.member"].search([("partner_id", "=", partner.id)]).unlink()
        comparison = Comparison(self.files, self.data)
        compare_territories.coverage(comparison)
        # on each of the twelve days
        self.assertEqual(len(comparison.differences), 12)

    def test_sales_outside_the_territory(self):
        self._compare(compare_territories.cases)
        cases = self.env["stm.territory.case"].search([("company_id", "=", self.data.company.id)])
        self.assertEqual(len(cases), len(self.files.cases()))
        # in 2011 of those who sold only the manager of North America had no territory
        alone = cases.filtered(lambda case: case.kind == "no_territory").user_id
        self.assertEqual(alone.mapped("name"), ["Stephen Jiang"])

    def test_the_next_year_is_proposed_as_calculated_without_odoo(self):
        methods = compare_methods.Methods(self.files, "2012")
        comparison = self._compare(
            lambda comparison: propose.compare(comparison, methods, sum(methods.quotas.values()))
        )
        # fourteen people had quotas in 2012: of each four quarters, and the year with the trend
        self.assertEqual(comparison.count, 14 * 5)

    def test_quotas(self):
        shown = {}
        self._compare(lambda comparison: shown.update(comparison.targets(self.plan)))
        self.assertEqual(len(shown), 163)
        self.assertEqual(self.plan.state, "approved")

    def test_documents_are_what_odoo_makes_step_by_step(self):
        wanted = max(
            source.orders(self.data.folder, FIRST, LAST),
            key=lambda order: (len({line["promotion_key"] for line in order.lines}), len(order.lines)),
        )
        fast = self.env["sale.order"].search([("name", "=", wanted.name)])
        values = documents.Books(self.data).order_values(wanted)
        for line in values["order_line"]:
            line[2].pop("analytic_distribution")
        slow = self.env["sale.order"].create({**values, "name": "slow"})
        slow.action_confirm()
        slow.date_order = fast.date_order
        slow._create_invoices()
        slow.invoice_ids.invoice_date = wanted.day
        slow.invoice_ids.action_post()
        self._assert_alike(fast, slow)
        self._assert_alike(fast.order_line, slow.order_line)
        self._assert_alike(fast.invoice_ids, slow.invoice_ids)
        self._assert_alike(fast.invoice_ids.line_ids, slow.invoice_ids.line_ids)

    def _assert_alike(self, ones, others):
        """Every stored value is the same, names and links between the documents aside."""
        self.assertEqual(len(ones), len(others))
        links = {"sale.order", "sale.order.line", "account.move", "account.move.line", "mail.message"}
        names = [
            name
            for name, field in ones._fields.items()
            if field.store and name not in OWN and field.comodel_name not in links
        ]
        for one, other in zip(ones.read(names), others.read(names), strict=True):
            self.assertEqual(
                {name: one[name] for name in names if one[name] != other[name]},
                {name: other[name] for name in names if one[name] != other[name]},
            )


@tagged("post_install", "-at_install")
class TestMethods(BaseCase):
    """Ways of setting the quotas of 2013, on all files; nothing of Odoo is needed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = Sums(find_folder())
        cls.methods = compare_methods.Methods(cls.files)

    def test_each_total_is_divided_without_rest(self):
        # 16,288,443.39 in 2011 and 27,921,674.36 in 2012
        self.assertEqual(self.methods.extrapolated(), 47863377)
        own, *others = self.methods.results()
        self.assertEqual(own.total, 43240000)
        self.assertEqual([one.total for one in others], [47863377] * 4 + [43240000] * 4)
        for one in others:
            self.assertEqual(len(one.amounts), 17 * 4)

    def test_nothing_later_than_2012_is_used(self):
        known = Sums(find_folder(), last=YEARS["2013"][0] - timedelta(days=1))
        self.assertEqual(compare_methods.Methods(known).proposals(), self.methods.proposals())

    def test_error_of_the_company(self):
        first, last = YEARS["2013"]
        quotas = [quota for quota in self.files.quotas if first <= quota.first <= last]
        errors = [
            abs(
                quota.amount
                - sum(
                    line.amount
                    for line in self.files.lines
                    if line.employee == quota.employee and quota.first <= line.day <= quota.last
                )
            )
            for quota in quotas
        ]
        own = self.methods.results()[0]
        self.assertEqual(len(errors), 68)
        self.assertEqual(own.error, sum(errors) / 68)
        self.assertEqual(own.share, sum(errors) / self.files.total("amount", first, last))

    def test_season_is_that_of_the_months(self):
        indices, method = self.methods.season()
        self.assertEqual(method, "simple_average")
        # whole months before the year begins, from the first sale on
        whole = self.files.total("amount", date(2010, 12, 1), date(2012, 11, 30))
        mays = sum(self.files.total("amount", date(year, 5, 1), date(year, 5, 31)) for year in (2011, 2012))
        self.assertAlmostEqual(indices[4], 12 * mays / whole)

    def test_people_who_share_a_territory_share_its_potential(self):
        found = self.methods.potentials()
        whole = sum(Decimal(row["annual_sales"]) for row in self.files.resellers)
        self.assertEqual(sum(found.values()), whole)
        # Northwest and Southwest have two owners, Stephen Jiang has none
        self.assertEqual(found["289"], found["293"])
        self.assertEqual(found["282"], found["287"])
        self.assertNotIn("272", found)

    def test_readme_says_what_came_out(self):
        def figures(line):
            return re.findall(r"[\d,.]+%?(?= \|)", line)

        wanted = [figures(line) for line in compare_methods.table(self.methods.results())][2:]
        for name in ("README.md", "README.zh_CN.md"):
            text = (places.ROOT / name).read_text(encoding="utf-8")
            shown = [figures(line) for line in text.splitlines()]
            start = shown.index(wanted[0])
            self.assertEqual(shown[start : start + len(wanted)], wanted, name)
