from collections import defaultdict
from copy import copy
from decimal import Decimal
from typing import NamedTuple

from odoo import models

from ...tools.ladder import ZERO
from ...tools.rate_table import exact
from ...tools.settlement import Credit
from .stm_commission_pace import Pace

EXPECTED = "projection"
# so many deals like those that were made; the rest counts as one
MOST_DEALS = 1000


class Outlook(NamedTuple):
    """What a payee may earn in the period in which a day lies.

    :ivar low: what is earned by now
    :ivar likely: at the pace so far, to the payee's last day in the plan
    :ivar high: with all open opportunities that are expected by then, at least `likely`
    :ivar elapsed: share of the payee's working days in the plan that lie before the day
    :ivar sales: credited by now, without taxes
    :ivar pipeline: credited of the open opportunities
    """

    low: Decimal
    likely: Decimal
    high: Decimal
    elapsed: Decimal
    sales: Decimal
    pipeline: Decimal


class StmCommissionEngine(models.AbstractModel):
    """What payees may earn to the end of the period, by the plan's own tables.

    What is still to come is counted as one more deal on the tables of the period, so that tiers,
    gate and cap are respected. Where the tables begin anew with each document, it earns at the
    effective rate so far; attainments grow with the sales.
    """

    _inherit = "stm.commission.engine"

    def _get_outlook(self, version, day):
        """Payee id → :class:`Outlook`.

        :param version: the version of a plan that is in force
        :param day: in the period that is looked at
        """
        period = version.sudo()._get_period(day)
        book = self._gather_trial(version, period.date_from, day, assumed_paid=True, as_paid=True)
        paces = self._get_paces(book, period, day)
        pipeline = self._get_pipelines(book, period.date_to)
        credited = book.get_credits()
        sales = self._get_credited_sales(book, credited)
        owners = self._get_pipelines_of_payees(book, pipeline)
        low = self._sum_lines(self._compute(book))
        paced = self._sum_lines(self._compute(self._pace(book, credited, paces, day)))
        full = self._sum_lines(self._compute(self._fill(book, credited, (sales, owners), pipeline, day)))
        outlook = {}
        for payee in book.versions.assignment_ids.payee_id.ids:
            now = low[payee]
            elapsed = paces[0][payee].elapsed
            likely = max(paced[payee], now) if elapsed else now
            outlook[payee] = Outlook(
                now, likely, max(full[payee], likely), elapsed, sales[payee], owners[payee]
            )
        return outlook

    def _sum_lines(self, lines):
        sums = defaultdict(Decimal)
        for line in lines:
            sums[line.payee] += line.row.amount
        return sums

    def _pace(self, book, credited, paces, day):
        """The book as it would be at the end, if it goes on like this to each one's last day in the plan.

        :param paces: see :meth:`_get_paces`
        """
        own, figures, whole = paces
        further = {
            (code, payee): sum((one.base for one in deals), ZERO) * own.get(payee, Pace()).more
            for (code, payee), deals in credited.items()
        }
        goals = {}
        for key, goal in book.goals.items():
            more = (figures.get(key[1], whole) if key[0] == "user" else whole).more
            is_sum = goal.measure.aggregation != "ratio"
            goals[key] = goal._replace(reached=goal.reached * (1 + more)) if is_sum else goal
        return _add(book, further, goals, day)

    def _fill(self, book, credited, known, pipeline, day):
        """The book as it would be, if every open opportunity were won."""
        sales, owners = known
        further = {}
        for rule in book.versions.rule_ids.filtered(lambda rule: rule.method != "bonus"):
            # nobody knows margin and pieces of a deal to come before there are others
            unknown = Decimal(rule._get_paid_for() == "amount")
            for payee, amount in owners.items():
                base = sum((one.base for one in credited.get((rule.code, payee), ())), ZERO)
                # of the sales so far, this part counted for the component
                part = base / sales[payee] if sales[payee] > 0 else unknown
                further[rule.code, payee] = amount * max(part, ZERO)
        goals = {
            key: goal._replace(reached=goal.reached + sum(pipeline.get(key[:2], {}).values()))
            if goal.measure.unit == "money" and goal.measure.aggregation == "sum"
            else goal
            for key, goal in book.goals.items()
        }
        return _add(book, further, goals, day)

    def _get_pipelines(self, book, until):
        """(`user` or `team`, id) → day → open opportunities that are expected then, up to a day."""
        found = defaultdict(dict)
        for kind in ("user", "team"):
            for owner, day, amount in (
                self.env["stm.achievement"]
                .sudo()
                ._read_group(
                    [
                        ("source", "=", "pipeline"),
                        ("company_id", "=", book.company),
                        ("date", "<=", until),
                        (f"{kind}_id", "!=", False),
                    ],
                    [f"{kind}_id", "date:day"],
                    ["amount:sum"],
                )
            ):
                found[kind, owner.id][day] = exact(amount)
        return found

    def _get_pipelines_of_payees(self, book, pipeline):
        """Payee id → what of the open opportunities would be credited, while the payee is in the plan."""
        owners = defaultdict(Decimal)
        rate = book.get_rate(book.versions, book.until)
        for one in book.versions.assignment_ids:
            key = ("team", one.team_id.id) if one.credit == "team" else ("user", one.user_id.id)
            for day, amount in pipeline.get(key, {}).items():
                # what should have been won by now can be won from today on
                if one._covers(max(day, book.until)):
                    owners[one.payee_id.id] += amount * exact(one.share) * rate
        return owners

    def _get_credited_sales(self, book, credited):
        """Payee id → credited revenue, each fact once whatever the components."""
        facts = {(payee, one.key): one.fact for (_code, payee), deals in credited.items() for one in deals}
        sales = defaultdict(Decimal)
        for (payee, _key), (fact, share) in facts.items():
            sales[payee] += fact.amount * share * book.get_rate(book.versions, fact.date)
        return sales


