"""What is likely to be paid at the end of the period, and what selling costs."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common_commission import CommissionCase
from .common_target import StmTargetCase

# Monday 15 June 2026: 10 of 22 working days are over
ELAPSED = 10 / 22
TIERS = [(0, 2000, 0.1), (2000, 0, 0.2)]


@freeze_time("2026-06-15 12:00:00")
class TestCommissionForecast(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls._order("2026-06-10", 1000), "2026-06-10")
        cls._invoice(cls._order("2026-05-10", 7000), "2026-05-10")
        cls._deal(cls.rep, 5000, "2026-06-30")
        cls._deal(cls.rep, 9999, "2026-07-01")
        cls._deal(cls.rep2, 500, "2026-06-20")

    @classmethod
    def _deal(cls, user, amount, day):
        values = {"name": "Deal", "type": "opportunity", "company_id": cls.company.id}
        values |= {"user_id": user.id, "team_id": cls.team.id}
        return cls.env["crm.lead"].create({**values, "expected_revenue": amount, "date_deadline": day})

    def _forecast(self, user=None):
        forecasts = self.env["stm.commission.forecast"].with_user(user or self.payroll)
        return forecasts.browse(forecasts.action_open()["res_id"])

    def _ranges(self, forecast=None):
        lines = (forecast or self._forecast()).line_ids
        return {line.payee_id.name: (line.low, line.likely, line.high) for line in lines}

    def test_what_is_to_come_climbs_the_table(self):
        """1,000 so far, 2,200 at this pace; 6,000 with the pipeline: 200 + 20 % of what is above."""
        self._commission([TIERS], [self.rep, self.rep2])
        self.assertEqual(self._ranges(), {"Rep": (100, 240, 1000), "Rep2": (0, 0, 50)})
        line = self._forecast().line_ids[0]
        self.assertAlmostEqual(line.elapsed, ELAPSED, 4)
        self.assertEqual((line.sales, line.pipeline), (1000, 5000))
        self.assertEqual((str(line.date_from), str(line.date_to)), ("2026-06-01", "2026-06-30"))
        self.assertEqual(line.team_id, self.team)

    def test_one_rate_and_a_cap(self):
        self._commission([{"rate": 0.1, "is_capped": True, "cap": 150}])
        self.assertEqual(self._ranges(), {"Rep": (100, 150, 150)})

    def test_tiers_of_each_document(self):
        """As many deals as were made come again, of their size: none of them reaches 20 %."""
        self._commission([{"method": "marginal", "scope": "document", "tiers": TIERS}])
        self.assertEqual(self._ranges(), {"Rep": (100, 220, 600)})

    def test_pieces_and_formulas(self):
        """One piece for 1,000 so far: 2.2 at this pace, and five more with the pipeline."""
        self._commission([{"method": "unit", "unit_amount": 20}])
        self.assertEqual(self._ranges(), {"Rep": (20, 44, 120)})
        self._commission([{"method": "formula", "scope": "period", "formula": "max(amount * 0.1, 150)"}])
        ranges = [(one.low, one.likely, one.high) for one in self._forecast().line_ids]
        self.assertIn((150, 220, 600), ranges)

    def test_only_a_category_counts(self):
        other = self.env["product.category"].create({"name": "Other"})
        self._commission([{"rate": 0.1, "categ_ids": [(6, 0, other.ids)]}])
        self.assertEqual(self._ranges(), {"Rep": (0, 0, 500)})

    def test_a_team_counts_each_deal_once(self):
        boss = {"user_id": self.leader.id, "credit": "team", "team_id": self.team.id, "share": 0.5}
        self._commission([0.1], [boss])
        self.assertEqual(self._ranges(), {"Leader": (50, 110, 325)})

    def test_who_has_left_sells_nothing_more(self):
        plan = self._commission([0.1])
        plan.assignment_ids.with_user(self.payroll).date_to = "2026-06-12"
        self.assertEqual(self._ranges(), {"Rep": (100, 100, 100)})

    def test_who_leaves_sells_until_the_last_day(self):
        """10 working days are over, 5 are left until Friday 19; the deal of the 30th is not theirs."""
        plan = self._commission([0.1])
        plan.assignment_ids.with_user(self.payroll).date_to = "2026-06-19"
        self.assertEqual(self._ranges(), {"Rep": (100, 150, 150)})
        self.assertAlmostEqual(self._forecast().line_ids.elapsed, 10 / 15, 4)

    def test_who_joins_has_the_pace_of_the_days_since_then(self):
        """1,000 in 5 working days since Monday 8: 2,400 more in the 12 that are left."""
        payees = [{"user_id": self.rep.id, "date_from": "2026-06-08"}]
        self._commission([0.1], payees)
        self.assertEqual(self._ranges(), {"Rep": (100, 340, 600)})

    def test_who_joins_later(self):
        self._commission([0.1], [{"user_id": self.rep.id, "date_from": "2026-06-22"}])
        self.assertEqual(self._ranges(), {"Rep": (0, 0, 500)})

    def test_who_was_away_in_between(self):
        """5 working days before the 6th, 7 left from Monday 22 on; nothing counts in between."""
        self._invoice(self._order("2026-06-03", 500), "2026-06-03")
        away = [
            {"user_id": self.rep.id, "date_to": "2026-06-05"},
            {"user_id": self.rep.id, "date_from": "2026-06-22"},
        ]
        self._commission([0.1], away)
        self.assertEqual(self._ranges(), {"Rep": (50, 120, 550)})

    def test_nothing_is_written(self):
        plan = self._commission([TIERS])
        self._forecast()
        self.assertFalse(self._entries(plan))
        self.assertFalse(plan.computed_at)

    def test_it_leads_to_the_entries(self):
        plan = self._commission([TIERS])
        self._settle(plan)
        line = self._forecast().line_ids
        entries = self.env["stm.commission.entry"].with_user(self.payroll)
        entries = entries.search(line.action_view_entries()["domain"])
        self.assertEqual(sum(entries.mapped("amount")), line.low)

    def test_the_first_day_has_no_pace(self):
        self._commission([TIERS])
        with freeze_time("2026-06-01 12:00:00"):
            self.assertEqual(self._ranges(), {"Rep": (0, 0, 800)})

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_see_it(self):
        self._commission([TIERS], [self.rep, self.rep2, self.leader, self.payroll])
        for user in (self.rep, self.leader, self.manager, self.accountant):
            with self.assertRaises(AccessError, msg=user.name):
                self._forecast(user)
        forecast = self._forecast()
        self.assertEqual(len(forecast.line_ids), 4)
        for user in (self.leader, self.payroll2):
            self.assertFalse(self.env["stm.commission.forecast.line"].with_user(user).search([]))
        self.company.stm_leader_sees_commission = True
        led = self._forecast(self.leader)
        self.assertEqual(led.line_ids.payee_id, (self.rep | self.rep2).partner_id)
        for user in (self.rep, self.manager):
            with self.assertRaises(AccessError, msg=user.name):
                self._forecast(user)


@freeze_time("2026-06-15 12:00:00")
class TestCommissionForecastGoal(CommissionCase, StmTargetCase):
    """1,000 of a target of 2,000 were invoiced on 10 June; the bonus goes by attainment at the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls._order("2026-06-10", 1000), "2026-06-10")
        cls.measure = cls.env.ref("sales_target_mgmt.measure_invoiced")
        quota = cls._plan(name="Quota", measure_ids=[(6, 0, cls.measure.ids)])
        cls._line(cls._node(plan=quota, user=cls.rep), 2000, "2026-06-01", "2026-06-30", cls.measure)
        cls._approve(quota)

    def _likely(self, **dates):
        tiers = [(0, 100, 75), (100, 166, 110), (166, 0, 170)]
        rows = [(0, 0, {"lower": lower, "upper": upper, "amount": sum_}) for lower, upper, sum_ in tiers]
        rule = {"name": "Quota", "method": "bonus", "measure_id": self.measure.id, "tier_ids": rows}
        self._commission([], [{"user_id": self.rep.id, **dates}], rule_ids=[(0, 0, rule)])
        forecasts = self.env["stm.commission.forecast"].with_user(self.payroll)
        return forecasts.browse(forecasts.action_open()["res_id"]).line_ids.likely

    def test_all_of_the_period(self):
        """2,200 at this pace: 110 %."""
        self.assertEqual(self._likely(), 110)

    def test_who_leaves_attains_what_is_sold_by_then(self):
        """1,500 on 19 June: 75 %."""
        self.assertEqual(self._likely(date_to="2026-06-19"), 75)

    def test_who_joins_attains_by_the_days_since_then(self):
        """3,400 at the pace since 8 June: 170 %."""
        self.assertEqual(self._likely(date_from="2026-06-08"), 170)

    def test_who_joins_and_sold_before_goes_on_as_in_all_of_the_period(self):
        """1,500 in 10 working days, 3,300 at the end: 165 %."""
        self._invoice(self._order("2026-06-03", 500), "2026-06-03")
        self.assertEqual(self._likely(date_from="2026-06-08"), 110)


