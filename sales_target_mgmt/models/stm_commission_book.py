from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from ..tools.draw import carry
from ..tools.periods import Period, whole
from ..tools.rate_table import exact
from ..tools.settlement import Credit, Ledger, Row

# a discount of everything lies in the band that ends at 100 %
ALL = 100


class Payment(NamedTuple):
    key: str
    share: Decimal
    day: object


class Line(NamedTuple):
    """A row with whom and what it is for, and the first day of the statement's period."""

    code: str
    payee: int
    row: Row
    target: object


class Book:
    """What one computation knows of a plan: its versions and what was gathered.

    :ivar facts: :class:`~.stm_achievement_credits.CreditFact` items
    :ivar splits: order id → [(payee id, share)]
    :ivar filters: rule id → column of a fact → ids that pass
    :ivar statements: (payee id, first day) → id of an open statement
    :ivar closed: payee id → first day of the last posted period
    :ivar attainments: (`user` or `team`, id, measure id, first day of the period) → percent
    :ivar balances: payee id → what is to be recovered
    :ivar ledgers: (code, payee id) → :class:`~..tools.settlement.Ledger`

    :param versions: versions of a plan that came into force, in the order in which they supersede
    :param until: last day that counts
    :param company: id of the company, as `currency` of its currency
    """

    def __init__(self, versions, until, company, currency, rounding):
        self.versions = versions
        self.origin = versions.origin_id
        self.company, self.currency = company, currency
        self.unit = exact(rounding).normalize()
        self.period = versions[0].period
        self.until = until
        self.first = versions[0].date_from
        self.sources = {version.earned_on for version in versions}
        self.needs_payments = any(
            version.payable_on in ("proportional", "full") and version.earned_on != "payment"
            for version in versions
        )
        self.facts, self.payments, self.payment_facts = [], defaultdict(list), {}
        self.splits, self.filters, self.closed, self.statements = {}, {}, {}, {}
        self.attainments, self.balances = {}, defaultdict(Decimal)
        self.ledgers, self.revisions, self.snapshots = defaultdict(Ledger), defaultdict(int), {}
        self._periods, self._versions, self._components, self._payees = {}, {}, {}, {}

    def add_facts(self, facts):
        self.facts += facts

    def add_payments(self, facts):
        """Note what was paid on which line, under the line it was invoiced with and its order's."""
        for fact in facts:
            self.payment_facts[f"payment:{fact.partial_id}"] = fact
            self.payments["invoice", fact.line_id].append(fact)
            if fact.order_line_id:
                self.payments["order", fact.order_line_id].append(fact)

    def get_period(self, day):
        """The settlement period of a day."""
        if day not in self._periods:
            self._periods[day] = whole(Period(day, day), self.period)
        return self._periods[day]

    def get_open(self, payee, period):
        """The first day of the period into whose statement a row of a period goes."""
        closed = self.closed.get(payee)
        if closed is None or period > closed:
            return period
        return self.get_period(self.get_period(closed).date_to + timedelta(days=1)).date_from

    def get_target(self, payee, row):
        """The first day of the statement's period in which a row goes."""
        day = self.get_period(row.day).date_from if row.day else row.period
        return self.get_open(payee, max(day, row.period))

    def get_periods(self):
        """First days of all periods from the plan's beginning on."""
        periods, day = [], self.first
        while day <= self.until:
            periods.append(day)
            day = self.get_period(day).date_to + timedelta(days=1)
        return periods

    def get_version(self, period):
        """The version in force in a period: of those that have begun, the last."""
        if period not in self._versions:
            begun = [version for version in self.versions if version.date_from <= period]
            last = begun[-1] if begun else self.versions.browse()
            ended = last.date_to and last.date_to < period
            self._versions[period] = self.versions.browse() if ended else last
        return self._versions[period]

    def get_component(self, period, code, payee):
        """The component by code in a period, for a payee; None where the plan has none."""
        version = self.get_version(period)
        key = (version.id, period, code, payee)
        if key not in self._components:
            rule = version.rule_ids.filtered(lambda rule: rule.code == code)
            own = [one.rate for one in self._get_assignments(version, period, payee) if one.has_own_rate]
            self._components[key] = rule and rule._get_component(
                own[0] if own else None, self._get_attainment(rule, version, period, payee)
            )
        return self._components[key] or None

    def _get_attainment(self, rule, version, period, payee):
        for one in self._get_assignments(version, period, payee):
            subject = one.user_id if rule.attainment_of == "user" else one.team_id
            found = self.attainments.get((rule.attainment_of, subject.id, rule.measure_id.id, period))
            if found is not None:
                return found
        return None

    def _get_assignments(self, version, period, payee):
        """A payee's assignments on some day of a period."""
        last = self.get_period(period).date_to
        return [
            one
            for one in self._get_payees(version)[3].get(payee, ())
            if (not one.date_from or one.date_from <= last) and (not one.date_to or one.date_to >= period)
        ]

    def get_bonus_periods(self):
        """(code, payee id) → first days of the periods in which a bonus could be due."""
        bonuses = defaultdict(list)
        for period in self.get_periods():
            version = self.get_version(period)
            for rule in version.rule_ids.filtered(lambda rule: rule.method == "bonus"):
                for payee in self._get_payees(version)[3]:
                    if self._get_assignments(version, period, payee):
                        bonuses[rule.code, payee].append(period)
        return bonuses

    def get_draws(self, lines):
        """Lines that lend what a statement lacks to a draw, or to zero, and recover it later."""
        payable = defaultdict(Decimal)
        for line in lines:
            payable[line.payee, line.target] += line.row.payable
        draws = {}
        for period in self.get_periods():
            version = self.get_version(period)
            for payee in self._get_payees(version)[3]:
                amount = sum(exact(one.draw) for one in self._get_assignments(version, period, payee))
                if amount and self.get_open(payee, period) == period:
                    draws[payee, period] = amount
        found = []
        due = sorted({*payable, *draws})
        for payee in dict.fromkeys(payee for payee, _period in due):
            periods = [period for one, period in due if one == payee]
            parts = carry(
                [payable[payee, period] for period in periods],
                [draws.get((payee, period), 0) for period in periods],
                max(self.balances[payee], Decimal(0)),
            )
            for period, part in zip(periods, parts, strict=True):
                if part:
                    kind = "draw" if part > 0 else "draw_recovery"
                    reason = "" if (payee, period) in draws else "carried"
                    row = Row(kind, f"draw:{period}", period, "", None, Decimal(0), part, reason)
                    found.append(Line("draw", payee, row, period))
        return found

    def _get_payees(self, version):
        """Assignments of a version: user id → payee id; own by payee; by team; all by payee."""
        if version not in self._payees:
            own, teams = defaultdict(list), defaultdict(list)
            for one in version.assignment_ids:
                if one.credit == "own":
                    own[one.payee_id.id].append(one)
                else:
                    teams[one.team_id.id].append(one)
            users = {one.user_id.id: one.payee_id.id for one in version.assignment_ids if one.user_id}
            everybody = defaultdict(list)
            for one in version.assignment_ids:
                everybody[one.payee_id.id].append(one)
            self._payees[version] = (users, own, teams, everybody)
        return self._payees[version]

    def get_credits(self):
        """(code, payee id) → :class:`~..tools.settlement.Credit` items."""
        credited = defaultdict(list)
        origins = self._get_origins()
        for fact in self.facts:
            period = self.get_period(fact.date).date_from
            version = self.get_version(period)
            if version.earned_on != fact.source:
                continue
            rules = [rule for rule in version.rule_ids if rule.method != "bonus" and self.matches(rule, fact)]
            if not rules:
                continue
            value = getattr(fact, version.paid_for)
            takes_back = ()
            if fact.reversed_id:
                takes_back = self._get_taken_back(origins, fact)
            for payee, share in self.get_shares(version, fact).items():
                credit = Credit(
                    fact.key,
                    ":".join(map(str, fact.document_key)),
                    fact.date,
                    period,
                    value * share,
                    takes_back,
                    self._get_payments(fact) if self.needs_payments else (),
                    (fact, share),
                )
                for rule in rules:
                    credited[rule.code, payee].append(credit)
        return credited

    def get_shares(self, version, fact):
        """Payee id → credited share of a fact; a team's deal counts once for who is paid for the team."""
        users, own, teams, _everybody = self._get_payees(version)
        shares = defaultdict(Decimal)
        agreed = self.splits.get(fact.order_id) or [(users.get(fact.user_id), Decimal(1))]
        for payee, share in agreed:
            for one in own.get(payee, ()):
                if one._covers(fact.date):
                    shares[payee] += share * exact(one.share)
        for one in teams.get(fact.team_id, ()):
            if one._covers(fact.date):
                shares[one.payee_id.id] += exact(one.share)
        return shares

    def matches(self, rule, fact):
        """Whether a component pays for a fact at all."""
        for column, allowed in self.filters.get(rule.id, {}).items():
            if getattr(fact, column) not in allowed:
                return False
        if rule.customer_kind != "all":
            is_new = bool(fact.first_day) and (fact.date - fact.first_day).days <= rule.new_days
            if is_new != (rule.customer_kind == "new"):
                return False
        if rule.has_discount_band:
            below = fact.discount < exact(rule.discount_to) or rule.discount_to >= ALL
            return exact(rule.discount_from) <= fact.discount and below
        return True

    def _get_payments(self, fact):
        """What was paid on a fact, each with its share of it, by day."""
        if not fact.amount:
            return ()
        paid = self.payments.get((fact.source, fact.line_id), ())
        paid = sorted(paid, key=lambda one: (one.date, one.partial_id))
        return tuple(Payment(f"payment:{one.partial_id}", one.amount / fact.amount, one.date) for one in paid)

    def _get_origins(self):
        """(invoice id, product id or None for all) → keys of its facts."""
        origins = defaultdict(list)
        wanted = {fact.reversed_id for fact in self.facts if fact.reversed_id}
        for fact in self.facts:
            if fact.move_id in wanted:
                origins[fact.move_id, fact.product_id].append(fact.key)
                origins[fact.move_id, None].append(fact.key)
        return origins

    def _get_taken_back(self, origins, fact):
        """Keys of what a refund takes back: lines with its product, else all of the invoice."""
        invoice = fact.reversed_id
        found = origins.get((invoice, fact.product_id)) or origins.get((invoice, None))
        # an invoice from before the plan earned nothing
        return tuple(found or [f"account.move:{invoice}"])
