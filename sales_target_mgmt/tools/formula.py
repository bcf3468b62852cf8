"""Formulas that users write, for what no rate table expresses.

A formula is checked when it is written: numbers, the names it is offered, arithmetic,
comparisons, `and`, `or`, `not`, `a if condition else b`, and the calls `min`, `max`, `abs` and
`round`. There are no attributes, no indexes, no powers, and no other calls, and its size is
bounded. It is never handed to Python's own evaluation: the checked tree is walked here, in
decimals.

>>> formula = Formula("max(amount * 0.05, 20) if margin > 0 else 0", ("amount", "margin"))
>>> formula.evaluate({"amount": 1000, "margin": 1})
Decimal('50.00')
>>> try:
...     Formula("amount * 2 + turnover", ("amount",))
... except FormulaFault as fault:
...     print(fault.column, fault)
14 there is no “turnover” here
"""

import ast
import operator
from decimal import ROUND_HALF_UP, Decimal

from .rate_table import exact

LENGTH = 1000
NODES = 200
DEPTH = 30
DIGITS = 15
FUNCTIONS = ("min", "max", "abs", "round")
# each operator: what it does
ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
COMPARISONS = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
NUMBER, TRUTH = "number", "truth"


class FormulaFault(ValueError):
    """A formula that cannot be used, or that failed on some values.

    :ivar kind: `empty`, `syntax`, `long`, `name`, `call`, `arguments`, `not_allowed`, `number`,
        `expected_number`, `expected_truth`, `zero` or `size`
    :ivar line: from 1
    :ivar column: from 1
    :ivar text: the piece of the formula concerned
    """

    def __init__(self, kind, message, line=1, column=1, text=""):
        super().__init__(message)
        self.kind = kind
        self.line = line
        self.column = column
        self.text = text


