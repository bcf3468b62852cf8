"""A plan in another currency than the company's: tiers, caps and pay are in it."""

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionCurrency(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dollar = cls.env.ref("base.USD")
        cls.dollar.active = True
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.dollar.id)]).unlink()
        cls._set_rate("2026-05-01", 1.25)
        cls._set_rate("2026-05-20", 1.5)

    @classmethod
    def _set_rate(cls, day, rate):
        values = {"currency_id": cls.dollar.id, "company_id": cls.company.id, "name": day, "rate": rate}
        return cls.env["res.currency.rate"].create(values)

    def _in_dollars(self, rules, **values):
        return self._commission(rules, currency_id=self.dollar.id, **values)

    def test_the_rate_of_each_day(self):
        self._sold("2026-05-10", 1000)
        self._sold("2026-05-25", 1000)
        [may] = self._settle(self._in_dollars([0.1]))
        self.assertEqual((may.currency_id, may.earned), (self.dollar, 125 + 150))
        rows = sorted((one.currency_rate, one.base, one.amount) for one in may.entry_ids)
        self.assertEqual(rows, [(1.25, 1250, 125), (1.5, 1500, 150)])

    def test_the_rate_of_the_last_day_of_the_period(self):
        self._sold("2026-05-10", 1000)
        self._sold("2026-05-25", 1000)
        self.assertEqual(self._settle(self._in_dollars([0.1], rate_date="period")).earned, 300)

    def test_tiers_and_caps_are_in_the_currency_of_the_plan(self):
        self._sold("2026-05-10", 1000)
        tiers = [(0, 1000, 0.1), (1000, 0, 0.2)]
        rule = {"method": "marginal", "tiers": tiers, "is_capped": True, "cap": 120}
        plan = self._in_dollars([rule])
        [may] = self._settle(plan)
        # 100 for the first 1,000 dollars, 50 for the other 250
        self.assertEqual((may.earned, sum(may.entry_ids.filtered("base").mapped("amount"))), (120, 150))
        self.assertEqual(plan.rule_ids.currency_id | plan.rule_ids.tier_ids.currency_id, self.dollar)

    def test_quantities_are_not_converted(self):
        self._sold("2026-05-10", 1000)
        [may] = self._settle(self._in_dollars([20], paid_for="quantity"))
        self.assertEqual((may.earned, may.entry_ids.base), (20, 1))
        mine = self.env["stm.commission.mine"].with_user(self.rep).with_company(self.company)
        self.assertEqual([row["base"] for row in mine.get_why("2026-05-10")["rows"]], [1])

    def test_a_missing_rate_names_currency_and_day(self):
        self._sold("2026-04-10", 1000)
        with self.assertRaisesRegex(UserError, "exchange rate of USD for 04/10/2026"):
            self._settle(self._in_dollars([0.1]))
        self.assertFalse(self.env["stm.commission.statement"].search([("company_id", "=", self.company.id)]))

    def test_statements_of_two_currencies(self):
        invoice = self._sold("2026-05-10", 1000)
        dollars = self._in_dollars([0.1], payable_on="proportional")
        self._settle(dollars)
        self._settle(self._commission([0.2], name="Euros"))
        both = self._statements(dollars)
        earned = {one.currency_id: (one.earned, one.waiting) for one in both}
        self.assertEqual(earned, {self.dollar: (125, 125), self.company.currency_id: (200, 0)})
        self._post(both)
        self._pay(invoice, "2026-06-02")
        june = self._settle(dollars).filtered(lambda one: one.date_from.month == 6)
        self.assertEqual((june.currency_id, june.payable, june.waiting), (self.dollar, 125, 0))

    def test_a_changed_rate_is_a_difference_and_a_rerun_is_none(self):
        self._sold("2026-05-10", 999.99)
        plan = self._in_dollars([0.1])
        self._post(self._settle(plan))
        self.assertEqual(len(self._settle(plan)), 1)
        self._set_rate("2026-05-05", 1.3)
        may, june = self._settle(plan)
        self.assertEqual((may.earned, june.earned), (125, 5))

    def test_all_versions_have_the_currency(self):
        plan = self._in_dollars([0.1])
        version = self.env["stm.commission.plan"].browse(plan.action_new_version()["res_id"])
        self.assertEqual(version.currency_id, self.dollar)
        with self.assertRaisesRegex(ValidationError, "same company and currency"):
            version.currency_id = self.company.currency_id
