"""A customer reports a difference, on a phone in Chinese; `test_collection_tour` has one who confirms."""

from odoo.tests import HttpCase, new_test_user

from .common_statement import StatementCase


class TestAccountStatementTours(StatementCase, HttpCase):
    browser_size = "390x844"

    def test_reports_a_difference(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        user = new_test_user(self.env, "stm_buyer", "base.group_portal", name="Ann", lang="zh_CN")
        user.partner_id.parent_id = self.customer
        statement = self._make(user=self.accountant)
        statement.with_user(self.accountant).action_send()
        tour = "stm_account_statement_report"
        self.start_tour("/my/account-statements", tour, login=user.login, timeout=120)
        self.assertEqual((statement.state, statement.answered_by), ("difference", "Ann Books"))
        self.assertEqual(statement.dispute_ids.owner_id, self.accountant)
