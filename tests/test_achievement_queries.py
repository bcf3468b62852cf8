from itertools import product

from dateutil.relativedelta import relativedelta

from odoo.addons.sales_target_mgmt.models.stm_achievement_totals import TotalRequest
from odoo.fields import Date

from .common import StmCase

QUERIES = 5


class TestTotalsQueries(StmCase):
    """However many numbers are wanted, the database is asked as often."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = Date.today()
        cls.past = cls.today.replace(day=1) - relativedelta(months=5)
        order = cls._order(cls.past, 100.0)
        cls._pay(cls._invoice(order, cls.past), cls.past)
        cls._order(cls.today, 20.0, user=cls.rep2)
        cls.measures = cls.env["stm.measure"].search([("company_id", "=", False)])

    def _requests(self, number):
        """That many different ones, over every measure, dimension and kind of range."""
        filters = [
            {},
            {"user_id": self.rep.id},
            {"team_id": self.team.id, "user_id": self.rep2.id},
            {"categ_id": self.category.id},
            {"partner_id": self.customer.id},
        ]
        spans = [
            (self.past + relativedelta(days=first), self.today - relativedelta(days=last))
            for first in (0, 11)
            for last in (0, 17, 40, 70)
        ]
        choices = list(product(spans, self.measures, filters))
        step = max(1, len(choices) // number)
        return [
            TotalRequest(key, measure.id, self.company.id, *span, dimensions)
            for key, (span, measure, dimensions) in enumerate(choices[::step][:number])
        ]

    def _count(self, requests):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        totals = self.env["stm.achievement"]._get_totals(requests)
        self.assertEqual(totals.keys(), {request.key for request in requests})
        return self.env.cr.sql_log_count - before

    def test_constant_and_few(self):
        for state in ("live", "built"):
            with self.subTest(state):
                if state == "built":
                    self._build_cells()
                few, many = self._requests(10), self._requests(500)
                self.assertEqual((len(few), len(many)), (10, 500))
                self.assertEqual(self._count(few), self._count(many))
                self.assertLessEqual(self._count(many), QUERIES)

    def test_no_request_no_answer(self):
        self.assertEqual(self.env["stm.achievement"]._get_totals([]), {})

    def test_live_and_built_agree(self):
        requests = self._requests(500)
        live = self.env["stm.achievement"]._get_totals(requests)
        self._build_cells()
        built = self.env["stm.achievement"]._get_totals(requests)
        self.assertEqual(live, built)
        self.assertTrue(any(live.values()))
