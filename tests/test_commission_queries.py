"""A settlement takes a constant number of queries, however many people and documents."""

from freezegun import freeze_time

from .common_commission import CommissionCase
from .common_target import StmTargetCase

# of the design: at most 15 for 1,000 source lines
BUDGET = 15
# what the figures of the targets ask beyond that, however many there are
GOALS = 12
TIERS = [(0, 1000, 0.02), (1000, 0, 0.03)]


@freeze_time("2026-06-15 12:00:00")
class TestCommissionQueries(CommissionCase, StmTargetCase):
    def _count(self, plan):
        """Queries of a computation from a cold cache."""
        until = plan.date_from.replace(month=6, day=15)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.env["stm.commission.engine"]._settle(plan, until)
        return self.cr.sql_log_count - before

    def test_constant_in_people_and_documents(self):
        people = [
            self._make_user(f"seller{number}", "sales_team.group_sale_salesman") for number in range(12)
        ]
        tiers = [(0, 1000, 0.02), (1000, 0, 0.03)]
        few = self._commission([tiers, 0.01], people[:2], payable_on="proportional", name="Few")
        many = self._commission([tiers, 0.01], people, payable_on="proportional", name="Many")
        for person in people[:2]:
            self._pay(self._sold("2026-05-10", 900, user=person), "2026-05-20")
        # as autovacuum has done on a server within a minute
        self.env.flush_all()
        self.env.cr.execute("ANALYZE")
        small = self._count(few)
        for person in people:
            for day in (11, 12, 13):
                self._pay(self._sold(f"2026-05-{day}", 900, user=person), "2026-05-20")
        large = self._count(many)
        self.assertLessEqual(large, small)
        self.assertLessEqual(large, BUDGET)

    def test_what_settles_without_money_costs_one_query(self):
        plans = [
            self._commission([0.1], payable_on=payable_on, name=payable_on)
            for payable_on in ("proportional", "full")
        ]
        for number in range(2):
            # by the second turn whatever is read once per process was read
            for day in range(11, 14):
                invoice = self._sold(f"2026-05-{day}", 900)
                refund = self._refund(invoice, "2026-05-20", 100)
                lines = (invoice | refund).line_ids.filtered(lambda line: line.account_id.reconcile)
                lines.reconcile()
                self._pay(invoice, "2026-05-21")
            counts = [self._count(plan) for plan in plans]
            self.assertLessEqual(counts[1], counts[0] + 1, number)
        self.assertLessEqual(counts[1], BUDGET)

    def test_a_currency_and_a_hold_cost_one_query_each(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2026-01-01", "rate": 1.25}
        )
        further = [{}, {"currency_id": dollar.id}, {"hold_overdue": True}]
        plans = [self._commission([0.1], name=f"Terms {terms}", **terms) for terms in further]
        both = self._commission([0.1], name="Both", currency_id=dollar.id, hold_overdue=True)
        for customers in (1, 4):
            # by the second turn whatever is read once per process was read
            for number in range(customers):
                partner = self.env["res.partner"].create({"name": f"Buyer {number}"})
                self._sold("2026-04-02", 900, partner=partner)
                self._sold("2026-05-11", 900, partner=partner)
            plain, in_dollars, held, all_terms = (self._count(plan) for plan in (*plans, both))
            self.assertLessEqual(in_dollars, plain + 1, customers)
            self.assertLessEqual(held, plain + 1, customers)
            self.assertLessEqual(all_terms, plain + 2, customers)
        self.assertLessEqual(self._count(both), BUDGET)

    def test_all_terms_together(self):
        """Tiers, waiting until all is paid, another currency, holds, splits, and a plan before that lent.

        In one run a statement begins and rows of another are replaced.
        """
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2026-01-01", "rate": 1.25}
        )
        lent = [{"user_id": self.rep.id, "draw": 5000}]
        old = self._commission([0.1], lent, name="Old", earned_on="order", currency_id=dollar.id)
        self._sold("2026-03-10", 900)
        self._settle(old, "2026-03-31")
        old.assignment_ids.with_user(self.payroll).date_to = "2026-03-31"
        terms = {
            "date_from": "2026-04-01",
            "payable_on": "full",
            "currency_id": dollar.id,
            "hold_overdue": True,
        }
        plans = [
            self._commission(rules, name=name, earned_on=name, **terms)
            for name, rules in (
                ("invoice", [TIERS]),
                ("order", [TIERS]),
                ("invoice", [TIERS, self._by_goal()]),
            )
        ]
        for month in (4, 5, 6):
            for day in (11, 12):
                date = f"2026-{month:02}-{day}"
                invoice = self._sold(date, 900)
                invoice.line_ids.sale_line_ids.order_id.stm_split_ids = [
                    (0, 0, {"user_id": self.rep.id, "share": 1})
                ]
                self._refund(invoice, date, 100)
                self._pay(invoice, date)
            # what comes before the others replaces their rows
            self._sold("2026-05-05", 300)
            # as autovacuum has done on a server within a minute
            self.env.flush_all()
            self.env.cr.execute("ANALYZE")
            before = [set(self._entries(plan).ids) for plan in plans]
            # by the second turn whatever is read once per process was read
            by_invoice, by_order, by_goal = (self._count(plan) for plan in plans)
        for plan, rows in zip(plans, before, strict=True):
            self.assertTrue(rows - set(self._entries(plan).ids))
        self.assertLessEqual(max(by_invoice, by_order), BUDGET)
        self.assertLessEqual(by_goal, BUDGET + GOALS)

    def _by_goal(self):
        """A component by attainment, with targets of three months."""
        measure = self.env.ref("sales_target_mgmt.measure_invoiced")
        node = self._node(plan=self._plan(name="Quota", measure_ids=[(6, 0, measure.ids)]), user=self.rep)
        for month in (4, 5, 6):
            self._line(node, 10000, f"2026-{month:02}-01", f"2026-{month:02}-30", measure)
        self._approve(node.plan_id)
        tiers = [(0, 50, 0.02), (50, 0, 0.03)]
        return {"method": "flat", "tier_by": "attainment", "measure_id": measure.id, "tiers": tiers}

    def test_a_rerun_is_no_dearer(self):
        self._sold("2026-05-10", 900)
        plan = self._commission([0.1])
        first = self._count(plan)
        self.assertLessEqual(self._count(plan), first)
