"""What is posted is what is wanted minus what is posted."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.sales_target_mgmt.tools.ladder import (
    WHOLE,
    Fact,
    Posted,
    Scheme,
    climb,
    release,
    withhold,
)
from odoo.addons.sales_target_mgmt.tools.payout import rounded
from odoo.addons.sales_target_mgmt.tools.rate_table import RateTable
from odoo.tests import BaseCase, tagged

CENT = Decimal("0.01")
STEPS = [(0, 1000, "0.01"), (1000, 3000, "0.02"), (3000, 8000, "0.03"), (8000, 20000, "0.05")]
DEALS = [
    Fact(key, Decimal(base))
    for key, base in {"a": 200, "b": 300, "c": 1500, "d": 1200, "e": 2000, "f": 4500}.items()
]
ORDERS = st.permutations(range(15))
amounts = st.decimals(-3000, 9000, places=2)
# the same examples every time, and no complaint about a busy machine
QUIETLY = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def post(posted, steps):
    """The ledger after steps."""
    posted = dict(posted)
    for step in steps:
        row = posted.get(step.key, Posted())
        posted[step.key] = Posted(
            row.base + step.base, row.amount + step.amount, row.off + step.off, row.plain + step.plain
        )
    return posted


def total(posted):
    return sum(row.amount for row in posted.values())


@tagged("post_install", "-at_install")
class TestLadder(BaseCase):
    def setUp(self):
        super().setUp()
        self.scheme = Scheme(RateTable(STEPS, "marginal"), CENT)
        self.posted = post({}, climb(DEALS, {}, self.scheme))

    def test_a_rerun_posts_nothing(self):
        self.assertEqual(total(self.posted), 285)
        self.assertEqual(climb(DEALS, self.posted, self.scheme), [])

    def test_refunds(self):
        historic = self.scheme._replace(historic=True)
        for key, base, by_history, by_table in (("c", -1500, 260, 210), ("f", -4500, 116, 116)):
            facts = [*DEALS, Fact("refund", Decimal(base), (key,))]
            self.assertEqual(total(post(self.posted, climb(facts, self.posted, historic))), by_history)
            self.assertEqual(total(post(self.posted, climb(facts, self.posted, self.scheme))), by_table)

    def test_cancelled(self):
        """Without a refund: the fact is gone, the ledger knows what it had earned."""
        facts = [fact for fact in DEALS if fact.key != "c"]
        self.assertEqual(total(post(self.posted, climb(facts, self.posted, self.scheme))), 210)
        [step] = climb(facts, self.posted, self.scheme._replace(historic=True))
        self.assertEqual((step.key, step.base, step.amount), ("c", -1500, -25))

    def test_a_refund_of_what_earned_nothing_takes_nothing_back(self):
        refund = Fact("refund", Decimal(-1500), ("before the plan",))
        [step] = climb([*DEALS, refund], self.posted, self.scheme._replace(historic=True))
        self.assertEqual(step.amount, 0)

    def test_a_changed_split_is_a_difference(self):
        facts = [fact._replace(base=fact.base / 2) if fact.key == "f" else fact for fact in DEALS]
        [step] = climb(facts, self.posted, self.scheme)
        self.assertEqual((step.key, step.base, step.before, step.after), ("f", -2250, 9700, 7450))
        self.assertEqual(step.amount, Decimal("183.50") - 285)

    def test_a_plan_corrected_back_in_time(self):
        doubled = [(start, end, Decimal(rate) * 2) for start, end, rate in STEPS]
        [step] = climb(DEALS, self.posted, Scheme(RateTable(doubled, "marginal"), CENT))
        self.assertEqual((step.key, step.base, step.amount), (WHOLE, 0, 285))

    def test_a_historic_clawback_survives_a_changed_table(self):
        scheme = self.scheme._replace(historic=True)
        facts = [*DEALS, Fact("refund", Decimal(-1500), ("c",))]
        posted = post(self.posted, climb(facts, self.posted, scheme))
        self.assertEqual(climb(facts, posted, scheme), [])
        doubled = [(start, end, Decimal(rate) * 2) for start, end, rate in STEPS]
        scheme = scheme._replace(table=RateTable(doubled, "marginal"))
        posted = post(posted, climb(facts, posted, scheme))
        self.assertEqual(total(posted), 2 * 210 + 50)
        self.assertEqual(climb(facts, posted, scheme), [])

    def test_attainment_picks_the_rate_of_everything(self):
        table = RateTable([(0, 1, "0.05"), (1, None, "0.07")], "flat")
        facts = [Fact("a", Decimal(1000))]
        posted = post({}, climb(facts, {}, Scheme(table, CENT, at=Decimal("0.9"))))
        self.assertEqual(total(posted), 50)
        [step] = climb(facts, posted, Scheme(table, CENT, at=Decimal(1)))
        self.assertEqual((step.key, step.amount), (WHOLE, 20))

    def test_a_step_is_recomputed_from_its_own_content(self):
        facts = [*DEALS, Fact("refund", Decimal("-1499.99"), ("c",))]
        for scheme in (self.scheme, self.scheme._replace(historic=True)):
            for step in climb(facts, {}, scheme):
                earned = step.exact + sum(part.amount for part in step.slices)
                self.assertEqual(step.amount, rounded(earned, CENT) - rounded(step.exact, CENT))

    @QUIETLY
    @given(st.lists(amounts, max_size=15), st.lists(st.integers(0, 14), max_size=4), ORDERS)
    def test_any_order_of_settling(self, bases, cuts, order):
        """However facts arrive and whenever it is settled in between, the sum is that of the table."""
        facts = [Fact(str(number), bases[number]) for number in order if number < len(bases)]
        posted = {}
        for cut in [*cuts, len(facts)]:
            posted = post(posted, climb(facts[:cut], posted, self.scheme))
        wanted = rounded(self.scheme.table.total(sum(bases)), CENT)
        self.assertEqual(total(posted), wanted)
        self.assertEqual(climb(facts, posted, self.scheme), [])

    def test_gate_of_accelerators(self):
        table = RateTable([(0, 100000, "0.05"), (100000, 125000, "0.06"), (125000, None, "0.07")], "marginal")
        scheme = Scheme(table, CENT, plain=RateTable([(0, None, "0.05")], "marginal"))
        steps = climb([Fact("deal", Decimal(150000))], {}, scheme)
        parts = [(step.key, step.amount, step.plain) for step in steps]
        closed = withhold(parts, Decimal(0), Decimal(0), Decimal(0), is_open=False, accelerators=True)
        self.assertEqual(closed, [("deal", 750)])
        opened = withhold([], Decimal(8250), Decimal(7500), Decimal(750), accelerators=True)
        self.assertEqual(opened, [(WHOLE, -750)])

    def test_cap_then_refund(self):
        steps = [("sale", Decimal(12000), 0), ("refund", Decimal(-600), 0), ("more", Decimal(-2000), 0)]
        parts = withhold(steps, Decimal(0), Decimal(0), Decimal(0), cap=10000)
        self.assertEqual(parts, [("sale", 2000), ("refund", -600), ("more", -1400)])

    @QUIETLY
    @given(st.integers(0, 10**7), st.lists(st.integers(1, 1000), min_size=1, max_size=8))
    def test_payments_add_up(self, cents, weights):
        amount = Decimal(cents) / 100
        shares = [(str(number), Decimal(weight) / sum(weights)) for number, weight in enumerate(weights)]
        posted = {}
        for count in range(len(shares) + 1):
            for key, part in release(amount, shares[:count], posted, CENT).items():
                posted[key] = posted.get(key, 0) + part
        self.assertEqual(sum(posted.values()), amount)
        self.assertEqual(release(amount, shares, posted, CENT), {})

    def test_unreconciled_and_paid_again(self):
        posted = release(Decimal(100), [("p1", Decimal(1))], {}, CENT)
        self.assertEqual(posted, {"p1": 100})
        back = release(Decimal(100), [("p2", Decimal("0.5"))], posted, CENT)
        self.assertEqual(back, {"p1": -100, "p2": 50})
