"""A faulty file changes nothing and says everything that is wrong with it, cell by cell."""

import zipfile
from datetime import date
from io import BytesIO

from odoo.addons.sales_target_mgmt.tools import workbook
from odoo.addons.sales_target_mgmt.wizard import stm_target_import_changes

from .common_xlsx import StmXlsxCase


class TestTargetXlsxFaults(StmXlsxCase):
    def assertFaults(self, content, expected, **options):
        """:param expected: {cell: part of the message}, all of them"""
        faults = self._faults(content, **options)
        self.assertEqual(sorted(faults), sorted(expected), faults)
        for place, part in expected.items():
            self.assertIn(part, faults[place])

    def test_every_fault_at_once(self):
        faults = self._faults(
            self._book(
                {
                    "C2": "turnover",
                    "G3": "1,234",
                    "E4": "many",
                    "F4": -5,
                    "B5": "Company / Nord",
                    "C5": "ordered",
                },
                {"B5": "Company / North / New", "F5": "nobody", "B6": "Company / South", "E6": "Souht"},
            )
        )
        self.assertEqual(
            list(faults),
            ["Targets!C2", "Targets!G3", "Targets!E4", "Targets!F4", "Targets!B5", "Nodes!F5", "Nodes!E6"],
        )

    def test_amounts(self):
        cases = {
            "text": "no number",
            "#REF!": "no number",
            True: "no number",
            "1.234": "thousands or decimals",
            "1,234": "thousands or decimals",
            "1.234,5": "otherwise than your language",
            "1,5": "otherwise than your language",
            -1: "negative",
            "-1": "negative",
            "inf": "no finite number",
            1e15: "too large",
            date(2026, 1, 1): "is a date",
        }
        cells = {f"{column}4": value for column, value in zip("EFGHIJKLMNOP", cases, strict=True)}
        expected = {f"Targets!{cell}": part for cell, part in zip(cells, cases.values(), strict=True)}
        self.assertFaults(self._book(cells), expected)

    def test_not_finite_number(self):
        content = self._save(self._book({"E4": 987654}))
        part = "xl/worksheets/sheet1.xml"
        self.assertFaults(
            self._edit_part(content, part, b"<v>987654</v>", b"<v>1E400</v>"),
            {"Targets!E4": "no finite number"},
        )
        self.assertFaults(
            self._edit_part(content, part, b"<v>987654</v>", b"<v>NaN</v>"), {"": "cannot be read"}
        )

    def test_ambiguous_number_in_other_languages(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["res.lang"].search([("code", "=", "de_DE")]).write(
            {"decimal_point": ",", "thousands_sep": "."}
        )
        wizard = self._wizard(self._book({"E4": "1.234", "F4": "1,234.5"})).with_context(lang="de_DE")
        wizard.action_check()
        self.assertEqual(wizard.fault_ids.mapped("place"), ["Targets!E4", "Targets!F4"])

    def test_formula_without_result(self):
        self.assertFaults(
            self._book({"E4": "=1+1", "C3": '="ordered"'}),
            {"Targets!E4": "without its result", "Targets!C3": "without its result"},
        )

    def test_periods(self):
        self.assertFaults(
            self._book(
                {
                    "E1": "2026-01-01 – 2026-01-30",
                    "F1": "2025-12-01 – 2025-12-31",
                    "G1": "2026-02-30 – 2026-03-31",
                    "H1": "April",
                    "I1": "2026-06-01 – 2026-06-30",
                    "K1": None,
                    "K3": 4,
                    "L1": date(2026, 8, 1),
                }
            ),
            {
                "Targets!E1": "the nearest is 2026-01-01 – 2026-01-31",
                "Targets!F1": "leaves the plan",
                "Targets!G1": "no range of days",
                "Targets!H1": "neither a heading",
                "Targets!J1": "stands twice",
                "Targets!K3": "below no heading",
                "Targets!L1": "neither a heading",
            }
            # what stands below the wrong headings overlaps what the plan has
            | {
                "Targets!E2": "overlaps 2026-01-01 – 2026-01-31",
                "Targets!E3": "overlaps 2026-01-01 – 2026-01-31",
                "Targets!E4": "overlaps 2026-01-01 – 2026-01-31",
            },
        )

    def test_overlap(self):
        self.plan.granularity = "free"
        self.assertFaults(
            self._book({"H1": "2026-01-31 – 2026-03-30", "H4": 5, "I1": "2026-03-30 – 2026-04-02", "I3": 5}),
            {"Targets!H4": "overlaps 2026-02-01 – 2026-02-28"},
        )

    def test_duplicate_rows(self):
        book = self._book(
            {"A5": self.ann.id, "C5": "ORDERED", "E5": 3},
            {"A5": self.north.id, "B6": "Company / New", "E6": "North", "B7": "Company / New"},
        )
        book["Nodes"]["F6"] = "stm_rep2"
        self.assertFaults(
            book,
            {"Targets!B5": "those of Targets!B4", "Nodes!B5": "in Nodes!B3", "Nodes!B7": "in Nodes!B6"},
        )

    def test_keys(self):
        foreign = self._node(plan=self._plan(name="Other plan"))
        self.assertFaults(
            self._book({"A2": "x1", "A3": foreign.id, "A4": self.north.id, "C5": "ordered", "E5": 1}),
            {
                "Targets!A2": "no key",
                "Targets!A3": f"no node with the key {foreign.id}",
                "Targets!B4": "belongs to “Company / North”",
                "Targets!B5": "neither a key nor a node",
            },
        )

    def test_ambiguous_path(self):
        twin = self._node(self.root, team=self.team_other.copy({"company_id": self.company.id}))
        twin.name = "North"
        self.assertFaults(
            self._book(
                {"A3": None, "B5": None, "A5": twin.id, "C5": "ordered"},
                {"B6": "Company / North / X", "F6": "stm_rep2"},
            ),
            {"Targets!B3": "are 2 nodes", "Nodes!B6": "are 2 nodes"},
        )

    def test_dimensions(self):
        self.env["crm.team"].create([{"name": "Twice", "company_id": self.company.id}] * 2)
        partners = self.env["res.partner"].create([{"name": "Same"}] * 2 + [{"name": "One", "ref": "R1"}])
        contact = self.env["res.partner"].create({"name": "Con", "ref": "R2", "parent_id": partners[2].id})
        self.assertTrue(contact)
        rows = [
            ("E", "Twice", "2 times a Sales Team"),
            ("E", "Abroad", "no Sales Team “Abroad”"),
            ("F", "stm_rep_other", "has the login"),
            ("F", "Rep", "has the login"),
            ("G", "Bumps", "no Product Category “Bumps”"),
            ("D", "Moon", "no Territory “Moon”"),
            ("H", "Web", "no Channel “Web”"),
            ("I", "A", "no Customer Class “A”"),
            ("L", "Star", "no Product Class “Star”"),
            ("K", "Same", "2 customers are called"),
            ("K", "Nobody", "no customer “Nobody”"),
            ("J", "R2", "is a contact of “One”"),
        ]
        cells, expected = {}, {}
        for number, (column, value, part) in enumerate(rows, 5):
            cells[f"B{number}"] = f"Company / N{number}"
            cells[f"{column}{number}"] = value
            expected[f"Nodes!{column}{number}"] = part
        cells |= {"B20": "Company / N20", "J20": "R1", "K20": "Same"}
        expected["Nodes!K20"] = "belongs to “One”"
        self.assertFaults(self._book({}, cells), expected)

    def test_tree(self):
        self.env["crm.team"].create({"name": "Second", "company_id": self.company.id})
        self.assertFaults(
            self._book(
                {},
                {
                    "B5": "Company / North / Other",
                    "E5": "Second",
                    "B6": "Company / Nord / New",
                    "F6": "stm_rep2",
                    "B7": "Company / Nothing",
                    "B8": "Company / North / Again",
                    "F8": "stm_rep",
                    "E4": "Second",
                },
            ),
            {
                "Nodes!E4": "exists and has “North” here",
                "Nodes!E5": "does not lie inside of “North”",
                "Nodes!B6": "no “Company / Nord”",
                "Nodes!B7": "something of its own",
                "Nodes!B8": "the same as “Company / North / Rep”",
            },
        )

    def test_refinement_of_a_category_is_no_contradiction(self):
        pumps = self._node(self.root, categ=self.category)
        self.assertEqual(pumps.name, "Pumps")
        wizard = self._check(self._book({}, {"B6": "Company / Pumps / S", "G6": "Small pumps"}))
        self.assertEqual((wizard.step, wizard.node_created), ("ready", 1))

    def test_headings(self):
        book = self._export()
        book["Targets"]["C1"] = "Measures"
        book["Nodes"].delete_cols(5)
        self.assertFaults(
            book,
            {
                "Targets!1": "no heading “Measure”",
                "Targets!C1": "“Measures” is neither",
                "Nodes!1": "no heading “Sales Team”",
            },
        )
        book = self._export()
        book["Targets"].title = "Table1"
        self.assertFaults(book, {"Targets": "only: Table1, Nodes, Read me"})


class TestTargetXlsxFiles(StmXlsxCase):
    """Files that are no workbook, or not one that a server should unpack."""

    def assertRefused(self, content, part):
        faults = self._faults(content)
        self.assertEqual(len(faults), 1)
        self.assertIn(part, next(iter(faults.values())))

    def _zip(self, **parts):
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {"[Content_Types].xml": b"<Types/>", **parts}.items():
                archive.writestr(name, content)
        return stream.getvalue()

    def test_no_workbook(self):
        self.assertRefused(b"", "is empty")
        self.assertRefused(b"Key;Node;Measure\n1;Company;ordered\n", "not an Excel workbook")
        self.assertRefused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "protected by a password")
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("holiday.txt", b"sea")
        self.assertRefused(stream.getvalue(), "not an Excel workbook")

    def test_damaged(self):
        content = self._save(self._export())
        self.assertRefused(self._zip(), "cannot be read")
        part = "xl/worksheets/sheet1.xml"
        self.assertRefused(self._edit_part(content, part, b"</sheetData>", b""), "cannot be read")
        self.assertRefused(self._edit_part(content, part, b'r="A2"', b'r="2A"'), "cannot be read")
        self.assertRefused(content[: len(content) // 2] + b"\0" * 9, "not an Excel workbook")

    def test_encrypted_part(self):
        content = bytearray(self._save(self._export()))
        # general purpose bit 0 of the first entry of the central directory
        content[content.index(b"PK\x01\x02") + 8] |= 1
        self.assertRefused(bytes(content), "is encrypted")

    def test_bombs(self):
        self.assertRefused(self._zip(large=b"\0" * (workbook.MAX_UNPACKED + 1)), "would be larger than")
        self.assertRefused(self._zip(**{f"p{n}": b"" for n in range(workbook.MAX_PARTS)}), "larger than")
        laughs = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Types>&b;</Types>'
        self.assertRefused(self._zip(**{"xl/workbook.xml": laughs}), "never holds")
        self.assertRefused(b"PK" + b"\0" * workbook.MAX_BYTES, "larger than 10 MB")

    def test_stated_sizes_are_not_believed(self):
        """A sheet that says it reaches to the last cell, and a row that claims to be beyond it."""
        content = self._save(self._export())
        part = "xl/worksheets/sheet1.xml"
        content = self._edit_part(content, part, b'<dimension ref="A1:Q4"', b'<dimension ref="A1:XFD1048576"')
        self.assertEqual(self._check(content).difference_count, 0)
        content = self._edit_part(content, part, b'<row r="4"', b'<row r="99999999999"')
        self.assertRefused(content, "more than 20000 rows")

    def test_too_many(self):
        self.patch(workbook, "MAX_ROWS", 3)
        self.assertRefused(self._book({"B5": "x", "B6": "y"}), "more than 3 rows")
        self.patch(workbook, "MAX_ROWS", 20)
        self.patch(workbook, "MAX_CELLS", 50)
        self.assertRefused(self._export(), "more than 50 cells")
        self.patch(workbook, "MAX_COLUMNS", 16)
        self.assertRefused(self._export(), "Row 1 has more than 16 columns")

    def test_too_many_targets(self):
        self.patch(stm_target_import_changes, "MAX_TARGETS", 3)
        self.assertRefused(self._export(), "has 4 targets; 3 can")
