"""What a refund does to the base of a plan that had not credited the sale."""

from freezegun import freeze_time

from odoo.fields import Date

from .common_commission import CommissionCase

TIERS = [(0, 1000, 0.1), (1000, 0, 0.2)]


@freeze_time("2026-06-15 12:00:00")
class TestCommissionRefunds(CommissionCase):
    def _earned(self, plan):
        return sum(self._settle(plan).mapped("earned"))

    def test_a_refund_of_a_sale_from_before_the_plan(self):
        """1,500 sold in May earn 200; a refund of an April sale changes nothing, whichever way."""
        before = self._sold("2026-04-10", 800)
        self._refund(before, "2026-05-05", 600)
        self._sold("2026-05-10", 1500)
        for refund_mode in ("historic", "rerate"):
            with self.subTest(refund_mode), self.env.cr.savepoint() as savepoint:
                plan = self._commission([TIERS], date_from="2026-05-01", refund_mode=refund_mode)
                self.assertEqual(self._earned(plan), 200)
                [row] = self._entries(plan).filtered(lambda entry: entry.kind == "clawback")
                self.assertEqual((row.amount, row.base, row.reason), (0, 0, "uncredited"))
                savepoint.rollback()

    def test_a_refund_in_a_later_period_takes_back(self):
        for refund_mode, taken in (("historic", -60), ("rerate", -60)):
            with self.subTest(refund_mode), self.env.cr.savepoint() as savepoint:
                plan = self._commission([0.1], date_from="2026-04-01", refund_mode=refund_mode)
                invoice = self._sold("2026-04-10", 800)
                self._post(self._settle(plan, "2026-04-30"))
                self._refund(invoice, "2026-05-05", 600)
                _april, may = self._settle(plan, "2026-05-31")
                self.assertEqual(may.earned, taken)
                why = self.env["stm.commission.mine"].with_user(self.rep).get_why("2026-05-31")
                [row] = [row for row in why["rows"] if row["base"] < 0]
                self.assertEqual((row["amount"], row["code"]), (-60, "credited"))
                savepoint.rollback()

    def test_a_posted_refund_is_cancelled(self):
        """It gives back what it took, though the table would say something else by now."""
        plan = self._commission([TIERS], date_from="2026-05-01")
        invoice = self._sold("2026-05-02", 1000)
        self._sold("2026-05-10", 1000)
        refund = self._refund(invoice, "2026-05-12", 500)
        self._post(self._settle(plan, "2026-05-31"))
        # 100 and 200, less 10 % of 500
        self.assertEqual(self._earned(plan), 250)
        refund.button_draft()
        self.assertEqual(self._earned(plan), 300)

    def _estimate(self, amount):
        quote = self._order("2026-06-14", amount, confirm=False)
        estimate = self.env["stm.commission.mine"].with_user(self.rep).get_estimate("sale.order", quote.id)
        return estimate["totals"][0]["amount"]

    def test_the_estimator_spares_what_a_settlement_spares(self):
        """800 sold in June at 10 %, from 1,000 on at 20 %; then 600 are refunded, and 500 more come."""
        before = self._sold("2026-04-10", 800)
        may = self._sold("2026-05-10", 800)
        self._sold("2026-06-02", 800)
        plan = self._commission([TIERS], date_from="2026-05-01", refund_mode="rerate")
        expected = {
            # 200 at 10 %, 300 at 20 %
            "of April, before the plan": (before, {}, 80),
            # 800 less 600: all 500 at 10 %
            "of May": (may, {}, 50),
            "of May, too late to be taken back": (may, {"has_refund_window": True, "refund_days": 20}, 80),
        }
        for name, (invoice, terms, amount) in expected.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                plan.sudo()._write_guarded(terms)
                self._refund(invoice, "2026-06-05", 600)
                self.assertEqual(self._estimate(500), amount)
                earned = self._earned(plan)
                self._sold("2026-06-14", 500)
                self.assertEqual(self._earned(plan) - earned, amount)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_forecast_takes_back_what_was_sold_before_the_period(self):
        plan = self._commission([0.1], date_from="2026-05-01", refund_mode="rerate")
        engine = self.env["stm.commission.engine"].sudo()
        self._refund(self._sold("2026-05-10", 800), "2026-06-05", 600)
        book = engine._gather_trial(plan, Date.to_date("2026-06-01"), Date.to_date("2026-06-30"))
        self.assertEqual(sum(line.row.amount for line in engine._compute(book)), -60)
