from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models

from .stm_commission_why_waiting import HOLDS

ZERO = Decimal(0)
DOCUMENTS = ("sale.order", "account.move")


class Earned(NamedTuple):
    """What a component pays for a fact: posted, and still open.

    :ivar amount: before anything was withheld, without what is forfeited
    :ivar withheld: not negative
    :ivar forfeited: by who has left; not negative
    :ivar reason: why it was withheld, or why nothing was earned
    """

    amount: Decimal = ZERO
    withheld: Decimal = ZERO
    payable: Decimal = ZERO
    forfeited: Decimal = ZERO
    reason: str = ""


class StmCommissionMine(models.AbstractModel):
    _inherit = "stm.commission.mine"

    @api.model
    @api.readonly
    def get_why(self, day=None, payee_id=None, model=None, document_id=None):
        """What became of every document line of a payee in a settlement period, and why.

        A line is either credited or has exactly one reason, found by the computation itself.

        :param day: a day of the period; None: today, or that of the document
        :param payee_id: id of a payee, for administrators; None: the current user
        :param model: `sale.order` or `account.move`, to ask about one document only
        :return: `payee_id`, `name`, `own`; `date_from` and `date_to`; `previous` and
            `next`, days of the periods beside it, or False; `plans` (names); `rows`: `date`, `document`,
            `model`, `document_id`, `customer`, `product`, `currency_id`, `base` and whether it `is_money`,
            `amount`, `payable`, `state` (`credited`, `waiting`, `nothing`), `code`, `reason` and `plan`
        :raises AccessError: for somebody else's pay, or a document that the user may not read
        """
        document = self._get_asked(model, document_id)
        company = document.company_id if document else self.env.company
        page = self._read_why(self._get_payee(payee_id), company, day, document)
        return {**page, "can_dispute": page["own"] and "stm.commission.dispute" in self.env}

    def _read_why(self, payee, company, day, document=None):
        """The same for whom it was decided already that the user may see."""
        today = company._get_stm_today()
        day = fields.Date.to_date(day) if day else self._get_day_of(document) or today
        explained, unborn, plans, period = [], [], [], None
        for origin in self._get_origins(payee, company):
            period = origin._get_period(min(day, today))
            if document:
                # its invoices and payments may come in later periods
                period = (period[0], max(period[1], today))
            # from the beginning: what a refund takes back may have been sold in any period
            book = self._gather_own(origin, payee, today)
            plans.append(origin.name)
            explained.append((book, self._explain_book(book, payee, period, is_asked=bool(document))))
            unborn += self._explain_unborn(book, payee, period, document)
        rows = self._join_plans(payee, explained) + self._join_unborn(unborn)
        if document:
            rows = [row for row in rows if self._is_about(row, document)]
        period = period or (day.replace(day=1), day)
        return {
            "payee_id": payee.id,
            "name": payee.sudo().name,
            "own": payee == self.env.user.partner_id,
            "date_from": fields.Date.to_string(period[0]),
            "date_to": fields.Date.to_string(period[1]),
            "has_next": period[1] < today,
            "plans": plans,
            "document": document.display_name if document else "",
            "rows": sorted(rows, key=lambda row: (row["date"] or "", row["document"]), reverse=True),
        }

    def _get_asked(self, model, document_id):
        """The document that is asked about, which the user may read; empty: none.

        :raises ValueError: for another kind of document
        """
        if not model:
            return None
        if model not in DOCUMENTS:
            raise ValueError(f"{model} earns nobody a commission")
        document = self.env[model].browse(int(document_id))
        document.check_access("read")
        return document

    def _is_about(self, row, document):
        """Whether a row is of a document; an order's are those of its invoices as well."""
        if (row["model"], row["document_id"]) == (document._name, document.id):
            return True
        return document._name == "sale.order" and row["order_id"] == document.id

    def _get_day_of(self, document):
        if not document:
            return None
        if document._name == "account.move":
            return document.invoice_date
        return fields.Datetime.context_timestamp(
            document.with_context(tz=document.company_id.stm_tz), document.date_order
        ).date()

    def _explain_book(self, book, payee, period, *, is_asked=False):
        """The rows of one plan: facts of the period.

        :param is_asked: whether it is asked about a document that the user may read
        """
        lines = self._compute(book)
        facts = [fact for fact in book.facts if period[0] <= fact.date <= period[1]]
        earned = self._get_earned(book, lines, self._read_reasons(book, payee, facts))
        facts = facts if is_asked else self._get_own_facts(book, payee, facts, earned)
        open_amounts = self._read_open_amounts(facts)
        products = self._read_products(facts)
        rows = []
        for fact in facts:
            base, parts = self._get_base(book, payee, fact), earned.get(fact.key, {})
            amount = sum((one.amount - one.withheld for one in parts.values()), ZERO)
            payable = sum((one.payable for one in parts.values()), ZERO)
            code, reason = self._explain(book, payee, fact, parts, amount, payable, open_amounts)
            model, document_id = fact.document_key
            rows.append(
                {
                    "key": fact.key,
                    "date": fields.Date.to_string(fact.date),
                    "document": fact.document or "",
                    "model": model,
                    "document_id": document_id,
                    "order_id": fact.order_id,
                    "customer": fact.customer or "",
                    "product": products.get(fact.product_id, ""),
                    "currency_id": book.currency,
                    "base": float(base),
                    "is_money": self._get_is_money(book, fact),
                    "amount": float(amount),
                    "payable": float(payable),
                    "state": code if code in ("credited", "waiting") else "nothing",
                    "code": code,
                    "reason": reason,
                    "plan": book.origin.name,
                }
            )
        return rows

    def _get_base(self, book, payee, fact):
        """The amount of a fact as far as it is credited; where nobody is, of a split the own part."""
        version = book.judge(fact).version
        agreed = dict(book.splits.get(fact.order_id) or ())
        share = agreed.get(payee.id) or 1
        if not version:
            return fact.amount * share
        share = book.get_shares(version, fact).get(payee.id) or share
        rate = book.get_rate(version, fact.date)
        return book.convert(version.paid_for, getattr(fact, version.paid_for) * share, rate)

    def _get_is_money(self, book, fact):
        """Whether what counts of a fact is money, not pieces."""
        version = book.judge(fact).version
        return not version or version.paid_for != "quantity"

    def _read_reasons(self, book, payee, facts):
        """(key of a fact, component code) → why something of it is withheld or on hold, of what is posted."""
        keys = {fact.key for fact in facts}
        domain = [
            ("lineage_id", "=", book.origin.id),
            ("payee_id", "=", payee.id),
            ("reason", "in", ("gate", "cap", "formula", *HOLDS)),
            ("posted", "=", True),
            ("pot_date", ">=", book.ledger_from),
        ]
        entries = self.env["stm.commission.entry"].sudo()
        found = entries.search_fetch(domain, ["source_key", "component", "reason"], order="id")
        reasons = {(one.source_key.partition(">")[0], one.component): one.reason for one in found}
        return {key: reason for key, reason in reasons.items() if key[0] in keys}

    def _get_earned(self, book, lines, reasons):
        """Key of a fact → component code → :class:`Earned`, of what is posted and what is open.

        :param reasons: see :meth:`_read_reasons`
        """
        found = defaultdict(lambda: defaultdict(Earned))

        def add(key, code, **values):
            held = found[key][code]
            found[key][code] = Earned(
                *(getattr(held, name) + values.get(name, ZERO) for name in Earned._fields[:-1]),
                values.get("reason") or held.reason,
            )

        for (code, _payee), ledger in book.ledgers.items():
            for key, values in self._list_posted(ledger):
                add(key, code, **values, reason=reasons.get((key, code), ""))
        for line in lines:
            row, key = line.row, line.row.key.partition(">")[0]
            values = {"amount": row.amount}
            if row.kind == "withhold":
                values = {"withheld": -row.amount}
            elif row.kind == "forfeit":
                values["forfeited"] = -row.amount
            add(key, line.code, **values, payable=row.payable, reason=row.reason)
        return found

    def _list_posted(self, ledger):
        """(key of a fact, values of :class:`Earned`) items of what is posted."""
        for pots in ledger.pots.values():
            for pot in pots.values():
                yield from ((key, {"amount": posted.amount}) for key, posted in pot.items())
        for withheld in ledger.withheld.values():
            yield from ((key, {"withheld": amount}) for key, amount in withheld.items())
        for forfeited in ledger.forfeited.values():
            yield from ((key, {"amount": -amount, "forfeited": amount}) for key, amount in forfeited.items())
        for direct in ledger.direct.values():
            yield from ((key, {"payable": amount}) for key, amount in direct.items())
        for released in ledger.released.values():
            yield from ((key, {"payable": sum(parts.values(), ZERO)}) for key, parts in released.items())

    def _explain(self, book, payee, fact, parts, amount, payable, open_amounts):
        """(code, reason in words) of a fact: `credited`, `waiting`, or why it earned nothing."""
        verdict = book.judge(fact)
        if verdict.refusal:
            return verdict.refusal, self._say_refusal(verdict, fact)
        if not book.get_shares(verdict.version, fact).get(payee.id):
            return self._explain_share(book, payee, fact)
        if not verdict.rules:
            return "filter", self._say_filters(verdict)
        if amount:
            if abs(payable) >= abs(amount):
                code, said = "credited", self.env._("Taken back") if amount < 0 else ""
            elif amount < 0:
                code, said = "waiting", self.env._("Taken back; deducted once the credit note is settled")
            else:
                code, said = (
                    "waiting",
                    self._say_hold(book, verdict, fact, parts)
                    or self._say_waiting(verdict.version, fact, open_amounts),
                )
            return code, " · ".join(filter(None, [said, self._say_withheld(verdict, parts)]))
        return self._explain_zero(book, verdict, payee, fact, parts)

    def _explain_share(self, book, payee, fact):
        others = [one for one, _share in book.splits.get(fact.order_id) or ()]
        if others and payee.id not in others:
            return "split", self._say_split(self.env["res.partner"].sudo().browse(others))
        return "not_in_plan", self._say_outside()

    def _say_refusal(self, verdict, fact):
        if verdict.refusal == "no_plan":
            return self.env._("No plan of yours was in force on that day")
        field = verdict.version._fields["earned_on"]
        label = dict(field._description_selection(self.env))
        return self.env._("Your plan earns on: %s", label[verdict.version.earned_on])

    def _read_products(self, facts):
        products = self.env["product.product"].sudo().browse({one.product_id for one in facts} - {None})
        return {product.id: product.display_name for product in products}
