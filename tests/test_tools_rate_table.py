"""Rate tables, draws, caps, gates and vesting: every published number, and what must always hold."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.sales_target_mgmt.tools.draw import settle_draw, top_up
from odoo.addons.sales_target_mgmt.tools.payout import capped, floored, gated, rounded, vested
from odoo.addons.sales_target_mgmt.tools.rate_table import RateTable, TierFault
from odoo.tests import BaseCase, tagged

# Oracle Fusion Incentive Compensation, step-rate examples
STEPS = [(0, 1000, "0.01"), (1000, 3000, "0.02"), (3000, 8000, "0.03"), (8000, 20000, "0.05")]
DEALS = (200, 300, 1500, 1200, 2000, 4500)
LEVELS = [(0, 10000, "0.01"), (10000, 50000, "0.02"), (50000, 100000, "0.03")]
ACCELERATED = [(0, 100000, "0.05"), (100000, 125000, "0.06"), (125000, None, "0.07")]

bases = st.decimals(-5000, 30000, places=2)
tables = st.sampled_from(
    [
        RateTable(STEPS, "marginal"),
        RateTable(STEPS, "flat"),
        RateTable(ACCELERATED, "marginal"),
        RateTable([(0, 4000, 128), (4000, 10000, 360), (10000, 20000, 1000)], "interpolated"),
    ]
)
# the same examples every time, and no complaint about a busy machine
QUIETLY = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


@tagged("post_install", "-at_install")
class TestRateTable(BaseCase):
    def test_per_transaction(self):
        table = RateTable(STEPS, "marginal")
        earned = [table.earn(deal) for deal in DEALS]
        self.assertEqual(earned, [2, 3, 20, 14, 30, 95])
        self.assertEqual(sum(earned), 164)

    def test_cumulative(self):
        table = RateTable(STEPS, "marginal")
        earned = [table.earn(deal, before=sum(DEALS[:n])) for n, deal in enumerate(DEALS)]
        self.assertEqual(earned, [2, 3, 25, 26, 60, 169])
        self.assertEqual(sum(earned), 285)
        self.assertEqual(285 + table.earn(-1500, before=sum(DEALS)), 210)
        self.assertEqual(285 + table.earn(-4500, before=sum(DEALS)), 116)

    def test_flat_and_marginal(self):
        flat, marginal = RateTable(LEVELS, "flat"), RateTable(LEVELS, "marginal")
        self.assertEqual((flat.earn(15000), marginal.earn(15000)), (300, 200))
        self.assertEqual((flat.earn(60000), marginal.earn(60000)), (1800, 1200))

    def test_accelerator(self):
        table = RateTable(ACCELERATED, "marginal")
        self.assertEqual([part.amount for part in table.slices(150000)], [5000, 1500, 1750])
        self.assertEqual(table.earn(150000), 8250)

    def test_interpolated_earns_in_proportion(self):
        table = RateTable([(0, 100, 10), (100, 300, 40)], "interpolated")
        self.assertEqual([table.total(base) for base in (0, 50, 100, 150, 300, 400)], [0, 5, 10, 20, 50, 50])

    def test_a_border_belongs_to_the_upper_tier(self):
        table = RateTable(LEVELS, "flat")
        self.assertEqual(table.earn("9999.99"), Decimal("99.9999"))
        self.assertEqual(table.earn(10000), 200)
        self.assertEqual(table.rate_at(50000), Decimal("0.03"))

    def test_another_quantity_picks_the_tier(self):
        table = RateTable([(0, "0.8", 0), ("0.8", 1, "0.05"), (1, None, "0.07")], "flat")
        rates = [table.earn(1000, at=attainment) for attainment in ("-0.1", "0.79", "0.8", 1, 3)]
        self.assertEqual(rates, [0, 0, 50, 70, 70])
        self.assertEqual(table.earn(-1000, before=500, at=1), -70)

    def test_a_float_is_what_was_written(self):
        self.assertEqual(RateTable([(0, None, 0.07)], "flat").earn(0.1), Decimal("0.007"))

    def test_a_table_may_begin_above_zero(self):
        table = RateTable([(1000, None, "0.10")], "marginal")
        self.assertEqual([table.total(base) for base in (500, 1000, 1500, -1500)], [0, 0, 50, -50])

    def test_refused_tables(self):
        cases = [
            ("gap", (1, 2), [(0, 10, 1), (11, None, 2)]),
            ("overlap", (1, 2), [(0, 10, 1), (9, None, 2)]),
            ("overlap", (1, 2), [(0, None, 1), (9, None, 2)]),
            ("overlap", (1, 3), [(0, 10, 1), (20, None, 2), (5, 20, 3)]),
            ("twice", (1, 3), [(0, 10, 1), (20, None, 2), (0, 20, 3)]),
            ("gap", (1, 2), [(20, None, 1), (0, 10, 2)]),
            ("order", (1,), [(10, 10, 1)]),
            ("negative", (1,), [(-10, 10, 1)]),
            ("number", (2,), [(0, 10, 1), (10, None, float("nan"))]),
            ("empty", (), []),
        ]
        for kind, rows, tiers in cases:
            with self.subTest(kind=kind, tiers=tiers), self.assertRaises(TierFault) as caught:
                RateTable(tiers, "marginal")
            self.assertEqual((caught.exception.kind, caught.exception.rows), (kind, rows))
        with self.assertRaises(TierFault) as caught:
            RateTable([(0, 10, 1), (10, None, 5)], "interpolated")
        self.assertEqual(caught.exception.kind, "whole")

    @QUIETLY
    @given(tables, st.lists(bases, max_size=12))
    def test_however_a_base_is_cut(self, table, parts):
        before, earned = Decimal(0), Decimal(0)
        for part in parts:
            earned += table.earn(part, before=before)
            before += part
        self.assertAlmostEqual(earned, table.earn(sum(parts)), 15)

    @QUIETLY
    @given(tables, bases, bases)
    def test_slices_are_what_is_earned(self, table, before, base):
        slices = table.slices(base, before)
        self.assertAlmostEqual(sum(part.amount for part in slices), table.earn(base, before), 15)
        for part in slices:
            self.assertEqual(part.amount, part.base * part.rate)

    @QUIETLY
    @given(tables, bases)
    def test_a_reversal_takes_back_what_was_earned(self, table, base):
        self.assertEqual(table.earn(-base), -table.earn(base))

    @QUIETLY
    @given(st.lists(bases, max_size=20))
    def test_rounded_parts_add_up(self, parts):
        table, before, earned = RateTable(STEPS, "marginal"), Decimal(0), Decimal(0)
        for part in parts:
            after = before + part
            earned += rounded(table.total(after), "0.01") - rounded(table.total(before), "0.01")
            before = after
        self.assertEqual(earned, rounded(table.total(sum(parts)), "0.01"))


@tagged("post_install", "-at_install")
class TestPayout(BaseCase):
    def test_recoverable_draw(self):
        balance, paid = 0, []
        for earned in (2000, 5000, 2500):
            part, balance = settle_draw(earned, 3000, balance)
            paid.append((part, balance))
        self.assertEqual(paid, [(3000, 1000), (4000, 0), (3000, 500)])

    @QUIETLY
    @given(st.lists(st.decimals(-5000, 5000, places=2), max_size=12), st.integers(0, 4000))
    def test_a_draw_only_lends(self, months, draw):
        """Paid − still owed is what was earned, and nobody is paid less than the draw."""
        balance, paid = Decimal(0), Decimal(0)
        for earned in months:
            part, balance = settle_draw(earned, draw, balance)
            self.assertGreaterEqual(part, draw)
            paid += part
        self.assertEqual(paid - balance, sum(months))

    def test_refused_draws(self):
        for earned, draw, balance in ((1, -1, 0), (1, 0, -1)):
            with self.assertRaises(ValueError):
                settle_draw(earned, draw, balance)

    def test_guarantee(self):
        self.assertEqual((top_up(2000, 3000), top_up(-50, 100), top_up(4000, 3000)), (1000, 150, 0))

    def test_gate(self):
        self.assertEqual(gated(8250, 7500, is_open=False), (7500, 750))
        self.assertEqual(gated(8250, 7500, is_open=True), (8250, 0))

    def test_cap(self):
        earned = RateTable([(0, None, "0.03")], "flat").earn(400000)
        self.assertEqual(capped(earned, 10000), (10000, 2000))

    def test_floor(self):
        self.assertEqual(floored(5, 10), (10, 5))

    def test_paid_as_collected(self):
        half = rounded(vested(1000000 * Decimal("0.1"), "0.5"), "0.01")
        self.assertEqual(half, 50000)
        self.assertEqual(rounded(vested(100000, 1), "0.01") - half, 50000)
        for share, part in (("0.6", 30000), ("0.4", 20000)):
            self.assertEqual(vested(100000 * Decimal(share), "0.5"), part)
