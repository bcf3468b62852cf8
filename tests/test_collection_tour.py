"""An accountant collects, in a browser."""

from odoo.tests import HttpCase

from .common_collection import CollectionCase


class TestCollectionTour(CollectionCase, HttpCase):
    def test_run_and_promise(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.accountant.lang = "en_US"
        self._owe(500, 10)
        self.start_tour("/odoo/collection", "stm_accountant_collects", login=self.accountant.login)
        case = self.env["stm.collection.case"].search([("company_id", "=", self.company.id)])
        self.assertEqual(case.promise_ids.mapped("amount"), [500])
        self.assertEqual(case.log_ids.mapped("days"), [7])
