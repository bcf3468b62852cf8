"""A plan made and kept, a late fee invoiced, a write-off approved by somebody else: in a browser."""

from odoo.tests import HttpCase

from .common_collection import CollectionCase


class TestCollectionMoneyTour(CollectionCase, HttpCase):
    def _walk(self, language):
        self.env["res.lang"]._activate_lang(language)
        (self.accountant | self.controller).lang = language
        self.policy.write({"fee_fixed": 40, "fee_rate": 0.09, "fee_after": 30})
        self.company.stm_fee_product_id = self.product
        self.product.taxes_id = False
        self.company.stm_loss_account_id = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.id)], limit=1
        )
        beta = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        planned, lost = self._owe(600, 10), self._owe(1000, 73, beta)
        self._run()
        self._run(beta)
        path = "/odoo/collection"
        self.start_tour(path, "stm_accountant_agrees_and_charges", login=self.accountant.login, timeout=120)
        plan = self.env["stm.collection.plan"].search([("company_id", "=", self.company.id)])
        self.assertEqual((plan.state, plan.line_ids.mapped("amount")), ("open", [200, 200, 200]))
        fee = self.env["stm.collection.fee"].search([("company_id", "=", self.company.id)])
        self.assertEqual((fee.state, fee.invoice_id.amount_total), ("invoiced", 58))
        self._pay(planned, self.today)
        self._run()
        self.start_tour(path, "stm_controller_approves_write_off", login=self.controller.login, timeout=120)
        writeoff = self.env["stm.collection.writeoff"].search([("partner_id", "=", beta.id)])
        self.assertEqual((writeoff.user_id, writeoff.approver_ids), (self.accountant, self.controller))
        self.assertEqual((lost.amount_residual, planned.amount_residual), (0, 0))

    def test_in_english(self):
        self._walk("en_US")

    def test_in_chinese(self):
        self._walk("zh_CN")
