"""Figures of receivables, through documents: the same as by hand."""

from datetime import date
from decimal import Decimal

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common_statement import StatementCase


@freeze_time("2026-06-30 12:00:00")
class TestReceivableFigures(StatementCase):
    def _figures(self, partner, as_of=date(2026, 6, 30), days=30):
        found = self.env["stm.receivable.figures"]._get_figures(self.company, as_of, "customer", days)
        return found[partner.id]

    def test_counted_back(self):
        """Sales of 70, 80 and 100, 212 owed: 100 and 80 of 30 days each, and 32 of 70 of the oldest."""
        beta = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        old = self._bill(70, "2026-04-15", partner=beta)
        self._bill(80, "2026-05-15", partner=beta)
        self._bill(100, "2026-06-15", partner=beta)
        self._settle(old, 38, "2026-06-20")
        one = self._figures(beta)
        self.assertEqual(one.receivable, Decimal(212))
        self.assertEqual((one.dso.days, one.dso.capped), (Decimal("73.71"), False))

    def test_best_possible_and_delinquent(self):
        """15,000 owed, 4,000 of it not due, 10,000 sold in 30 days: 45, 12 and 33 days."""
        beta = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        self._bill(5000, "2026-03-01", partner=beta)
        self._bill(6000, "2026-06-10", "2026-06-20", partner=beta)
        self._bill(4000, "2026-06-15", "2026-07-15", partner=beta)
        one = self._figures(beta)
        self.assertEqual((one.receivable, one.sales), (Decimal(15000), Decimal(10000)))
        self.assertEqual(tuple(map(int, one.delinquency)), (45, 12, 33))
        # (5,000 + 10,000 − 15,000) of (5,000 + 10,000 − 4,000)
        self.assertEqual(one.effectiveness, 0)

    def test_ageing_is_the_ledger_however_it_is_grouped(self):
        self.account.sudo().grade_id = self.env["stm.credit.grade"].create(
            {"name": "Own", "company_id": self.company.id}
        )
        beta = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        self._bill(33, "2026-06-01", partner=beta)
        self._receive(12, "2026-06-02", beta)
        for day in (date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)):
            ledger = self._sum_ledger(self.customer, day) + self._sum_ledger(beta, day)
            for by in ("company", "customer", "person", "team", "territory", "grade"):
                found = self.env["stm.receivable.figures"]._get_figures(self.company, day, by)
                aged = sum(sum(one.ageing.values()) for one in found.values())
                self.assertAlmostEqual(float(aged), ledger, 2)
        people = self.env["stm.receivable.figures"]._get_figures(self.company, date(2026, 6, 30), "person")
        self.assertEqual((people[self.rep.id].receivable, people[False].receivable), (240, 21))

    def test_page(self):
        page = self.env["stm.receivable.page"].with_user(self.accountant)
        page = page.browse(page._open()["res_id"])
        self.assertEqual(page.line_ids.mapped("name"), ["Acme"])
        self.assertEqual((page.line_ids.receivable, page.line_ids.days_60), (240.0, 40.0))
        self.assertEqual((page.line_ids.days_30, page.line_ids.overdue), (200.0, 240.0))
        page.by = "grade"
        page.action_compute()
        self.assertEqual(page.line_ids.mapped("name"), ["None"])
        self.assertEqual((page.receivable, page.shown_by), (240.0, "grade"))

    def test_the_largest_stand_alone(self):
        for amount in (50, 70):
            partner = self.env["res.partner"].create({"name": f"Owes {amount}", "is_company": True})
            self._bill(amount, "2026-06-01", partner=partner)
        figures = self.env["stm.receivable.figures"]
        whole, found = figures._get_page(self.company, date(2026, 6, 30), "customer", 90, 1)
        owed = {key: one.receivable for key, one in found.items()}
        self.assertEqual(owed, {self.customer.id: 240, None: 120})
        self.assertEqual((whole.receivable, whole.sales), (360, 320 + 100))

    def test_queries_do_not_grow_with_customers(self):
        figures = self.env["stm.receivable.figures"]
        partners = self.env["res.partner"].create(
            [{"name": f"C{number}", "is_company": True, "user_id": self.rep.id} for number in range(40)]
        )
        for partner in partners:
            self._bill(10, "2026-06-01", partner=partner)
        self.env.flush_all()
        # open items, balances with sales, losses, loss rates, and what customers belong to
        for by, most in (("company", 4), ("customer", 4), ("person", 5), ("team", 5), ("grade", 5)):
            self.env.invalidate_all()
            self.company._get_stm_loss_accounts()
            with self.assertQueryCount(most):
                figures._get_page(self.company, date(2026, 6, 30), by)

    def test_bad_debt(self):
        """200 invoiced in 60 days, 25 of an old invoice given up and 15 as the rest of a payment: 20 %."""
        self.assertIsNone(self._figures(self.customer, days=90).bad_debt)
        self._set_accounts()
        late = self._bill(120, "2026-02-01")
        self._write_off(late, 25, "2026-06-01", self.company.stm_loss_account_id)
        self._write_off(self.second, 15, "2026-06-10", self.company.stm_loss_account_id, cash=100)
        one = self._figures(self.customer, days=60)
        self.assertEqual((one.written_off, one.bad_debt), (40, 20))
        # on 5 June only the first
        self.assertEqual(self._figures(self.customer, date(2026, 6, 5), 60).written_off, 25)

    def test_money_collected_is_a_target_beside_what_customers_owe(self):
        """100 of a target of 400 came in: 25 % beside the salesperson, the team and the customer."""
        measure = self._plan(
            ("user_id", self.rep, 400), ("team_id", self.team, 400), ("partner_id", self.customer, 400)
        )
        self._pay(self._invoice(self._order("2026-06-03", 100), "2026-06-03"), "2026-06-10")
        page = self.env["stm.receivable.page"].with_user(self.accountant).create({"by": "person"})
        for by in ("person", "team", "customer"):
            page.by = by
            page.action_compute()
            line = page.line_ids.filtered("has_target")
            self.assertEqual((line.target, line.attainment), (measure.name, 0.25))
        # of another day what was achieved by then; none where nothing was planned for it
        for day, shares in (("2026-06-29", [0.25]), ("2026-06-09", [0]), ("2026-05-31", [])):
            page.as_of = day
            page.action_compute()
            found = page.line_ids.filtered("has_target")
            self.assertEqual((found.mapped("attainment"), page.has_targets), (shares, bool(shares)))

    def test_a_grade_by_the_targets_of_its_customers(self):
        """Of 400 and 100 planned for two customers of a grade, 100 came in: 20 %; of another grade 50 %."""
        grades = self.env["stm.credit.grade"].search([("company_id", "=", self.company.id)])
        second, third, other = customers = self.env["res.partner"].create(
            [{"name": name} for name in ("Second", "Third", "Without a Target")]
        )
        accounts = self.env["stm.credit.account"].sudo()
        first, next_ = grades[:2]
        self.account.sudo().grade_id = first
        for partner, grade in zip(customers, (first, next_, next_), strict=True):
            accounts.create({"partner_id": partner.id, "company_id": self.company.id}).grade_id = grade
        targets = {self.customer: 400, second: 100, third: 80}
        self._plan(*[("partner_id", partner, amount) for partner, amount in targets.items()])
        for partner, amount in ((self.customer, 100), (third, 40), (other, 70)):
            order = self._order("2026-06-03", amount, partner=partner)
            self._pay(self._invoice(order, "2026-06-03"), "2026-06-10")
        page = self.env["stm.receivable.page"].with_user(self.accountant).create({"by": "grade"})
        page.action_compute()
        found = {line.name: (line.attainment, line.target[-2]) for line in page.line_ids if line.has_target}
        self.assertEqual(found, {first.display_name: (0.2, "2"), next_.display_name: (0.5, "1")})

    def _plan(self, *targets):
        """An approved plan of June for money collected; its measure.

        :param targets: (field of the node, whose it is, amount)
        """
        measure = self.env.ref("sales_target_mgmt.measure_collected")
        plan = self.env["stm.target.plan"].create(
            {
                "name": "June",
                "company_id": self.company.id,
                "date_from": "2026-06-01",
                "date_to": "2026-06-30",
                "measure_ids": [(6, 0, measure.ids)],
            }
        )
        for name, subject, amount in targets:
            node = self.env["stm.target.node"].create({"plan_id": plan.id, name: subject.id})
            self.env["stm.target.line"].create(
                {
                    "node_id": node.id,
                    "measure_id": measure.id,
                    "date_from": "2026-06-01",
                    "date_to": "2026-06-30",
                    "target": amount,
                }
            )
        plan.action_approve()
        return measure

    def test_ageing_view_is_the_page(self):
        self._receive(12, "2026-06-02", self.customer)
        rows = self.env["stm.receivable.ageing"].with_user(self.accountant)
        found = rows._read_group(
            [("company_id", "=", self.company.id)], ["partner_id", "user_id", "age"], ["amount:sum"]
        )
        self.assertEqual(
            {(partner.name, user, age): amount for partner, user, age, amount in found},
            {("Acme", self.rep, "1"): 200, ("Acme", self.rep, "2"): 40, ("Acme", self.rep, "5"): -12},
        )
        self.assertFalse(rows.with_user(self.rep).has_access("read"))


