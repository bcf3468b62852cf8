"""A branch uses the territories of the company above it."""

from datetime import timedelta

from .test_territory import TerritoryCase


class TestTerritoryBranch(TerritoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {"name": "STM Branch", "parent_id": cls.company.id, "stm_tz": "UTC"}
        )
        cls.env.user.company_ids |= cls.branch
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": (cls.company | cls.branch).ids})
        cls.seller = cls._make_user("seller", "sales_team.group_sale_salesman", cls.branch)
        cls.munich = cls._partner("Munich", cls.germany, "80331", company_id=cls.branch.id)
        cls.day = cls.today - timedelta(days=9)

    def _sell(self):
        return self._order(
            self.day, 50.0, partner=self.munich, user=self.seller, company_id=self.branch.id, team_id=False
        )

    def test_customers_of_the_branch(self):
        self.assertEqual(self._members(self.munich), [(self.south, False, False)])
        self.assertEqual(self.munich.with_company(self.branch).stm_territory_id, self.south)
        self.assertEqual(self._sell().territory_id, self.south)

    def test_a_branch_with_territories_of_its_own(self):
        own = self.env["stm.territory.division"].create(
            {"name": "Own", "company_id": self.branch.id, "is_primary": True}
        )
        self.assertFalse(self.munich.with_company(self.branch).stm_territory_id)
        order = self._sell()
        self.assertFalse(order.territory_id)
        self.division.action_stamp_earlier()
        while self.division.stamp_pending:
            self.division._stamp_batch()
        self.assertFalse(order.territory_id, "not by the company's division")
        self.assertEqual(own._get_companies(), self.branch)
        self.assertEqual(self.division._get_companies(), self.company)

    def test_gaps_among_customers_of_the_branch(self):
        nowhere = self._partner("Nowhere", company_id=self.branch.id)
        self.env["sale.order"].create({"partner_id": nowhere.id, "company_id": self.branch.id})
        _number, gaps, _overlaps = self.division._get_coverage(self.today)
        self.assertIn(nowhere.id, [partner for partner, _exception in gaps])

    def test_earlier_documents_of_the_branch(self):
        order = self._sell()
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET territory_id = NULL WHERE id = %s", order.ids)
        self.env.invalidate_all()
        self.division.action_stamp_earlier()
        while self.division.stamp_pending:
            self.division._stamp_batch()
        self.assertEqual(order.territory_id, self.south)

    def test_sales_of_the_branch_are_scanned(self):
        self.env["stm.territory.assignment"].create(
            {"territory_id": self.north.id, "user_id": self.rep.id, "date_from": "2020-01-01"}
        )
        order = self._sell()
        cases = self.env["stm.territory.case"]
        self.assertEqual(cases._scan(self.branch, self.day, self.today), {"no_territory": 1})
        case = cases.search([("order_id", "=", order.id)])
        self.assertEqual((case.company_id, case.territory_id), (self.branch, self.south))
        self.assertEqual(cases._scan(self.company, self.day, self.today), {})

    def test_the_job_scans_branches(self):
        self.env["stm.territory.assignment"].create({"territory_id": self.north.id, "user_id": self.rep.id})
        order = self._sell()
        self._run_cron(self.env["stm.territory.case"]._cron_scan)
        self.assertTrue(self.env["stm.territory.case"].search([("order_id", "=", order.id)]))
