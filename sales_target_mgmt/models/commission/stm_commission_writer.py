import io
import json
import re
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from .stm_commission_draws import get_former
from .stm_commission_entry import DRAWS, REASONS

BATCH = 5000
# the columns of a row: what many rows have in common, what may be any text, the others
COMMON = (
    "statement_id", "company_id", "currency_id", "payee_id", "user_id", "lineage_id", "plan_id",
    "rule_id", "component", "kind", "posted", "pot_date",
)  # fmt: skip
TEXTS = ("source_key", "pot", "document", "customer", "snapshot", "inputs")
OTHERS = (
    "revision", "date", "document_model", "document_id", "line_id", "partial_id",
    "share", "base", "slices", "before", "after", "exact", "currency_rate", "amount", "payable",
    "off_table", "plain", "reason", "team_id", "held", "former_id",
)  # fmt: skip
COLUMNS = (*COMMON, *TEXTS, *OTHERS)
REASON_CODES = {code for code, _label in REASONS}
# what a line of COPY writes otherwise: separators, and what announces them
SPECIAL = re.compile(r"[\\\t\n\r]")
NULL = r"\N"
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

# one pass over the entries, whatever PostgreSQL believes about a table that was just filled: it has no
# other way to use an array
TOTALS = """
    WITH sums AS MATERIALIZED (
        SELECT e.statement_id, SUM(e.amount) AS earned, SUM(e.payable) AS payable,
            SUM(e.amount - e.payable) FILTER (WHERE e.kind NOT IN %(draws)s) AS waiting,
            SUM(e.held) AS held,
            SUM(e.payable) FILTER (WHERE e.kind IN %(draws)s) AS lent
        FROM stm_commission_entry e
        WHERE e.statement_id = ANY(ARRAY(
            SELECT b.id FROM stm_commission_statement b
            WHERE b.company_id = %(company)s AND b.currency_id = %(currency)s
                AND b.payee_id = ANY(ARRAY(
                    SELECT payee_id FROM stm_commission_statement
                    WHERE company_id = %(company)s AND state = 'computed'))))
        GROUP BY e.statement_id
    ), totals AS MATERIALIZED (
        SELECT o.id, o.state, o.period, o.payee_id, t.statement_id IS NULL AS is_empty,
            t.earned, t.payable,
            COALESCE(SUM(t.waiting) OVER so_far, 0) AS waiting,
            COALESCE(SUM(t.held) OVER so_far, 0) AS held,
            COALESCE(SUM(t.lent) OVER (PARTITION BY o.payee_id ORDER BY o.date_to), 0) AS lent
        FROM stm_commission_statement o
        LEFT JOIN sums t ON t.statement_id = o.id
        WHERE o.company_id = %(company)s AND o.currency_id = %(currency)s
        WINDOW so_far AS (PARTITION BY o.payee_id, o.period ORDER BY o.date_from)
    ), gone AS (
        DELETE FROM stm_commission_statement s USING totals t
        WHERE t.id = s.id AND t.state = 'computed' AND t.is_empty AND t.period = %(period)s
    )
    UPDATE stm_commission_statement s SET earned = t.earned, payable = t.payable,
        waiting = t.waiting, held = t.held, draw_balance = t.lent, write_date = %(now)s,
        computed_on = CASE WHEN t.period = %(period)s THEN %(now)s ELSE s.computed_on END,
        computed_until = CASE WHEN t.period = %(period)s THEN %(until)s ELSE s.computed_until END
    FROM totals t
    WHERE t.id = s.id AND t.state = 'computed' AND NOT t.is_empty
        AND (t.period = %(period)s OR t.payee_id = ANY(%(joined)s))"""


class Written(NamedTuple):
    """How many rows open statements have now, how many of them are new, how many old ones went."""

    rows: int
    added: int
    removed: int


def _escape(value):
    """A value as COPY reads it."""
    if value is None:
        return NULL
    if not isinstance(value, str):
        return str(value)
    return value.translate(ESCAPES) if SPECIAL.search(value) else value