@freeze_time("2026-06-30 12:00:00")
class TestReceivableProvision(StatementCase):
    """The provision matrix through documents, and the entries that follow each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_accounts()
        gamma = cls.env["res.partner"].create({"name": "Gamma", "is_company": True})
        paid = (
            ("2025-06-01", 6000),
            ("2025-06-20", 3000),
            ("2025-07-20", 500),
            ("2025-08-20", 250),
            ("2025-10-01", 50),
        )
        for day, amount in paid:
            cls._settle(cls._bill(amount, "2025-05-01", "2025-06-01", gamma), amount, day)
        cls.lost = cls._bill(200, "2025-05-01", "2025-06-01", gamma)
        cls._write_off(cls.lost, 120, "2025-11-01", cls.company.stm_loss_account_id)

    def _provide(self, day):
        provisions = self.env["stm.receivable.provision"].with_user(self.accountant)
        return provisions.create({"date": day})

    def test_matrix(self):
        """Of 10,000: 4,000 unpaid when due, 1,000, 500, 250 after 30, 60, 90 days, 200 never paid."""
        one = self._provide("2026-06-30")
        forged = self.env["stm.receivable.provision"].with_user(self.accountant)
        forged = forged.with_context(default_move_id=self.lost.id).create({"date": "2026-06-30"})
        self.assertFalse(forged.move_id)
        rows = [(line.bucket, line.entered, line.historic, line.amount) for line in one.line_ids]
        wanted = [
            ("current", 10000, 0.02, 0),
            ("1-30", 4000, 0.05, 200),
            ("31-60", 1000, 0.2, 40),
            ("61-90", 500, 0.4, 0),
            ("90+", 250, 0.8, 80),
        ]
        self.assertEqual(rows, wanted)
        self.assertEqual((one.amount, one.required, one.provided, one.adjustment), (320, 82, 0, 82))
        # a week later nothing but money that is not applied, off the oldest
        self._receive(70, "2026-06-30", self.lost.partner_id)
        one.action_compute()
        self.assertEqual((one.line_ids[4].amount, one.required), (10, 26))

    def test_what_is_expected_to_be_lost_by_grade(self):
        """200 at 5 % and 40 at 20 % of Acme, 80 at 80 % of Gamma: 18 and 64 are the 82 of the allowance."""
        grade = self.env["stm.credit.grade"].create({"name": "Own", "company_id": self.company.id})
        self.account.sudo().grade_id = grade
        self._provide("2026-06-30")
        for by, wanted in (("grade", {"Own": 18, "None": 64}), ("customer", {"Acme": 18, "Gamma": 64})):
            page = self.env["stm.receivable.page"].with_user(self.accountant).create({"by": by})
            page.action_compute()
            self.assertEqual({line.name: line.expected_loss for line in page.line_ids}, wanted)
            self.assertEqual((page.expected_loss, str(page.rates_date)), (82, "2026-06-30"))
        page.as_of = "2026-06-29"
        page.action_compute()
        self.assertEqual((page.expected_loss, page.rates_date), (0, False))

    def test_a_rate_by_hand_needs_a_reason(self):
        one = self._provide("2026-06-30")
        with self.assertRaisesRegex(UserError, "31–60 days"):
            one.line_ids[2].rate = 0.1
        one.line_ids[2].write({"rate": 0.1, "reason": "One customer, who went bankrupt"})
        one.factor = 1.5
        # 1.5 × (200 × 5 % + 40 × 10 %) and all of 80, no more than that
        self.assertEqual(one.required, 101)
        one.action_compute()
        self.assertEqual(one.line_ids[2].rate, 0.1)
        for name in ("amount", "historic", "entered"):
            with self.assertRaises(UserError):
                one.line_ids[0].write({name: 1})
        for values in ({"move_id": 1}, {"required": 0}, {"company_id": 1}):
            with self.assertRaises(UserError):
                one.write(values)

    def test_each_entry_is_over_the_difference_to_the_books(self):
        one = self._provide("2026-06-30")
        one.action_propose()
        move = one.move_id
        self.assertEqual((move.state, one.state), ("draft", "proposed"))
        allowance = self.company.stm_allowance_account_id
        self.assertEqual({line.account_id: line.balance for line in move.line_ids}[allowance], -82)
        with self.assertRaisesRegex(UserError, "still a draft"):
            self._provide("2026-06-30").action_propose()
        with self.assertRaisesRegex(UserError, "has its entry"):
            one.factor = 2
        move.action_post()
        self.assertEqual((one.state, one.provided, one.adjustment), ("posted", 0, 82))
        # what is written off against the allowance uses it up
        self._write_off(self.lost, 80, "2026-07-10", allowance)
        self._settle(self.first, 40, "2026-07-15")
        two = self._provide("2026-07-31")
        self.assertEqual((two.required, two.provided, two.adjustment), (40, 2, 38))
        two.action_propose()
        two.move_id.action_post()
        self._settle(self.second, 200, "2026-08-01")
        three = self._provide("2026-08-31")
        three.action_propose()
        balances = {line.account_id: line.balance for line in three.move_id.line_ids}
        self.assertEqual((three.required, balances[allowance]), (0, 40))
        three.move_id.action_post()
        with self.assertRaisesRegex(UserError, "nothing is to book"):
            self._provide("2026-08-31").action_propose()

    def test_without_accounts_nothing_is_proposed(self):
        self.company.stm_allowance_account_id = False
        with self.assertRaisesRegex(UserError, "Loss Allowance"):
            self._provide("2026-06-30").action_propose()
        with self.assertRaises(AccessError):
            self.env["stm.receivable.provision"].with_user(self.rep).search([])
