from odoo.tests import HttpCase

from .test_territory import TerritoryCase


class TestTerritoryTours(TerritoryCase, HttpCase):
    """What a planner does with territories in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.manager.lang = "en_US"

    def test_planner_builds_a_division_and_mends_its_coverage(self):
        (self.north | self.south | self.west).unlink()
        self.europe.unlink()
        self.division.unlink()
        self.env["res.partner"].search([("customer_rank", ">", 0)]).customer_rank = 0
        self._partner("Hamburg Trade", self.germany, "20095", customer_rank=1)
        lyon = self._partner("Lyon Trade", self.france, customer_rank=1)
        self.start_tour(
            "/odoo/territory-divisions", "stm_planner_territories", login=self.manager.login, timeout=120
        )
        division = self.env["stm.territory.division"].search([("company_id", "=", self.company.id)])
        europe, germany = division.territory_ids.sorted("parent_path")
        self.assertEqual((germany.parent_id, germany.owner_ids), (europe, self.rep2))
        self.assertTrue(division.is_primary)
        exception = division.exception_ids
        self.assertEqual((exception.partner_id, exception.user_id), (lyon, self.manager))
        self.assertFalse(division._get_coverage_faults(self.today))

    def test_tree(self):
        self.start_tour("/odoo/territories", "stm_territory_tree", login=self.manager.login, timeout=120)
