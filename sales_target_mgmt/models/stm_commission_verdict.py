from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from ..tools.pace import attainment
from ..tools.rate_table import exact

# a discount of everything lies in the band that ends at 100 %
ALL = 100


class Goal(NamedTuple):
    """The targets of a person or team in a period, added up.

    :ivar measure: record of `stm.measure`
    :ivar parts: the dimensions of each
    """

    target: Decimal
    reached: Decimal
    measure: object
    parts: tuple = ()

    @property
    def percent(self):
        """Attainment in percent; None without a target."""
        share = attainment(self.target, self.reached, self.measure.direction)
        return None if share is None else share * 100


class Verdict(NamedTuple):
    """What a plan says of a fact.

    :ivar period: first day of the fact's settlement period
    :ivar version: the plan's version in force then; empty: none
    :ivar refusal: why nobody is credited for it by any component: `no_plan`, `earned_on`; or ``""``
    :ivar refused: component → column of the first filter that leaves the fact out, or ``""``
    """

    period: object
    version: object
    refusal: str = ""
    refused: Any = MappingProxyType({})

    @property
    def rules(self):
        return [rule for rule, column in self.refused.items() if not column]


class Judge:
    """Decides what a plan pays for; explanations ask the same as the computation."""

    def judge(self, fact):
        """The :class:`Verdict` on a fact, whoever is credited for it."""
        period = self.get_period(fact.date).date_from
        version = self.get_version(period)
        if not version:
            return Verdict(period, version, "no_plan")
        if version.earned_on != fact.source:
            return Verdict(period, version, "earned_on")
        rules = [rule for rule in version.rule_ids if rule.method != "bonus"]
        return Verdict(period, version, "", {rule: self.get_refusal(rule, fact) for rule in rules})

    def get_refusal(self, rule, fact):
        """The column of the first filter by which a component leaves a fact out; empty: it pays for it."""
        if rule.date_from and fact.date < rule.date_from:
            return "date_from"
        if rule.date_to and fact.date > rule.date_to:
            return "date_to"
        for column, allowed in self.filters.get(rule.id, {}).items():
            if getattr(fact, column) not in allowed:
                return column
        if rule.customer_kind != "all":
            is_new = bool(fact.first_day) and (fact.date - fact.first_day).days <= rule.new_days
            if is_new != (rule.customer_kind == "new"):
                return "customer_kind"
        if rule.has_discount_band:
            below = fact.discount < exact(rule.discount_to) or rule.discount_to >= ALL
            if not (exact(rule.discount_from) <= fact.discount and below):
                return "discount"
        return ""
