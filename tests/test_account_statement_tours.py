"""A customer answers a statement of account in a browser, in both languages and on a phone."""

from odoo.tests import HttpCase, new_test_user

from .common_statement import StatementCase


class TestAccountStatementTours(StatementCase, HttpCase):
    browser_size = "390x844"

    def _walk(self, language, tour):
        self.env["res.lang"]._activate_lang(language)
        user = new_test_user(self.env, "stm_buyer", "base.group_portal", name="Ann", lang=language)
        user.partner_id.parent_id = self.customer
        statement = self._make(user=self.accountant)
        statement.with_user(self.accountant).action_send()
        self.start_tour("/my/account-statements", tour, login=user.login, timeout=120)
        self.assertEqual(statement.answered_by, "Ann Books")
        return statement

    def test_confirms_in_english(self):
        self.assertEqual(self._walk("en_US", "stm_account_statement_confirm").state, "confirmed")

    def test_confirms_in_chinese(self):
        self.assertEqual(self._walk("zh_CN", "stm_account_statement_confirm").state, "confirmed")

    def test_reports_in_chinese(self):
        statement = self._walk("zh_CN", "stm_account_statement_report")
        self.assertEqual(statement.state, "difference")
        self.assertEqual(statement.activity_ids.user_id, self.accountant)
