from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from ...tools.pace import attainment
from ...tools.rate_table import exact

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


class Screen:
    """What a component pays for, as plain data: asking its record for every fact would take longer.

    :ivar filters: (column of a fact, ids that pass) items
    :ivar band: discounts that pass, in percent, from and below; None: all
    """

    def __init__(self, rule, filters):
        self.rule, self.code, self.method = rule, rule.code, rule.method
        self.date_from, self.date_to = rule.date_from, rule.date_to
        self.filters = tuple(filters.items())
        self.wants_new = {"new": True, "known": False}.get(rule.customer_kind)
        self.new_days = rule.new_days
        self.band = None
        if rule.has_discount_band:
            below = None if rule.discount_to >= ALL else exact(rule.discount_to)
            self.band = exact(rule.discount_from), below

    def get_refusal(self, fact, sold_on=None):
        """The column of the first filter by which it leaves a fact out; empty: it pays for it.

        :param sold_on: of a refund, the day of the sale: what has paid for the sale takes back
        """
        day = sold_on or fact.date
        if self.date_from and day < self.date_from:
            return "date_from"
        if self.date_to and day > self.date_to:
            return "date_to"
        for column, allowed in self.filters:
            if getattr(fact, column) not in allowed:
                return column
        if self.wants_new is not None:
            is_new = bool(fact.first_day) and (day - fact.first_day).days <= self.new_days
            if is_new != self.wants_new:
                return "customer_kind"
        if self.band:
            lower, below = self.band
            if fact.discount < lower or (below is not None and fact.discount >= below):
                return "discount"
        return ""


class Stand(NamedTuple):
    """What is in force on a day.

    :ivar period: first day of the settlement period
    :ivar version: the plan's version; empty: none
    :ivar earned_on: source of the facts that it pays for, or None
    :ivar paid_for: `amount`, `margin` or `quantity`
    :ivar screens: a :class:`Screen` for each component that pays for facts
    :ivar bonus_waits: whether a bonus becomes payable with the sales of its period
    """

    period: object
    version: object
    earned_on: str | None = None
    paid_for: str = "amount"
    screens: tuple = ()
    bonus_waits: bool = False


class Judge:
    """Decides what a plan pays for; explanations ask the same as the computation.

    The book says when what a refund takes back was sold (`get_sold_on`).
    """

    def __init__(self):
        super().__init__()
        self._stands, self._screens = {}, {}

    def get_stand(self, day):
        """The :class:`Stand` on a day."""
        if day not in self._stands:
            period = self.get_period(day).date_from
            version = self.get_version(period)
            stand = Stand(period, version)
            if version:
                screens = self._get_screens(version)
                waits = version.bonus_payable == "sales"
                stand = Stand(period, version, version.earned_on, version.paid_for, screens, waits)
            self._stands[day] = stand
        return self._stands[day]

    def _get_screens(self, version):
        if version not in self._screens:
            rules = [rule for rule in version.rule_ids if rule.method != "bonus"]
            self._screens[version] = tuple(Screen(rule, self.filters.get(rule.id, {})) for rule in rules)
        return self._screens[version]

    def judge(self, fact):
        """The :class:`Verdict` on a fact, whoever is credited for it."""
        stand = self.get_stand(fact.date)
        if not stand.version:
            return Verdict(stand.period, stand.version, "no_plan")
        if stand.earned_on != fact.source:
            return Verdict(stand.period, stand.version, "earned_on")
        sold_on = self.get_sold_on(fact)
        refused = {screen.rule: screen.get_refusal(fact, sold_on) for screen in stand.screens}
        return Verdict(stand.period, stand.version, "", refused)