def _add(book, further, goals, day):
    """The same book, in which more has been sold than there are documents for.

    :param further: (code, payee id) → what comes on top
    :param goals: as of a book
    """
    book = copy(book)
    credited = book.get_credits()
    book.goals, book._components = goals, {}
    period = book.get_period(day).date_from
    for (code, payee), base in further.items():
        component = book.get_component(period, code, payee)
        if not component or base <= 0:
            continue
        deals = credited[code, payee]
        if component.per_document and deals:
            credited[code, payee] = deals + _spread(deals, base)
        else:
            credited[code, payee] = [*deals, _lump(deals, base, day, period)]
    book.credited = credited
    return book


def _lump(deals, base, day, period):
    """One deal like all that were made together, of another size."""
    made = sum((deal.base for deal in deals), ZERO)
    share = base / made if made > 0 else ZERO
    values = dict.fromkeys(("amount", "margin", "quantity"), ZERO) | {"base": base, "amount": base}
    if share:
        names = {name for deal in deals for name in deal.values}
        values = {name: share * sum((deal.values.get(name, ZERO) for deal in deals), ZERO) for name in names}
    quantity = share * sum((deal.quantity for deal in deals), ZERO)
    return Credit(EXPECTED, EXPECTED, day, period, base, quantity=quantity, values=values)


def _spread(deals, base):
    """Deals like those that were made, as many as make up a sum; the last one is a part."""
    found, left, number = [], base, 0
    sizes = [deal for deal in deals if deal.base > 0]
    while left > 0 and sizes:
        deal = sizes[number % len(sizes)]
        part = min(deal.base, left) if number < MOST_DEALS else left
        name = f"{EXPECTED}:{number}"
        share = part / deal.base
        values = {key: value * share for key, value in deal.values.items()}
        deal = deal._replace(key=name, document=name, base=part, origins=(), payments=())
        found.append(deal._replace(quantity=deal.quantity * share, values=values))
        left -= part
        number += 1
    return found
