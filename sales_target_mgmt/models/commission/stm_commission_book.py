from collections import defaultdict
from copy import copy
from dataclasses import replace
from datetime import date

from ...tools.ladder import ZERO
from ...tools.rate_table import exact
from ...tools.settlement import Credit, Ledger, Payment
from .stm_commission_draws import Draws
from .stm_commission_sharing import Sharing
from .stm_commission_terms import Terms
from .stm_commission_verdict import Judge

# what a formula may sum up, see `SUMS`
COUNTED = ("amount", "margin", "quantity")


class Book(Judge, Sharing, Terms, Draws):
    """What one computation knows of a plan: its versions and what was gathered.

    :ivar facts: :class:`~.stm_achievement_credits.CreditFact` items
    :ivar rates: :class:`~..tools.exchange.Rates`, or None where nothing is converted
    :ivar splits: order id → [(payee id, share)]
    :ivar filters: rule id → column of a fact → ids that pass
    :ivar statements: (payee id, first day) → id of an open statement
    :ivar open_rows: digest → id of the entries that this computation replaces; None: nothing is written
    :ivar closed: payee id → first day of the last posted period
    :ivar goals: (`user` or `team`, id, measure id, first day of the period) → :class:`Goal`
    :ivar customers: commercial partner id → what conditions ask of it
    :ivar lent: (payee id, lineage to which it is owed) → lineage that has the rows → (posted, open) sums
    :ivar joined: (payee id, lineage of a plan that was left) → day of joining this one
    :ivar offsets: id of an invoice or credit note → :class:`~.stm_commission_offsets.Offset` items
    :ivar past: facts from before the first day that refunds since then take back
    :ivar past_paid: (code, payee id) → key of such a fact → (base, amount) that it had earned
    :ivar earned_before: (payee id, key of a fact, whether by the unit) → (last day in another plan that
        has earned it, lineage of that plan)
    :ivar sales: (payee id, first day) → :class:`~..tools.settlement.Credit` items, for bonuses that wait
    :ivar corrections: (payee id, source key) → approved adjustment; `corrected`: (amount, period) posted
    :ivar ledgers: (code, payee id) → :class:`~..tools.settlement.Ledger`

    :param versions: versions of a plan that came into force, in the order in which they supersede
    :param until: last day that counts
    :param company: id of the company, `currency` of the plan's currency, `company_currency` of its own
    :param first: first day of the first period that matters; None: of the plan
    :param payees: ids of those who matter; None: everybody
    """

    def __init__(
        self, versions, until, company, currency, rounding, company_currency, first=None, payees=None
    ):
        super().__init__()
        self.versions = versions
        self.origin = versions.origin_id
        self.company, self.currency = company, currency
        self.company_currency, self.rates = company_currency, None
        self.unit = exact(rounding).normalize()
        self.period = versions[0].period
        self.until = until
        self.first = max(first or versions[0].date_from, versions[0].date_from)
        # what is posted of periods before the plan began is corrected by a whole computation
        self.ledger_from = first or date.min
        # from which day on what is taken back may have been credited; None: all of that is read anyway
        self.past_from = versions[0].date_from if first and first > versions[0].date_from else None
        self.payees = payees if payees is None else frozenset(payees)
        self.sources = {version.earned_on for version in versions}
        self.needs_payments = any(
            version.payable_on in ("proportional", "full") and version.earned_on != "payment"
            for version in versions
        )
        self.needs_margin = any(
            version.paid_for == "margin" or "formula" in version.rule_ids.mapped("method")
            for version in versions
        )
        # what is earned with an order may be invoiced in parts: only their money is known of it
        self.needs_offsets = any(
            version.payable_on == "full" and version.earned_on == "invoice" for version in versions
        )
        self.facts, self.past, self.payments, self.payment_facts = [], [], defaultdict(list), {}
        self.offsets, self.sales = defaultdict(list), {}
        self.splits, self.filters, self.closed, self.statements = {}, {}, {}, {}
        self.goals, self.customers, self.lent, self.joined = {}, {}, defaultdict(dict), {}
        self.ledgers, self.revisions, self.snapshots = defaultdict(Ledger), defaultdict(int), {}
        self.corrections, self.corrected, self.open_rows = {}, {}, None
        self.earned_before, self.past_paid, self._holds = {}, {}, {}

    def variant(self, facts, goals):
        """The same book with other facts and goals: what if?"""
        other = copy(self)
        other.facts, other.goals, other._components, other._taken = facts, goals, {}, None
        return other

    def add_facts(self, facts):
        """Note what happened; payments also under the line that they are for and its order's.

        What was paid before the first day only makes payable.
        """
        self.facts += [fact for fact in facts if fact.source in self.sources and fact.date >= self.first]
        self.add_payments(facts)

    def add_payments(self, facts):
        """Note the payments among facts under what they are for."""
        for fact in facts if self.needs_payments else ():
            # of a deal from before the first day it may have been read already
            if fact.source != "payment" or fact in self.payments["invoice", fact.line_id]:
                continue
            self.payment_facts[f"payment:{fact.partial_id}"] = fact
            self.payments["invoice", fact.line_id].append(fact)
            if fact.order_line_id:
                self.payments["order", fact.order_line_id].append(fact)

    def add_offsets(self, offsets):
        """Note what settles invoices and credit notes without being money.

        :param offsets: :class:`~.stm_commission_offsets.Offset` items
        """
        for offset in sorted(offsets, key=lambda one: one.takes_back):
            self.payment_facts.setdefault(f"payment:{offset.partial_id}", offset)
            self.offsets[offset.move_id].append(offset)

    def get_credits(self):
        """(code, payee id) → :class:`~..tools.settlement.Credit` items."""
        credited, self.sales = defaultdict(list), defaultdict(list)
        for fact in self.facts:
            sold_on = self.get_sold_on(fact)
            for stand in self._get_stands(fact, sold_on):
                if stand.earned_on == fact.source:
                    self._add_credits(credited, stand, fact, sold_on)
        return credited

    def _get_stands(self, fact, sold_on):
        """What pays for a fact: what is in force on its day.

        A refund follows the terms of its sale where what has paid for that is no more.
        """
        stand = self.get_stand(fact.date)
        if not sold_on:
            return (stand,)
        sale = self.get_stand(sold_on)
        if sale.version == stand.version:
            return (stand,)
        if sale.paid_for != stand.paid_for:
            return (sale,)
        codes = set(stand.version.rule_ids.mapped("code"))
        gone = tuple(screen for screen in sale.screens if screen.code not in codes)
        return (stand, sale._replace(screens=gone, bonus_waits=False))

    def _add_credits(self, credited, stand, fact, sold_on):
        screens = [screen for screen in stand.screens if not screen.get_refusal(fact, sold_on)]
        # where there are bonuses only, they are for all sales
        counts = screens or (stand.bonus_waits and not stand.screens)
        shares = self.get_shares(stand.version, fact) if counts else {}
        if not shares:
            return
        known = {
            "origins": self._get_taken_back(fact),
            "payments": self._get_payments(fact) if self.needs_payments else (),
            "rate": self.get_rate(stand.version, fact.date),
            "sold_on": sold_on,
            "hold": self._get_hold(stand.version, fact.commercial_partner_id),
        }
        for payee, share in shares.items():
            credit = self._make_credit(stand, fact, share, known)
            if stand.bonus_waits:
                self.sales[payee, stand.period].append(credit)
            for screen in screens:
                if not self.get_former_plan(payee, fact, by_unit=screen.method == "unit"):
                    credited[screen.code, payee].append(self._get_credit(screen.method, credit))

    def get_paying(self, period, code, payee):
        """The component by code, with the sales by which its bonus becomes payable."""
        component = self.get_component(period, code, payee)
        if component and component.bonus_payable == "sales":
            return replace(component, sales=tuple(self.sales.get((payee, period), ())))
        return component

    def get_sold(self, credited):
        """Payee id → keys of all for which there is, or was, credit by any component."""
        sold = defaultdict(set)
        for known in (credited, self.get_past_credits()):
            for (_code, payee), deals in known.items():
                sold[payee].update(deal.key for deal in deals)
        for (_code, payee), ledger in self.ledgers.items():
            for pots in ledger.pots.values():
                sold[payee].update(*pots.values())
        return sold

    def get_taken_moves(self):
        """Ids of the invoices that refunds take back and of which nothing was read."""
        return {fact.reversed_id for fact in self.facts if fact.reversed_id} - {
            fact.move_id for fact in self.facts
        }

    def get_history(self, code, payee):
        """What sales from before the first day had earned by a component: key → (base, amount)."""
        return self.past_paid.get((code, payee), {})

    def get_past_credits(self):
        """The same as :meth:`get_credits` of the sales from before the first day."""
        if not self.past:
            return {}
        book = self.variant(self.past, self.goals)
        book.past = []
        return Book.get_credits(book)

    def _make_credit(self, stand, fact, share, known):
        base = getattr(fact, stand.paid_for) * share
        return Credit(
            fact.key,
            "{}:{}".format(*fact.document_key),
            fact.date,
            stand.period,
            self.convert(stand.paid_for, base, known["rate"]),
            fact=(fact, share),
            quantity=fact.quantity * share,
            **known,
        )

    def _get_credit(self, method, credit):
        """A credit as a component counts it, where it counts something else than the plan."""
        if method == "unit":
            return credit._replace(base=credit.quantity)
        if method != "formula":
            return credit
        fact, share = credit.fact
        values = {name: self.convert(name, getattr(fact, name) * share, credit.rate) for name in COUNTED}
        return credit._replace(values={"base": credit.base, **values})

    def _get_hold(self, version, customer):
        """Why nothing of a customer's is released now, or ``""``."""
        key = (version.id, customer)
        if key not in self._holds:
            self._holds[key] = version._get_hold(self.customers.get(customer, {}), self.until)
        return self._holds[key]

    def _get_payments(self, fact):
        """What was paid or settled on a fact, each with its shares of it, by day."""
        if not fact.amount:
            return ()
        found = {}
        for one in self.payments.get((fact.source, fact.line_id), ()):
            # a line of an order may be on several lines of an invoice
            paid = found.get(one.partial_id) or Payment(f"payment:{one.partial_id}", ZERO, one.date)
            found[one.partial_id] = paid._replace(share=paid.share + one.amount / fact.amount)
        for one in self.offsets.get(fact.move_id, ()) if fact.source == "invoice" else ():
            paid = found.get(one.partial_id) or Payment(f"payment:{one.partial_id}", ZERO, one.date)
            found[one.partial_id] = paid._replace(offset=one.share)
        # of one day money comes last: it is what makes payable
        in_order = sorted(found.items(), key=lambda item: (item[1].day, bool(item[1].share), item[0]))
        return tuple(payment for _id, payment in in_order)
