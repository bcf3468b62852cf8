from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from ..tools.periods import Period, whole
from ..tools.rate_table import exact
from ..tools.settlement import Credit

# a discount of everything lies in the band that ends at 100 %
ALL = 100


class Payment(NamedTuple):
    key: str
    share: Decimal
    day: object


class Book:
    """What one computation knows of a plan: its versions and what was gathered.

    :ivar facts: :class:`~.stm_achievement_credits.CreditFact` items
    :ivar splits: order id → [(payee id, share)]
    :ivar filters: rule id → column of a fact → ids that pass
    :ivar closed: payee id → first day of the last posted period
    :ivar ledgers: (code, payee id) → :class:`~..tools.settlement.Ledger`

    :param versions: versions of a plan that came into force, in the order in which they supersede
    :param until: last day that counts
    """

    def __init__(self, versions, until):
        self.versions = versions
        self.origin = versions.origin_id
        self.company = versions.company_id
        self.period = versions[0].period
        self.until = until
        self.first = versions[0].date_from
        self.unit = exact(self.company.currency_id.rounding)
        self.sources = {version.earned_on for version in versions}
        self.needs_payments = any(
            version.payable_on in ("proportional", "full") and version.earned_on != "payment"
            for version in versions
        )
        self.facts, self.payments, self.payment_facts = [], defaultdict(list), {}
        self.splits, self.filters, self.closed = {}, {}, {}
        self.ledgers, self.revisions, self.snapshots = {}, {}, {}
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
        key = (version.id, code, self._get_own_rate(version, period, payee))
        if key not in self._components:
            rule = version.rule_ids.filtered(lambda rule: rule.code == code)
            self._components[key] = rule._get_component(key[2]) if rule else None
        return self._components[key]

    def _get_own_rate(self, version, period, payee):
        last = self.get_period(period).date_to
        for one in self._get_payees(version)[1].get(payee, []):
            begun = not one.date_from or one.date_from <= last
            if one.has_own_rate and begun and (not one.date_to or one.date_to >= period):
                return one.rate
        return None

    def _get_payees(self, version):
        """(user id → payee id, payee id → own assignments, team id → assignments) of a version."""
        if version not in self._payees:
            own, teams = defaultdict(list), defaultdict(list)
            for one in version.assignment_ids:
                if one.credit == "own":
                    own[one.payee_id.id].append(one)
                else:
                    teams[one.team_id.id].append(one)
            users = {one.user_id.id: one.payee_id.id for one in version.assignment_ids if one.user_id}
            self._payees[version] = (users, own, teams)
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
            rules = [rule for rule in version.rule_ids if self.matches(rule, fact)]
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
        users, own, teams = self._get_payees(version)
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
