from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ...tools.exchange import Rates
from ...tools.ladder import Posted
from .stm_commission_draws import DRAW, LENT
from .stm_commission_entry import CORRECTION

# column of a fact, relation of the component, its table and column, whether it is a tree
FILTERS = (
    ("product_id", "product", "product_product", "product_id", False),
    ("categ_id", "categ", "product_category", "categ_id", True),
    ("territory_id", "territory", "stm_territory", "territory_id", True),
    ("product_class_id", "product_class", "stm_product_class", "class_id", False),
    ("customer_class_id", "customer_class", "stm_customer_class", "class_id", False),
    ("channel_id", "channel", "stm_channel", "channel_id", False),
    ("campaign_id", "campaign", "utm_campaign", "campaign_id", False),
)
BELOW = "below.parent_path LIKE above.parent_path || '%%'"


class StmCommissionEngine(models.AbstractModel):
    """What a computation reads beside facts: rates, splits, filters, statements and the ledger.

    One statement each, however many payees and documents.
    """

    _inherit = "stm.commission.engine"

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
        return self._read_agreements(book, filters=False)[0]

    def _read_agreements(self, book, *, filters=True):
        """The splits of the orders of a book, and what its components pay for.

        :return: order id → [(payee id, share)]; rule id → column of a fact → ids that pass, of trees with
            all that is below
        """
        parts = self._get_filters_sql(book) if filters else []
        orders = tuple({fact.order_id for fact in (*book.past, *book.facts) if fact.order_id})
        if orders:
            self.env["stm.split"].flush_model()
            parts.append(
                SQL(
                    "SELECT order_id, NULL, payee_id, share::text FROM stm_split WHERE order_id IN %s", orders
                )
            )
        splits, passing = defaultdict(list), defaultdict(lambda: defaultdict(set))
        for owner, column, id_, share in (
            self.env.execute_query(SQL(" UNION ALL ").join(parts)) if parts else ()
        ):
            if share:
                splits[owner].append((id_, Decimal(share)))
            else:
                passing[owner][column].add(id_)
        return splits, passing

    def _get_filters_sql(self, book):
        """SQL of (rule id, column of a fact, id that passes, NULL) rows."""
        rules = tuple(book.versions.rule_ids.ids)
        if not rules:
            return []
        return [
            SQL(
                """SELECT rel.rule_id, %(column)s, below.id, NULL FROM %(rel)s rel
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
            for column, rel, table, link, tree in FILTERS
        ]

    def _read_statements(self, book):
        """Until when each payee's statements are posted, which ones are open, approved adjustments.

        And what other plans have earned before, and which rows are to be replaced; all in one statement.
        """
        parts = [
            self._get_statements_sql(book),
            self._get_corrections_sql(book),
            self._get_earned_before_sql(book),
        ]
        if book.open_rows is not None:
            parts.append(self._get_open_rows_sql(book))
        for payee, day, id_, flag, amount, text in self.env.execute_query(SQL(" UNION ALL ").join(parts)):
            if payee is None:
                book.open_rows[text] = id_
            elif amount:
                self._add_correction(book, payee, day, id_, amount, text)
            elif text:
                book.note_former_plan(payee, day, id_, flag, text)
            elif flag:
                book.statements[payee, day] = id_
            else:
                book.closed[payee] = max(day, book.closed.get(payee, day))

    def _get_statements_sql(self, book):
        """(payee id, first day, id, whether it is open, NULL, NULL) of the payees' statements."""
        return SQL(
            """SELECT payee_id, date_from, id, state = 'computed', NULL, NULL
            FROM stm_commission_statement
            WHERE company_id = %s AND currency_id = %s AND period = %s AND %s""",
            book.company,
            book.currency,
            book.period,
            self._of_payees(book),
        )

    def _get_open_rows_sql(self, book):
        """(NULL, NULL, id, NULL, NULL, digest) of the plan's entries that are not posted."""
        return SQL(
            """SELECT NULL, NULL, id, NULL, NULL, COALESCE(digest, id::text) FROM stm_commission_entry
            WHERE lineage_id = %s AND NOT posted""",
            book.origin.id,
        )

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
                    GROUP BY component, payee_id, pot_date, pot, kind, source_key
                UNION ALL %s""",
                book.origin.id,
                book.ledger_from,
                self._of_payees(book),
                self._get_lent_sql(book),
            )
        ):
            if kind == LENT:
                book.note_lent(payee, int(key), int(pot), period, Decimal(payable), Decimal(held))
                continue
            book.revisions[code, payee, kind, key] += count
            if code == DRAW:
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
