"""In whatever order things happen and are settled in between: the sums are those of the facts."""

from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.sales_target_mgmt.tools.formula import Formula
from odoo.addons.sales_target_mgmt.tools.ladder import Posted
from odoo.addons.sales_target_mgmt.tools.rate_table import RateTable
from odoo.addons.sales_target_mgmt.tools.settlement import Component, Credit, Ledger, Payment, settle
from odoo.tests import BaseCase, tagged

CENT = Decimal("0.01")
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
STEPS = RateTable([(0, 1000, "0.01"), (1000, 3000, "0.02"), (3000, None, "0.05")], "marginal")
FLAT = RateTable([(0, 1000, "0.01"), (1000, None, "0.03")], "flat")
PLAIN = RateTable([(0, None, "0.01")], "flat")

components = st.builds(
    Component,
    st.just("R1"),
    st.sampled_from([STEPS, FLAT]),
    per_document=st.booleans(),
    gate=st.sampled_from([None, "all", "accelerators"]),
    gate_open=st.none(),
    gate_base=st.sampled_from([Decimal(0), Decimal(4000)]),
    plain=st.just(PLAIN),
    cap=st.sampled_from([None, Decimal(60)]),
    payable_on=st.sampled_from(["at_once", "proportional", "full"]),
    bonus=st.sampled_from([None, Decimal(100)]),
    formula=st.sampled_from([None, Formula("max(base * 0.05, 20)", ("base",))]),
    floor=st.sampled_from([None, Decimal(15)]),
    historic=st.just(False),
    instalments=st.sampled_from([1, 3]),
    variants=st.sampled_from([(), ((MAY, STEPS), (date(2026, 5, 16), PLAIN))]),
)
# a line as it is at one moment: base, or gone, and the parts that are paid by then
lines = st.one_of(
    st.none(),
    st.tuples(
        st.decimals(-2000, 5000, places=2),
        st.lists(st.sampled_from(["0.5", "0.3", "0.2"]), max_size=3, unique=True),
    ),
)
moments = st.lists(st.lists(lines, min_size=5, max_size=5), min_size=1, max_size=4)


def credits_of(moment):
    """The facts of a moment: three lines in May, two in June."""
    for number, line in enumerate(moment):
        if line:
            base, paid = line
            period = JUNE if number > 2 else MAY
            payments = tuple(Payment(f"payment:{share}", Decimal(share), JUNE) for share in paid)
            document = f"move:{number // 2}"
            values = {"base": base}
            yield Credit(
                f"invoice:{number}", document, period, period, base, payments=payments, values=values
            )


def post(ledger, rows):
    """Add rows to a ledger, as it is read back from the entries."""
    for row in rows:
        step = row.step or Posted(amount=row.amount)
        posted = Posted(step.base, row.amount, getattr(step, "off", 0), getattr(step, "plain", 0))
        ledger.note(row.kind, row.period, row.document, row.key, posted, row.payable, row.held)


@tagged("post_install", "-at_install")
class TestSettlement(BaseCase):
    @settings(deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(components, moments)
    def test_any_history_ends_at_the_same_sums(self, component, history):
        def run(ledger, moment):
            credited = list(credits_of(moment))
            return settle(credited, ledger, lambda period: component, CENT, JUNE, [MAY, JUNE])

        ledger, earned, payable = Ledger(), Decimal(0), Decimal(0)
        for moment in history:
            rows = run(ledger, moment)
            post(ledger, rows)
            earned += sum(row.amount for row in rows)
            payable += sum(row.payable for row in rows)
        at_once = run(Ledger(), history[-1])
        self.assertEqual(earned, sum(row.amount for row in at_once))
        if component.payable_on == "at_once":
            # else it follows the lines that are paid, and the tier that each had taken when posted
            self.assertEqual(payable, sum(row.payable for row in at_once))
        self.assertEqual(run(ledger, history[-1]), [])
