"""A plan goes into a spreadsheet and comes back as it was, or as somebody changed it."""

import base64
import time

from .common_xlsx import StmXlsxCase


class TestTargetExport(StmXlsxCase):
    def test_cells(self):
        book = self._export()
        self.assertEqual(book.sheetnames, ["Targets", "Nodes", "Read me"])
        sheet = book["Targets"]
        self.assertEqual(
            [cell.value for cell in sheet[1]][:5],
            ["Key", "Node", "Measure", "What Is Measured", "2026-01-01 – 2026-01-31"],
        )
        self.assertEqual(sheet["P1"].value, "2026-12-01 – 2026-12-31")
        self.assertEqual(sheet["Q1"].value, "Total")
        self.assertEqual(
            [cell.value for cell in sheet[4]][:7],
            [self.ann.id, "Company / North / Rep", "ordered", "Revenue Ordered (EUR)", 500, 0, None],
        )
        self.assertEqual(sheet["Q4"].value, "=SUM(E4:P4)")
        self.assertEqual(sheet["E4"].number_format, "#,##0.00")
        nodes = book["Nodes"]
        self.assertEqual(
            [cell.value for cell in nodes[4]],
            [self.ann.id, "Company / North / Rep", None, None, "North", "stm_rep", *[None] * 6],
        )
        self.assertEqual(nodes["C2"].value, "Company")
        self.assertEqual(book["Read me"]["A1"].value, "Plan 2026")

    def test_totals_are_in_the_file(self):
        content = self.env["stm.target.xlsx"]._render(self.plan)
        sheet = self._load(content, data_only=True)["Targets"]
        self.assertEqual([sheet[f"Q{row}"].value for row in (2, 3, 4)], [1000.5, 800, 500])

    def test_ratio_has_no_total(self):
        self.plan.line_ids.unlink()
        self.plan.measure_ids = self.env.ref("sales_target_mgmt.measure_conversion")
        self.assertIsNone(self._export()["Targets"]["Q2"].value)

    def test_text_is_never_a_formula(self):
        evil = "=cmd|' /C calc'!A0"
        partner = self.env["res.partner"].create({"name": evil, "ref": "@SUM(1)"})
        node = self._node(self.ann, partner=partner)
        node.label = "+1+1"
        book = self._export()
        for cell, value in {"C5": "+1+1", "J5": "@SUM(1)", "K5": evil}.items():
            self.assertEqual(book["Nodes"][cell].value, value)
            self.assertEqual(book["Nodes"][cell].data_type, "s")
            self.assertTrue(book["Nodes"][cell].quotePrefix)
        self.assertEqual(book["Targets"]["B5"].value, "Company / North / Rep / +1+1")
        self.assertEqual(self._check(self._save(book)).difference_count, 0)

    def test_template_has_the_same_form(self):
        template, export = self._export(with_targets=False), self._export()
        for title in ("Nodes", "Read me"):
            self.assertEqual(*(tuple(book[title].values) for book in (template, export)))
        self.assertEqual(
            [row[:4] for row in template["Targets"].values], [row[:4] for row in export["Targets"].values]
        )
        values = {row[4] for row in template["Targets"].iter_rows(min_row=2, values_only=True)}
        self.assertEqual(values, {None})

    def test_chinese_headings(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.manager.lang = "zh_CN"
        env = self.env(user=self.manager, context={**self.env.context, "lang": "zh_CN"})
        content = env["stm.target.xlsx"]._render(self.plan.with_env(env))
        self.assertEqual(self._load(content)["Targets"]["B1"].value, "节点")
        self.manager.lang = "en_US"
        wizard = self._check(content)
        self.assertEqual((wizard.step, wizard.line_unchanged), ("ready", 4))

    def test_targets_beside_the_periods_have_columns(self):
        self._line(self.north, 70, "2026-02-10", "2026-03-20")
        sheet = self._export()["Targets"]
        self.assertEqual(sheet["G1"].value, "2026-02-10 – 2026-03-20")
        self.assertEqual(sheet["G3"].value, 70)
        wizard = self._check(self._export())
        self.assertEqual((wizard.difference_count, wizard.line_unchanged), (0, 5))

    def test_names_with_slashes(self):
        node = self._node(self.ann, categ=self.subcategory)
        self.assertEqual(node.name, "Pumps / Small pumps")
        book = self._export()
        self.assertEqual(book["Nodes"]["B5"].value, "Company / North / Rep / Pumps/Small pumps")
        self.assertEqual(book["Nodes"]["G5"].value, "Pumps / Small pumps")
        self.assertEqual(self._check(self._save(book)).difference_count, 0)


class TestTargetImport(StmXlsxCase):
    def test_export_comes_back_unchanged(self):
        before = self._snapshot()
        wizard = self._check(self._export())
        self.assertEqual(
            (wizard.node_unchanged, wizard.line_unchanged, wizard.line_kept, wizard.difference_count),
            (3, 4, 0, 0),
        )
        wizard.action_apply()
        self.assertEqual(self._snapshot(), before)

    def test_template_comes_back_unchanged(self):
        wizard = self._check(self._export(with_targets=False))
        self.assertEqual((wizard.step, wizard.difference_count, wizard.line_kept), ("ready", 0, 4))

    def test_change_and_add(self):
        wizard = self._check(self._book({"E4": 650.25, "F4": 25, "G3": 12.345}))
        self.assertEqual((wizard.line_created, wizard.line_changed, wizard.line_unchanged), (1, 2, 2))
        self.assertRecordValues(
            wizard.difference_ids.filtered(lambda row: row.place == "Targets!E4"),
            [
                {
                    "kind": "line_changed",
                    "node": "Rep",
                    "period": "2026-01-01 – 2026-01-31",
                    "old": "500.00\xa0€",
                    "new": "650.25\xa0€",
                }
            ],
        )
        self.assertEqual(self._targets(self.ann), {"2026-01-01": 500, "2026-02-01": 0})
        wizard.action_apply()
        self.assertEqual(self._targets(self.ann), {"2026-01-01": 650.25, "2026-02-01": 25})
        # money in whole cents
        self.assertEqual(self._targets(self.north), {"2026-01-01": 800, "2026-03-01": 12.35})
        message = self.plan.message_ids[0]
        self.assertIn("1 new and 2 changed targets", message.body)
        # the file holds everybody's targets, the chatter is read by whoever has one of them
        self.assertFalse(message.attachment_ids)
        [file] = self.plan.with_user(self.manager).import_file_ids
        self.assertEqual((file.name, file.raw), ("targets.xlsx", base64.b64decode(wizard.file)))

    def test_new_nodes(self):
        nodes = {
            "B5": "Company / North / Second",
            "F5": "stm_rep2",
            # a child before its parent, named after what it stands for
            "B6": "Company / Pumps / Acme",
            "K6": "Acme",
            "B7": "Company / Pumps",
            "G7": "Pumps",
        }
        targets = {"B5": "Company / Pumps / Acme", "C5": "ordered", "E5": 90, "P5": 10}
        self.customer.company_id = self.company
        wizard = self._check(self._book(targets, nodes))
        self.assertEqual((wizard.step, wizard.node_created, wizard.line_created), ("ready", 3, 2))
        wizard.action_apply()
        second, pumps, acme = (
            self.plan.node_ids.filtered(lambda node, name=name: node.name == name)
            for name in ("Second", "Pumps", "Acme")
        )
        self.assertRecordValues(
            second | pumps | acme,
            [
                {"parent_id": self.north.id, "label": "Second", "team_id": self.team.id, "categ_id": False},
                {"parent_id": self.root.id, "label": False, "team_id": False, "categ_id": self.category.id},
                {"parent_id": pumps.id, "label": False, "team_id": False, "categ_id": self.category.id},
            ],
        )
        self.assertEqual(second.user_id, self.rep2)
        self.assertEqual(second.breakdown_id, self.ann.breakdown_id)
        divided = (pumps | acme).breakdown_id.mapped("dimension")
        self.assertEqual(divided, ["categ_id", "partner_id"])
        self.assertEqual(self._targets(acme), {"2026-01-01": 90, "2026-12-01": 10})
        self.assertEqual(self._check(self._export()).difference_count, 0)

    def test_same_as_by_hand(self):
        """A node of the file is what the form would have made of the same values."""
        wizard = self._apply(self._book({}, {"B5": "Company / North / Stm_Rep2", "F5": "stm_rep2"}))
        made = wizard.plan_id.node_ids.filtered(lambda node: node.user_id == self.rep2)
        names = ["label", "name", "parent_id", "breakdown_id", "team_id", "company_id"]
        values = made.read(names)
        made.unlink()
        by_hand = self._node(self.north, user=self.rep2)
        by_hand.name = "Stm_Rep2"
        expected = by_hand.read(names)
        self.assertEqual([{**one, "id": 0} for one in values], [{**one, "id": 0} for one in expected])

    def test_own_name(self):
        self._apply(self._book({}, {"C3": "The North"}))
        self.assertEqual(self.north.name, "The North")
        book = self._export()
        self.assertEqual(book["Nodes"]["B4"].value, "Company / The North / Rep")
        book["Nodes"]["C3"] = None
        self._apply(book)
        self.assertEqual(self.north.name, "North")

    def test_rows_without_key_are_found_by_path(self):
        wizard = self._check(self._book({"A4": None, "E4": 1}, {"A4": None}))
        self.assertEqual((wizard.node_unchanged, wizard.line_changed, wizard.node_created), (3, 1, 0))

    def test_part_of_a_file(self):
        book = self._book({"E4": 1})
        del book["Nodes"], book["Read me"]
        book["Targets"].delete_rows(2, 2)
        wizard = self._check(book)
        self.assertEqual((wizard.line_changed, wizard.line_unchanged, wizard.line_kept), (1, 1, 2))

    def test_text_numbers_of_the_language(self):
        self._apply(self._book({"E4": "1,234.5", "F4": "1234.25"}))
        self.assertEqual(self._targets(self.ann), {"2026-01-01": 1234.5, "2026-02-01": 1234.25})
        self.env["res.lang"]._activate_lang("de_DE")
        self.manager.lang = "de_DE"
        self.env(user=self.manager)["res.lang"].search([("code", "=", "de_DE")]).sudo().write(
            {"decimal_point": ",", "thousands_sep": "."}
        )
        book = self._book({"E4": "2.234,5", "F4": "1,5"})
        wizard = self._wizard(book).with_context(lang="de_DE")
        wizard.action_check()
        wizard.action_apply()
        self.assertEqual(self._targets(self.ann), {"2026-01-01": 2234.5, "2026-02-01": 1.5})

    def test_formulas_count_by_their_result(self):
        """As a spreadsheet program saves them; openpyxl writes formulas without results."""
        # texts are numbers in the file, too; no text has this one
        content = self._save(self._book({"E4": 7004}))
        content = self._edit_part(
            content, "xl/worksheets/sheet1.xml", b"<v>7004</v>", b"<f>7000+4</f><v>7004</v>"
        )
        self.assertEqual(self._load(content)["Targets"]["E4"].value, "=7000+4")
        self._apply(content)
        self.assertEqual(self._targets(self.ann)["2026-01-01"], 7004)

    def test_free_ranges(self):
        self.plan.granularity = "free"
        book = self._book({"F1": "2026-02-03 – 2026-03-30", "F4": None, "F3": 44})
        self._apply(book)
        self.assertEqual(self._targets(self.north), {"2026-01-01": 800, "2026-02-03": 44})

    def test_several_measures(self):
        self.plan.measure_ids |= self.env.ref("sales_target_mgmt.measure_conversion")
        book = self._export()
        rows = list(book["Targets"].iter_rows(min_row=2, max_col=4, values_only=True))
        self.assertEqual([row[2] for row in rows], ["ordered", "conversion"] * 3)
        book["Targets"]["E7"] = 33.25
        self._apply(book)
        line = self.ann.line_ids.filtered(lambda line: line.measure_id.unit == "percent")
        self.assertEqual(line.target, 33.25)
        # more digits than a spreadsheet keeps
        line.target = 100 / 3
        self.assertEqual(self._check(self._export()).difference_count, 0)

    def test_plan_that_changed_meanwhile(self):
        wizard = self._check(self._book({"E4": 1}))
        self.ann.line_ids.filtered(lambda line: line.target).target = 501
        wizard.action_apply()
        self.assertTrue(wizard.is_outdated)
        self.assertEqual(self._targets(self.ann)["2026-01-01"], 501)
        self.assertEqual(wizard.difference_ids.old, "501.00\xa0€")
        wizard.action_apply()
        self.assertEqual(self._targets(self.ann)["2026-01-01"], 1)


class TestTargetImportSpeed(StmXlsxCase):
    """10,000 lines, in a number of queries that hardly grows with them."""

    NODES = 834

    def _large_book(self, nodes):
        partners = self.env["res.partner"].create([{"name": f"Dealer {n} of {nodes}"} for n in range(nodes)])
        partners.flush_recordset()
        book = self._export()
        for number, partner in enumerate(partners, 5):
            path = f"Company / {partner.name}"
            for column, value in {2: path, 11: partner.name}.items():
                book["Nodes"].cell(number, column, value)
            cells = {2: path, 3: "ordered", **{column: number + column for column in range(5, 17)}}
            for column, value in cells.items():
                book["Targets"].cell(number, column, value)
        return self._save(book)

    def _measure(self, nodes):
        wizard = self._check(self._large_book(nodes))
        self.assertEqual(
            (wizard.step, wizard.node_created, wizard.line_created), ("ready", nodes, nodes * 12)
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before, start = self.env.cr.sql_log_count, time.monotonic()
        wizard.action_apply()
        self.env.flush_all()
        queries, seconds = self.env.cr.sql_log_count - before, time.monotonic() - start
        lines = self.env["stm.target.line"].search_count([("plan_id", "=", self.plan.id)])
        self.assertEqual(lines, nodes * 12 + 4)
        self.plan.node_ids.filtered("partner_id").unlink()
        self.env.invalidate_all()
        return queries, seconds

    def test_ten_thousand_lines(self):
        few, _seconds = self._measure(10)
        many, seconds = self._measure(self.NODES)
        self.assertLess(seconds, 30)
        # rows are inserted by the hundred: the rest is constant
        self.assertLess(many - few, 12 * self.NODES / 40)
