"""Within an open period the sums do not depend on the order in which things are posted, paid and settled."""

from freezegun import freeze_time

from .common_commission import CommissionCase

TIERS = [(0, 1000, 0.01), (1000, 3000, 0.02), (3000, 0, 0.05)]


@freeze_time("2026-06-15 12:00:00")
class TestCommissionSequence(CommissionCase):
    """Two invoices over 2,000 and 1,500, the first one paid, 500 of the second given back."""

    def _play(self, steps, refund_mode="rerate"):
        """What is (earned, payable) in the end, in a world of its own."""
        with self.env.cr.savepoint() as point:
            plan = self._commission([TIERS], payable_on="proportional", refund_mode=refund_mode)
            first, second = (
                self._invoice_draft(f"2026-06-0{day}", amount) for day, amount in ((2, 2000), (3, 1500))
            )
            actions = {
                "post": (first | second).action_post,
                "pay": lambda: self._pay(first, "2026-06-10"),
                "refund": lambda: self._refund(second, "2026-06-11", 500),
                "settle": lambda: self._settle(plan),
            }
            for step in steps:
                actions[step]()
            [june] = self._settle(plan)
            self._post(june)
            sums = tuple(sum(june.entry_ids.mapped(name)) for name in ("amount", "payable"))
            self.assertEqual(sums, (june.earned, june.payable))
            point.rollback()
        self.env.invalidate_all()
        return tuple(round(one, 2) for one in sums)

    def _invoice_draft(self, day, amount):
        invoice = self._order(day, amount)._create_invoices()
        invoice.invoice_date = day
        return invoice

    def test_any_order(self):
        found = {
            self._play(steps)
            for steps in (
                ("post", "pay", "refund"),
                ("post", "settle", "refund", "settle", "pay"),
                ("settle", "post", "refund", "settle", "pay", "settle"),
                ("post", "settle", "pay", "settle", "refund", "settle"),
            )
        }
        # 2,000 + 1,500 − 500 climb to 3,000: 10 + 40; of the first, 30, all is paid
        self.assertEqual(found, {(50.0, 30.0)})

    def test_at_the_rate_of_the_sale(self):
        """The second, 1,000 at 2 % and 500 at 5 %, earned 3 %: that is taken back, whenever it is settled."""
        found = {
            self._play(steps, "historic")
            for steps in (
                ("post", "pay", "refund"),
                ("settle", "post", "settle", "refund", "settle", "pay", "settle"),
            )
        }
        # 30 and 45, less 3 % of 500
        self.assertEqual(found, {(60.0, 30.0)})
