"""How pay is computed, and why it can be computed again.

1. **Facts** come from `stm.achievement` alone (:meth:`_get_credit_facts`), set-based: who is
   credited for a fact is decided by splits, assignments and the components' filters.
2. **What is wanted** for a fact follows from the rate table of the plan's version in force in the
   fact's settlement period. What counts together on one table is a *pot*: a component, payee
   and period, or one document of it.
3. **What is posted** are the sums of `stm.commission.entry` by pot and source key.
4. **New rows are the difference**, in :mod:`..tools.settlement`: pure Python without records.
   A late invoice, a refund, a changed split, a corrected plan, an unreconciled payment need no
   code of their own, and a rerun finds nothing to do. That is all that "posting forward" is.
5. A row belongs to the statement of its day, if that is still open for the payee, else to the
   open one. Posted statements are never touched; rows of open ones are replaced by every run.

The key of an event is lineage, component, payee, kind, source key and revision; a unique index
on it makes paying twice impossible. Who settles writes the plan's first version, so that of two
at once the loser is retried on what the winner left.

In proportion, only money makes payable. Of an invoice over 1,000 that is paid with 980 after a
discount for early payment, written off by 20 or settled by a credit note over 20, 98 % become payable;
the rest stays earned and waiting. What waits until all is paid is released by what settles the rest as
well, a discount or a credit note (:mod:`.stm_commission_offsets`); a bad debt that is written off keeps
it waiting. The credit note itself takes back what its amount had earned, reconciled or not. A payment
in another currency counts at its own rate, an exchange difference is no money. What was paid before
there was an invoice, or a plan, counts when the two are reconciled, at the payment's day.

kinds: `earn` and `clawback` climb the table up and down, `adjustment` corrects a pot as a whole,
`withhold` is what a gate or cap keeps back, `release` is what a payment makes payable.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.settlement import Ledger, settle
from .stm_commission_book import Book
from .stm_commission_draws import Line


class StmCommissionEngine(models.AbstractModel):
    _name = "stm.commission.engine"
    _description = "Commission Engine"

    @api.model
    @api.private
    def _settle(self, origin, until):
        """Replace the open statements of a plan by what follows from the facts now.

        :param origin: first version of the plan, in force
        :param until: last day that counts
        :return: :class:`~.stm_commission_writer.Written`
        :raises UserError: while facts that the plan asks for are being rebuilt
        """
        origin = origin.sudo()
        book = self._gather(origin, until, self._lock(origin))
        self._check_ready(book)
        return self.env["stm.commission.writer"]._write_open(book, self._compute(book))

    def _lock(self, origin):
        """Of two who settle a plan at once, one is retried and sees what the other did.

        Likewise of two who settle a plan and one that it follows: what that one earned and lent counts here.

        :return: ids of company and currency, the currency's rounding, id of the company's currency
        """
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """UPDATE stm_commission_plan p
                SET computed_at = CASE WHEN p.id = %(id)s THEN %(now)s ELSE p.computed_at END
                FROM res_company c, res_currency pc
                WHERE (p.id = %(id)s OR p.id IN (%(former)s))
                    AND c.id = p.company_id AND pc.id = p.currency_id
                RETURNING p.id, c.id, pc.id, pc.rounding::text, c.currency_id""",
                id=origin.id,
                now=fields.Datetime.now(),
                former=self._get_former_sql(origin),
            )
        )
        origin.invalidate_recordset(["computed_at"], flush=False)
        return next(money for id_, *money in found if id_ == origin.id)

    def _get_money(self, origin):
        """The same as :meth:`_lock` for a computation that writes nothing."""
        currency, own = origin.currency_id, origin.company_id.currency_id
        return origin.company_id.id, currency.id, str(currency.rounding), own.id

    def _gather(self, origin, until, money):
        """Everything a computation needs that is written afterwards, as plain data."""
        book = Book(origin._get_versions_in_force(), until, *money)
        book.open_rows = {}
        return self._read_book(book)

    def _gather_for(self, versions, until, money, first=None, payees=None):
        """The same of some payees only, or of some periods; nothing is locked or written.

        What other payees earn is not in it, and a cap or a draw needs the period as a whole.

        :param versions: versions of one plan, see `_get_versions_in_force`
        :param money: see :meth:`_lock`, or :meth:`_get_money` where nothing is written
        :param first: first day of the first settlement period that matters; None: of the plan
        :param payees: ids of payees; None: all
        """
        return self._read_book(Book(versions, until, *money, first=first, payees=payees))

    def _read_book(self, book):
        """Read what happened and what is posted, and return the book."""
        self._gather_facts(book)
        book.past_paid = self._read_past_paid(book)
        self._read_statements(book)
        self._read_ledger(book)
        return book

    def _gather_facts(self, book):
        """What happened, whatever is posted of it."""
        self.env["stm.achievement"]._count_uncounted()
        wanted = book.sources | ({"payment"} if book.needs_payments else set())
        for sources in filter(None, (wanted & {"order"}, wanted - {"order"})):
            book.add_facts(self._read_facts(book, sorted(sources)))
        book.past = self._read_past(book)
        if book.needs_offsets:
            book.add_offsets(self._get_offsets(book))
        book.rates = self._get_rates(book)
        book.customers = self._read_customers(book)
        book.splits, book.filters = self._read_agreements(book)
        book.goals = self._get_goals(book)

    def _read_facts(self, book, sources):
        return self.env["stm.achievement"]._get_credit_facts(
            sources,
            book.company,
            book.first,
            book.until,
            self._get_scope(book, sources),
            with_margin=book.needs_margin,
            with_prepaid=book.needs_payments and "payment" in sources,
        )

    def _get_scope(self, book, sources):
        """SQL of the facts that may concern the payees of a book; None: all."""
        if book.payees is None:
            return None
        lines = SQL("l.id")
        links = SQL()
        if "order" not in sources:
            lines = SQL("rel.invoice_line_id")
            links = SQL("JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = l.id")
        return SQL(
            """(stm_achievement.user_id = ANY(%(users)s) OR stm_achievement.team_id = ANY(%(teams)s)
            OR stm_achievement.line_id IN (
                SELECT %(lines)s FROM stm_split s JOIN sale_order_line l ON l.order_id = s.order_id %(links)s
                WHERE s.payee_id = ANY(%(payees)s)))""",
            users=list(book.get_users()),
            teams=list(book.get_teams("team")),
            payees=list(book.payees),
            lines=lines,
            links=links,
        )

    def _compute(self, book):
        """:class:`~.stm_commission_draws.Line` items."""
        credited = book.get_credits()
        sold = book.get_sold(credited)
        bonuses = book.get_bonus_periods()
        lines = []
        for code, payee in sorted({*credited, *book.ledgers, *bonuses}):
            ledger = book.ledgers.get((code, payee), Ledger())
            for row in settle(
                credited.get((code, payee), []),
                ledger,
                lambda period, code=code, payee=payee: book.get_paying(period, code, payee),
                book.unit,
                book.until,
                bonuses.get((code, payee), ()),
                sold[payee],
                book.get_history(code, payee),
            ):
                lines.append(Line(code, payee, row, book.get_target(payee, row)))
        lines += self._get_correction_lines(book)
        return lines + book.get_draws(lines)
