from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models

from .stm_commission_draws import get_former
from .stm_commission_entry import DRAWS

ROWS = 20
STATEMENTS = 6
SUMS = ("payable", "waiting", "draw_balance", "owed")
# not paid out yet
DUE_STATES = ("computed", "checked", "approved", "locked")


class StmCommissionMine(models.AbstractModel):
    _inherit = "stm.commission.mine"

    @api.model
    @api.readonly
    def get_page(self, payee_id=None):
        """Everything on the page My Commission, in the current company.

        Open periods are computed by the engine as of now, posted ones are as posted.

        :param payee_id: id of a payee, for administrators; None: the current user
        :return: `payee_id`, `name`, `own`, `today`; `sums` by currency (`currency_id`), the company's
            first: `payable` (of statements that are not paid out yet), `waiting` (earned, payable
            later), `draw_balance` and `owed`, the part of it that no later earnings recover because the
            payee has left the plan; `withheld` in the running period (`currency_id`, `component`,
            `reason`, `amount`); `plans` (see :meth:`_get_plan`), empty
            for who is no payee; `entries`, the latest (see :meth:`_prepare_row`); `statements`, the
            latest, open ones with what they would be now; `can_dispute`
        :raises AccessError: for somebody else's pay
        """
        return self._read_page(self._get_payee(payee_id), self.env.company)

    def _read_page(self, payee, company):
        """The same for whom it was decided already that the user may see."""
        today = company._get_stm_today()
        computed = []
        for origin in self._get_origins(payee, company)._get_origins_in_order():
            book = self._gather_own(origin, payee, today)
            for one in computed:
                book.know(*one)
            computed.append((book, self._compute(book)))
        books = [book for book, _lines in computed]
        statements = self._get_statements(payee, company, computed)
        return {
            "payee_id": payee.id,
            "name": payee.sudo().name,
            "own": payee == self.env.user.partner_id,
            "today": fields.Date.to_string(today),
            "sums": self._get_sums(payee, company, computed, statements),
            "withheld": [row for book, lines in computed for row in self._get_withheld(book, lines)],
            "plans": [self._get_plan(book, payee) for book in books],
            "entries": self._get_latest(payee, company, computed),
            "statements": statements[:STATEMENTS],
            "can_dispute": "stm.commission.dispute" in self.env,
        }

    def _get_entry_domain(self, payee, company, *, posted):
        return [("payee_id", "=", payee.id), ("company_id", "=", company.id), ("posted", "=", posted)]

    def _get_sums(self, payee, company, computed, statements):
        """What is payable, what is earned and waits, and what was lent: posted, and still open."""
        today = company._get_stm_today()
        current = [book for book, _lines in computed if self._is_in_plan(book, payee, today)]
        # also what was lent by plans that the payee has left for these
        recovering = {book.origin.id for book in current}
        recovering |= {owner for book in current for one, owner in book.joined if one == payee.id}
        parts = [
            (
                book.currency,
                get_former(line.row.key) or book.origin.id,
                line.row.kind,
                line.row.amount,
                line.row.payable,
            )
            for book, lines in computed
            for line in lines
        ]
        groups = (
            self.env["stm.commission.entry"]
            .sudo()
            ._read_group(
                self._get_entry_domain(payee, company, posted=True),
                ["currency_id", "lineage_id", "former_id", "kind"],
                ["amount:sum", "payable:sum"],
            )
        )
        parts += [
            (currency.id, (former or lineage).id, kind, Decimal(str(amount)), Decimal(str(payable)))
            for currency, lineage, former, kind, amount, payable in groups
        ]
        sums = defaultdict(lambda: dict.fromkeys(SUMS, Decimal(0)))
        for currency, owner, kind, amount, payable in parts:
            if kind in DRAWS:
                sums[currency]["draw_balance"] += payable
                sums[currency]["owed"] += 0 if owner in recovering else payable
            else:
                sums[currency]["waiting"] += amount - payable
        for one in sums.values():
            one["owed"] = max(min(one["owed"], one["draw_balance"]), Decimal(0))
        for one in statements:
            if one["state"] in DUE_STATES:
                sums[one["currency_id"]]["payable"] += Decimal(str(one["payable"]))
        own = company.currency_id.id
        return [
            {"currency_id": currency, **{name: float(value) for name, value in sums[currency].items()}}
            for currency in sorted(sums or {own: sums[own]}, key=lambda currency: (currency != own, currency))
        ]

    def _get_withheld(self, book, lines):
        """What gates and caps keep back in the running period, by component."""
        period = book.get_period(book.until).date_from
        sums, reasons = defaultdict(Decimal), {}
        for (code, _payee), ledger in book.ledgers.items():
            sums[code] += sum(ledger.withheld.get(period, {}).values(), Decimal(0))
        for line in lines:
            if line.row.kind == "withhold" and line.row.period == period:
                sums[line.code] -= line.row.amount
                reasons[line.code] = line.row.reason
        names = self._get_rule_names(book)
        return [
            {
                "currency_id": book.currency,
                "component": names.get(code, code),
                "reason": self._get_reason_label(reasons.get(code)),
                "amount": float(amount),
            }
            for code, amount in sums.items()
            if amount
        ]

    def _get_reason_label(self, reason):
        field = self.env["stm.commission.entry"]._fields["reason"]
        return dict(field._description_selection(self.env)).get(reason, "")

    def _get_statements(self, payee, company, computed):
        """Statements, the newest first: open ones as they would be now, posted ones as posted.

        :return: `id` (False: there is none yet), `date_from`, `date_to`, `currency_id`, `state`, `label`,
            `earned`, `payable`, `can_acknowledge`
        """
        now, ends = defaultdict(lambda: [Decimal(0), Decimal(0)]), {}
        for book, lines in computed:
            for line in lines:
                key = (book.period, book.currency, line.target)
                now[key][0] += line.row.amount
                now[key][1] += line.row.payable
                ends[key] = book.get_period(line.target).date_to
        found = self.env["stm.commission.statement"].sudo()
        found = found.search([("payee_id", "=", payee.id), ("company_id", "=", company.id)])
        rows = []
        for one in found:
            sums = now.pop((one.period, one.currency_id.id, one.date_from), (0, 0))
            if one.state != "computed":
                sums = (one.earned, one.payable)
            rows.append(self._prepare_statement(one, one.date_from, one.date_to, one.currency_id.id, *sums))
        rows += [
            self._prepare_statement(found.browse(), key[2], ends[key], key[1], *sums)
            for key, sums in now.items()
        ]
        return sorted(rows, key=lambda row: row["date_from"], reverse=True)

    def _prepare_statement(self, statement, first, last, currency, earned, payable):
        state = statement.state or "computed"
        labels = dict(statement._fields["state"]._description_selection(self.env))
        return {
            "id": statement.id,
            "date_from": fields.Date.to_string(first),
            "date_to": fields.Date.to_string(last),
            "currency_id": currency,
            "state": state,
            "label": labels[state],
            "earned": float(earned),
            "payable": float(payable),
            "can_acknowledge": statement.can_acknowledge,
        }

    def _get_latest(self, payee, company, computed):
        """The latest rows of the ledger: posted ones, and what open periods come to now."""
        known = {
            (one.lineage_id.id, one.component, one.kind, one.source_key): one.id
            for one in self.env["stm.commission.entry"]
            .sudo()
            .search_fetch(
                self._get_entry_domain(payee, company, posted=False),
                ["lineage_id", "component", "kind", "source_key"],
            )
        }
        rows = []
        for book, lines in computed:
            names = self._get_rule_names(book)
            gone = self.env["stm.commission.engine"]._read_gone(book, lines)
            for line in sorted(lines, key=lambda line: line.row.day or book.until)[-ROWS:]:
                event = (book.origin.id, line.code, line.row.kind, line.row.key)
                row = self._prepare_line(book, line, names, gone.get((line.code, line.payee, line.row.key)))
                rows.append(row | {"entry_id": known.get(event, False)})
        posted = (
            self.env["stm.commission.entry"]
            .sudo()
            .search(
                self._get_entry_domain(payee, company, posted=True), order="date desc, id desc", limit=ROWS
            )
        )
        rows += [self._prepare_entry(one) for one in posted]
        kinds = dict(posted._fields["kind"]._description_selection(self.env))
        rows.sort(key=lambda row: (row["date"], row["document"] or ""), reverse=True)
        products = posted._read_products({(row["model"], row["line_id"]) for row in rows[:ROWS]})
        return [
            row
            | {
                "product": products.get((row["model"], row["line_id"]), ""),
                "date": fields.Date.to_string(row["date"]),
                "label": kinds[row["kind"]],
                "reason": self.env["stm.commission.entry"]._explain_reason(
                    row["kind"], row["reason"], row["former"]
                ),
            }
            for row in rows[:ROWS]
        ]

    def _prepare_line(self, book, line, names, gone):
        """A row of an open period.

        :param gone: what is known of a sale that is not in the books any more
        """
        row = line.row
        fact = row.credit.fact[0] if row.credit else gone
        model, document = fact.document_key if fact else (False, False)
        payment = book.payment_facts.get(row.key.partition(">")[2])
        slices = [(part.base, part.rate) for part in row.step.slices] if row.step else []
        return {
            "date": row.day or min(book.until, book.get_period(line.target).date_to),
            "kind": row.kind,
            "component": names.get(line.code, ""),
            "document": fact.document if fact else "",
            "model": model,
            "document_id": document,
            "line_id": fact.line_id if fact else False,
            "customer": (fact.customer if fact else "") or "",
            "payment": payment.payment_name if payment else "",
            "partial_id": payment.partial_id if payment else False,
            "slices": [[float(base), float(rate)] for base, rate in slices],
            "currency_id": book.currency,
            "is_money": not row.component or self._is_money(row.component.record),
            "amount": float(row.amount),
            "payable": float(row.payable),
            "reason": row.reason,
            "former": self.env["stm.commission.plan"].browse(get_former(row.key)).sudo().name,
            "posted": False,
        }

    def _is_money(self, rule):
        """Whether what a component counts is money, not pieces."""
        return not rule or rule._get_paid_for() != "quantity"

    def _prepare_entry(self, entry):
        return {
            "entry_id": entry.id,
            "date": entry.date,
            "kind": entry.kind,
            "component": entry.rule_id.name or "",
            "document": entry.document or "",
            "model": entry.document_model,
            "document_id": entry.document_id,
            "line_id": entry.line_id,
            "customer": entry.customer or "",
            "payment": (entry.snapshot or {}).get("payment") or "",
            "partial_id": entry.partial_id,
            "slices": [[float(base), float(rate)] for base, rate, _amount in entry.slices or []],
            "currency_id": entry.currency_id.id,
            "is_money": self._is_money(entry.rule_id),
            "amount": entry.amount,
            "payable": entry.payable,
            "reason": entry.reason,
            "former": entry.former_id.sudo().name,
            "posted": True,
        }
