"""Whether orders may be confirmed on credit, decided in one place for every way in.

1. `sale.order.action_confirm` is wrapped outermost when the registry is ready: a batch is divided
   before any other addon acts on it. What may not pass is held with its reasons.
2. `sale.order.create` and `write` are the last guard: a state of `sale` that was not decided in
   this transaction is decided there, and refused with the reasons.
3. What raises the amount of a confirmed order, or worsens payer or payment term, is decided for
   the difference.

What was decided is remembered with the cursor, on the server, for one use: no context key, no RPC
call and no copied value is a permission.
"""

import functools
from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from odoo import api, models

from ...tools.credit_check import ACTIONS, Facts, check

MEMORY = "stm_credit_allowed"
# what keeps an order from being confirmed
STRONG = ACTIONS[1:]


class Verdict(NamedTuple):
    """:ivar reasons: :class:`~...tools.credit_check.Reason` items, the gravest first
    :ivar facts: :class:`~...tools.credit_check.Facts`
    :ivar release: the row of the log that allows it in spite of them, or None
    """

    order: Any
    reasons: list
    facts: Facts
    release: Any = None

    @property
    def passes(self):
        """A release lets pass what is held, not what is blocked."""
        return self.level not in STRONG or (self.level == "hold" and bool(self.release))

    @property
    def level(self):
        """The gravest action that a rule asks for; empty: none."""
        return self.reasons[0].action if self.reasons else ""

    @property
    def outcome(self):
        """What confirming would meet: `free`, `warn`, `hold` or `block`."""
        return "free" if self.passes and self.level != "warn" else self.level


class Gathered(NamedTuple):
    """What the facts of any number of orders of one company need, in two or three queries.

    :ivar reserved: see :meth:`~.StmCreditExposure._get_reserved`; read where there is money only
    :ivar get_named: see :meth:`~.StmCreditExposure._get_named_money`; read when it is called first
    """

    company: Any
    today: Any
    accounts: dict
    exposures: dict
    members: dict
    policies: dict
    reserved: dict
    get_named: Any

    def get_exposure(self, partners, order):
        """What they may cost without the order; money for other quotations makes no room for it.

        :param partners: ids of customers
        """
        total = sum((self.exposures[partner].total for partner in partners), Decimal(0))
        own, others = order._origin.id, (self.reserved.get(partner, {}).items() for partner in partners)
        return total + sum((amount for one in others for id_, amount in one if id_ != own), Decimal(0))


