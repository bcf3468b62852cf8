"""What a formula may be, and where it says that it is wrong."""

from decimal import Decimal

from odoo.addons.sales_target_mgmt.tools.formula import Formula, FormulaFault
from odoo.tests import BaseCase, tagged

NAMES = ("amount", "margin", "attainment")


@tagged("post_install", "-at_install")
class TestFormula(BaseCase):
    def _fault(self, text):
        with self.assertRaises(FormulaFault, msg=text) as caught:
            Formula(text, NAMES)
        return caught.exception

    def test_values(self):
        values = {"amount": 1000, "margin": 0.1, "attainment": Decimal("1.2")}
        for text, result in (
            ("amount * 0.05", 50),
            ("amount * (0.05 if attainment >= 1 else 0.03)", 50),
            ("min(amount, 800, 900) / 8 - 1", 99),
            ("max(0, -amount) + abs(-3) + round(2.345, 2) + round(2.5)", Decimal("8.35")),
            ("1 if 0 < margin <= 0.1 and not amount == 3 or attainment != 1 else 2", 1),
            ("amount\n  * margin\n  + 1", 101),
        ):
            self.assertEqual(Formula(text, NAMES).evaluate(values), result, text)

    def test_a_name_without_a_value_is_nothing(self):
        self.assertEqual(Formula("amount + 1", NAMES).evaluate({}), 1)

    def test_what_is_not_allowed(self):
        for text in (
            "amount ** 2", "amount.real", "amount[0]", "[amount]", "(amount, 1)", "{1: 2}", "lambda: 1",
            "[x for x in (1, 2)]", "(x := 3)", "amount // 2", "amount % 2", "amount << 3", "~amount",
            "amount @ 2", "amount in (1, 2)", "amount is 3", "*amount", "f'{amount}'", "amount # remark",
        ):  # fmt: skip
            self.assertIn(self._fault(text).kind, ("not_allowed", "syntax"), text)
        for text in ("'text'", "None", "True", "1j", "1e400", "9999999999999999", "b'1'", "..."):
            self.assertEqual(self._fault(text).kind, "number", text)
        for text in ("open(1)", "eval('1')", "__import__('os')", "amount(1)", "max(1, key=2)", "max.x(1, 2)"):
            self.assertEqual(self._fault(text).kind, "call", text)
        for text in ("abs(1, 2)", "max(1)", "min()", "round(1, amount)", "round(1, 99)", "max(*amount, 1)"):
            self.assertEqual(self._fault(text).kind, "arguments", text)

    def test_numbers_are_no_conditions(self):
        self.assertEqual(self._fault("1 if amount else 2").kind, "expected_truth")
        self.assertEqual(self._fault("amount > 1").kind, "expected_number")
        self.assertEqual(self._fault("(amount > 1) * 5").kind, "expected_number")

    def test_its_size_is_bounded(self):
        nested = ("-" * 900 + "1", "(" * 250 + "1" + ")" * 250, "abs(" * 60 + "1" + ")" * 60)
        for text in ("1+" * 600 + "1", *nested):
            self.assertIn(self._fault(text).kind, ("long", "syntax"), text[:9])

    def test_positions(self):
        for text, line, column, piece in (
            ("amount + turnover", 1, 10, "turnover"),
            ("amount +\n  margin * x", 2, 12, "x"),
            ("max(amount, margin ** 2)", 1, 13, "margin ** 2"),
            ("amount + 金额", 1, 10, "金额"),
            ("amount) + (1", 1, 7, ""),
            ("amount +", 1, 9, ""),
        ):
            fault = self._fault(text)
            self.assertEqual((fault.line, fault.column, fault.text), (line, column, piece), text)

    def test_empty(self):
        for text in ("", "  \n", None, False):
            self.assertEqual(self._fault(text).kind, "empty")

    def test_it_fails_when_it_cannot_be_computed(self):
        with self.assertRaises(FormulaFault) as caught:
            Formula("1 + amount / margin", NAMES).evaluate({"amount": 1, "margin": 0})
        self.assertEqual((caught.exception.kind, caught.exception.column), ("zero", 5))
        with self.assertRaises(FormulaFault) as caught:
            Formula("round(amount * amount * amount, 9)", NAMES).evaluate({"amount": 10**15})
        self.assertEqual(caught.exception.kind, "size")
