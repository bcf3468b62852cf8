"""The receivables sample: Odoo's ratings are those of the files, and they order customers."""

import itertools
import re

from odoo.tests import TransactionCase, tagged

from dev import places
from dev.real_data import receivables, receivables_files


def find_folder():
    folder = (places.data() or places.ROOT) / "receivables"
    if not folder.is_dir():
        raise AssertionError(
            "The receivables sample is not here: put it into ../shared/data/receivables beside this "
            "checkout, or set STM_DATA to the folder that holds `receivables`."
        )
    return folder


@tagged("post_install", "-at_install")
class TestRealReceivables(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = find_folder()
        cls.sample = receivables.Receivables(cls.env, folder)
        # a few customers are enough to hold one against the other
        some = set(sorted({bill.customer for bill in cls.sample.bills})[:12])
        cls.sample.bills = [bill for bill in cls.sample.bills if bill.customer in some]
        cls.sample.load()

    def test_odoo_rates_as_the_files_do(self):
        self.assertEqual(len(self.sample.partners), 12)
        self.assertEqual(self.sample.differences(), [])

    def test_grades_order_customers_and_the_readme_says_so(self):
        bills = receivables_files.read(find_folder())
        self.assertEqual(len(bills), 2466)
        self.addCleanup(setattr, self.sample, "bills", self.sample.bills)
        self.sample.bills = bills
        ratings = receivables_files.Ratings(bills, self.sample.rate_by_files)
        outcomes = [one for one in ratings.outcomes() if one.grade != "–"]
        self.assertEqual([one.grade for one in outcomes], ["A", "B", "C", "D", "E"])
        for better, worse in itertools.pairwise(outcomes):
            self.assertLess(better.share, worse.share)
            self.assertLess(better.days, worse.days)
        for one in ratings.correlations()[:2]:
            self.assertLess(one, -0.7)
        wanted = [_figures(line) for line in receivables_files.table(ratings)][2:]
        for name in ("README.md", "README.zh_CN.md"):
            shown = [_figures(line) for line in (places.ROOT / name).read_text("utf-8").splitlines()]
            start = shown.index(wanted[0])
            self.assertEqual(shown[start : start + len(wanted)], wanted, name)


def _figures(line):
    return re.findall(r"[\d,.]+%?(?= \|)", line)