class StmCreditGuard(models.AbstractModel):
    _name = "stm.credit.guard"
    _description = "Credit Check of Orders"

    @api.model
    @api.private
    def _decide(self, orders, before=None, lock=True, is_confirmed=False):
        """A :class:`Verdict` for each order of companies that control credit.

        Orders of one batch count one after the other: what the first one uses is used.

        :param before: order → amount that is confirmed already, in company currency
        :param lock: False only for what is shown: two of them may then see the same room
        :param is_confirmed: whether the exposure contains these orders already
        """
        verdicts, before = {}, before or {}
        for company, batch in orders.sudo().grouped("company_id").items():
            if not company.stm_credit_control:
                continue
            rules = self.env["stm.credit.rule"]._get_rules(company.id)
            gathered = self._gather(company, batch, lock)
            used = defaultdict(Decimal)
            if is_confirmed:
                known = {order: self._get_known(order, before.get(order)) for order in batch}
                for order in batch:
                    self._use(used, gathered, order, -known[order])
            for order in batch:
                verdicts[order] = verdict = self._judge(order, rules, gathered, used, before.get(order))
                if is_confirmed:
                    self._use(used, gathered, order, known[order])
                elif verdict.passes:
                    self._use(used, gathered, order, verdict.facts.credit)
        return verdicts

    @api.model
    @api.private
    def _foresee(self, company, orders, rules, change=None):
        """What each quotation alone would meet under other rules; nothing is held or written.

        :param rules: :class:`~...tools.credit_check.Rule` items
        :param change: function of :class:`Gathered` that gives one with other grades or policies
        :return: order → :class:`Verdict`
        """
        orders = orders.sudo()
        if not orders:
            return {}
        gathered = self._gather(company, orders, lock=False)
        if change:
            gathered = change(gathered)
        return {order: self._judge(order, rules, gathered, defaultdict(Decimal)) for order in orders}

    def _judge(self, order, rules, gathered, used, before=None):
        """The :class:`Verdict` of one order.

        :param used: what others of its batch have taken of the room, see `_use`
        :param before: amount that is confirmed already; None: it is a quotation
        """
        facts = self._get_facts(order, gathered, used, before)
        reasons = check(rules, facts)
        if reasons:
            facts = self._pay_in_advance(facts, order, gathered.get_named(), before is None)
            reasons = check(rules, facts)
        is_strong = any(reason.action in STRONG for reason in reasons)
        return Verdict(order, reasons, facts, order._get_stm_release() if is_strong else None)

    def _use(self, used, gathered, order, amount):
        """Note what an order takes of the room of its payer and of the payer's group."""
        account = gathered.accounts[order._get_stm_payers().id]
        used["customer", account.partner_id] += amount
        used["group", account.parent_id or account.id] += amount

    @api.model
    @api.private
    def _remember(self, orders):
        """Allow these orders to be confirmed once, in this transaction, as they are now."""
        allowed = self.env.cr.cache.setdefault(MEMORY, {})
        for order in orders.sudo():
            allowed[order.id] = order._get_stm_credit_terms()

    @api.model
    @api.private
    def _recall(self, order):
        """Whether the order was allowed as it is, or for more; forgets it."""
        allowed = self.env.cr.cache.get(MEMORY, {}).pop(order.id, None)
        if not allowed:
            return False
        amount, payer, days = order.sudo()._get_stm_credit_terms()
        # rewards of other addons may have made it cheaper meanwhile
        return amount <= allowed[0] and payer == allowed[1] and days <= allowed[2]

    @api.model
    @api.private
    def _forget(self, orders):
        """What was allowed and not used is not allowed any more."""
        allowed = self.env.cr.cache.get(MEMORY, {})
        for order in orders:
            allowed.pop(order.id, None)

    def _get_known(self, order, before):
        """What the exposure has of a confirmed order: all, or the growth, but what was invoiced."""
        asked = order._get_stm_credit_asked(before)
        return asked if before is not None else max(asked - order._get_stm_invoiced(), Decimal(0))

    def _pay_in_advance(self, facts, order, named, is_whole):
        """The facts with what was received for the order.

        Part of it is in the exposure already, so are down payments that were invoiced and not paid:
        without taking that out, money for one order would count twice.

        :param is_whole: False: only what a confirmed order grows by is asked for
        """
        advance = order._get_stm_advance(named)
        _settled, left = order._get_stm_settled()
        facts = facts._replace(received=advance.received)
        if not is_whole:
            return facts
        known = advance.booked - left
        return facts._replace(
            paid=advance.received,
            exposure=facts.exposure + known,
            group_exposure=facts.group_exposure + known,
        )

    def _gather(self, company, orders, lock):
        accounts = self.env["stm.credit.account"].sudo()
        if lock:
            contacts = [order.partner_invoice_id.id or order.partner_id.id for order in orders]
            rows = accounts._lock_accounts(company, orders.partner_invoice_id.browse(contacts))
        else:
            rows = accounts._read_accounts(company, orders._get_stm_payers())
        members = accounts._get_members(rows)
        partners = {*rows, *(one for group in members.values() for one in group)}
        exposure = self.env["stm.credit.exposure"]
        exposures = exposure._get_exposures(company, partners)
        moneyed = [partner for partner, one in exposures.items() if one.unapplied or one.received]
        return Gathered(
            company,
            company._get_stm_today(),
            rows,
            exposures,
            members,
            self.env["stm.credit.grade"]._get_policies(company.id),
            exposure._get_reserved(company, moneyed),
            functools.cache(lambda: exposure._get_named_money(company, partners)),
        )

    def _get_facts(self, order, gathered, used, before):
        account = gathered.accounts[order._get_stm_payers().id]
        exposure = gathered.exposures[account.partner_id]
        # the head of a group is one of its members
        group = account.parent_id or (account.id if account.id in gathered.members else None)
        head = next((row for row in gathered.accounts.values() if group and row.id == group), None)
        policy = gathered.policies.get(account.grade_id)
        return Facts(
            amount=order._get_stm_credit_asked(before),
            exposure=gathered.get_exposure([account.partner_id], order)
            + used["customer", account.partner_id],
            limit=account.limit,
            has_limit=account.limit_state != "unset",
            group_exposure=gathered.get_exposure(gathered.members.get(group, ()), order)
            + used["group", group],
            group_limit=head.limit if head else None,
            overdue=exposure.overdue,
            overdue_days=exposure.overdue_days,
            grade=account.grade_id,
            is_rating_expired=bool(account.rated_until) and account.rated_until < gathered.today,
            is_blocked=account.is_blocked or bool(head and head.is_blocked),
            orders=exposure.order_count,
            term_days=order._get_stm_term_days(),
            longest_term=policy.longest_term if policy else None,
            deposit=order._get_stm_deposit(policy.deposit) if policy and policy.deposit else Decimal(0),
        )
