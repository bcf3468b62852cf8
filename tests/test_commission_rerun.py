"""A computation writes what differs from the last one, and nothing else."""

from freezegun import freeze_time

from odoo.exceptions import UserError

from .common_commission import CommissionCase

# what separates columns and rows where they are written in bulk
ODD = "C:\\new\tand\nthen \\N, \\. “Ü” %s"


@freeze_time("2026-06-15 12:00:00")
class TestCommissionRerun(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engine = cls.env["stm.commission.engine"]

    def _run(self, plan):
        self.env.flush_all()
        return tuple(self.engine._settle(plan, plan.date_from.replace(month=6, day=15)))

    def test_nothing_is_written_again(self):
        invoice = self._sold("2026-05-10", 1000)
        self._sold("2026-06-02", 500)
        self._refund(invoice, "2026-06-05", 400)
        self._pay(invoice, "2026-05-20", amount=300)
        plan = self._commission([[(0, 800, 0.1), (800, 0, 0.2)], 0.05], payable_on="proportional")
        rows, added, removed = self._run(plan)
        self.assertEqual((rows, removed), (added, 0))
        entries = self._entries(plan)
        self.assertEqual(len(entries), rows)
        self.assertEqual(self._run(plan), (rows, 0, 0))
        self.assertEqual(self._entries(plan), entries)

    def test_only_what_differs_is_replaced(self):
        for day in (10, 11, 12):
            self._sold(f"2026-05-{day}", 100)
        plan = self._commission([{"rate": 0.1, "scope": "document"}])
        self.assertEqual(self._run(plan), (3, 3, 0))
        entries = self._entries(plan)
        late = self._sold("2026-05-11", 50)
        self.assertEqual(self._run(plan), (4, 1, 0))
        self.assertEqual(self._entries(plan)[:3], entries)
        self.assertEqual(self._statements(plan).earned, 35)
        late.button_draft()
        self.assertEqual(self._run(plan), (3, 0, 1))
        self.assertEqual(self._entries(plan), entries)
        self.assertEqual(self._statements(plan).earned, 30)

    def test_an_entry_of_before_there_were_digests_is_replaced(self):
        self._sold("2026-05-10", 100)
        plan = self._commission([0.1])
        self._run(plan)
        self.env.cr.execute("UPDATE stm_commission_entry SET digest = NULL WHERE lineage_id = %s", [plan.id])
        self.assertEqual(self._run(plan), (1, 1, 1))
        self.assertEqual(self._run(plan), (1, 0, 0))

    def test_names_of_any_characters(self):
        self.customer.name = ODD
        self._sold("2026-05-10", 100)
        plan = self._commission([0.1])
        self._run(plan)
        self.assertEqual(self._entries(plan).customer, ODD)
        self.assertEqual(self._run(plan), (1, 0, 0))


@freeze_time("2026-06-15 12:00:00")
class TestCommissionEmpty(CommissionCase):
    """Buttons that are called without records, as any client may."""

    def test_actions_without_statements(self):
        statements = self.env["stm.commission.statement"].with_user(self.payroll)
        for name in (
            "action_check", "action_approve", "action_lock", "action_pay", "action_acknowledge",
            "action_compute_again", "action_create_bill", "action_view_moves", "action_send", "action_remind",
        ):  # fmt: skip
            with self.subTest(name), self.cr.savepoint():
                getattr(statements, name)()
        with self.assertRaisesRegex(UserError, "payroll"):
            statements.action_export_payroll()

    def test_actions_without_plans_adjustments_and_disputes(self):
        for model, names in {
            "stm.commission.plan": ("activate", "compute", "view_statements", "accept"),
            "stm.commission.correction": ("approve", "refuse"),
            "stm.commission.dispute": ("answer", "accept", "refuse", "reopen", "withdraw"),
        }.items():
            records = self.env[model].with_user(self.payroll)
            for name in names:
                with self.subTest(model, action=name), self.cr.savepoint():
                    getattr(records, f"action_{name}")()