@freeze_time("2026-06-15 12:00:00")
class TestCommissionCost(CommissionCase):
    """North sold 1,000 in April and 3,000 in May, somebody without a team 500 in May."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls._order("2026-04-10", 1000), "2026-04-10")
        cls._invoice(cls._order("2026-05-10", 3000), "2026-05-10")
        alone = cls._order("2026-05-11", 500, user=cls.payroll)
        alone.team_id = False
        invoice = cls._invoice(alone, "2026-05-11")
        invoice.team_id = False
        tiers = [(0, 1000, 0.1), (1000, 0, 0.2)]
        cls.plan = cls._commission([tiers], [cls.rep, cls.payroll])
        cls.plan.action_compute()

    def _cost(self, user=None, **values):
        costs = self.env["stm.cost.of.sales"].with_user(user or self.payroll)
        values = {"date_from": "2026-01-01", "date_to": "2026-05-31", **values}
        action = costs.create(values).action_confirm()
        return self.env["stm.cost.of.sales.line"].with_user(user or self.payroll).search(action["domain"])

    def test_by_team_and_month(self):
        # of the twelve months that are over, those in which there was a plan
        days = self.env["stm.cost.of.sales"].with_user(self.payroll)._get_default_days()
        self.assertEqual([str(day) for day in days], ["2026-01-01", "2026-05-31"])
        lines = self._cost()
        self.assertEqual(
            [(one.team_id.name, str(one.month), one.commission, one.sales, one.rate) for one in lines],
            [
                ("North", "2026-04-01", 100, 1000, 0.1),
                ("North", "2026-05-01", 500, 3000, 0.1667),
                (False, "2026-05-01", 50, 500, 0.1),
            ],
        )

    def test_the_rate_of_a_group_is_that_of_its_sums(self):
        lines = self._cost()
        groups = lines._read_group([("id", "in", lines.ids)], ["team_id"], ["rate:avg"])
        self.assertEqual([(team.name, rate) for team, rate in groups], [("North", 0.15), (False, 0.1)])

    def test_it_leads_to_the_entries(self):
        for line in self._cost():
            entries = self.env["stm.commission.entry"].with_user(self.payroll)
            entries = entries.search(line.action_view_entries()["domain"])
            self.assertEqual(sum(entries.mapped("amount")), line.commission)

    def test_choices_that_make_no_sense(self):
        with self.assertRaisesRegex(UserError, "exchange them"):
            self._cost(date_from="2026-06-01")
        quantity = self.env.ref("sales_target_mgmt.measure_quantity")
        with self.assertRaisesRegex(UserError, "no sum of money"):
            self._cost(measure_id=quantity.id)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_see_it(self):
        lines = self._cost()
        for user in (self.rep, self.leader, self.manager, self.accountant):
            with self.assertRaises(AccessError, msg=user.name):
                self._cost(user)
        with self.assertRaises(AccessError):
            lines.with_user(self.payroll2).read(["rate"])
