from itertools import product

from dateutil.relativedelta import relativedelta

from odoo.addons.sales_target_mgmt.models.achievement.stm_achievement_totals import TotalRequest
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
                many = self._requests(500)
                # one of each measure: a share of the market asks for the market as well
                few = list({request.measure_id: request for request in many}.values())
                self.assertEqual((len(few), len(many)), (len(self.measures), 500))
                self.assertEqual(self._count(few), self._count(many))
                self.assertLessEqual(self._count(many), QUERIES)

    def test_order_of_the_requests_does_not_matter(self):
        """Every month by itself, latest first, of two companies in turns: each gets its own."""
        months = [self.past + relativedelta(months=number) for number in range(5)]
        amounts = {}
        for number, month in enumerate(months):
            self._order(month + relativedelta(days=3), 10.0**number)
            amounts[month] = 10.0**number + (100.0 if month == self.past else 0.0)
        self._build_cells()
        ordered = self.env.ref("sales_target_mgmt.measure_ordered").id
        requests = [
            TotalRequest((month, company), ordered, company, month, month + relativedelta(day=31), {})
            for month in (months[3], months[0], months[4], months[2], months[1])
            for company in (self.other_company.id, self.company.id)
        ]
        found = self.env["stm.achievement"]._get_totals(requests)
        self.assertEqual([found[month, self.company.id] for month in months], list(amounts.values()))
        self.assertEqual({found[month, self.other_company.id] for month in months}, {0.0})

    def test_no_request_no_answer(self):
        self.assertEqual(self.env["stm.achievement"]._get_totals([]), {})

    def test_live_and_built_agree(self):
        requests = self._requests(500)
        live = self.env["stm.achievement"]._get_totals(requests)
        self._build_cells()
        built = self.env["stm.achievement"]._get_totals(requests)
        self.assertEqual(live, built)
        self.assertTrue(any(live.values()))
