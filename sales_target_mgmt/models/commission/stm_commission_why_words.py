from decimal import Decimal

from odoo import models

from .stm_commission_acceptance import FILTERS, show_term

ZERO = Decimal(0)
# column of a fact → field of the component that names what passes
FILTER_OF = {name.removesuffix("s"): name for name in FILTERS}


class StmCommissionMine(models.AbstractModel):
    """Why a line earned nothing, or less, in words: gate, cap, filter, rate."""

    _inherit = "stm.commission.mine"

    def _explain_zero(self, book, verdict, payee, fact, parts):
        """(code, reason) of a fact that components pay for and that came to nothing."""
        ways = {rule.method == "unit" for rule in verdict.rules}
        former = [book.get_former_plan(payee.id, fact, by_unit=by_unit) for by_unit in sorted(ways)]
        if all(former):
            plan = self.env["stm.commission.plan"].sudo().browse(former[0])
            return "other_plan", self.env._(
                "“%s” has paid for this deal already, on an earlier document", plan.name
            )
        if any(one.forfeited for one in parts.values()):
            return "left", self._get_reason_label("left")
        rules = {parts[rule.code].reason: rule for rule in reversed(verdict.rules) if rule.code in parts}
        if "gate" in rules:
            return self._say_gate(book, verdict, payee, rules["gate"])
        if "cap" in rules:
            rule = rules["cap"]
            return "cap", self.env._(
                "%(component)s: the cap of %(cap)s is reached",
                component=rule.name,
                cap=rule.currency_id.format(rule.cap),
            )
        if "formula" in rules:
            return "formula", f"{rules['formula'].name}: {self._get_reason_label('formula')}"
        components = [book.get_component(verdict.period, rule.code, payee.id) for rule in verdict.rules]
        if any(component.reason == "no_target" for component in components):
            return "no_target", self._say_no_target()
        if not getattr(fact, verdict.version.paid_for):
            label = dict(verdict.version._fields["paid_for"]._description_selection(self.env))
            return "zero", self.env._("%s of the line is zero", label[verdict.version.paid_for])
        if fact.reversed_id:
            return "refund", self.env._("A refund of what had earned nothing")
        if all(rule.method == "formula" for rule in verdict.rules):
            names = ", ".join(rule.name for rule in verdict.rules)
            return "formula", self.env._("%s: the formula comes to zero", names)
        return "rate", self.env._(
            "%s: the rate of the tier reached is zero", ", ".join(rule.name for rule in verdict.rules)
        )

    def _say_split(self, others):
        """Who is credited instead; outside of the firm nobody learns who else is."""
        if self.env.user.share:
            return self.env._("Its credit is split among others")
        return self.env._("Its credit is split among others: %s", ", ".join(others.mapped("name")))

    def _say_outside(self):
        return self.env._("You were not a payee of the plan on that day")

    def _say_no_target(self):
        return self.env._("There is no approved target to measure you by")

    def _say_gate(self, book, verdict, payee, rule):
        """(code, reason) where a gate is not reached: by an attainment, or by the amount of the period."""
        if rule.gate_by == "attainment":
            goal = self._get_goal(book, rule, payee, verdict.period)
            if not goal:
                return "no_target", self._say_no_target()
            return "gate", self.env._(
                "%(component)s: the gate of %(gate)s %% attainment is not reached, %(reached)s %% so far",
                component=rule.name,
                gate=f"{rule.gate_base:g}",
                # never rounded up to the gate
                reached=f"{int(goal.percent * 10) / 10:g}",
            )
        sold = sum(
            (
                credit.base
                for credit in book.get_credits().get((rule.code, payee.id), ())
                if credit.period == verdict.period
            ),
            ZERO,
        )
        return "gate", self.env._(
            "%(component)s: the gate of %(gate)s is not reached, %(sold)s so far",
            component=rule.name,
            gate=self._format(rule.gate_base, verdict.version),
            sold=self._format(sold, verdict.version),
        )

    def _say_withheld(self, verdict, parts):
        """What gates, caps and leaving keep back of a line that earns something all the same."""
        said = [
            self.env._(
                "%(amount)s withheld, %(component)s: %(reason)s",
                amount=verdict.version.currency_id.format(float(parts[rule.code].withheld)),
                component=rule.name,
                reason=self._get_reason_label(parts[rule.code].reason),
            )
            for rule in verdict.rules
            if rule.code in parts and parts[rule.code].withheld > 0
        ]
        if forfeited := sum((one.forfeited for one in parts.values()), ZERO):
            lost = verdict.version.currency_id.format(float(forfeited))
            said.append(f"{self._get_reason_label('left')}: {lost}")
        return " · ".join(said)

    def _format(self, number, version):
        if version.paid_for == "quantity":
            return f"{float(number):,g}"
        return version.currency_id.format(float(number))

    def _say_filters(self, verdict):
        """Every component with the filter that left the fact out."""
        said = [self._say_filter(rule, column) for rule, column in verdict.refused.items()]
        return "; ".join(said) or self.env._("The plan has bonuses only")

    def _say_filter(self, rule, column):
        if column == "discount":
            what = self.env._(
                "discount from %(low)s %% to %(high)s %%",
                low=f"{rule.discount_from:g}",
                high=f"{rule.discount_to:g}",
            )
        elif column in FILTER_OF:
            field = rule._fields[FILTER_OF[column]]
            names = ", ".join(rule[FILTER_OF[column]].mapped("display_name"))
            what = self.env._("%(filter)s %(names)s", filter=field._description_string(self.env), names=names)
        elif column in rule._fields:
            field = rule._fields[column]
            what = f"{field._description_string(self.env)} {show_term(rule, column)}"
        else:
            what = column
        return self.env._("%(component)s is only for: %(what)s", component=rule.name, what=what)
