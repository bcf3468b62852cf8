from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools.rate_table import RateTable, TierFault, exact
from ...tools.settlement import NOTHING, Component
from .stm_commission_tier import format_limit

FILTERS = (
    *("product_ids", "categ_ids", "product_class_ids", "customer_class_ids"),
    *("channel_ids", "territory_ids", "campaign_ids"),
)
TERMS = ("code", "name", "method", "rate", "unit_amount", "formula", "scope", "tier_by", "attainment_of",
         "has_floor", "floor", "is_capped", "cap", "gate", "gate_by", "gate_base", "date_from", "date_to",
         "customer_kind", "new_days", "has_discount_band", "discount_from", "discount_to")  # fmt: skip
# methods with tiers whose rates apply to what is paid for
TIERED = ("marginal", "flat", "interpolated")


class StmCommissionRule(models.Model):
    """What a component computes, and whether it can."""

    _inherit = "stm.commission.rule"

    @api.constrains("method", "rate", "tier_ids", "gate", "gate_by", "tier_by", "measure_id", "formula")
    def _check_table(self):
        for rule in self:
            try:
                rule._get_table()
            except TierFault as fault:
                raise ValidationError(rule._describe_fault(fault)) from fault
            rule._check_formula()
            rule._check_attainment()
            if rule.gate == "accelerators" and rule.method not in ("marginal", "flat"):
                raise ValidationError(
                    self.env._(
                        "“%s” has no higher tiers that could wait: its gate can only be for everything.",
                        rule.name,
                    )
                )

    def _check_attainment(self):
        if self._needs_attainment() and not self.measure_id:
            raise ValidationError(
                self.env._("“%s” goes by attainment: choose the measure of the target.", self.name)
            )
        if self.method in TIERED and self.tier_by != "base" and self.method != "flat":
            raise ValidationError(
                self.env._(
                    "“%s” goes by attainment or quantity, which picks one rate for everything: choose "
                    "such tiers.",
                    self.name,
                )
            )

    def _get_table(self):
        """The :class:`RateTable`.

        :raises TierFault: names the rows that do not fit
        """
        self.ensure_one()
        if self.method == "formula":
            return NOTHING
        if self.method in ("percent", "unit"):
            return _single(self.rate if self.method == "percent" else self.unit_amount)
        value = "amount" if self.method in ("interpolated", "bonus") else "rate"
        tiers = [(tier.lower, tier.upper or None, tier[value]) for tier in self.tier_ids]
        return RateTable(tiers, "flat" if self.method == "bonus" else self.method)

    def _get_paid_for(self):
        """`amount`, `margin` or `quantity`: what counts."""
        return "quantity" if self.method == "unit" else self.plan_id.paid_for

    def _goes_by_attainment(self):
        """Whether attainment picks the tier."""
        return self.method == "bonus" or (self.method in TIERED and self.tier_by == "attainment")

    def _goes_by_quantity(self):
        return self.method == "flat" and self.tier_by == "quantity"

    def _needs_attainment(self):
        """Whether a target has to be read at all."""
        by_gate = self.gate and self.gate_by == "attainment"
        return bool(self._goes_by_attainment() or by_gate or self._formula_needs_attainment())

    def _get_component(self, own_rates=(), attainment=None, **terms):
        """The rule as plain data for :mod:`~..tools.settlement`.

        :param own_rates: (first day, rate) items of the payee's rates, which replace that of a
            component with one rate; rate None: that of the component
        :param attainment: of the payee's target in percent; None: there is no target
        :param terms: what the plan says of it, see :class:`~..tools.pots.Component`
        """
        self.ensure_one()
        table = self._get_table()
        rates = [(day, self.rate if rate is None else rate) for day, rate in own_rates]
        variants = ()
        if rates and self.method == "percent":
            table = _single(rates[0][1])
            variants = tuple((day, _single(rate)) for day, rate in rates) if len(rates) > 1 else ()
        bonus = None
        if self.method == "bonus":
            bonus = table.rate_at(attainment) if attainment is not None else None
        goes_by = self._goes_by_attainment() or self._formula_needs_attainment()
        missing = goes_by and attainment is None
        plain = _single(table.tiers[0].value) if self.gate == "accelerators" else None
        if missing or self.method == "bonus":
            table = NOTHING
        rate = rates[0][1] if rates else self.rate
        return Component(
            self.code,
            table,
            per_document=self.method in ("percent", "unit") or self.scope == "document",
            at=attainment if self._goes_by_attainment() and not missing else None,
            by_quantity=self._goes_by_quantity(),
            variants=variants,
            formula=None if missing else self._get_formula(),
            constants=self._get_constants(rate, attainment),
            bonus=bonus,
            bonus_payable=self.plan_id.bonus_payable if self.method == "bonus" else "",
            reason="no_target" if missing else "",
            plain=plain,
            floor=exact(self.floor) if self.has_floor else None,
            gate=self.gate or None,
            gate_open=self._is_gate_open(attainment),
            gate_base=exact(self.gate_base),
            cap=exact(self.cap) if self.is_capped else None,
            record=self,
            **self.plan_id._get_component_terms(),
            **terms,
        )

    def _is_gate_open(self, attainment):
        """Whether the gate is passed; None: the amount of the period decides."""
        if not self.gate:
            return True
        if self.gate_by == "base":
            return None
        return attainment is not None and attainment >= exact(self.gate_base)

    def _get_terms(self):
        """What a payee accepts of it, for the content hash."""
        self.ensure_one()
        terms = {name: str(self[name] or "") if name[:5] == "date_" else self[name] for name in TERMS}
        terms |= {name: sorted(self[name].ids) for name in FILTERS}
        terms["measure"] = self.measure_id.id
        terms["tiers"] = [[tier.lower, tier.upper, tier.rate, tier.amount] for tier in self.tier_ids]
        return terms

    def _describe_fault(self, fault):
        """A fault of the tiers in the user's language."""
        rows = (*fault.rows, 0, 0)
        limits = [*map(format_limit, fault.limits), "", ""]
        values = {"name": self.name, "row": rows[0], "other": rows[1], "start": limits[0], "end": limits[1]}
        env = self.env
        texts = {
            "empty": lambda: env._("“%(name)s” has no tiers yet.", **values),
            "number": lambda: env._("“%(name)s”: row %(row)s is not made of numbers.", **values),
            "negative": lambda: env._("“%(name)s”: row %(row)s begins below zero.", **values),
            "order": lambda: env._(
                "“%(name)s”: row %(row)s ends at %(end)s, which is not above its start %(start)s.", **values
            ),
            "whole": lambda: env._(
                "“%(name)s”: row %(row)s has no end, so no part of its amount can be told. Enter one.",
                **values,
            ),
            "gap": lambda: env._(
                "“%(name)s”: rows %(row)s and %(other)s leave a gap between %(start)s and %(end)s.", **values
            ),
            "overlap": lambda: env._(
                "“%(name)s”: rows %(row)s and %(other)s overlap from %(start)s on.", **values
            ),
            "twice": lambda: env._(
                "“%(name)s”: rows %(row)s and %(other)s both begin at %(start)s. Remove one of them or "
                "change where it begins.",
                **values,
            ),
        }
        return texts[fault.kind]()


def _single(rate):
    """A table with one rate for everything."""
    return RateTable([(0, None, exact(rate))], "flat")
