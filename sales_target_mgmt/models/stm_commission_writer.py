import json

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from .stm_commission_entry import DRAWS, REASONS

BATCH = 5000
# column of an entry → its type
COLUMNS = {
    "statement_id": "integer", "company_id": "integer", "currency_id": "integer", "payee_id": "integer",
    "user_id": "integer", "lineage_id": "integer", "plan_id": "integer", "rule_id": "integer",
    "component": "varchar", "kind": "varchar", "source_key": "varchar", "revision": "integer",
    "posted": "boolean", "date": "date", "pot": "varchar", "pot_date": "date", "document": "varchar",
    "document_model": "varchar", "document_id": "integer", "customer": "varchar", "line_id": "integer",
    "partial_id": "integer", "snapshot": "jsonb", "share": "numeric", "base": "numeric", "slices": "jsonb",
    "before": "numeric", "after": "numeric", "exact": "numeric", "currency_rate": "numeric",
    "amount": "numeric", "payable": "numeric", "off_table": "numeric", "plain": "numeric",
    "reason": "varchar", "team_id": "integer", "held": "numeric", "inputs": "jsonb",
}  # fmt: skip
REASON_CODES = {code for code, _label in REASONS}


class StmCommissionWriter(models.AbstractModel):
    """Writes computed rows into the open statements; the only one that adds entries."""

    _name = "stm.commission.writer"
    _description = "Commission Writer"

    @api.model
    @api.private
    def _write_open(self, book, lines):
        """Replace the rows of the open statements.

        :param book: :class:`~.stm_commission_book.Book`
        :param lines: :class:`~.stm_commission_draws.Line` items
        :return: number of rows
        """
        self.env.cr.execute(
            SQL("DELETE FROM stm_commission_entry WHERE lineage_id = %s AND NOT posted", book.origin.id)
        )
        statements = self._get_statements(book, {(line.payee, line.target) for line in lines})
        people = self._get_people(book, {line.payee for line in lines})
        revisions = dict(book.revisions)
        values = []
        for code, payee, row, target in lines:
            event = (code, payee, row.kind, row.key)
            revision = revisions[event] = revisions.get(event, 0) + 1
            values.append(
                {
                    "statement_id": statements[payee, target],
                    "payee_id": payee,
                    "user_id": people.get(payee),
                    "component": code,
                    "revision": revision,
                    **self._prepare_entry(book, row, target),
                }
            )
        self._insert(values)
        self._refresh_totals(book)
        self.env.invalidate_all(flush=False)
        return len(values)

    def _prepare_entry(self, book, row, target):
        """The columns of an entry that follow from the row and the period of its statement."""
        step, component = row.step, row.component
        rule = component.record if component else None
        fact, share = row.credit.fact if row.credit else (None, None)
        payment, snapshot = self._prepare_payment(book, row)
        model, document_id = fact.document_key if fact else (None, None)
        return {
            "company_id": book.company,
            "currency_id": book.currency,
            "lineage_id": book.origin.id,
            "plan_id": (rule.plan_id if rule else book.versions[-1]).id,
            "rule_id": rule.id if rule else None,
            "kind": row.kind,
            "source_key": row.key,
            "posted": False,
            "date": row.day or min(book.until, book.get_period(target).date_to),
            "pot": row.document,
            "pot_date": row.period,
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
            "inputs": json.dumps(row.inputs) if row.inputs else None,
            "reason": row.reason if row.reason in REASON_CODES else None,
        }

    def _prepare_slices(self, step):
        return json.dumps([[str(value) for value in part] for part in step.slices]) if step else None

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

    def _insert(self, values):
        for start in range(0, len(values), BATCH):
            batch = values[start : start + BATCH]
            arrays = [
                SQL("%s::%s[]", [row[name] for row in batch], SQL(type_)) for name, type_ in COLUMNS.items()
            ]
            self.env.cr.execute(
                SQL(
                    "INSERT INTO stm_commission_entry (%s) SELECT * FROM unnest(%s)",
                    SQL(", ").join(map(SQL.identifier, COLUMNS)),
                    SQL(", ").join(arrays),
                )
            )

    def _refresh_totals(self, book):
        """Sums of the open statements, and what was earned by then and waits; empty ones go."""
        self.env.cr.execute(
            SQL(
                """WITH gone AS (
                    DELETE FROM stm_commission_statement s
                    WHERE company_id = %(company)s AND period = %(period)s AND currency_id = %(currency)s
                        AND state = 'computed'
                        AND NOT EXISTS (SELECT 1 FROM stm_commission_entry e WHERE e.statement_id = s.id)
                    RETURNING s.id
                )
                UPDATE stm_commission_statement s SET earned = t.earned, payable = t.payable,
                    waiting = t.waiting, held = t.held, draw_balance = t.lent, write_date = %(now)s,
                    computed_on = %(now)s, computed_until = %(until)s
                FROM (
                    SELECT o.id,
                        COALESCE(SUM(e.amount) FILTER (WHERE e.statement_id = o.id), 0) AS earned,
                        COALESCE(SUM(e.payable) FILTER (WHERE e.statement_id = o.id), 0) AS payable,
                        COALESCE(SUM(e.amount - e.payable) FILTER (WHERE e.kind NOT IN %(draws)s), 0)
                            AS waiting,
                        COALESCE(SUM(e.held), 0) AS held,
                        COALESCE(SUM(e.payable) FILTER (WHERE e.kind IN %(draws)s), 0) AS lent
                    FROM stm_commission_statement o
                    LEFT JOIN stm_commission_statement b ON b.company_id = o.company_id
                        AND b.payee_id = o.payee_id AND b.period = o.period
                        AND b.currency_id = o.currency_id AND b.date_from <= o.date_from
                    LEFT JOIN stm_commission_entry e ON e.statement_id = b.id
                    WHERE o.company_id = %(company)s AND o.period = %(period)s
                        AND o.currency_id = %(currency)s AND o.state = 'computed'
                        AND o.id NOT IN (SELECT id FROM gone)
                    GROUP BY o.id
                ) t WHERE t.id = s.id""",
                draws=DRAWS,
                now=fields.Datetime.now(),
                until=book.until,
                company=book.company,
                currency=book.currency,
                period=book.period,
            )
        )
