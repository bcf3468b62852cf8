from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.formula import Formula, FormulaFault
from ...tools.rate_table import exact

# what a formula may use: the sums of its document, or of the period so far, and what the payee has
SUMS = ("base", "amount", "margin", "quantity")


class StmCommissionRule(models.Model):
    """A component by formula, for what no rate table expresses."""

    _inherit = "stm.commission.rule"

    formula = fields.Text(
        help="What the document, or the period so far, earns in all; below zero it is mirrored.",
    )

    def _get_formula(self):
        """The checked :class:`~..tools.formula.Formula`; None for other methods.

        :raises FormulaFault: names the position
        """
        if self.method != "formula":
            return None
        return Formula(self.formula, (*SUMS, "rate", *(["attainment"] if self.measure_id else [])))

    def _get_constants(self, rate, attainment):
        """What a formula knows beyond the sums of its pot."""
        if self.method != "formula":
            return {}
        constants = {"rate": exact(rate)}
        if self.measure_id and attainment is not None:
            constants["attainment"] = exact(attainment)
        return constants

    def _formula_needs_attainment(self):
        return self.method == "formula" and bool(self.measure_id)

    def _get_drawn_component(self):
        """The component as a curve over the amount of a deal shows it: with targets just attained.

        :raises ValueError: for a formula in which the amount is not all that counts
        """
        formula = self._get_formula()
        if formula and formula.used & {"margin", "quantity"}:
            raise ValueError("margin and quantity have no curve over the amount")
        return self._get_component(attainment=max(100, self.gate_base) if self._needs_attainment() else None)

    def _check_formula(self):
        try:
            self._get_formula()
        except FormulaFault as fault:
            text = self._describe_formula_fault(fault.kind, fault.line, fault.column, fault.text)
            raise ValidationError(
                self.env._("The formula of “%(name)s”: %(fault)s", name=self.name, fault=text)
            ) from fault

    @api.model
    def _describe_formula_fault(self, kind, line, column, text):
        """A fault of a formula in the user's language, with its position."""
        env = self.env
        names = ", ".join((*SUMS, "rate", "attainment"))
        texts = {
            "empty": lambda: env._("it is empty."),
            "syntax": lambda: env._("this cannot be read."),
            "long": lambda: env._("it is too long or nested too deeply."),
            "name": lambda: env._(
                "there is no such name. There are %s; attainment only with a measure.", names
            ),
            "call": lambda: env._("only min, max, abs and round can be called."),
            "arguments": lambda: env._("it is called with too few or too many values."),
            "not_allowed": lambda: env._("this is not allowed in a formula."),
            "number": lambda: env._("only numbers of at most 15 digits can stand here."),
            "expected_number": lambda: env._("a number is expected here, not a condition."),
            "expected_truth": lambda: env._("a condition is expected here, such as amount > 1000."),
            "zero": lambda: env._("this divides by zero."),
            "size": lambda: env._("the result is beyond all numbers."),
        }
        described = texts[kind]()
        if kind in ("empty", "size"):
            return described
        where = env._("line %(line)s, column %(column)s", line=line, column=column)
        values = {"where": where, "text": text, "fault": described}
        if not text:
            return env._("%(where)s: %(fault)s", **values)
        return env._("%(where)s, “%(text)s”: %(fault)s", **values)


class StmCommissionEntry(models.Model):
    _inherit = "stm.commission.entry"

    inputs = fields.Json(
        "Formula Values", readonly=True, help="What the formula was given, or where it failed."
    )
    message = fields.Char("Why", compute="_compute_message", help="Why nothing is earned or paid.")

    @api.depends("kind", "reason", "inputs", "former_id")
    @api.depends_context("lang")
    def _compute_message(self):
        for entry in self:
            # the payee was paid by that plan
            former = entry.former_id.sudo()
            entry.message = self._explain_reason(entry.kind, entry.reason, former.name)
            inputs = entry.inputs or {}
            if entry.reason == "formula" and "fault" in inputs:
                entry.message = self.env["stm.commission.rule"]._describe_formula_fault(
                    inputs["fault"], inputs["line"], inputs["column"], inputs["text"]
                )

    @api.model
    def _explain_reason(self, kind, reason, former=None):
        """Why a row is what it is, in words; of draws the kind alone says it.

        :param former: name of the plan before to which it is owed
        """
        if former:
            return self.env._("Carried over from “%s”", former)
        draws = {
            "draw": self.env._("To be recovered"),
            "draw_recovery": self.env._("Recovered"),
        }
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        return reasons.get(reason) or draws.get(kind, "")

    @api.model
    def _describe_failures(self, domain, group):
        """Which formulas failed, as far as the user may see their entries.

        :param group: field of the entries
        :return: record of that field → text
        """
        if not self.has_access("read"):
            return {}
        found = self._read_group([("reason", "=", "formula"), *domain], [group, "rule_id"], ["id:min"])
        texts = {}
        for record, rule, entry in found:
            text = self.env._(
                "“%(component)s” pays nothing, for its formula fails: %(fault)s",
                component=rule.sudo().name,
                fault=self.browse(entry).message,
            )
            texts[record] = f"{texts[record]}\n{text}" if record in texts else text
        return texts


class StmCommissionStatement(models.Model):
    _inherit = "stm.commission.statement"

    failures = fields.Text(compute="_compute_failures")

    @api.depends("entry_ids")
    @api.depends_context("lang", "uid")
    def _compute_failures(self):
        domain = [("statement_id", "in", self.ids)]
        texts = self.env["stm.commission.entry"]._describe_failures(domain, "statement_id")
        for statement in self:
            statement.failures = texts.get(statement)


class StmCommissionPlan(models.Model):
    _inherit = "stm.commission.plan"

    failures = fields.Text(compute="_compute_failures")

    @api.depends("computed_at")
    @api.depends_context("lang", "uid")
    def _compute_failures(self):
        domain = [("plan_id", "in", self.ids), ("posted", "=", False)]
        texts = self.env["stm.commission.entry"]._describe_failures(domain, "plan_id")
        for plan in self:
            plan.failures = texts.get(plan)
