"""Components by formula and by unit, for products and days; minimums; gates by attainment; own rates."""

from freezegun import freeze_time

from odoo.addons.sales_target_mgmt.tools.formula import Formula
from odoo.addons.sales_target_mgmt.tools.formula_pot import evaluate
from odoo.exceptions import ValidationError

from .common_commission import CommissionCase
from .common_target import StmTargetCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionMargin(CommissionCase):
    def test_margin_of_orders_invoices_and_payments(self):
        """The margin of a pump is its price less 60; half of it is paid."""
        self._pay(self._sold("2026-05-10", 160), "2026-05-20", amount=80)
        for earned_on, earned in (("order", 10), ("invoice", 10), ("payment", 5)):
            plan = self._commission([0.1], paid_for="margin", earned_on=earned_on, name=earned_on)
            self._settle(plan)
            self.assertEqual(sum(self._entries(plan).mapped("amount")), earned, earned_on)

    def test_what_is_paid_on_a_margin_releases_its_part(self):
        self._pay(self._sold("2026-05-10", 160), "2026-05-20", amount=80)
        [may] = self._settle(self._commission([0.1], paid_for="margin", payable_on="proportional"))
        self.assertEqual((may.earned, may.payable), (10, 5))


@freeze_time("2026-06-15 12:00:00")
class TestCommissionFormula(CommissionCase):
    def _by_formula(self, formula, **values):
        rule = {"method": "formula", "formula": formula, "scope": "document", "rate": 0.05}
        return self._commission([{**rule, **values}])

    def test_each_document_by_a_formula(self):
        self._sold("2026-05-10", 100)
        self._sold("2026-05-11", 1000)
        [may] = self._settle(self._by_formula("max(amount * rate, 20) if margin > 0 else 0"))
        self.assertEqual(sorted(may.entry_ids.mapped("amount")), [20, 50])

    def test_the_period_as_a_whole(self):
        """The margin of a pump is its price less 60."""
        self._sold("2026-05-10", 100)
        self._sold("2026-05-11", 160)
        plan = self._by_formula("margin / 2 + quantity", scope="period")
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.entry_ids.mapped("amount")), (72, [51, 21]))
        self._post(may)
        self.assertEqual(self._settle(plan), may)

    def test_a_refund_takes_back_at_the_rate_of_the_sale(self):
        invoice = self._sold("2026-05-10", 1000)
        plan = self._by_formula("amount * rate + 50")
        self._post(self._settle(plan))
        self._refund(invoice, "2026-06-05", 500)
        _may, june = self._settle(plan)
        self.assertEqual(june.earned, -50)

    def test_what_was_posted_follows_a_correction(self):
        invoice = self._sold("2026-05-10", 1000)
        plan = self._by_formula("min(amount * rate, 40)")
        self._post(self._settle(plan))
        invoice.button_draft()
        _may, june = self._settle(plan)
        kinds = june.entry_ids.filtered("amount").mapped("kind")
        self.assertEqual((june.earned, kinds), (-40, ["clawback"]))

    def test_a_failing_formula_stops_its_component_alone(self):
        self._sold("2026-05-10", 1000)
        rules = [
            {"method": "formula", "formula": "amount / (quantity - 1)", "scope": "document", "name": "Odd"},
            {"rate": 0.1},
        ]
        plan = self._commission(rules)
        [may] = self._settle(plan)
        self.assertEqual(may.earned, 100)
        failed = may.entry_ids.filtered(lambda one: one.reason == "formula")
        self.assertEqual((failed.amount, failed.base), (0, 1000))
        self.assertRegex(failed.message, r"line 1, column \d+, “amount / \(quantity - 1\)”: this divides")
        self.assertIn("Odd", may.failures)
        self.assertIn("Odd", plan.failures)
        self._post(may)
        self.assertEqual(self._settle(plan), may)

    def test_payees_read_that_a_formula_fails_or_comes_to_zero(self):
        self._sold("2026-05-10", 1000)

        def why(plan):
            self.env.invalidate_all()
            rows = self.env["stm.commission.mine"].with_user(self.rep).get_why("2026-05-31")["rows"]
            return [(row["code"], row["reason"]) for row in rows if row["plan"] == plan.name]

        failing = self._by_formula("amount / (quantity - 1)", name="Odd")
        self.assertEqual(why(failing), [("formula", "Odd: The formula failed")])
        self._post(self._settle(failing))
        self.assertEqual(why(failing), [("formula", "Odd: The formula failed")])
        failing.assignment_ids.with_user(self.payroll).date_to = "2026-04-30"
        zero = self._by_formula("amount - 1000", name="Even")
        self.assertIn(("formula", "Even: the formula comes to zero"), why(zero))

    def test_a_wrong_formula_is_refused_with_its_position(self):
        for formula, message in (
            ("amount * turnover", "line 1, column 10, “turnover”: there is no such name"),
            ("amount *\n * 2", "line 2"),
            ("amount ** 2", "not allowed"),
            ("attainment * 2", "only with a measure"),
            ("", "it is empty"),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                self._by_formula(formula)

    def test_entries_of_a_formula_are_recomputed_from_their_content(self):
        self._sold("2026-05-10", 100)
        self._sold("2026-05-11", 1234.56)
        plan = self._by_formula("amount * rate + quantity / 3", scope="period")
        self._settle(plan)
        for entry in self._entries(plan):
            inputs = {name: float(value) for name, value in entry.inputs.items()}
            wanted = float(evaluate(Formula(entry.rule_id.formula, list(inputs)), inputs))
            self.assertAlmostEqual(wanted, entry.exact + float(entry.slices[0][2]), 6)


@freeze_time("2026-06-15 12:00:00")
class TestCommissionSpiff(CommissionCase):
    def test_a_sum_for_each_machine_sold_in_may(self):
        machine = self.env["product.product"].create({"name": "Machine", "invoice_policy": "order"})
        rule = {
            "method": "unit", "unit_amount": 50, "product_ids": [(6, 0, machine.ids)],
            "date_from": "2026-05-10", "date_to": "2026-05-31",
        }  # fmt: skip
        for day in ("2026-05-05", "2026-05-10", "2026-06-01"):
            line = {"name": "Three", "product_uom_qty": 3, "price_unit": 9, "tax_ids": [(5,)]}
            products = (machine, self.product)
            lines = [(0, 0, {"product_id": product.id, **line}) for product in products]
            self._invoice(self._order(day, order_line=lines), day)
        [may] = self._settle(self._commission([rule]))
        self.assertEqual((may.earned, may.entry_ids.base), (150, 3))
        # pieces and money for each, not a share of money
        self.assertEqual(may.entry_ids.calculation, "3 × 50.00\N{NO-BREAK SPACE}€")

    def test_tiers_by_quantity(self):
        tiers = [(0, 3, 0.05), (3, 0, 0.1)]
        plan = self._commission([{"method": "flat", "tier_by": "quantity", "tiers": tiers}])
        self._sold("2026-05-10", 1000)
        self._sold("2026-05-11", 1000)
        self.assertEqual(self._settle(plan).earned, 100)
        self._post(self._statements(plan))
        self._sold("2026-05-12", 1000)
        _may, june = self._settle(plan)
        self.assertEqual(june.earned, 200)


@freeze_time("2026-06-15 12:00:00")
class TestCommissionFloor(CommissionCase):
    def test_the_minimum_is_not_clawed_back(self):
        """Xactly: credit of 100 at 5 %, minimum pay 10: paid 10, the reversal takes back 5."""
        invoice = self._sold("2026-05-10", 100)
        plan = self._commission([{"rate": 0.05, "has_floor": True, "floor": 10}])
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.payable), (10, 10))
        self.assertEqual({one.kind: one.amount for one in may.entry_ids}, {"earn": 5, "floor": 5})
        self._post(may)
        self._refund(invoice, "2026-06-05")
        _may, june = self._settle(plan)
        self.assertEqual(june.earned, -5)

    def test_the_minimum_waits_for_the_payment_as_well(self):
        invoice = self._sold("2026-05-10", 100)
        rule = {"rate": 0.05, "has_floor": True, "floor": 10}
        plan = self._commission([rule], payable_on="proportional")
        self._pay(invoice, "2026-05-20", amount=50)
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.payable, may.waiting), (10, 5, 5))


