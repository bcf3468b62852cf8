"""An accountant collects and gets a statement confirmed on the portal, in a browser, in both languages."""

from dateutil.relativedelta import relativedelta

from odoo.tests import HttpCase, new_test_user

from .common_collection import CollectionCase


class TestCollectionTour(CollectionCase, HttpCase):
    def _walk(self, language):
        """A promise of what is due, and a statement of last month, when 60.00 were owed."""
        self.env["res.lang"]._activate_lang(language)
        self.accountant.lang = language
        self._owe(500, 10)
        old = self._owe(60, -30)
        old.button_draft()
        old.date = old.invoice_date = self.today - relativedelta(day=1, days=1)
        old.invoice_date_due = self.today + relativedelta(days=30)
        old.action_post()
        self.start_tour("/odoo/collection", "stm_accountant_collects", login=self.accountant.login)
        case = self.env["stm.collection.case"].search([("company_id", "=", self.company.id)])
        self.assertEqual(case.promise_ids.mapped("amount"), [500])
        self.assertEqual(case.log_ids.mapped("days"), [7])
        statement = self.env["stm.account.statement"].search([("company_id", "=", self.company.id)])
        self.assertEqual((statement.state, statement.closing), ("sent", 60))
        self._confirm(language)
        self.assertEqual((statement.state, statement.answered_by), ("confirmed", "Ann Books"))
        self.start_tour(
            f"/odoo/account-statements/{statement.id}",
            "stm_accountant_sees_confirmed",
            login=self.accountant.login,
        )

    def _confirm(self, language):
        """The customer does, on a phone."""
        buyer = new_test_user(self.env, "stm_buyer", "base.group_portal", name="Ann", lang=language)
        buyer.partner_id.parent_id = self.customer
        self.browser_size, wide = "390x844", self.browser_size
        self.start_tour("/my/account-statements", "stm_account_statement_confirm", login=buyer.login)
        self.browser_size = wide

    def test_in_english(self):
        self._walk("en_US")

    def test_in_chinese(self):
        self._walk("zh_CN")
