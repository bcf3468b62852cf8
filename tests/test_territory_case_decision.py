"""What becomes of a suspicion."""

from odoo.exceptions import AccessError, UserError

from .test_territory_case import CaseCase


class TestTerritoryCaseDecision(CaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._order(cls.day, 70.0, partner=cls.munich)
        cls.cases._scan(cls.company, cls.day, cls.today)
        cls.case = cls.cases.search([("company_id", "=", cls.company.id)])
        cls.second = cls._make_user("manager2", "sales_team.group_sale_manager")

    def _decide(self, case, method, reason="Seen"):
        action = getattr(case, method)()
        wizard = self.env[action["res_model"]].with_env(case.env).with_context(**action["context"])
        wizard.create({"reason": reason}).action_decide()

    def test_confirmed_or_cleared_with_a_reason(self):
        case = self.case.with_user(self.manager)
        self._decide(case, "action_confirm", "He knew")
        self.assertEqual((case.state, case.reason, case.decided_by), ("confirmed", "He knew", self.manager))
        with self.assertRaisesRegex(UserError, "stays as it was decided"):
            self._decide(case, "action_clear")
        self.assertEqual(self._scan(), {})

    def test_cleared_cases_are_not_opened_again(self):
        self._decide(self.case.with_user(self.manager), "action_clear")
        self.assertEqual(self._scan(), {})
        self.assertEqual(self.case.state, "cleared")

    def test_a_second_manager_approves(self):
        self.company.stm_case_approval = True
        case = self.case.with_user(self.manager)
        self._decide(case, "action_confirm")
        self.assertEqual(case.state, "approval")
        with self.assertRaisesRegex(UserError, "another sales manager"):
            case.action_approve()
        case.with_user(self.second).action_approve()
        self.assertEqual((case.state, case.approved_by), ("confirmed", self.second))

    def test_who_sees_and_who_decides(self):
        def seen(user, **context):
            return self.cases.with_user(user).with_context(**context).search([])

        self.assertEqual(seen(self.manager) & self.case, self.case)
        self.assertEqual(seen(self.leader), self.case)
        for user in (self.rep, self.rep2, self.sees_all):
            self.assertFalse(seen(user))
        for user in (self.leader, self.rep):
            with self.assertRaises(AccessError):
                self.case.with_user(user)._decide("cleared", "Mine")
            with self.assertRaises(AccessError):
                self.case.with_user(user).write({"state": "cleared"})
        with self.assertRaises(AccessError):
            self.case.with_user(self.manager).write({"amount": 0.0})
        self.case.with_user(self.manager)._decide("confirmed", "Seen")
        self.env.invalidate_all()
        self.assertEqual(seen(self.rep), self.case)
        self.assertIn("Rep sold", seen(self.rep).story)
        self.assertFalse(seen(self.rep2))
        other = self._make_user("boss", "sales_team.group_sale_manager", self.other_company)
        self.assertFalse(seen(other, allowed_company_ids=self.other_company.ids))
        with self.assertRaises(AccessError):
            self.cases.with_user(self.accountant).search([])

    def test_scan_by_the_wizard(self):
        scan = self.env["stm.territory.scan"].with_user(self.manager)
        self._order(self.day, 5.0, partner=self.munich)
        action = scan.create({"date_from": self.day, "date_to": self.today}).action_scan()
        self.assertEqual(action["name"], "1 new cases")
        self.assertEqual(len(self.cases.with_user(self.manager).search(action["domain"])), 2)
        with self.assertRaisesRegex(UserError, "ends before"):
            scan.create({"date_from": self.today, "date_to": self.day}).action_scan()
        self.division.kind = "industry"
        with self.assertRaisesRegex(UserError, "no division by geography"):
            scan.create({"date_from": self.day, "date_to": self.today}).action_scan()
        with self.assertRaises(AccessError):
            self.env["stm.territory.scan"].with_user(self.rep).create({})
