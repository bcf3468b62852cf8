from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError

from .test_market import MarketCase


class BalanceCase(MarketCase):
    """Five places with 80, 95, 100, 105 and 120 hours of work, one customer each."""

    HOURS = (80, 95, 100, 105, 120)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trade = cls.env["stm.territory.division"].create({"name": "Trade", "company_id": cls.company.id})
        cls.places = cls.env["stm.territory"]
        cls.customers = cls.env["res.partner"]
        for number, hours in enumerate(cls.HOURS):
            place = cls._territory(f"Place {number}", division=cls.trade)
            one = cls.env["stm.customer.class"].create(
                {
                    "name": f"Class {number}",
                    "company_id": cls.company.id,
                    "calls_per_year": hours / 2,
                    "hours_per_call": 2,
                }
            )
            partner = cls._partner(f"Customer {number}")
            profiles = cls.env["stm.customer.profile"].sudo()
            profile = profiles.search([("partner_id", "=", partner.id), ("company_id", "=", cls.company.id)])
            profile = profile or profiles.create({"partner_id": partner.id, "company_id": cls.company.id})
            cls._set_class(profile, one)
            cls._rule(place, partner_ids=[(6, 0, partner.ids)])
            cls.places |= place
            cls.customers |= partner
        cls.env.flush_all()

    @classmethod
    def _set_class(cls, profile, one):
        cls.env.cr.execute(
            "UPDATE stm_customer_profile SET class_id = %s WHERE id = %s", [one.id, profile.id]
        )
        profile.invalidate_recordset()

    def _report(self, **values):
        report = (
            self.env["stm.territory.balance"]
            .with_user(self.manager)
            .create({"division_id": self.trade.id, "date": self.today, **values})
        )
        report.action_refresh()
        return report


