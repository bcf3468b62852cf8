"""Who may export what, and who may import."""

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_xlsx import StmXlsxCase


@tagged("post_install", "-at_install")
class TestTargetXlsxRights(StmXlsxCase, HttpCase):
    allow_inherited_tests_method = True

    def _rpc(self, model, method, args, user, **kwargs):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def _download(self, user, plan=None, kind="xlsx"):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/stm/plan/{(plan or self.plan).id}/{kind}")

    def test_download(self):
        response = self._download(self.manager)
        self.assertEqual(response.status_code, 200)
        self.assertIn("Plan%202026.xlsx", response.headers["Content-Disposition"])
        template = self.url_open(f"/stm/plan/{self.plan.id}/template")
        self.assertIn("Plan%202026%20%28template%29.xlsx", template.headers["Content-Disposition"])
        self.assertEqual(self._load(response.content)["Targets"]["E4"].value, 500)
        template = self._load(self._download(self.manager, kind="template").content)
        self.assertIsNone(template["Targets"]["E4"].value)

    def test_salesperson_gets_own_lines(self):
        self.assertEqual(self._download(self.rep).status_code, 404)
        self._approve()
        book = self._load(self._download(self.rep).content)
        rows = list(book["Targets"].iter_rows(min_row=2, values_only=True))
        self.assertEqual([(row[0], row[1], row[4], row[5]) for row in rows], [(self.ann.id, "Rep", 500, 0)])
        self.assertEqual(book["Nodes"].max_row, 2)
        text = str([list(sheet.values) for sheet in book.worksheets])
        self.assertNotIn("1000.5", text)
        self.assertEqual(self._download(self.rep2).status_code, 404)

    def test_leader_gets_the_team(self):
        self._approve()
        sheet = self._load(self._download(self.leader).content)["Targets"]
        self.assertEqual([sheet.cell(row, 5).value for row in (2, 3, 4)], [800, 500, None])

    def test_other_company(self):
        self._approve()
        other = self._make_user("manager_other", "sales_team.group_sale_manager", self.other_company)
        for user in (other, self.rep_other):
            self.assertEqual(self._download(user).status_code, 404)
            with self.assertRaises(AccessError):
                self.env["stm.target.xlsx"].with_user(user)._render(self.plan.with_user(user))
            with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
                self._rpc("stm.target.plan", "action_export_xlsx", [self.plan.ids], user)

    def test_import_by_role(self):
        values = {"plan_id": self.plan.id, "file": False}
        other = self._make_user("manager_other", "sales_team.group_sale_manager", self.other_company)
        for user in (self.rep, self.leader, self.sees_all, self.accountant, other):
            with (
                self.subTest(user=user.login),
                mute_logger("odoo.http"),
                self.assertRaisesRegex(JsonRpcException, "AccessError"),
            ):
                self._rpc("stm.target.import", "create", [values], user)
        self.plan.user_id = self.rep
        with mute_logger("odoo.http"), self.assertRaisesRegex(JsonRpcException, "AccessError"):
            self._rpc("stm.target.plan", "action_import", [self.plan.ids], self.rep)

    def test_import_is_the_importers_own(self):
        wizard = self._check(self._book({"E4": "x"}))
        second = self._make_user("manager2", "sales_team.group_sale_manager")
        self.env.flush_all()
        for model, ids in ((wizard, wizard.ids), (wizard.fault_ids, wizard.fault_ids.ids)):
            with mute_logger("odoo.http"), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self._rpc(model._name, "read", [ids, ["display_name"]], second)
        with mute_logger("odoo.http"), self.assertRaisesRegex(JsonRpcException, "AccessError"):
            self._rpc(wizard._name, "action_apply", [wizard.ids], second)

    def test_over_rpc(self):
        action = self._rpc("stm.target.plan", "action_import", [self.plan.ids], self.manager)
        self.assertEqual(action["res_model"], "stm.target.import")
        self._rpc(
            "stm.target.import", "write", [[action["res_id"]], {"file": "bm8gd29ya2Jvb2s="}], self.manager
        )
        self._rpc("stm.target.import", "action_check", [[action["res_id"]]], self.manager)
        wizard = self.env["stm.target.import"].browse(action["res_id"])
        self.assertEqual(wizard.step, "faulty")
        self.assertIn("not an Excel workbook", wizard.fault_ids.message)

    def test_file_is_for_managers(self):
        """Whoever has one target in the plan reads its chatter; the file holds everybody's."""
        self._apply(self._book({"E4": 650}))
        self._approve()
        file = self.plan.import_file_ids
        self.assertEqual(len(file), 1)
        for user in (self.rep, self.leader, self.sees_all, self.accountant):
            self.env.invalidate_all()
            self.assertIn("1 changed targets", str(self.plan.with_user(user).message_ids.mapped("body")))
            self.assertFalse(self.plan.with_user(user).message_ids.attachment_ids)
            found = self.env["ir.attachment"].with_user(user).search([("id", "=", file.id)])
            self.assertFalse(found, user.login)
            for read in (lambda user=user: file.with_user(user).raw, lambda user=user: self._files(user)):
                with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
                    self.env.invalidate_all()
                    read()
        self.authenticate(self.rep.login, self.rep.login)
        self.assertEqual(self.url_open(f"/web/content/{file.id}").status_code, 404)
        self.authenticate(self.manager.login, self.manager.login)
        self.assertEqual(self.url_open(f"/web/content/{file.id}").content, file.sudo().raw)

    def _files(self, user):
        return self.plan.with_user(user).read(["import_file_ids"])

    @freeze_time("2026-01-05")
    def test_draft_only(self):
        wizard = self._check(self._book({"E4": 1}))
        self.plan.with_user(self.manager).action_submit()
        for state in ("Submitted", "Approved"):
            if state == "Approved":
                self._approve()
            with self.assertRaisesRegex(Exception, f"imported into a draft.*{state}"):
                wizard.action_apply()
            with self.assertRaisesRegex(Exception, f"imported into a draft.*{state}"):
                self.plan.with_user(self.manager).action_import()
        self.assertEqual(self._targets(self.ann)["2026-01-01"], 500)
