from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import AccessError

from ...tools.standing import reached
from .stm_commission_entry import DRAWS
from .stm_commission_possible import Possible

ZERO = Decimal(0)
MODELS = ("sale.order", "crm.lead")
# kind of an entry → how it is told; others by their own name
KINDS_OF = {"earn": "lift", "clawback": "lift", "adjustment": "lift", "withhold": "withheld"}


class StmCommissionMine(models.AbstractModel):
    _inherit = "stm.commission.mine"

    @api.model
    @api.readonly
    def get_estimate(self, model, document_id):
        """What an order or opportunity earns the current user, if it is confirmed, invoiced and paid today.

        The engine computes the user's running period twice, with and without the document; the
        difference is the answer. So tiers, gates, caps, splits and the quota bonus count, and what
        the document has earned already. Nothing is written.

        :param model: `sale.order` or `crm.lead`
        :return: `totals` by currency: `currency_id`, `amount` and `earned`, the part that it has earned
            already; `reason`, why nothing, or ""; `document`; `plans`, with `name`, `currency_id`,
            `amount`, `payable_on` in words and `components` (see :meth:`_compare`). None for what
            cannot earn anything any more or not yet
        :raises AccessError: for who is paid by no plan in force, or may not read the document
        """
        if model not in MODELS:
            raise ValueError(f"{model} earns nobody a commission")
        payee = self.env.user.partner_id
        document = self.env[model].browse(int(document_id))
        document.check_access("read")
        company = self._get_company_of(document)
        origins = self._get_origins(payee, company, today=True)
        if not origins and not self.is_payee():
            raise AccessError(self.env._("You are paid by no commission plan in force."))
        possible = Possible(self.env, document.sudo(), company)
        if not origins or not possible.facts:
            return None
        plans = [self._estimate_plan(origin, payee, possible) for origin in origins]
        totals = {}
        for plan in plans:
            total = totals.setdefault(plan["currency_id"], {"amount": ZERO, "earned": ZERO})
            total["amount"] += plan["amount"]
            total["earned"] += plan.pop("earned")
            plan["amount"] = float(plan["amount"])
        reasons = dict.fromkeys(filter(None, [plan.pop("reason") for plan in plans]))
        return {
            "totals": [
                {"currency_id": currency, **{name: float(value) for name, value in total.items()}}
                for currency, total in totals.items()
            ],
            "reason": "" if any(plan["amount"] for plan in plans) else "; ".join(reasons),
            "document": document.display_name,
            "plans": plans,
        }

    def _get_company_of(self, document):
        """The company of an opportunity is that of its team or salesperson where it has none."""
        company = document.company_id
        if not company and document._name == "crm.lead":
            company = document.team_id.company_id or document.user_id.company_id
        return company or self.env.company

    def _estimate_plan(self, origin, payee, possible):
        """The difference that a document makes to a payee in one plan."""
        first = possible.get_first_day(set(origin._get_versions().mapped("earned_on")))
        book = self._gather_own(origin, payee, possible.today, max(first, origin.date_from))
        version = book.get_version(book.get_period(possible.today).date_from)
        wanted = possible.get_facts(version.earned_on) if version else []
        rest = [fact for fact in book.facts if not possible.has(fact)]
        without = book.variant(rest, possible.shift_goals(book, added=False))
        with_it = book.variant([*book.facts, *wanted], possible.shift_goals(book, added=True))
        with_it.splits = self.env["stm.commission.engine"].sudo()._get_splits(with_it)
        before, now, after = (self._compute(one) for one in (without, book, with_it))
        names = self._get_rule_names(book)
        components = [
            self._compare(with_it, without, code, names.get(code, code), before, after, possible)
            for code in sorted({line.code for line in before + after} - {"draw"})
        ]
        components = [one for one in components if one["amount"] or one["parts"]]
        amount = self._sum_up(after) - self._sum_up(before)
        earned = self._sum_up(now) - self._sum_up(before)
        return {
            "name": origin.name,
            "currency_id": book.currency,
            "amount": amount,
            "earned": earned,
            "payable_on": self._describe(version, "payable_on") if version else "",
            "is_money": not version or version.paid_for != "quantity",
            "components": components,
            "reason": "" if amount else self._explain_nothing(with_it, payee, wanted, after),
        }

    def _sum_up(self, lines):
        return sum((line.row.amount for line in lines), ZERO)

    def _explain_nothing(self, book, payee, facts, lines):
        """The reasons of the lines of the document, each once."""
        earned = self._get_earned(book, lines, {})
        said = [self._explain(book, payee, one, earned.get(one.key, {}), ZERO, ZERO, {})[1] for one in facts]
        return "; ".join(dict.fromkeys(said))

    def _compare(self, with_it, without, code, name, before, after, possible):
        """What the document changes in one component.

        :return: `name`, `amount`; `parts` of it: `kind` (`rate`: `base` × `rate`; `withheld`, with the
            `reason`; `lift`: what reaching a tier adds to other documents; or another kind of entry,
            with its `label`) and `amount`; `method` and `by` of its table; `tier_before` and
            `tier_after`, see :meth:`_get_tier`
        """
        own = {fact.key for fact in with_it.facts if possible.has(fact)}
        before, after = ([line.row for line in lines if line.code == code] for lines in (before, after))
        change, rates = self._get_changes(before, after, own)
        reasons = {row.reason for row in after if row.kind == "withhold"}
        reason = ", ".join(sorted(filter(None, map(self._get_reason_label, reasons))))
        parts = [
            {"kind": "rate", "base": float(base), "rate": float(rate), "amount": float(amount)}
            for rate, (base, amount) in sorted(rates.items())
        ]
        labels = dict(self.env["stm.commission.entry"]._fields["kind"]._description_selection(self.env))
        parts += [
            {
                "kind": kind,
                "label": labels.get(kind, ""),
                "amount": float(change[kind]),
                "reason": reason,
            }
            for kind in ("lift", *sorted(change.keys() - {"lift", "rate"}))
            if change[kind]
        ]
        rule = with_it.versions[-1].rule_ids.filtered(lambda rule: rule.code == code)
        return {
            "name": name,
            "amount": float(sum(change.values(), ZERO)),
            "parts": parts,
            "method": rule.method or "",
            "is_money": self._is_money(rule),
            "by": "attainment" if rule and rule._needs_attainment() else "base",
            "tier_before": self._get_tier(without, code, possible),
            "tier_after": self._get_tier(with_it, code, possible),
        }

    def _get_changes(self, before, after, own):
        """By how much each kind of entry changes, and of the document's own rows base and amount by rate.

        :param own: keys of the document's facts
        """
        change, rates = defaultdict(lambda: ZERO), defaultdict(lambda: [ZERO, ZERO])
        for sign, rows in ((-1, before), (1, after)):
            for row in rows:
                kind = KINDS_OF.get(row.kind, row.kind)
                if sign > 0 and kind == "lift" and row.key in own and row.step:
                    kind = "rate"
                    for part in row.step.slices:
                        rates[part.rate][0] += part.base
                        rates[part.rate][1] += part.amount
                if row.kind not in DRAWS:
                    change[kind] += sign * row.amount
        return change, rates

    def _get_tier(self, book, code, possible):
        """The tier that is reached in the running period (`from`, `to`, `value`); or None."""
        period = book.get_period(possible.today).date_from
        rule = book.get_version(period).rule_ids.filtered(lambda rule: rule.code == code)
        if not rule.tier_ids:
            return None
        [payee] = book.payees
        if rule._goes_by_attainment():
            place = self._get_goal(book, rule, self.env["res.partner"].browse(payee), period)
            place = place and place.percent
        else:
            own = [one for one in book.get_credits().get((code, payee), ()) if one.period == period]
            if rule.scope == "document":
                own = [one for one in own if possible.has(one.fact[0])]
            place = sum((one.quantity if rule._goes_by_quantity() else one.base for one in own), ZERO)
        table = rule._get_table()
        number = reached(table, place) if place is not None else None
        return None if number is None else self._prepare_tier(table.tiers[number])
