from collections import defaultdict
from decimal import Decimal

from ...tools.ladder import ZERO
from ...tools.rate_table import exact
from ...tools.settlement import NOTHING, Component, Credit
from ...tools.vesting import get_payments

ONE = Decimal(1)
# so fine that no cent depends on it, and three thirds that were paid are all
DIGITS = Decimal("1e-15")


class Sharing:
    """Who is credited for a fact, and what a refund takes back; the part of a book that says so.

    The book sets `facts`, `past`, `splits` and `earned_before`.
    """

    def __init__(self):
        super().__init__()
        self._shares, self._taken = {}, None

    def get_shares(self, version, fact):
        """Payee id → credited share of a fact; a team's deal counts once for who is paid for the team.

        A refund takes back from those who were credited for the sale. Who has left by then and has
        lost what waited owes it in the share in which the sale had become payable by the last day: all
        of a refund of what was paid out, nothing of one of what was lost.
        """
        sold_on = self.get_sold_on(fact)
        if not sold_on:
            return self._get_shares(version, fact, fact.date)
        version = self.get_stand(sold_on).version
        shares = self._get_shares(version, fact, sold_on)
        kept = {payee: share * self._get_kept(version, payee, fact) for payee, share in shares.items()}
        return {payee: share for payee, share in kept.items() if share}

    def get_former_plan(self, payee, fact, *, by_unit):
        """The lineage of a plan that the payee has left and that has earned a deal on an earlier document.

        :param by_unit: whether it is asked for a sum per unit, or for all other ways of paying
        :return: id of the plan's first version; None: it is earned here
        """
        for key in _get_earlier_keys(fact) if self.earned_before else ():
            last, lineage = self.earned_before.get((payee, key, by_unit), (None, None))
            if last and last < fact.date:
                return lineage
        return None

    def note_former_plan(self, payee, last, lineage, by_unit, key):
        """Note that a plan which the payee has left has earned a deal; of several, the one left first."""
        known = self.earned_before.get((payee, key, by_unit), (last, lineage))
        self.earned_before[payee, key, by_unit] = min(known, (last, lineage))

    def get_sold_on(self, fact):
        """The day on which what a refund takes back was sold; None: it is none, or nothing is known."""
        if not fact.reversed_id:
            return None
        return min((sale.date for sale in self._get_sales(fact)), default=None)

    def _get_shares(self, version, fact, day):
        agreed = self.splits.get(fact.order_id)
        if agreed:
            return self._share(version, fact, agreed, day)
        # most deals are nobody's but the salesperson's
        key = (version.id, fact.user_id, fact.team_id, day)
        if key not in self._shares:
            own = self._get_payees(version)[0].get(fact.user_id)
            self._shares[key] = self._share(version, fact, [(own, ONE)], day)
        return self._shares[key]

    def _share(self, version, fact, agreed, day):
        _users, own, teams, _everybody = self._get_payees(version)
        shares = defaultdict(Decimal)
        for payee, share in agreed:
            for one in own.get(payee, ()):
                if one._covers(day):
                    shares[payee] += share * exact(one.share)
        for one in teams.get(fact.team_id, ()):
            if one._covers(day):
                shares[one.payee_id.id] += exact(one.share)
        return shares

    def _get_kept(self, version, payee, fact):
        """The share of what a refund takes back that its payee has not lost when leaving."""
        left = self._get_forfeit_day(version, payee)
        if not left or left >= fact.date:
            return ONE
        terms = Component("", NOTHING, payable_on=version.payable_on, wait=version.wait_days, left=left)
        total, kept = ZERO, ZERO
        for sale in self._get_sales(fact):
            payments = self._get_payments(sale) if self.needs_payments else ()
            credit = Credit(sale.key, "", sale.date, sale.date, sale.amount, payments=payments)
            share = sum((share for _name, share, _day in get_payments(credit, terms, left)), ZERO)
            total += sale.amount
            kept += sale.amount * min(share, ONE)
        return (kept / total).quantize(DIGITS) if total else ONE

    def _get_sales(self, fact):
        """The facts that a refund takes back, as far as they are known."""
        if not fact.reversed_id:
            return []
        _origins, known = self._get_origins()
        return [known[key] for key in self._get_taken_back(fact) if key in known]

    def _get_origins(self):
        """(invoice id, product id or None for all) → keys of its facts, and key → fact of all of these."""
        if self._taken is None:
            origins, known = defaultdict(list), {}
            wanted = {fact.reversed_id for fact in self.facts if fact.reversed_id}
            for fact in (*self.past, *self.facts) if wanted else ():
                if fact.move_id in wanted:
                    origins[fact.move_id, fact.product_id].append(fact.key)
                    origins[fact.move_id, None].append(fact.key)
                    known[fact.key] = fact
            self._taken = origins, known
        return self._taken

    def _get_taken_back(self, fact):
        """Keys of what a refund takes back: lines with its product, else all of the invoice."""
        invoice = fact.reversed_id
        if not invoice:
            return ()
        origins, _known = self._get_origins()
        found = origins.get((invoice, fact.product_id)) or origins.get((invoice, None))
        # an invoice from before the plan earned nothing
        return tuple(found or [f"account.move:{invoice}"])


def _get_earlier_keys(fact):
    """Keys under which another plan may have earned the same deal on an earlier document."""
    # what an order could become has no invoice yet
    if fact.source == "payment" and fact.move_id:
        yield f"invoice:{fact.line_id}"
    if fact.source != "order" and fact.order_line_id:
        yield f"order:{fact.order_line_id}"
