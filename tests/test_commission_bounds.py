from odoo.exceptions import ValidationError

from .common_commission import CommissionCase


class TestCommissionBounds(CommissionCase):
    """What nobody can have meant is refused when it is saved, with what to correct."""

    def test_more_than_the_customer_pays(self):
        with self.assertRaisesRegex(ValidationError, "would pay 500 % of the revenue"):
            self._commission([{"rate": 5}])
        # money for a piece
        plan = self._commission([{"rate": 5}], paid_for="quantity")
        self.assertEqual(plan.rule_ids.rate, 5)

    def test_less_than_nothing(self):
        for rule in (
            {"rate": -0.05},
            {"method": "unit", "unit_amount": -3},
            {"rate": 0.05, "customer_kind": "new", "new_days": -4},
        ):
            with self.subTest(rule), self.assertRaisesRegex(ValidationError, "cannot be negative"):
                self._commission([rule])

    def test_a_discount_band_upside_down(self):
        band = {"rate": 0.05, "has_discount_band": True, "discount_from": 50, "discount_to": 10}
        with self.assertRaisesRegex(ValidationError, "ends above"):
            self._commission([band])
