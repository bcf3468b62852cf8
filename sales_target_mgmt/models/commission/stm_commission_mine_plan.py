from decimal import Decimal

from odoo import fields, models

from ...tools.rate_table import exact
from ...tools.standing import next_tier, reached

# methods without a table to climb
UNTIERED = ("percent", "unit", "formula")


class StmCommissionMine(models.AbstractModel):
    _inherit = "stm.commission.mine"

    def _get_plan(self, book, payee):
        """A plan as its payee reads it, with where the payee stands in the running period.

        :return: `id`, `name`, `note`, `currency_id`, `date_from` and `date_to` of the running period,
            `paid_for`, `earned_on` and `payable_on` in words, `can_accept`, `accepted`, `is_current`,
            `computed_at`, `components` (see :meth:`_get_standing`)
        """
        period = book.get_period(book.until)
        version = book.get_version(period.date_from)
        plan = version or book.versions[-1]
        current = bool(version) and bool(book._get_assignments(version, period.date_from, payee.id))
        sold = {}
        for (code, _payee), credits_ in book.get_credits().items():
            own = [credit for credit in credits_ if credit.period == period.date_from]
            sold[code] = sum((credit.base for credit in own), Decimal(0))
        rules = plan.rule_ids.sorted(lambda rule: (rule.sequence, rule.id)) if current else []
        accepted = self.env.user in plan.acceptance_ids.user_id
        return {
            "id": plan.id,
            "name": plan.display_name,
            "note": plan.note or "",
            "currency_id": book.currency,
            "date_from": fields.Date.to_string(period.date_from),
            "date_to": fields.Date.to_string(period.date_to),
            **{name: self._describe(plan, name) for name in ("paid_for", "earned_on", "payable_on")},
            "is_money": plan.paid_for != "quantity",
            "accepted": accepted,
            "can_accept": current and payee == self.env.user.partner_id and not accepted,
            "is_current": current,
            "computed_at": fields.Datetime.to_string(book.origin.computed_at) or False,
            "components": [self._get_standing(book, rule, payee, sold.get(rule.code)) for rule in rules],
        }

    def _describe(self, record, name):
        label = dict(record._fields[name]._description_selection(self.env))[record[name]]
        if name == "payable_on" and record.payable_on == "days":
            return self.env._("%s days after it was earned", record.wait_days)
        return label

    def _get_standing(self, book, rule, payee, sold):
        """One component: its tiers, where the payee stands on them, and what is missing to the next.

        :param sold: what was credited in the running period, or None
        :return: `name`, `method`, `by` (`base` or `attainment`), `per_document`, `sold`, `place` (what
            picks the tier: the amount, or attainment in percent; None: no target), `tiers` (`from`,
            `to`, `value`, `reached`), `missing`, `next` (value of the next tier), `brings`; `gate`
            with `gate_by` (`base` or `attainment`) and `gate_missing` in its unit, `cap`; `goal` and
            `goal_reached` of the target
        """
        period = book.get_period(book.until).date_from
        component = book.get_component(period, rule.code, payee.id)
        by_attainment = rule._goes_by_attainment()
        own = component.table.tiers[0].value if rule.method in ("percent", "unit") else None
        table = component.table if rule.method == "percent" else rule._get_table()
        sold = sold or Decimal(0)
        goal = self._get_goal(book, rule, payee, period) if by_attainment else None
        attainment = goal.percent if goal else None
        place = attainment if by_attainment else sold
        has_tiers = rule.method not in UNTIERED and not component.by_quantity
        cumulative = has_tiers and (by_attainment or rule.scope == "period")
        gate_missing = self._get_gate_missing(book, rule, payee, period, sold)
        values = {
            "code": rule.code,
            "name": rule.name,
            "method": rule.method,
            "by": "attainment" if by_attainment else "base",
            "cumulative": cumulative,
            "per_document": component.per_document,
            "is_money": rule._get_paid_for() != "quantity",
            "rate": None if own is None else float(own),
            "sold": float(sold),
            "place": None if place is None or not cumulative else float(place),
            "gate": rule.gate_base if rule.gate else 0.0,
            "gate_by": rule.gate_by if rule.gate else "",
            "gate_missing": float(gate_missing),
            "cap": rule.cap if rule.is_capped else None,
            "goal": float(goal.target) if goal else None,
            "goal_reached": float(goal.reached) if goal else None,
            "measure": rule.measure_id.name if by_attainment else "",
        }
        return values | self._get_ladder(rule, table, place if cumulative else None, sold, by_attainment)

    def _get_gate_missing(self, book, rule, payee, period, sold):
        """What is missing to the gate: an amount, or points of attainment; 0: nothing, or no gate."""
        if not rule.gate:
            return 0
        reached = sold
        if rule.gate_by == "attainment":
            goal = self._get_goal(book, rule, payee, period)
            reached = goal.percent if goal else Decimal(0)
        return max(Decimal(0), exact(rule.gate_base) - reached)

    def _get_goal(self, book, rule, payee, period):
        """The target that picks the payee's tier, as the engine finds it."""
        version = book.get_version(period)
        for one in book._get_assignments(version, period, payee.id):
            subject = one.user_id if rule.attainment_of == "user" else one.team_id
            goal = book.goals.get((rule.attainment_of, subject.id, rule.measure_id.id, period))
            if goal and goal.percent is not None:
                return goal
        return None

    def _prepare_tier(self, tier):
        return {
            "from": float(tier.start),
            "to": None if tier.end is None else float(tier.end),
            "value": float(tier.value),
        }

    def _get_ladder(self, rule, table, place, sold, by_attainment):
        number = reached(table, place) if place is not None else None
        ladder = {
            "tiers": [
                {**self._prepare_tier(tier), "reached": index == number}
                for index, tier in enumerate(table.tiers)
            ],
            "missing": None,
            "next": None,
            "brings": None,
        }
        if rule.method in UNTIERED or place is None:
            return ladder
        if rule.method == "bonus":
            # the sum of a tier of attainment replaces that of the one below
            step = next_tier(table, 1, at=place)
        else:
            step = next_tier(table, sold, at=place if by_attainment else None)
        if step:
            ladder |= {
                "missing": float(step.missing),
                "next": float(table.tiers[step.number].value),
                "brings": float(step.brings),
            }
        return ladder
