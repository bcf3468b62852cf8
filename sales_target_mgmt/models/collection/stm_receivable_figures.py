from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...tools.account_statement import NAMES, UNAPPLIED, age
from ...tools.payout import rounded
from ...tools.provision import net_ageing
from ...tools.receivables import (
    Delinquency,
    Dso,
    bad_debt,
    collection_effectiveness,
    delinquency,
    dso_countback,
    provision,
)

# what is counted back: so many months of so many days
MONTHS, MONTH_DAYS = 12, 30
ZERO = Decimal(0)


class Figures(NamedTuple):
    """Of a customer, or of several together, as of a day; amounts in company currency.

    :ivar ageing: amount by bucket and of what is not applied
    :ivar sales: invoiced on credit in the days asked for, taxes included, less credit notes
    :ivar dso: days sales outstanding, counted back through 30-day months
    :ivar delinquency: simple days sales outstanding, the best possible ones and the average days
        delinquent; None without sales
    :ivar effectiveness: percent collected of what could have been; None where nothing could
    :ivar written_off: as lost in those days, less what came in after all; without taxes that come back
    :ivar bad_debt: percent written off of what was invoiced in those days, without taxes; None without
        sales, or where no account of losses is set
    :ivar expected_loss: of what is owed, by the rates of the newest loss allowance; None without one
    """

    receivable: Decimal
    ageing: dict
    sales: Decimal
    dso: Dso
    delinquency: Delinquency | None
    effectiveness: Decimal | None
    written_off: Decimal = ZERO
    bad_debt: Decimal | None = None
    expected_loss: Decimal | None = None

    @property
    def overdue(self):
        return sum((self.ageing[name] for name in NAMES[1:]), ZERO)


class Sources(NamedTuple):
    """What the figures are made of, by commercial entity.

    :ivar items: lists of :class:`OpenItem` as of the day
    :ivar begins: balances of so many days before
    :ivar sales: lists of (days before the day, amount with taxes)
    :ivar losses: (written off, invoiced without taxes) in these days; None where no account is set
    :ivar rates: loss rates by ageing bucket; empty where no loss allowance was made
    :ivar unit: smallest amount of the currency
    """

    items: dict
    begins: dict
    sales: dict
    losses: dict | None
    rates: dict
    unit: str

    @property
    def partners(self):
        return {*self.items, *self.begins, *self.sales, *(self.losses or ())}


