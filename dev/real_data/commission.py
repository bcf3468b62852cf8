"""Commission in Odoo: the plans, settled and posted quarter by quarter, against :mod:`.wages`."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from odoo import Command
from odoo.tools import SQL

from .sums import cents

FINGERPRINT = """
    SELECT (SELECT md5(string_agg(md5(e::text), '' ORDER BY e.id))
            FROM stm_commission_entry e WHERE e.posted AND e.id <= %(last)s),
        (SELECT md5(string_agg(concat_ws('/', s.id, s.state, s.earned, s.payable, s.waiting,
            s.draw_balance), ',' ORDER BY s.id)) FROM stm_commission_statement s WHERE s.id IN %(ids)s)
"""


class Commission:
    """The plans of AdventureWorks and what was settled by them.

    :param comparison: :class:`.compare.Comparison`
    :param wages: :class:`.wages.Wages`
    """

    def __init__(self, comparison, wages):
        self.comparison, self.wages = comparison, wages
        self.data = comparison.data
        self.env = self.data.company.env
        self.people = {self.data.people[key].partner_id.id: key for key in wages.rates}
        self.plans = self.env["stm.commission.plan"]

    def make(self):
        """One plan for everybody's own percentage, and for each sum of the bonus one for who gets it."""
        first = self.wages.quarters()[0][0]
        percent = {"name": "Own percentage", "method": "percent", "rate": 0}
        self._add("Commission", first, percent, list(self.wages.rates), payable_on="proportional")
        sums = defaultdict(list)
        for key, bonus in self.wages.bonuses.items():
            if bonus:
                sums[bonus].append(key)
        for bonus, keys in sorted(sums.items()):
            tiers = [{"lower": 0, "upper": 100, "amount": 0}, {"lower": 100, "amount": float(bonus)}]
            rule = {
                "name": "Quota met",
                "method": "bonus",
                "measure_id": self.env.ref("sales_target_mgmt.measure_ordered").id,
                "tier_ids": [Command.create(tier) for tier in tiers],
            }
            # a bonus goes by the target alone: there is nothing to read of invoices
            self._add(f"Quota bonus of {bonus}", first, rule, keys, earned_on="payment")
        self.plans.action_activate()

    def _add(self, name, first, rule, keys, **values):
        people = self.data.people
        self.plans += self.plans.create(
            {
                "name": name,
                "company_id": self.data.company.id,
                "date_from": first,
                "period": "quarter",
                "rule_ids": [Command.create(rule)],
                "assignment_ids": [
                    Command.create(
                        {
                            "user_id": people[key].id,
                            "has_own_rate": rule["method"] == "percent",
                            "rate": float(self.wages.rates[key]),
                        }
                    )
                    for key in keys
                ],
                **values,
            }
        )

    def settle(self, until):
        """Compute all plans as if it were that day; how many rows are in open statements now."""
        engine = self.env["stm.commission.engine"]
        return sum(engine._settle(plan, until).rows for plan in self.plans)

    def get_statements(self, first):
        """Statements of the quarter that begins on a day."""
        domain = [("company_id", "=", self.data.company.id), ("date_from", "=", first)]
        return self.env["stm.commission.statement"].search(domain)

    def post(self, first, last):
        """Post the quarter; what was posted before stays, and computing again finds nothing."""
        before = self._fingerprint()
        statements = self.get_statements(first)
        statements.action_check()
        self.comparison.same(f"rows to be posted again on {last}", self.settle(last), 0)
        self.comparison.same(f"what was posted before {first}", self._fingerprint(before[0]), before)
        return statements

    def _fingerprint(self, known=None):
        """(last entry and ids of posted statements, hashes of what they say)."""
        if not known:
            [(last,)] = self.env.execute_query(
                SQL("SELECT COALESCE(MAX(id), 0) FROM stm_commission_entry WHERE posted")
            )
            domain = [("company_id", "=", self.data.company.id), ("state", "!=", "computed")]
            known = (last, tuple(self.env["stm.commission.statement"].search(domain, order="id").ids))
        self.env.flush_all()
        hashes = self.env.execute_query(SQL(FINGERPRINT, last=known[0], ids=known[1] or (0,)))
        return known, hashes

    def quarters(self, say=lambda line: None):
        """Settle and post quarter by quarter, comparing each statement."""
        check = self.comparison.check
        commission, bonus = self.wages.commission(), self.wages.bonus()
        waiting = defaultdict(Decimal)
        for first, last in self.wages.quarters():
            self.settle(last)
            statements = self.post(first, last)
            for key in self.wages.rates:
                waiting[key] += commission.get((key, first), 0)
            earned = {key: commission.get((key, first), 0) for key in self.wages.rates}
            bonuses = {key: bonus.get((key, first), 0) for key in self.wages.rates}
            due = {key: earned[key] + bonuses[key] for key in earned}
            at = {key: waiting[key] for key in map(self._key, statements)}
            check(f"earned in the quarter from {first}", self._by_person(statements, "earned"), due)
            check(f"payable in the quarter from {first}", self._by_person(statements, "payable"), bonuses)
            check(f"waiting after {last}", self._by_person(statements, "waiting"), at)
            entries = {"earn": earned, "bonus": bonuses}
            for kind, wanted in entries.items():
                check(f"{kind} in the quarter from {first}", self._by_kind(statements, kind), wanted)
            say(f"   {first} to {last}: commission {sum(earned.values()):>12,.2f}, "
                f"bonus {sum(bonuses.values()):>9,.2f}")  # fmt: skip

    def _key(self, statement):
        return self.people[statement.payee_id.id]

    def _by_person(self, statements, name):
        return {self._key(one): one[name] for one in statements}

    def _by_kind(self, statements, kind):
        groups = self.env["stm.commission.entry"]._read_group(
            [("statement_id", "in", statements.ids), ("kind", "=", kind)], ["payee_id"], ["amount:sum"]
        )
        return {self.people[payee.id]: amount for payee, amount in groups}

    def ledger(self):
        """Posted entries add up to their statements; each recomputes to itself; how many there are."""
        rows = self.env.execute_query(
            SQL(
                """SELECT s.id, s.earned, s.payable, SUM(e.amount), SUM(e.payable)
                FROM stm_commission_statement s LEFT JOIN stm_commission_entry e ON e.statement_id = s.id
                WHERE s.company_id = %s AND s.state != 'computed' GROUP BY s.id""",
                self.data.company.id,
            )
        )
        for position, name in ((1, "earned"), (2, "payable")):
            self.comparison.check(
                f"entries of the statement, {name}",
                {row[0]: row[position + 2] for row in rows},
                {row[0]: row[position] for row in rows},
            )
        return self._recompute()

    def _recompute(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT id, amount::text, exact::text, slices FROM stm_commission_entry
                WHERE company_id = %s AND posted AND slices IS NOT NULL""",
                self.data.company.id,
            )
        )
        amounts, again = {}, {}
        for number, amount, exact, slices in rows:
            amounts[number] = Decimal(amount)
            before = Decimal(exact)
            parts = [Decimal(base) * Decimal(rate) for base, rate, _amount in slices]
            again[number] = cents(tidy(before + sum(parts))) - cents(tidy(before))
        self.comparison.check("entry recomputed from its own content", amounts, again)
        return len(rows)


def tidy(value):
    """Without what dividing by a rate of many digits left behind."""
    return value.quantize(Decimal("1e-12"), ROUND_HALF_UP)
