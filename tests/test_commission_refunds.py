"""What a refund does to the base of a plan that had not credited the sale."""

from freezegun import freeze_time

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