class TestBalance(BalanceCase):
    def test_golden(self):
        report = self._report()
        self.assertTrue(report.is_in_hours)
        self.assertEqual(report.line_ids.mapped("workload"), list(self.HOURS))
        self.assertEqual((report.cv, report.gini, report.within), (0.13, 0.072, 60.0))
        low, *middle, high = report.line_ids.mapped("outlier")
        self.assertEqual((low, high), ("Workload 20 % below the mean", "Workload 20 % above the mean"))
        self.assertFalse(any(middle))
        report.tolerance = 20
        self.assertEqual(report.within, 100)
        self.assertFalse(any(report.line_ids.mapped("outlier")))

    def test_by_person_divides_what_is_shared(self):
        assignments = self.env["stm.territory.assignment"]
        for place, user in (
            (self.places[0], self.rep),
            (self.places[1], self.rep),
            (self.places[2], self.rep2),
            (self.places[2], self.leader),
            (self.places[3], self.rep2),
        ):
            assignments.create({"territory_id": place.id, "user_id": user.id})
        report = self._report(by="person")
        found = {line.user_id: line.workload for line in report.line_ids}
        vacant = report.line_ids.filtered("is_vacant")
        self.assertEqual(vacant.workload, 120)
        self.assertEqual(found, {self.rep: 175, self.rep2: 155, self.leader: 50, self.env["res.users"]: 120})
        # 175, 155 and 50: what nobody looks after is not compared
        self.assertAlmostEqual(report.cv, 0.433, 3)

    def test_quota_and_leads_against_potential(self):
        self.trade.potential_method = "share"
        sizes, budgets = (1000, 1000, 1000, 2000, 500), (10, 10, 10, 40, 20)
        for place, size, budget in zip(self.places, sizes, budgets, strict=True):
            self._market(place, self.today.year, market_size=size, budget=budget)
        measure = self.env.ref("sales_target_mgmt.measure_ordered")
        first, last = self.today.replace(month=1, day=1), self.today.replace(month=12, day=31)
        plan = self.env["stm.target.plan"].create(
            {
                "name": "Fair",
                "company_id": self.company.id,
                "date_from": first,
                "date_to": last,
                "granularity": "year",
                "measure_ids": [(6, 0, measure.ids)],
            }
        )
        nodes = self.env["stm.target.node"]
        for place in self.places:
            node = nodes.create({"plan_id": plan.id, "territory_id": place.id})
            person = nodes.create({"plan_id": plan.id, "parent_id": node.id, "user_id": self.rep.id})
            for one in (node, person):
                self.env["stm.target.line"].create(
                    {
                        "node_id": one.id,
                        "measure_id": measure.id,
                        "date_from": first,
                        "date_to": last,
                        "target": 100,
                    }
                )
        self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "partner_id": self.customers[4].id,
                "company_id": self.company.id,
                "user_id": self.rep.id,
                "team_id": self.team.id,
                "expected_revenue": 250,
            }
        )
        self.env["crm.lead"].create({"name": "Nobody yet", "user_id": self.rep.id, "expected_revenue": 9})
        # pieces lead this plan; what is compared with the potential is money
        pieces = self.env.ref("sales_target_mgmt.measure_quantity")
        pieces.sequence = 1
        plan.measure_ids |= pieces
        self.assertEqual(plan.headline_measure_id, pieces)
        report = self._report(plan_id=plan.id, figure="quota_ratio")
        self.assertEqual(report.line_ids.mapped("quota_ratio"), [10, 10, 10, 5, 20])
        self.assertEqual(report.line_ids.mapped("lead_ratio"), [0, 0, 0, 0, 50])
        self.assertEqual(report.line_ids.mapped("budget_ratio"), [1, 1, 1, 2, 4])
        self.assertAlmostEqual(report.cv, 24**0.5 / 11, 3)
        self.assertEqual(report.within, 60)
        action = plan.with_user(self.manager).action_view_balance()
        shown = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((shown.division_id, shown.plan_id), (self.trade, plan))

    def test_without_hours_customers_are_counted(self):
        self.env["stm.customer.class"].search([]).hours_per_call = 0
        report = self._report()
        self.assertFalse(report.is_in_hours)
        self.assertEqual(report.line_ids.mapped("workload"), [1] * 5)

    def test_queries_do_not_grow_with_territories(self):
        report = self._report()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["stm.territory.balance.source"]._get_rows(report)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(20):
            self._territory(f"More {number}", division=self.trade)
        self.assertLessEqual(count(), few)

    def test_only_managers(self):
        with self.assertRaises(AccessError):
            self.trade.with_user(self.rep).action_view_balance()
        report = self._report()
        second = self._make_user("manager2", "sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            report.line_ids.with_user(second).read(["quota"])


class TestTerritoryType(BalanceCase):
    def test_suggestion_with_its_figures(self):
        self.trade.market_measure_id = self.env.ref("sales_target_mgmt.measure_ordered")
        month = self.today.replace(day=1) - relativedelta(months=2)
        for partner, last, before in zip(
            self.customers, (300, 20, 80, 102, 0), (200, 10, 100, 100, 0), strict=True
        ):
            for day, amount in ((month, last), (month - relativedelta(years=1), before)):
                if amount:
                    self._order(day, float(amount), partner=partner)
        self.trade.with_user(self.manager).action_suggest_types()
        self.assertEqual(
            self.places.mapped("type_suggested"), ["growth", "emerging", "declining", "mature", False]
        )
        self.assertFalse(any(self.places.mapped("type")))
        self.assertRegex(self.places[0].type_reason, "300.00.*200.00.*growth 50.0 %")
        self.places[0].with_user(self.manager).action_accept_type()
        self.places[1].with_user(self.manager).type = "mature"
        self.assertEqual(self.places[0].type, "growth")
        # what was suggested is kept beside what was decided
        self.assertEqual((self.places[1].type, self.places[1].type_suggested), ("mature", "emerging"))
        with self.assertRaises(AccessError):
            self.places[0].with_user(self.rep).read(["type_reason"])
        with self.assertRaises(AccessError):
            self.places[0].with_user(self.rep).action_accept_type()
        with self.assertRaises(AccessError):
            self.trade.with_user(self.rep).action_suggest_types()
