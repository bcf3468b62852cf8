from collections import defaultdict
from decimal import Decimal

from ...tools.rate_table import exact
from ..achievement.stm_achievement_possible import PossibleFact

SOURCES = ("order", "invoice", "payment")
NUMBERS = ("amount", "margin", "quantity")
ZERO = Decimal(0)


class Possible:
    """An order or opportunity as facts: what it is already, and what it could still become today.

    :ivar today: in the company's sales time zone
    :ivar facts: what every line would be, see `stm.achievement._get_possible_facts`; none for what
        cannot become anything
    """

    def __init__(self, env, document, company):
        self.env, self.document, self.company = env, document, company
        self.today = company._get_stm_today()
        self.order = document if document._name == "sale.order" else env["sale.order"]
        self.facts = []
        if not self._is_over():
            self.facts = env["stm.achievement"]._get_possible_facts(document, self.today)
        self._real = {}

    def _is_over(self):
        """Whether nothing comes of it: cancelled, lost, or won and thus an order by now."""
        if self.order:
            return self.order.state == "cancel"
        return self.document.won_status != "pending" or self.document.type != "opportunity"

    def has(self, fact):
        """Whether a fact is one of the document."""
        return isinstance(fact, PossibleFact) or (bool(self.order) and fact.order_id == self.order.id)

    def get_real(self, source):
        """The facts that it is already."""
        if self.order.state != "sale":
            return []
        if source not in self._real:
            lines = self.order.order_line if source == "order" else self.order.order_line.invoice_lines
            achievement = self.env["stm.achievement"]
            self._real[source] = achievement._get_facts_of_lines(source, self.company.id, lines.ids)
        return self._real[source]

    def get_first_day(self, sources):
        """Of what it is already; today if it is nothing yet."""
        return min([self.today, *(fact.date for source in sources for fact in self.get_real(source))])

    def get_facts(self, source):
        """What it could still become in one source: all of it, or what is left of each line."""
        gone = defaultdict(lambda: dict.fromkeys(NUMBERS, ZERO))
        for fact in self.get_real(source):
            for name in NUMBERS:
                gone[fact.order_line_id][name] += getattr(fact, name)
        smallest = exact(self.company.currency_id.rounding)
        found = []
        for fact in self.facts:
            done = gone.get(fact.order_line_id, {}) if fact.order_line_id else {}
            left = {name: getattr(fact, name) - done.get(name, ZERO) for name in NUMBERS}
            # what payments leave by rounding is no sale to come
            if not done or abs(left["amount"]) >= smallest:
                found.append(fact._replace(source=source, **left))
        return found

    def shift_goals(self, book, *, added):
        """The targets of a book with what the document could become, or without what it is already."""
        period = book.get_period(self.today).date_from
        goals = {}
        for key, goal in book.goals.items():
            source, first = goal.measure.source, key[3]
            change = ZERO
            if goal.measure.aggregation == "sum" and source in SOURCES:
                if not added:
                    days = book.get_period(first)
                    real = [one for one in self.get_real(source) if days[0] <= one.date <= days[1]]
                    change = -self._sum_up(goal, real)
                elif first == period:
                    change = self._sum_up(goal, self.get_facts(source))
            goals[key] = goal._replace(reached=goal.reached + change)
        return goals

    def _sum_up(self, goal, facts):
        """What facts add to the achieved figure of a target; to a person's by the shares of the order."""
        value = goal.measure.value_field
        if value != "count" and value not in NUMBERS:
            return ZERO
        total = ZERO
        for fact in facts:
            part = next((part for part in goal.parts if self._is_of(part, fact)), None)
            if part is not None and self._passes(goal.measure, fact):
                share = self._get_share(part["user_id"]) if "user_id" in part else 1
                total += share * (1 if value == "count" else getattr(fact, value))
        return total

    def _get_share(self, user):
        splits = self.order.stm_split_ids.filtered("user_id")
        shares = [exact(one.share) for one in splits if one.user_id.id == user]
        return sum(shares, ZERO) if self.order.stm_split_ids else Decimal(1)

    def _passes(self, measure, fact):
        """Whether a measure counts a fact, by its filter."""
        domain = measure._get_domain()
        names = {condition.field_expr for condition in domain.iter_conditions()}
        values = {name: getattr(fact, name) for name in names if name in fact._fields}
        return bool(self.env["stm.achievement"].new(values).filtered_domain(domain))

    def _is_of(self, dimensions, fact):
        """Whether a fact lies in the node of a target; a territory contains what is below it."""
        for name, wanted in dimensions.items():
            own = getattr(fact, name)
            if name == "user_id" and self.order.stm_split_ids:
                continue
            if name == "territory_id" and own:
                territories = self.env["stm.territory"].sudo().browse([own, wanted])
                paths = [one.parent_path for one in territories]
                if not paths[0].startswith(paths[1]):
                    return False
            elif own != wanted:
                return False
        return True
