"""A sales year of AdventureWorks, loaded as `make real` loads it, figure by figure."""

from decimal import Decimal

from odoo.tests import TransactionCase, tagged

from dev import places
from dev.real_data import documents, quotas, source
from dev.real_data.compare import Comparison
from dev.real_data.load import Loaded, build_cells
from dev.real_data.sums import YEARS, Sums

FIRST, LAST = YEARS["2011"]
# what differs between two documents of the same content; a date entered by hand is noted
OWN = {
    "id", "name", "display_name", "move_name", "create_date", "write_date", "access_token", "ref",
    "reference", "invoice_origin", "payment_reference", "sequence_number", "is_manually_modified",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestRealData(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = (places.data() or places.ROOT) / "adventureworks"
        if not folder.is_dir():
            raise AssertionError(
                "The AdventureWorks files are not here: put them into ../shared/data/adventureworks "
                "beside this checkout, or set STM_DATA to the folder that holds `adventureworks`."
            )
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