class Formula:
    """A checked formula.

    :param text: what the user wrote; line breaks are allowed
    :param names: the names it may use
    :raises FormulaFault: with the position of the first fault
    """

    def __init__(self, text, names):
        self.text = (text or "").strip()
        self.names = tuple(names)
        self._tree = self._parse()
        if sum(1 for _node in ast.walk(self._tree)) > NODES:
            raise FormulaFault("long", f"a formula has at most {NODES} parts")
        self._check(self._tree, NUMBER, 1)

    @property
    def used(self):
        """The names that stand in it.

        >>> sorted(Formula("amount * rate + amount", ("amount", "rate", "margin")).used)
        ['amount', 'rate']
        """
        return {node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)} - set(FUNCTIONS)

    def evaluate(self, values):
        """The value of the formula.

        :param values: name → number
        :returns: a `Decimal`
        :raises FormulaFault: `zero` for a division by zero, `size` beyond all numbers
        """
        values = {name: exact(values[name]) for name in self.names if name in values}
        try:
            return self._evaluate(self._tree, values)
        except ArithmeticError as fault:
            raise FormulaFault("size", "the result is beyond all numbers") from fault

    def _parse(self):
        if not self.text:
            raise FormulaFault("empty", "the formula is empty")
        if len(self.text) > LENGTH:
            raise FormulaFault("long", f"a formula has at most {LENGTH} characters")
        if "#" in self.text:
            raise self._fault_at("not_allowed", "there are no remarks in a formula", self.text.index("#"))
        try:
            return ast.parse(self._get_flat(), mode="eval").body
        except SyntaxError as fault:
            # 0: it breaks off at its end
            position = min(fault.offset - 1 if fault.offset else len(self.text), len(self.text))
            raise self._fault_at("syntax", "this cannot be read", position) from fault
        except (RecursionError, MemoryError, ValueError) as fault:
            raise FormulaFault("long", "the formula is nested too deeply") from fault

    def _get_flat(self):
        """The formula in one line, every character in its place: a line break is only a space."""
        return "".join(" " if char.isspace() else char for char in self.text)

    def _fault(self, kind, message, node):
        before = self._get_flat().encode()[: node.col_offset].decode()
        text = ast.get_source_segment(self._get_flat(), node) or ""
        return self._fault_at(kind, message, len(before), text)

    def _fault_at(self, kind, message, position, text=""):
        before = self.text[:position].split("\n")
        return FormulaFault(kind, message, len(before), len(before[-1]) + 1, text)

    def _check(self, node, wanted, depth):
        """Refuse whatever is not listed, and truths where numbers are wanted or the reverse."""
        if depth > DEPTH:
            raise self._fault("long", "the formula is nested too deeply", node)
        found, children = self._describe(node)
        if found != wanted:
            kind = f"expected_{wanted}"
            asked = "a number" if wanted == NUMBER else "a condition"
            raise self._fault(kind, f"{asked} is expected here", node)
        for child, child_wanted in children:
            self._check(child, child_wanted, depth + 1)

    def _describe(self, node):
        """(what a node is, its children with what they have to be)."""
        match node:
            case ast.Constant(value=value):
                return self._describe_constant(node, value)
            case ast.Name(id=name):
                if name not in self.names:
                    raise self._fault("name", f"there is no “{name}” here", node)
                return NUMBER, []
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                return NUMBER, [(left, NUMBER), (right, NUMBER)]
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return NUMBER, [(operand, NUMBER)]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return TRUTH, [(operand, TRUTH)]
            case ast.BoolOp(values=values):
                return TRUTH, [(value, TRUTH) for value in values]
            case ast.Compare(left=left, ops=ops, comparators=others) if all(
                type(op) in COMPARISONS for op in ops
            ):
                return TRUTH, [(one, NUMBER) for one in (left, *others)]
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return NUMBER, [(test, TRUTH), (body, NUMBER), (orelse, NUMBER)]
            case ast.Call():
                return NUMBER, [(argument, NUMBER) for argument in self._get_arguments(node)]
        raise self._fault("not_allowed", "this is not allowed in a formula", node)

    def _describe_constant(self, node, value):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._fault("number", "only numbers can stand here", node)
        if abs(value) >= 10**DIGITS:
            raise self._fault("number", f"a number has at most {DIGITS} digits", node)
        return NUMBER, []

    def _get_arguments(self, node):
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name not in FUNCTIONS or node.keywords:
            raise self._fault("call", f"only {', '.join(FUNCTIONS)} can be called", node)
        count = len(node.args)
        fits = count >= 2 if name in ("min", "max") else count == 1 if name == "abs" else count in (1, 2)
        if not fits or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise self._fault("arguments", f"“{name}” is called with too few or too many values", node)
        if name == "round" and count == 2 and not _is_digits(node.args[1]):
            raise self._fault("arguments", "round takes a whole number of digits from 0 to 9", node)
        return node.args[:1] if name == "round" else node.args

    def _evaluate(self, node, values):
        match node:
            case ast.Constant(value=value):
                return exact(value)
            case ast.Name(id=name):
                return values.get(name, Decimal(0))
            case ast.BinOp(left=left, op=op, right=right):
                return self._calculate(node, type(op), left, right, values)
            case ast.UnaryOp(op=op, operand=operand):
                value = self._evaluate(operand, values)
                return not value if isinstance(op, ast.Not) else -value if isinstance(op, ast.USub) else value
            case ast.BoolOp(op=op, values=parts):
                check = all if isinstance(op, ast.And) else any
                return check(self._evaluate(part, values) for part in parts)
            case ast.Compare(left=left, ops=ops, comparators=others):
                sides = [self._evaluate(one, values) for one in (left, *others)]
                pairs = zip(ops, sides, sides[1:], strict=False)
                return all(COMPARISONS[type(op)](one, other) for op, one, other in pairs)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._evaluate(body if self._evaluate(test, values) else orelse, values)
            case ast.Call(func=func, args=args):
                return _call(func.id, [self._evaluate(argument, values) for argument in args])
        raise self._fault("not_allowed", "this is not allowed in a formula", node)

    def _calculate(self, node, op, left, right, values):
        one, other = self._evaluate(left, values), self._evaluate(right, values)
        if op is ast.Div and not other:
            raise self._fault("zero", "this divides by zero", node)
        return ARITHMETIC[op](one, other)


def _is_digits(node):
    value = getattr(node, "value", None)
    return isinstance(node, ast.Constant) and type(value) is int and 0 <= value <= 9


def _call(name, values):
    """
    >>> _call("round", [Decimal("2.345"), Decimal(2)]), _call("max", [Decimal(1), Decimal(2)])
    (Decimal('2.35'), Decimal('2'))
    """
    if name == "round":
        digits = int(values[1]) if len(values) > 1 else 0
        return values[0].quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return {"min": min, "max": max, "abs": lambda items: abs(items[0])}[name](values)
