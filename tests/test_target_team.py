"""Odoo's own invoicing target of a team is fed on request, and given back."""

from freezegun import freeze_time

from odoo.addons.sales_target_mgmt.hooks import uninstall_hook

from .common_target import StmTargetCase


@freeze_time("2026-06-15 09:00:00")
class TestTargetTeam(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoiced = cls.env.ref("sales_target_mgmt.measure_invoiced")
        cls.plan.measure_ids |= cls.invoiced
        cls.node = cls._node(team=cls.team)
        cls._line(cls.node, 900, "2026-06-01", "2026-06-30", measure=cls.invoiced)
        cls._line(cls.node, 5, "2026-06-01", "2026-06-30")
        cls._line(cls._node(cls.node, user=cls.rep), 400, "2026-06-01", "2026-06-30", cls.invoiced)
        cls.team.invoiced_target = 77

    def test_off_by_default(self):
        self._approve()
        self.assertEqual(self.team.invoiced_target, 77)

    def test_fed_and_given_back(self):
        self.company.stm_feed_team_target = True
        self.assertEqual(self.team.invoiced_target, 77, "a draft feeds nothing")
        self._approve()
        self.assertEqual(self.team.invoiced_target, 900)
        self.team.invoiced_target = 5
        self.env["crm.team"]._feed_invoiced_target()
        self.assertEqual(self.team.invoiced_target, 900)
        self.company.stm_feed_team_target = False
        self.assertEqual(self.team.invoiced_target, 77)
        self.assertFalse(self.team.stm_invoiced_target_fed)

    def test_given_back_when_the_target_ends(self):
        self.company.stm_feed_team_target = True
        self._approve()
        with freeze_time("2026-07-01 09:00:00"):
            self.env["crm.team"]._feed_invoiced_target()
        self.assertEqual(self.team.invoiced_target, 77)

    def test_given_back_by_the_uninstallation(self):
        self.company.stm_feed_team_target = True
        self._approve()
        self.patch(type(self.env["stm.achievement"]), "_drop_triggers", lambda model: None)
        uninstall_hook(self.env)
        self.assertEqual(self.team.invoiced_target, 77)

    def _shared_team(self, currency):
        """A team of all companies with a target of 100 here and 50 in the other company."""
        self.other_company.currency_id = self.env.ref(f"base.{currency}")
        team = self.env["crm.team"].create({"name": "Key accounts", "company_id": False})
        team.invoiced_target = 7
        for company, amount in ((self.company, 100), (self.other_company, 50)):
            plan = self._plan(name="Shared", company_id=company.id, measure_ids=[(6, 0, self.invoiced.ids)])
            line = (self._node(plan=plan, team=team), amount, "2026-06-01", "2026-06-30")
            self._line(*line, measure=self.invoiced)
            plan.action_approve()
        return team

    def test_team_without_company(self):
        """Odoo adds up its invoices of all companies, and so are its targets of those that want it."""
        team = self._shared_team("EUR")
        self.company.stm_feed_team_target = True
        self.assertEqual(team.invoiced_target, 100)
        self.other_company.stm_feed_team_target = True
        self.assertEqual(team.invoiced_target, 150)
        self.company.stm_feed_team_target = False
        self.assertEqual(team.invoiced_target, 50)
        self.other_company.stm_feed_team_target = False
        self.assertEqual(team.invoiced_target, 7)

    def test_team_without_company_in_two_currencies(self):
        team = self._shared_team("USD")
        self.company.stm_feed_team_target = True
        self.assertEqual(team.invoiced_target, 100)
        self.other_company.stm_feed_team_target = True
        self.assertEqual(team.invoiced_target, 7)

    def test_share_of_a_quarter(self):
        """Of 65 working days from April to June 2026 22 lie in June."""
        plan = self._plan(name="Quarters", measure_ids=[(6, 0, self.invoiced.ids)])
        team = self.env["crm.team"].create({"name": "South", "company_id": self.company.id})
        self._line(self._node(plan=plan, team=team), 6500, "2026-04-01", "2026-06-30", measure=self.invoiced)
        self._approve(plan)
        self.company.stm_feed_team_target = True
        self.assertEqual(team.invoiced_target, 2200)

    def test_months_before_years(self):
        """The plan with the shortest periods speaks for the month."""
        plan = self._plan(name="Years", measure_ids=[(6, 0, self.invoiced.ids)])
        self._line(self._node(plan=plan, team=self.team), 99999, measure=self.invoiced)
        self.company.stm_feed_team_target = True
        self._approve(plan)
        self._approve()
        self.assertEqual(self.team.invoiced_target, 900)
