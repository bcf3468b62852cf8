from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo import models

from ...tools.settlement import Ledger, settle
from .stm_commission_book import Book


class TrialBook(Book):
    """A plan as though one of its versions had held all the time, and nothing had been posted.

    A refund of a sale from before the first day takes back what the sale was paid, where the book
    knows of that, else what the sale would have earned by itself: exactly that with one rate for
    everything; where tiers are climbed over a period, at those of the sale alone.

    :param assumed_paid: whether all that is earned counts as payable at once
    """

    def __init__(self, version, first, until, money, *, assumed_paid=False, payees=None):
        super().__init__(version, until, *money, payees=payees)
        self.first, self.past_from = first, date.min
        # what is counted instead of the facts, in a projection
        self.credited = None
        self.assumed_paid = assumed_paid
        self._alone = None
        if assumed_paid:
            self.needs_payments = self.needs_offsets = False

    def get_credits(self):
        return super().get_credits() if self.credited is None else self.credited

    def get_credited(self):
        """The sales without taxes for which somebody is credited, in the plan's currency.

        Each deal counts once, however many share it.
        """
        credited = Decimal(0)
        for fact in self.facts:
            if self.judge(fact).rules and self.get_shares(self.versions, fact):
                credited += fact.amount * self.get_rate(self.versions, fact.date)
        return credited

    def get_version(self, _period):
        return self.versions

    def get_history(self, code, payee):
        if self._alone is None:
            self._alone = self.get_past_credits()
        rows = settle(
            self._alone.get((code, payee), []),
            Ledger(),
            lambda period: self.get_component(period, code, payee),
            self.unit,
            self.until,
        )
        alone = {row.key: (row.step.base, row.step.amount) for row in rows if row.step}
        return alone | super().get_history(code, payee)

    def _get_kept(self, version, payee, fact):
        return Decimal(1) if self.assumed_paid else super()._get_kept(version, payee, fact)

    def get_component(self, period, code, payee):
        component = super().get_component(period, code, payee)
        if component and self.assumed_paid:
            return replace(component, payable_on="at_once", holds=False, instalments=1)
        return component


class StmCommissionEngine(models.AbstractModel):
    """Computing without writing: previews, simulations and forecasts."""

    _inherit = "stm.commission.engine"

    def _gather_trial(self, version, first, until, *, assumed_paid=False, payees=None, as_paid=False):
        """Everything a computation needs that knows of nothing posted.

        :param version: a version of a plan, a draft maybe, that holds all the time
        :param first: first day of a settlement period
        :param as_paid: whether what plans have paid counts: refunds take back what sales from before the
            first day were paid by this one, and what another one has earned before earns nothing;
            otherwise refunds take back what this version would have paid
        :return: :class:`TrialBook`, for :meth:`_compute`
        """
        version = version.sudo()
        version.rule_ids.tier_ids.fetch(version.rule_ids.tier_ids._get_columns())
        money = self._get_money(version)
        book = TrialBook(version, first, until, money, assumed_paid=assumed_paid, payees=payees)
        self._gather_facts(book)
        if as_paid:
            book.past_paid = self._read_past_paid(book)
            self._read_earned_before(book)
        return book
