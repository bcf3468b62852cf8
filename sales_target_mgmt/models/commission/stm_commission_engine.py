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

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.exchange import Rates
from ...tools.ladder import Posted
from ...tools.settlement import Ledger, settle
from .stm_commission_book import Book
from .stm_commission_draws import DRAW, Line
from .stm_commission_entry import CORRECTION, DRAWS

BELOW = "below.parent_path LIKE above.parent_path || '%%'"


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

        :return: ids of company and currency, the currency's rounding, id of the company's currency
        """
        self.env.flush_all()
        [money] = self.env.execute_query(
            SQL(
                """UPDATE stm_commission_plan p SET computed_at = %s
                FROM res_company c, res_currency pc
                WHERE p.id = %s AND c.id = p.company_id AND pc.id = p.currency_id
                RETURNING c.id, pc.id, pc.rounding::text, c.currency_id""",
                fields.Datetime.now(),
                origin.id,
            )
        )
        origin.invalidate_recordset(["computed_at"], flush=False)
        return money

    def _get_money(self, origin):
        """The same as :meth:`_lock` for a computation that writes nothing."""
        currency, own = origin.currency_id, origin.company_id.currency_id
        return origin.company_id.id, currency.id, str(currency.rounding), own.id

    def _gather(self, origin, until, money):
        """Everything a computation needs, as plain data."""
        return self._gather_for(origin._get_versions_in_force(), until, money)

    def _gather_for(self, versions, until, money, first=None, payees=None):
        """The same of some payees only, or of some periods; nothing is locked or written.

        What other payees earn is not in it, and a cap or a draw needs the period as a whole.

        :param versions: versions of one plan, see `_get_versions_in_force`
        :param money: see :meth:`_lock`, or :meth:`_get_money` where nothing is written
        :param first: first day of the first settlement period that matters; None: of the plan
        :param payees: ids of payees; None: all
        """
        book = Book(versions, until, *money, first=first, payees=payees)
        self._gather_facts(book)
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
        book.splits = self._get_splits(book)
        book.filters = self._get_filters(book)
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
            ):
                lines.append(Line(code, payee, row, book.get_target(payee, row)))
        lines += self._get_correction_lines(book)
        return lines + book.get_draws(lines)

    def _get_rates(self, book):
        """:class:`~..tools.exchange.Rates` from the company's currency; None where it is the plan's."""
        if book.currency == book.company_currency:
            return None
        self.env["res.currency.rate"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT r.currency_id, r.company_id IS NOT NULL, r.name, r.rate::text
                FROM res_currency_rate r JOIN res_company c ON c.id = %s
                WHERE r.currency_id IN %s
                    AND COALESCE(r.company_id = split_part(c.parent_path, '/', 1)::integer, TRUE)""",
                book.company,
                (book.currency, book.company_currency),
            )
        )
        return Rates(rows, book.company_currency, book.currency)

    def _get_splits(self, book):
        """Order id → [(payee id, share)]."""
        orders = tuple({fact.order_id for fact in (*book.past, *book.facts) if fact.order_id})
        splits = defaultdict(list)
        if orders:
            self.env["stm.split"].flush_model()
            query = SQL("SELECT order_id, payee_id, share::text FROM stm_split WHERE order_id IN %s", orders)
            for order, payee, share in self.env.execute_query(query):
                splits[order].append((payee, Decimal(share)))
        return splits

    def _get_filters(self, book):
        """Rule id → column of a fact → ids that pass; trees with all that is below."""
        rules = tuple(book.versions.rule_ids.ids)
        parts = [
            SQL(
                """SELECT rel.rule_id, %(column)s, below.id FROM %(rel)s rel
                JOIN %(table)s above ON above.id = rel.%(link)s
                JOIN %(table)s below ON %(joined)s
                WHERE rel.rule_id IN %(rules)s""",
                column=column,
                rel=SQL.identifier(f"stm_commission_rule_{rel}_rel"),
                table=SQL.identifier(table),
                link=SQL.identifier(link),
                joined=SQL(BELOW if tree else "below.id = above.id"),
                rules=rules,
            )
            for column, rel, table, link, tree in (
                ("product_id", "product", "product_product", "product_id", False),
                ("categ_id", "categ", "product_category", "categ_id", True),
                ("territory_id", "territory", "stm_territory", "territory_id", True),
                ("product_class_id", "product_class", "stm_product_class", "class_id", False),
                ("customer_class_id", "customer_class", "stm_customer_class", "class_id", False),
                ("channel_id", "channel", "stm_channel", "channel_id", False),
                ("campaign_id", "campaign", "utm_campaign", "campaign_id", False),
            )
        ]
        filters = defaultdict(lambda: defaultdict(set))
        for rule, column, id_ in self.env.execute_query(SQL(" UNION ALL ").join(parts)):
            filters[rule][column].add(id_)
        return filters

    def _read_statements(self, book):
        """Until when each payee's statements are posted, which ones are open, approved adjustments."""
        for payee, first, statement, is_open, *correction in self.env.execute_query(
            SQL(
                """SELECT payee_id, date_from, id, state = 'computed', NULL, NULL
                FROM stm_commission_statement
                WHERE company_id = %s AND currency_id = %s AND period = %s AND %s
                UNION ALL %s""",
                book.company,
                book.currency,
                book.period,
                self._of_payees(book),
                self._get_corrections_sql(book),
            )
        ):
            if correction[0]:
                self._add_correction(book, payee, first, statement, *correction)
            elif is_open:
                book.statements[payee, first] = statement
            else:
                book.closed[payee] = max(first, book.closed.get(payee, first))

    def _read_ledger(self, book):
        """What is posted: sums by pot and key, counts of rows by event, snapshots, draw balances."""
        for (
            code,
            payee,
            period,
            pot,
            kind,
            key,
            count,
            *sums,
            payable,
            held,
            snapshot,
        ) in self.env.execute_query(
            SQL(
                """SELECT component, payee_id, pot_date, pot, kind, source_key, COUNT(*), SUM(base)::text,
                        SUM(amount)::text, SUM(off_table)::text, SUM(plain)::text, SUM(payable)::text,
                        SUM(COALESCE(held, 0))::text, MAX(snapshot::text)
                    FROM stm_commission_entry
                    WHERE lineage_id = %s AND posted AND pot_date >= %s AND %s
                    GROUP BY component, payee_id, pot_date, pot, kind, source_key""",
                book.origin.id,
                book.ledger_from,
                self._of_payees(book),
            )
        ):
            book.revisions[code, payee, kind, key] += count
            if code == DRAW:
                book.balances[payee] += Decimal(payable) if kind in DRAWS else 0
                continue
            if kind == "release":
                book.snapshots[key.split(">")[1]] = snapshot
            posted = Posted(*map(Decimal, sums))
            if code == CORRECTION:
                self._note_corrected(book, payee, key, period, posted.amount)
                continue
            ledger = book.ledgers[code, payee]
            ledger.note(kind, period, pot, key, posted, Decimal(payable), Decimal(held))

    def _of_payees(self, book):
        return SQL("TRUE") if book.payees is None else SQL("payee_id = ANY(%s)", list(book.payees))
