"""The golden numbers of the headcount methods, through the wizard."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form

from .common_target import StmTargetCase


class TestHeadcount(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = (("A", 24, 1), ("B", 12, 0.5), ("C", 6, 0.25))
        cls.env["stm.customer.class"].search([("company_id", "=", cls.company.id)]).unlink()
        cls.classes = cls.env["stm.customer.class"].create(
            [
                {"name": name, "company_id": cls.company.id, "calls_per_year": calls, "hours_per_call": hours}
                for name, calls, hours in values
            ]
        )
        partners = cls.env["res.partner"].create([{"name": f"P{number}"} for number in range(3)])
        cls.env["stm.customer.profile"].search([("company_id", "=", cls.company.id)]).unlink()
        cls.env["stm.customer.profile"].create(
            [
                {
                    "company_id": cls.company.id,
                    "partner_id": partner.id,
                    "override_class_id": cls.classes[0].id,
                    "override_reason": "test",
                }
                for partner in partners
            ]
        )

    def test_plan_that_suggests_itself(self):
        """Of this year and next year the later one; trials and plans over years do not count."""
        self.plan.write({"date_from": "2098-01-01", "date_to": "2098-12-31"})
        later = self._plan(date_from="2099-01-01", date_to="2099-12-31")
        self._plan(date_from="2100-01-01", date_to="2102-12-31")
        Wizard = self.env["stm.headcount"].with_user(self.manager)
        self.assertEqual(Wizard.create({}).plan_id, later)

    def test_golden_numbers(self):
        Wizard = self.env["stm.headcount"].with_user(self.manager)
        wizard = Wizard.create({"company_id": self.company.id})
        self.assertEqual(wizard.line_ids.mapped("customers"), [3, 0, 0], "as the profiles say")
        self.assertEqual(wizard.people_present, len(self.rep | self.rep2))
        for line, customers in zip(wizard.line_ids, (200, 350, 330), strict=True):
            line.customers = customers
        wizard.write(
            {
                "target": 10_000_000,
                "productivity": 250_000,
                "margin_scale": 1_000_000,
                "margin_exponent": 0.5,
                "person_cost": 100_000,
            }
        )
        wizard.margin_scale = 1_000_000
        self.assertEqual((wizard.workload_hours, wizard.selling_hours), (7395, 768))
        self.assertEqual(
            (wizard.people_workload, wizard.people_breakdown, wizard.people_margin), (10, 40, 25)
        )
        self.assertIn("10 are needed, 2 are there, 8 are missing", wizard.summary)
        wizard.line_ids[2].calls = 7
        wizard.action_keep_classes()
        self.assertEqual(self.classes.mapped("calls_per_year"), [24, 12, 7])

    def test_form_and_target_of_a_plan(self):
        self._line(self._node(), 500_000)
        # pieces lead this plan; what is divided by the sales of a person is money
        pieces = self.env.ref("sales_target_mgmt.measure_quantity")
        pieces.sequence = 1
        self.plan.measure_ids |= pieces
        self._line(self.plan.node_ids, 7, measure=pieces)
        with Form(self.env["stm.headcount"].with_user(self.manager)) as form:
            form.plan_id = self.plan.with_user(self.manager)
            self.assertEqual(form.target, 500_000)
            form.productivity = 125_000
            self.assertEqual(form.people_breakdown, 4)

    def test_managers_only(self):
        with self.assertRaises(AccessError):
            self.env["stm.headcount"].with_user(self.rep).create({"company_id": self.company.id})

    def test_a_class_is_no_negative_work(self):
        wizard = self.env["stm.headcount"].with_user(self.manager).create({})
        wizard.write({"line_ids": [Command.update(wizard.line_ids[0].id, {"calls": -1})]})
        self.assertEqual(wizard.people_workload, 0)
        with self.assertRaisesRegex(Exception, "negative"):
            wizard.action_keep_classes()
