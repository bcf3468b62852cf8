import base64
import zipfile
from io import BytesIO

from openpyxl import Workbook, load_workbook

from .common_target import StmTargetCase

JANUARY = ("2026-01-01", "2026-01-31")


class StmXlsxCase(StmTargetCase):
    """A plan with a small tree, and ways to export, change and import its file.

    ::

        Company (whole)            January 1,000.50
            North (team)           January   800.00
                Rep (user)         January   500.00, February 0.00
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = cls._node()
        cls.root.name = "Company"
        cls.north = cls._node(cls.root, team=cls.team)
        cls.ann = cls._node(cls.north, user=cls.rep)
        cls._line(cls.root, 1000.5, *JANUARY)
        cls._line(cls.north, 800, *JANUARY)
        cls._line(cls.ann, 500, *JANUARY)
        cls._line(cls.ann, 0, "2026-02-01", "2026-02-28")

    def _export(self, user=None, plan=None, **options):
        """The file of a plan as openpyxl reads it, formulas by their formula."""
        env = self.env(user=user or self.manager)
        return self._load(env["stm.target.xlsx"]._render((plan or self.plan).with_env(env), **options))

    @staticmethod
    def _load(content, **options):
        return load_workbook(BytesIO(content), **options)

    @staticmethod
    def _save(book):
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()

    @classmethod
    def _edit_part(cls, content, part, old, new):
        """A workbook with bytes replaced in one of its parts."""
        source, stream = zipfile.ZipFile(BytesIO(content)), BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in source.namelist():
                data = source.read(name)
                archive.writestr(name, data.replace(old, new, 1) if name == part else data)
        return stream.getvalue()

    def _book(self, targets=(), nodes=(), **values):
        """The plan's file with cells set: {"E2": 5}, {"C3": "x"}; rows are added as they come."""
        book = self._export(**values)
        for sheet, cells in (("Targets", targets), ("Nodes", nodes)):
            for cell, value in dict(cells).items():
                book[sheet][cell] = value
        return book

    def _wizard(self, content, user=None, plan=None):
        if isinstance(content, Workbook):
            content = self._save(content)
        return (
            self.env["stm.target.import"]
            .with_user(user or self.manager)
            .create(
                {
                    "plan_id": (plan or self.plan).id,
                    "file": base64.b64encode(content),
                    "file_name": "targets.xlsx",
                }
            )
        )

    def _check(self, content, **options):
        wizard = self._wizard(content, **options)
        wizard.action_check()
        return wizard

    def _faults(self, content, **options):
        """{cell: message} of a file that must be faulty, and changes nothing."""
        before = self._snapshot()
        wizard = self._check(content, **options)
        self.assertEqual(wizard.step, "faulty")
        wizard.action_apply()
        self.assertEqual(wizard.step, "faulty")
        self.assertEqual(self._snapshot(), before)
        return {fault.place: fault.message for fault in wizard.fault_ids}

    def _apply(self, content, **options):
        wizard = self._check(content, **options)
        self.assertEqual(wizard.step, "ready", wizard.fault_ids.mapped("message"))
        wizard.action_apply()
        self.env.flush_all()
        self.env.invalidate_all()
        return wizard

    def _snapshot(self):
        """Everything that an import could touch, straight from the tables."""
        self.env.flush_all()
        rows = {}
        for table in ("stm_target_node", "stm_target_breakdown", "stm_target_line"):
            self.env.cr.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY id")
            rows[table] = self.env.cr.fetchall()
        return rows

    def _targets(self, node):
        return {str(line.date_from): line.target for line in node.line_ids}