class StmReceivableFigures(models.AbstractModel):
    """What is owed and how it comes in: a few queries for all customers, as of any day."""

    _name = "stm.receivable.figures"
    _description = "Receivable Figures"

    @api.model
    @api.private
    def _get_figures(self, company, as_of, by="customer", days=90):
        """Record rules are not applied: the caller answers for who may see the customers.

        :param by: `company`, `customer`, `person`, `team`, `territory` or `grade`; of the last four,
            what the customer belongs to today
        :param days: of the simple figures, of the effectiveness of collection and of bad debts
        :return: id, or False for customers without one → :class:`Figures`
        """
        return self._get_page(company, as_of, by, days)[1]

    @api.model
    @api.private
    def _get_page(self, company, as_of, by="customer", days=90, most=None):
        """The same beside the figures of all, from one reading.

        :param most: so many that owe the most are told apart; what others owe stands under None
        :return: (:class:`Figures` of the company, {id: :class:`Figures`})
        """
        sources = self._read_sources(company, as_of, days)
        groups = defaultdict(list)
        for partner, key in self._get_keys(company, sources.partners, by).items():
            groups[key].append(partner)
        if most and len(groups) > most:
            groups = self._cut(groups, sources.items, most)
        whole = self._compute_one(sources, sources.partners, as_of, days)
        return whole, {
            key: self._compute_one(sources, partners, as_of, days) for key, partners in groups.items()
        }

    def _read_sources(self, company, as_of, days):
        return Sources(
            self.env["stm.receivable"]._get_open_items(company, None, as_of),
            *self._read_books(company, as_of, days),
            self.env["stm.receivable.losses"]._read_losses(company, as_of, days),
            self.env["stm.receivable.losses"]._read_rates(company, as_of)[1],
            str(company.currency_id.rounding),
        )

    def _cut(self, groups, items, most):
        """The groups that owe the most, and all others as one."""
        owed = {
            key: sum((item.residual for partner in partners for item in items.get(partner, ())), ZERO)
            for key, partners in groups.items()
        }
        ranked = sorted(groups, key=lambda key: (-owed[key], key))
        others = [partner for key in ranked[most:] for partner in groups[key]]
        return {key: groups[key] for key in ranked[:most]} | {None: others}

    def _compute_one(self, sources, partners, as_of, days):
        ageing = age((item for partner in partners for item in sources.items.get(partner, ())), as_of)
        receivable = sum(ageing.values(), ZERO)
        begin = sum((sources.begins.get(partner, ZERO) for partner in partners), ZERO)
        months, sold = [ZERO] * MONTHS, ZERO
        for partner in partners:
            for back, amount in sources.sales.get(partner, ()):
                if back < MONTHS * MONTH_DAYS:
                    months[back // MONTH_DAYS] += amount
                if back < days:
                    sold += amount
        current = ageing["current"]
        losses = [sources.losses[partner] for partner in partners if partner in (sources.losses or ())]
        written_off = sum((lost for lost, _revenue in losses), ZERO)
        revenue = sum((revenue for _lost, revenue in losses), ZERO)
        return Figures(
            receivable,
            ageing,
            sold,
            dso_countback(receivable, [(amount, MONTH_DAYS) for amount in months]),
            delinquency(receivable, current, sold, days),
            collection_effectiveness(begin, sold, receivable, current),
            written_off,
            None if sources.losses is None else bad_debt(written_off, revenue),
            self._expect_loss(sources, partners, as_of) if sources.rates else None,
        )

    def _expect_loss(self, sources, partners, as_of):
        """As the allowance: of each customer after what is not applied is taken off the oldest."""
        expected = ZERO
        for partner in partners:
            owed = net_ageing(sources.items.get(partner, ()), as_of)
            expected += provision((amount, sources.rates[name]) for name, amount in owed.items())
        return rounded(expected, sources.unit)

    def _read_books(self, company, as_of, days):
        """What was booked, in one reading.

        The months are read day by day, for `days` need not be a number of months.

        :return: balances of so many days before by commercial entity, without those of zero; {commercial
            entity id: [(days before `as_of`, amount)]} of invoices and credit notes since then, or of the
            months
        """
        ledger = self.env["stm.receivable"]
        ledger._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT payer.commercial_partner_id, sold.back,
                    (SUM(l.balance) FILTER (WHERE l.date <= %(begin)s))::text,
                    (SUM(l.balance) FILTER (WHERE sold.back IS NOT NULL))::text
                FROM %(source)s JOIN account_move m ON m.id = l.move_id
                CROSS JOIN LATERAL (SELECT CASE WHEN l.date > %(since)s
                    AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                    THEN %(as_of)s - l.date END AS back) sold
                WHERE %(where)s AND l.date <= %(as_of)s
                GROUP BY 1, 2""",
                source=ledger._from(),
                where=ledger._where(company, None),
                as_of=as_of,
                begin=as_of - timedelta(days=days),
                since=as_of - timedelta(days=max(days, MONTHS * MONTH_DAYS)),
            )
        )
        begins, sales = defaultdict(Decimal), defaultdict(list)
        for partner, back, begin, amount in rows:
            begins[partner] += Decimal(begin or 0)
            if back is not None:
                sales[partner].append((back, Decimal(amount)))
        return {partner: amount for partner, amount in begins.items() if amount}, sales

    def _get_keys(self, company, ids, by):
        """{commercial entity id: what it is counted with}."""
        if by in ("customer", "company"):
            return {number: number if by == "customer" else company.id for number in ids}
        self.env["res.partner"].flush_model(["user_id", "stm_territory_id"])
        self.env["res.users"].flush_model(["sale_team_id"])
        self.env["stm.credit.account"].flush_model(["company_id", "partner_id", "grade_id"])
        columns = {"person": "u.id", "team": "u.sale_team_id", "territory": "t.id", "grade": "k.grade_id"}
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, %(column)s FROM res_partner p
                LEFT JOIN res_users u ON u.id = p.user_id
                LEFT JOIN stm_territory t ON t.id = (p.stm_territory_id ->> %(company)s::text)::int
                LEFT JOIN stm_credit_account k ON k.partner_id = p.id AND k.company_id = %(company)s
                WHERE p.id = ANY(%(ids)s)""",
                column=SQL(columns[by]),
                company=company.id,
                ids=list(ids),
            )
        )
        return {partner: key or False for partner, key in rows}

    @api.model
    @api.private
    def _get_ageing_texts(self):
        """{bucket: its name in the user's language}."""
        return {
            "current": self.env._("Not due"),
            "1-30": self.env._("1–30 days"),
            "31-60": self.env._("31–60 days"),
            "61-90": self.env._("61–90 days"),
            "90+": self.env._("More than 90 days"),
            UNAPPLIED: self.env._("Not applied"),
        }
