"""The file for payroll: stable columns, text as text, once; and what commission costs."""

import base64
from io import BytesIO

import openpyxl
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase

from .common_commission import CommissionCase

HEADINGS = ("Employee Number", "Name", "Pay Code", "Period", "Amount", "Currency", "Statement")


@freeze_time("2026-06-15 12:00:00")
class TestCommissionPayroll(HttpCase, CommissionCase):
    def _locked(self, numbers=("007", "=1+1")):
        for user, amount in ((self.rep, 1000), (self.rep2, 500.4)):
            self._invoice(self._order("2026-05-10", amount, user=user), "2026-05-10")
        statements = self._settle(self._commission([0.1], [self.rep, self.rep2]))
        self._post(statements)
        statements.with_user(self.payroll2).action_approve()
        statements.with_user(self.payroll).action_lock()
        for user, number in zip((self.rep, self.rep2), numbers, strict=True):
            user.partner_id.stm_employee_number = number
        return statements

    def _export(self, statements, user=None):
        statements.with_user(user or self.accountant).action_export_payroll()
        return statements.payroll_id

    def _read(self, content):
        return list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True))

    def test_columns_and_values(self):
        self.rep2.partner_id.name = "=HYPERLINK(1)"
        statements = self._locked()
        self.company.stm_commission_pay_code = "4711"
        rows = self._read(base64.b64decode(self._export(statements).content))
        by_user = {one.user_id: one.id for one in statements}
        self.assertEqual(rows[0], HEADINGS)
        self.assertCountEqual(
            rows[1:],
            [
                ("007", "Rep", "4711", "2026-05", 100, "EUR", by_user[self.rep]),
                ("=1+1", "=HYPERLINK(1)", "4711", "2026-05", 50.04, "EUR", by_user[self.rep2]),
            ],
        )
        sheet = openpyxl.load_workbook(BytesIO(base64.b64decode(statements.payroll_id.content))).active
        self.assertEqual({cell.data_type for row in sheet["A2:D3"] for cell in row}, {"s"})

    def test_exported_once_and_the_same_file_again(self):
        statements = self._locked()
        file = self._export(statements)
        self.assertEqual((file.name, file.statement_count, file.create_uid), ("2026-05", 2, self.accountant))
        with self.assertRaisesRegex(UserError, "was exported already, in the file “2026-05” of "):
            self._export(statements[:1], self.payroll)
        before = file.content
        self.rep.partner_id.stm_employee_number = "999"
        self.authenticate(self.accountant.login, self.accountant.login)
        url = file.with_user(self.accountant).action_download()["url"]
        contents = [self.url_open(url).content for _time in range(2)]
        self.assertEqual(contents, [base64.b64decode(before)] * 2)
        self.assertEqual(self.env["stm.commission.payroll"].search_count([("id", ">=", file.id)]), 1)

    def test_paid_with_the_file(self):
        statements = self._locked()
        file = self._export(statements)
        self.assertFalse(file.is_paid)
        file.with_user(self.accountant).action_pay()
        self.assertEqual(set(statements.mapped("state")), {"paid"})
        self.assertTrue(file.is_paid)
        with self.assertRaises(UserError):
            file.with_user(self.accountant).action_pay()

    def test_numbers_are_needed_and_different(self):
        statements = self._locked(("", "7"))
        with self.assertRaisesRegex(UserError, "“Rep” have no employee number"):
            self._export(statements)
        self.rep.partner_id.stm_employee_number = " 7 "
        with self.assertRaisesRegex(UserError, "“Rep.*”, “Rep2”|“Rep2”, “Rep”"):
            self._export(statements)
        self.assertFalse(statements.payroll_id)

    def test_only_what_is_locked_and_for_payroll(self):
        statements = self._locked()
        statements[0].sudo().state = "approved"
        with self.assertRaisesRegex(UserError, "needs “Locked”"):
            self._export(statements)
        statements.sudo().write({"user_id": False, "state": "locked"})
        with self.assertRaisesRegex(UserError, "Nothing here is for payroll"):
            self._export(statements)
        statements.sudo().write({"user_id": self.rep.id})
        self.company.stm_commission_pay_code = False
        with self.assertRaisesRegex(UserError, "lack: Commission Pay Code"):
            self._export(statements)

    def test_nobody_else_gets_it(self):
        statements = self._locked()
        file = self._export(statements)
        for user in (self.rep, self.manager, self.sees_all):
            with self.assertRaises(AccessError):
                file.with_user(user).read(["content"])
            with self.assertRaises(AccessError):
                statements.with_user(user).action_export_payroll()
            self.authenticate(user.login, user.login)
            self.assertEqual(self.url_open(f"/stm/payroll/{file.id}").status_code, 404)
            self.assertEqual(
                self.url_open(f"/web/content/stm.commission.payroll/{file.id}/content").status_code, 404
            )
        for user in (self.rep, self.manager, self.accountant):
            with self.assertRaises(AccessError):
                self.rep.partner_id.with_user(user).read(["stm_employee_number"])
            with self.assertRaises(AccessError):
                self.rep.partner_id.with_user(user).write({"stm_employee_number": "1"})
        for user in (self.accountant, self.payroll):
            for method, arguments in (("write", [{"name": "x"}]), ("unlink", [])):
                with self.assertRaises(AccessError):
                    getattr(file.with_user(user), method)(*arguments)
        abroad = self._make_user("abroad", "account.group_account_invoice", self.other_company)
        files = file.with_user(abroad).with_context(allowed_company_ids=self.other_company.ids)
        self.assertFalse(files.search([]))

    def test_cost_by_team_and_period(self):
        statements = self._locked()
        rows = self.env["stm.commission.cost"].with_user(self.accountant).search([])
        self.assertEqual(
            [(row.team_id, str(row.date_from), row.earned, row.people, row.state) for row in rows],
            [(self.team, "2026-05-01", 150.04, 2, "locked")],
        )
        self.assertEqual(sum(statements.mapped("earned")), 150.04)
        with self.assertRaises(AccessError):
            self.env["stm.commission.cost"].with_user(self.manager).search([])