@freeze_time("2026-06-15 12:00:00")
class TestCommissionOwnRates(CommissionCase):
    def test_an_own_rate_changes_within_the_period(self):
        self._sold("2026-05-10", 1000)
        self._sold("2026-05-20", 1000)
        lines = [
            {"user_id": self.rep.id, "has_own_rate": True, "rate": 0.05, "date_to": "2026-05-15"},
            {"user_id": self.rep.id, "has_own_rate": True, "rate": 0.08, "date_from": "2026-05-16"},
        ]
        plan = self._commission([0.1], lines)
        [may] = self._settle(plan)
        self.assertEqual(may.entry_ids.sorted("date").mapped("amount"), [50, 80])
        self._post(may)
        self.assertEqual(self._settle(plan), may)


@freeze_time("2026-06-15 12:00:00")
class TestCommissionGate(CommissionCase, StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.measure = cls.env.ref("sales_target_mgmt.measure_invoiced")

    def test_accelerators_wait_for_the_quota(self):
        """8,250 by the table; below the quota 7,500 with 750 withheld."""
        measure = self.measure
        quota = self._plan(name="Quota")
        node = self._node(plan=quota, user=self.rep)
        self._line(node, 200000, "2026-05-01", "2026-05-31", measure)
        self._approve(quota)
        tiers = [(0, 100000, 0.05), (100000, 125000, 0.06), (125000, 0, 0.07)]
        rule = {
            "method": "marginal", "tiers": tiers, "gate": "accelerators", "gate_by": "attainment",
            "gate_base": 100, "measure_id": measure.id,
        }  # fmt: skip
        plan = self._commission([rule])
        self._sold("2026-05-10", 150000)
        [may] = self._settle(plan)
        withheld = may.entry_ids.filtered(lambda one: one.kind == "withhold")
        self.assertEqual((may.earned, withheld.amount, withheld.reason), (7500, -750, "gate"))
        self._sold("2026-05-11", 50000)
        self.assertEqual(self._settle(plan).earned, 8250 + 3500)
