"""Nobody decides on the own pay: who counts as the payee where an agent is a company."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestOwnPay(CommissionCase):
    """“Agents” with an office, a contact `inside`, and a branch with `branch`; all administrators."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = "sales_target_mgmt.group_commission_admin"
        partners = cls.env["res.partner"]
        cls.agency = partners.create({"name": "Agents", "is_company": True})
        cls.office = partners.create({"name": "Office", "parent_id": cls.agency.id})
        cls.branch_company = partners.create(
            {"name": "Agents South", "is_company": True, "parent_id": cls.agency.id}
        )
        cls.inside, cls.branch = (cls._make_user(name, admin) for name in ("inside", "branch"))
        cls.inside.partner_id.parent_id = cls.agency
        cls.branch.partner_id.parent_id = cls.branch_company

    def _statement(self, payee):
        values = {"date_from": "2026-05-01", "date_to": "2026-05-31", "period": "month"}
        return self.env["stm.commission.statement"].create(
            {
                **values,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "payee_id": payee.id,
                "payable": 100,
                "state": "checked",
                "checked_by_id": self.payroll.id,
            }
        )

    def _check_refused(self, payee, users):
        statement = self._statement(payee)
        for user in users:
            with self.assertRaisesRegex(UserError, "own pay"):
                statement.with_user(user).action_approve()
        self.assertFalse(statement._get_excluded() & (self.payroll2))
        statement.with_user(self.payroll2).action_approve()
        self.assertEqual(statement.state, "approved")

    def test_every_login_of_an_agent_company(self):
        for payee in (self.agency, self.office, self.inside.partner_id):
            with self.subTest(payee.name), self.env.cr.savepoint() as savepoint:
                self._check_refused(payee, (self.inside, self.branch))
                savepoint.rollback()

    def test_a_branch_that_is_a_company(self):
        """Its contacts' pay is its own; not that of the company above."""
        self.assertEqual(self.branch_company.commercial_partner_id, self.branch_company)
        statement = self._statement(self.branch_company)
        self.assertEqual(statement._get_own_users(), self.branch)
        with self.assertRaisesRegex(UserError, "own pay"):
            statement.with_user(self.branch).action_approve()
        statement.with_user(self.inside).action_approve()
        self.assertEqual(statement.state, "approved")

    def test_archived_login(self):
        statement = self._statement(self.agency)
        self.inside.active = False
        self.assertIn(self.inside, statement._get_own_users())

    def test_adjustments_and_disputes(self):
        plan = self._commission([0.1], [{"partner_id": self.agency.id}])
        values = {"lineage_id": plan.id, "payee_id": self.agency.id, "amount": 5, "reason": "Late"}
        corrections = self.env["stm.commission.correction"]
        with self.assertRaisesRegex(AccessError, "own pay"):
            corrections.with_user(self.inside).create(values)
        correction = corrections.with_user(self.payroll).create(values)
        with self.assertRaisesRegex(AccessError, "own pay"):
            correction.with_user(self.inside).action_approve()
        self.assertFalse(correction._get_other_admins() & (self.inside | self.branch))
        correction.with_user(self.payroll2).action_approve()
        self.assertEqual(correction.state, "approved")

    def test_colleagues_are_contacts_of_their_employer(self):
        """Where employees are contacts of the company itself, each one's pay is the own one only."""
        people = self.rep | self.payroll2
        people.partner_id.parent_id = self.company.partner_id
        statement = self._statement(self.rep.partner_id)
        self.assertEqual(statement._get_own_users(), self.rep)
        statement.with_user(self.payroll2).action_approve()
        self.assertEqual(statement.state, "approved")
