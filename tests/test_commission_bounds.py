from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from .common_commission import CommissionCase


class TestCommissionBounds(CommissionCase):
    """What nobody can have meant is refused when it is saved, with what to correct."""

    def _get_doubts(self, rule, payees=None, **values):
        return self._commission([rule], payees, activate=False, **values).doubts

    def _bonus(self, *rows):
        tiers = [(0, 0, {"lower": lower, "upper": upper, "amount": amount}) for lower, upper, amount in rows]
        measure = self.env.ref("sales_target_mgmt.measure_invoiced")
        return {"name": "Quota", "method": "bonus", "tier_ids": tiers, "measure_id": measure.id}

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

    def test_more_than_the_margin(self):
        with self.assertRaisesRegex(ValidationError, "“Sales” would pay 150 % of the margin"):
            self._commission([1.5], paid_for="margin")

    def test_what_is_paid_for_is_changed_afterwards(self):
        plan = self._commission([5], paid_for="quantity", activate=False)
        with self.assertRaisesRegex(ValidationError, "would pay 500 % of the revenue"):
            plan.paid_for = "amount"

    def test_an_own_rate(self):
        own = {"user_id": self.rep.id, "has_own_rate": True}
        with self.assertRaisesRegex(ValidationError, "The own rate of “Rep” cannot be negative"):
            self._commission([0.1], [{**own, "rate": -0.1}])
        with self.assertRaisesRegex(ValidationError, "“Rep” would pay 110 % of the revenue"):
            self._commission([0.1], [{**own, "rate": 1.1}])
        self._commission([0.1], [{**own, "rate": 3}], paid_for="quantity")

    def test_a_negative_bonus(self):
        with self.assertRaisesRegex(ValidationError, "“Quota”: row 2 would take .*500.* from its payee"):
            self._commission([self._bonus((90, 100, 200), (100, 0, -500))])

    def test_a_gate_of_nothing(self):
        for base in (0, -10):
            with self.assertRaisesRegex(ValidationError, "“Sales”: a gate of 0 or less holds nothing back"):
                self._commission([{"rate": 0.1, "gate": "all", "gate_base": base}])

    def test_a_cap_that_cannot_be(self):
        with self.assertRaisesRegex(ValidationError, "“Sales”: a cap of 0 pays nothing"):
            self._commission([{"rate": 0.1, "is_capped": True}])
        limits = {"is_capped": True, "cap": 50, "has_floor": True, "floor": 80}
        with self.assertRaisesRegex(ValidationError, "the cap of .*50.* is below the minimum of .*80"):
            self._commission([{"rate": 0.1, **limits}])

    def test_no_days_to_wait(self):
        with self.assertRaisesRegex(ValidationError, "enter how many days, or choose “At once”"):
            self._commission([0.1], payable_on="days")

    def test_days_before_it_was_earned(self):
        plan = self._commission([0.1], activate=False)
        for change in (lambda: self._commission([0.1], wait_days=-3), lambda: plan.write({"wait_days": -3})):
            with self.assertRaisesRegex(ValidationError, "^“Field” would be payable 3 days before it was"):
                change()
        with self.assertRaisesRegex(ValidationError, "^“Field”会在赚取前 3 天应付"):
            plan.with_context(lang="zh_CN").wait_days = -3

    def test_a_share_of_nothing(self):
        for share, said in ((0, "0"), (-0.25, "-25")):
            with self.assertRaisesRegex(
                ValidationError, f"^“Rep” in “Field” would be credited with {said} % of the sales: enter a"
            ):
                self._commission([0.1], [{"user_id": self.rep.id, "share": share}])

    def test_a_threshold_twice(self):
        with self.assertRaisesRegex(ValidationError, "“Quota”: rows 1 and 2 both begin at 100. Remove one"):
            self._commission([self._bonus((100, 0, 200), (100, 0, 300))])

    def test_promises_below_nothing(self):
        for name in ("draw", "guarantee"):
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(IntegrityError, f"stm_commission_assignment_{name}_not_negative"),
                self.cr.savepoint(),
            ):
                self._commission([0.1], [{"user_id": self.rep.id, name: -1}])

    def test_a_table_that_leaves_something_out(self):
        both = self._get_doubts([(1000, 2000, 0.1), (2000, 5000, 0.2)])
        self.assertEqual(
            both,
            "“Sales” begins at 1000: nothing is paid below that. If that is not meant, let the first row "
            "begin at 0.\n"
            "“Sales” ends at 5000: nothing more is paid for what is beyond. If that is not meant, enter 0 as "
            "To in the last row.",
        )
        self.assertFalse(self._get_doubts([(0, 2000, 0.1), (2000, 0, 0.2)]))
        # a bonus begins where there is one, and its last tier holds on
        self.assertFalse(self._get_doubts(self._bonus((100, 120, 500), (120, 150, 900))))

    def test_rows_that_pay_nothing(self):
        doubts = self._get_doubts([(0, 2000, 0.1), (2000, 0, 0)])
        self.assertEqual(doubts, "“Sales”: row 2, from 2000 on, has a rate of 0.")
        # a threshold is no mistake
        self.assertFalse(self._get_doubts([(0, 2000, 0), (2000, 0, 0.1)]))
        self.assertEqual(self._get_doubts([(0, 0, 0)]), "“Sales” pays nothing in any of its rows.")
        self.assertEqual(self._get_doubts(0.0), "“Sales” has a rate of 0 and pays nothing.")
        own = {"user_id": self.rep.id, "has_own_rate": True, "rate": 0.1}
        self.assertFalse(self._get_doubts(0.0, [own]))

    def test_attainments_as_shares(self):
        doubts = self._get_doubts(self._bonus((0.9, 1, 500), (1, 0, 900)))
        self.assertEqual(
            doubts,
            "“Quota”: attainments are in percent, and 1 is 1 %. Enter 100 for all of a target.",
        )

    def test_a_doubt_holds_nobody_up(self):
        plan = self._commission([[(1000, 0, 0.1)]])
        self.assertEqual(plan.state, "active")
        self.assertFalse(plan.doubts)
        with self.assertRaises(AccessError):
            plan.with_user(self.rep).read(["doubts"])

    def test_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = self.env(context={"lang": "zh_CN"})
        plan = self._commission([[(1000, 0, 0.1)]], activate=False)
        doubts = chinese["stm.commission.plan"].browse(plan.id).doubts
        self.assertIn("从 1000 开始", doubts)