class StmCommissionWriter(models.AbstractModel):
    """Writes computed rows into the open statements; the only one that adds entries."""

    _name = "stm.commission.writer"
    _description = "Commission Writer"

    @api.model
    @api.private
    def _write_open(self, book, lines):
        """Make the rows of the open statements what was computed; what is there already stays.

        :param book: :class:`~.stm_commission_book.Book` with `open_rows`
        :param lines: :class:`~.stm_commission_draws.Line` items
        :return: :class:`Written`
        """
        statements = self._get_statements(book, {(line.payee, line.target) for line in lines})
        wanted = self._prepare_rows(book, lines, statements)
        held = book.open_rows
        gone = [held[digest] for digest in held.keys() - wanted.keys()]
        if gone:
            self.env.cr.execute(SQL("DELETE FROM stm_commission_entry WHERE id = ANY(%s)", gone))
        new = [f"{row}\t{digest}" for digest, row in wanted.items() if digest not in held]
        self._insert(new)
        self._refresh_totals(book)
        self.env.invalidate_all(flush=False)
        return Written(len(wanted), len(new), len(gone))

    def _prepare_rows(self, book, lines, statements):
        """Digest → entry, as COPY reads it, in the order in which they were computed."""
        people = self._get_people(book, {line.payee for line in lines})
        gone = self.env["stm.commission.engine"]._read_gone(book, lines)
        revisions, rows, heads = dict(book.revisions), {}, {}
        # with other columns it is another row
        seed = blake2b(",".join(COLUMNS).encode(), digest_size=16)
        texts, others = itemgetter(*TEXTS), itemgetter(*OTHERS)
        for line in lines:
            row = line.row
            event = (line.code, line.payee, row.kind, row.key)
            revision = revisions[event] = revisions.get(event, 0) + 1
            group = (line.code, line.payee, line.target, row.kind, row.period, id(row.component))
            if group not in heads:
                statement = statements[line.payee, line.target]
                head = self._prepare_common(book, line, statement, people.get(line.payee))
                heads[group] = "\t".join(_escape(head[name]) for name in COMMON)
            values = self._prepare_entry(book, row, line.target, revision, gone.get(event[:2] + event[3:]))
            cells = [heads[group], *map(_escape, texts(values))]
            cells += [NULL if value is None else str(value) for value in others(values)]
            text = "\t".join(cells)
            digest = seed.copy()
            digest.update(text.encode())
            rows[digest.hexdigest()] = text
        return rows

    def _prepare_common(self, book, line, statement, user):
        """The columns that the rows of a component, kind and period have in common."""
        rule = line.row.component.record if line.row.component else None
        return {
            "statement_id": statement,
            "company_id": book.company,
            "currency_id": book.currency,
            "payee_id": line.payee,
            "user_id": user,
            "lineage_id": book.origin.id,
            "plan_id": rule.plan_id.id if rule else book.versions[-1].id,
            "rule_id": rule.id if rule else None,
            "component": line.code,
            "kind": line.row.kind,
            "posted": False,
            "pot_date": line.row.period,
        }

    def _prepare_entry(self, book, row, target, revision, gone):
        """The columns of an entry that follow from the row and the period of its statement.

        :param gone: what is known of a sale that is not in the books any more
        """
        step = row.step
        fact, share = row.credit.fact if row.credit else (gone, None)
        payment, snapshot = self._prepare_payment(book, row)
        model, document_id = fact.document_key if fact else (None, None)
        return {
            "source_key": row.key,
            "revision": revision,
            "date": row.day or min(book.until, book.get_period(target).date_to),
            "pot": row.document,
            "document": fact.document if fact else None,
            "document_model": model,
            "document_id": document_id,
            "customer": fact.customer if fact else None,
            "team_id": fact.team_id if fact else None,
            "line_id": fact.line_id if fact else None,
            "partial_id": payment,
            "snapshot": snapshot,
            "share": share,
            "base": step.base if step else 0,
            "slices": self._prepare_slices(step),
            "before": step.before if step else None,
            "after": step.after if step else None,
            "exact": step.exact if step else None,
            "currency_rate": row.credit.rate if row.credit else book.get_default_rate(),
            "amount": row.amount,
            "payable": row.payable,
            "off_table": step.off if step else 0,
            "plain": step.plain if step else 0,
            "held": row.held,
            "former_id": get_former(row.key),
            "inputs": json.dumps(row.inputs) if row.inputs else None,
            "reason": row.reason if row.reason in REASON_CODES else None,
        }

    def _prepare_slices(self, step):
        """JSON of [base, rate, amount] items; numbers as text need no escaping."""
        if not step:
            return None
        parts = [f'["{base}", "{rate}", "{amount}"]' for base, rate, amount in step.slices]
        return f"[{', '.join(parts)}]"

    def _prepare_payment(self, book, row):
        """(id of the reconciliation, what it says): it may be gone tomorrow."""
        name = row.key.partition(">")[2]
        fact = book.payment_facts.get(name.partition("~")[0])
        if not fact:
            partial = int(name.split(":")[1].split("~")[0]) if name.startswith("payment:") else None
            return partial, book.snapshots.get(name)
        snapshot = {"payment": fact.payment_name, "date": str(fact.date), "invoice": fact.document}
        return fact.partial_id, json.dumps(snapshot)

    def _get_statements(self, book, targets):
        """(payee id, first day) → id of the open statement, made where there is none."""
        found = dict(book.statements)
        missing = sorted(targets - found.keys())
        people = self._get_people(book, {payee for payee, _first in missing})
        values = [
            {
                "company_id": book.company,
                "currency_id": book.currency,
                "payee_id": payee,
                "user_id": people.get(payee),
                "period": book.period,
                "date_from": first,
                "date_to": book.get_period(first).date_to,
            }
            for payee, first in missing
        ]
        quiet = self.env["stm.commission.statement"].sudo().with_context(tracking_disable=True)
        try:
            made = quiet.create(values)
            self.env.flush_all()
        except errors.UniqueViolation as fault:
            # another plan of the payee is settled at the same time: whoever comes second is retried
            raise ConcurrencyError(str(fault)) from fault
        return found | dict(zip(missing, made.ids, strict=True))

    def _get_people(self, book, payees):
        """Payee id → user id, of those who have a login."""
        people = {one.payee_id.id: one.user_id.id for one in book.versions.assignment_ids if one.user_id}
        return {payee: people.get(payee) for payee in payees}

    def _insert(self, rows):
        """:param rows: entries with their digest, as COPY reads them"""
        for start in range(0, len(rows), BATCH):
            self.env.cr.copy_from(
                io.StringIO("\n".join(rows[start : start + BATCH])),
                table="stm_commission_entry",
                columns=(*COLUMNS, "digest"),
            )

    def _refresh_totals(self, book):
        """Sums of the open statements, and what was earned by then and waits; empty ones go.

        What was lent is one sum for all settlement periods, for a plan that recovers it may be settled in
        others.
        """
        self.env.cr.execute(
            SQL(
                TOTALS,
                draws=DRAWS,
                # what is recovered from them may stand in statements of the plan before
                joined=[payee for payee, _former in book.joined],
                now=fields.Datetime.now(),
                until=book.until,
                company=book.company,
                currency=book.currency,
                period=book.period,
            )
        )
