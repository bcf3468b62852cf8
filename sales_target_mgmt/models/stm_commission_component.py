from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.rate_table import RateTable, TierFault, exact
from ..tools.settlement import NOTHING, Component
from .stm_commission_tier import format_limit

FILTERS = (
    *("categ_ids", "product_class_ids", "customer_class_ids"),
    *("channel_ids", "territory_ids", "campaign_ids"),
)
TERMS = ("code", "name", "method", "scope", "tier_by", "attainment_of", "rate",
         "is_capped", "cap", "gate", "gate_base", "customer_kind",
         "new_days", "has_discount_band", "discount_from", "discount_to")  # fmt: skip


class StmCommissionRule(models.Model):
    """What a component computes, and whether it can."""

    _inherit = "stm.commission.rule"

    @api.constrains("method", "rate", "tier_ids", "gate", "tier_by", "measure_id")
    def _check_table(self):
        for rule in self:
            try:
                rule._get_table()
            except TierFault as fault:
                raise ValidationError(rule._describe_fault(fault)) from fault
            rule._check_attainment()
            if rule.gate == "accelerators" and rule.method in ("percent", "interpolated"):
                raise ValidationError(
                    self.env._(
                        "“%s” has no higher tiers that could wait: its gate can only be for everything.",
                        rule.name,
                    )
                )

    def _check_attainment(self):
        if not self._needs_attainment():
            return
        if not self.measure_id:
            raise ValidationError(
                self.env._("“%s” goes by attainment: choose the measure of the target.", self.name)
            )
        if self.method not in ("flat", "bonus"):
            raise ValidationError(
                self.env._(
                    "“%s” goes by attainment, which picks one rate for everything: choose such tiers.",
                    self.name,
                )
            )

    def _get_table(self):
        """The :class:`RateTable`.

        :raises TierFault: names the rows that do not fit
        """
        self.ensure_one()
        if self.method == "percent":
            return RateTable([(0, None, exact(self.rate))], "flat")
        value = "amount" if self.method in ("interpolated", "bonus") else "rate"
        tiers = [(tier.lower, tier.upper or None, tier[value]) for tier in self.tier_ids]
        return RateTable(tiers, "flat" if self.method == "bonus" else self.method)

    def _needs_attainment(self):
        return self.method == "bonus" or self.tier_by == "attainment"

    def _get_component(self, own_rate=None, attainment=None):
        """The rule as plain data for :mod:`~..tools.settlement`.

        :param own_rate: the payee's rate, which replaces that of a component with one rate
        :param attainment: of the payee's target in percent; None: there is no target
        """
        self.ensure_one()
        table = self._get_table()
        if own_rate is not None and self.method == "percent":
            table = RateTable([(0, None, exact(own_rate))], "flat")
        bonus = None
        if self.method == "bonus":
            bonus = table.rate_at(attainment) if attainment is not None else None
        missing = self._needs_attainment() and attainment is None
        if missing or self.method == "bonus":
            table = NOTHING
        plain = None
        if self.gate == "accelerators":
            plain = RateTable([(0, None, table.tiers[0].value)], "flat")
        return Component(
            self.code,
            table,
            per_document=self.method == "percent" or self.scope == "document",
            at=attainment if self._needs_attainment() and not missing else None,
            bonus=bonus,
            reason="no_target" if missing else "",
            historic=self.plan_id.refund_mode == "historic",
            plain=plain,
            gate=self.gate or None,
            gate_open=None if self.gate else True,
            gate_base=exact(self.gate_base),
            cap=exact(self.cap) if self.is_capped else None,
            payable_on=self.plan_id.payable_on,
            wait=self.plan_id.wait_days,
            record=self,
        )

    def _get_terms(self):
        """What a payee accepts of it, for the content hash."""
        self.ensure_one()
        terms = {name: self[name] for name in TERMS}
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
        }
        return texts[fault.kind]()
