"""A quarter of three people of AdventureWorks, paid as `make real` pays all of them."""

from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, TransactionCase, tagged

from dev.real_data import documents, quotas, source, turns
from dev.real_data.commission import Commission
from dev.real_data.commission_turns import Quarters
from dev.real_data.compare import Comparison
from dev.real_data.load import Loaded
from dev.real_data.sums import Sums
from dev.real_data.wages import Wages

from .test_real_data import find_folder

# the first quarter of the quotas, which begins in a calendar quarter and ends in the next
FIRST, LAST = date(2010, 12, 29), date(2011, 3, 30)
# Tsvi Reiter, Pamela Ansman-Wolfe who met her quota, David Campbell
PEOPLE = ("285", "286", "289")


@tagged("post_install", "-at_install")
class TestRealCommission(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = find_folder()
        cls.env = cls.env(context={**cls.env.context, **documents.QUIET})
        company = cls.env["res.company"].create({"name": "AdventureWorks Pay"})
        cls.env.user.company_ids |= company
        cls.env.user.company_id = company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        files = Sums(folder, FIRST, LAST)
        files.lines = [line for line in files.lines if line.employee in PEOPLE]
        data = Loaded(company.with_env(cls.env), folder, FIRST, LAST)
        data.masters()
        orders = [one for one in source.orders(folder, FIRST, LAST) if one.employee in PEOPLE]
        documents.Books(data).write(orders)
        quotas.make(data, files.quotas)
        cls.wages = Wages(files, folder)
        cls.comparison = Comparison(files, data)
        cls.commission = Commission(cls.comparison, cls.wages)
        cls.commission.make()

    def _assert_same(self):
        self.assertFalse(self.comparison.differences, "\n".join(self.comparison.report()))

    def test_quarters_payments_refunds_and_what_is_reopened(self):
        self.comparison.differences, self.comparison.count = [], 0
        self.commission.quarters()
        self._assert_same()
        played = Quarters(self.commission, 2)
        self.assertEqual(played.play(), 10)
        self._assert_same()
        rows = self.commission.ledger()
        self._assert_same()
        # each line of the three, and four refunds: two of an invoice, two of a line
        back = sum(one.lines for one in played.turns.back)
        self.assertEqual(rows, len(self.wages.lines) + back + 2)
        self.assertGreater(self.comparison.count, rows)

    def test_who_met_the_quota_is_known_from_the_files(self):
        self.assertEqual(self.wages.bonus(), {("286", date(2011, 1, 1)): Decimal(5000)})
        self.assertEqual(len(self.wages.quarters()), 2)

    def test_a_difference_is_named(self):
        self.comparison.differences = []
        rate = self.wages.rates["285"]
        self.wages.rates["285"] = Decimal("0.02")
        self.addCleanup(self.wages.rates.update, {"285": rate})
        self.commission.quarters()
        self.assertTrue(self.comparison.differences)
        for line in self.comparison.differences:
            self.assertRegex(line, "(earned|waiting|earn in the quarter).*285")
        self.comparison.differences = []


@tagged("post_install", "-at_install")
class TestWages(BaseCase):
    """On all files; nothing of Odoo is needed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = find_folder()
        cls.wages = Wages(Sums(folder), folder)

    def test_three_years(self):
        self.assertEqual(len(self.wages.quarters()), 13)
        self.assertEqual(sum(self.wages.commission().values()), Decimal("1100987.72"))
        # five times 5,000 and three times 3,500
        self.assertEqual(sum(self.wages.bonus().values()), 35500)

    def test_every_turn_has_its_own_invoices(self):
        chosen = turns.choose(self.wages, 20)
        names = [one.name for part in chosen for one in part]
        self.assertEqual((len(names), len(set(names))), (100, 100))
        self.assertEqual({one.lines for one in (*chosen.part, *chosen.less)}, {1})

    def test_who_would_give_back_owes_it(self):
        self.assertEqual(turns.pay_out(Decimal(-80), Decimal(0)), (0, 80))
        self.assertEqual(turns.pay_out(Decimal(100), Decimal(80)), (20, 0))
