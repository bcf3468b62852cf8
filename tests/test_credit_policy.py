"""What rules and grades ask for, through documents, and what other ones would do: the simulation."""

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .common_credit_payment import CreditPaymentCase


@freeze_time("2026-06-30 12:00:00")
class TestCreditPolicy(CreditPaymentCase):
    """Acme has a limit of 1,000 and no grade; the rules are those that a company begins with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["stm.credit.rule"].search([("company_id", "=", cls.company.id)])
        cls.grades = {
            grade.name: grade
            for grade in cls.env["stm.credit.grade"].search([("company_id", "=", cls.company.id)])
        }

    def _rule(self, kind, **values):
        rule = self.rules.filtered(lambda rule: rule.kind == kind)
        if not rule:
            return self.rules.create({"kind": kind, "company_id": self.company.id, **values})
        rule.write(values)
        return rule

    def _confirm(self, order):
        order.with_user(self.rep).action_confirm()
        return order.state

    def _make_term(self, days):
        return self.env["account.payment.term"].create(
            {"name": f"{days} days", "line_ids": [Command.create({"value": "percent", "nb_days": days})]}
        )

    def test_first_orders(self):
        self._rule("first", days=2, action="hold")
        for number in range(2):
            order = self._quote(10)
            self.assertIn("first orders", order.stm_credit_headline)
            self.assertEqual(self._confirm(order), "draft")
            order.with_user(self.releaser).action_stm_release(f"Known {number}")
        self.assertEqual(self._confirm(self._quote(10)), "sale")

    def test_expired_rating(self):
        rule = self._rule("expired")
        self.account.sudo().write({"grade_id": self.grades["A"].id, "rated_until": "2026-06-30"})
        order = self._quote(10)
        self.assertEqual(order.stm_credit_level, "free")
        with freeze_time("2026-07-01 12:00:00"):
            self.env.invalidate_all()
            self.assertEqual(order.stm_credit_level, "warn")
            rule.action = "hold"
            self.assertEqual(self._confirm(order), "draft")
            self.assertIn("expired", order.stm_hold_reasons)
            self.account.action_stm_override(self.grades["A"].id, "2026-07-31", "Seen the accounts")
            self.assertEqual(self._confirm(order), "sale")

    def test_payment_term_longer_than_the_grade_allows(self):
        self.account.sudo().grade_id = self.grades["C"]
        order = self._quote(10, payment_term_id=self._make_term(31).id)
        self.assertIn("at most 30 days", order.stm_credit_advice)
        self.assertEqual(self._confirm(order), "draft")
        large = self._quote(1200, payment_term_id=order.payment_term_id.id)
        self.assertRegex(
            large.stm_credit_advice,
            r"• One of these:\n   – A deposit of .*200\.00.*\n   – An order .*\n• A payment term of at most",
        )
        order.payment_term_id = self._make_term(30)
        self.assertEqual(self._confirm(order), "sale")
        self.grades["C"].longest_term = 0
        order = self._quote(10, payment_term_id=self._make_term(1).id)
        self.assertIn("Immediate payment.", order.stm_credit_advice)

    def test_deposit_of_the_grade(self):
        """Grade D asks for 30 % in advance: 150 of 500, and 180 when it grows to 600."""
        self.account.sudo().grade_id = self.grades["D"]
        order = self._quote(500)
        self.assertIn("150.00", order.stm_credit_advice)
        self.assertEqual((order.stm_credit_grade, order.stm_credit_room[-4:]), ("Grade D", "free"))
        self.assertEqual(self._confirm(order), "draft")
        self._pay_online(order, "authorized", 150)
        self._pay_online(order, "done", 149)
        self.assertEqual(self._confirm(order), "draft")
        self.assertIn("1.00", order.stm_hold_reasons)
        self._pay_online(order, "done", 1)
        self._run_cron(self.env["sale.order"]._cron_check_stm_holds)
        self.assertEqual(order.state, "sale", "the customer had asked for it by paying")
        order._create_invoices()._post()
        line = order.order_line.with_user(self.rep)
        with self.assertRaisesRegex(UserError, "30.00"), self.env.cr.savepoint():
            line.price_unit = 600
        self._pay_online(order, "done", 30)
        line.price_unit = 600

    def test_simulation_of_factors_and_ceilings(self):
        """C gives 0.6 of what it gave: a limit of 1,000 for Acme, of which 800 are used; 50 are insured."""
        self.account.sudo().grade_id = self.grades["C"]
        limits = self.env["stm.credit.limit"].with_user(self.controller)
        days = {"date_from": "2026-06-01", "date_until": "2026-07-31"}
        cover = {"account_id": self.account.id, "kind": "cover", "amount": 50, "reason": "Insured", **days}
        limits.create(cover)
        beta = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        accounts = self.env["stm.credit.account"].with_user(self.controller)
        other = accounts.create({"company_id": self.company.id, "partner_id": beta.id})
        other.sudo().grade_id = self.grades["C"]
        other.action_stm_set_limit("unlimited", 0, "Public")
        self._quote(800).action_confirm()
        small, large = self._quote(100), self._quote(1000)
        self._quote(5000, partner=beta)
        wizard = self.env["stm.credit.simulation"].with_user(self.controller).create({})
        policy = wizard.policy_ids.filtered(lambda line: line.grade_id == self.grades["C"])
        # half of 0.6: 500 and the cover; 250 of the 800 that are used are beyond it
        policy.factor = 0.3
        wizard.action_compute()
        outcomes = {line.order_id: (line.before, line.after) for line in wizard.order_ids}
        self.assertEqual(outcomes, {small: ("free", "hold"), large: ("hold", "hold")})
        self.assertEqual((wizard.stopped, wizard.freed, wizard.fallers, wizard.risers), (100, 0, 1, 0))
        self.assertEqual((wizard.limits_before, wizard.limits_after), (1050, 550))
        self.assertEqual((wizard.beyond_before, wizard.beyond_after), (0, 250))
        line = wizard.line_ids
        self.assertEqual((line.account_id, line.direction), (self.account, "down"))
        self.assertEqual((line.limit_before, line.limit_after, line.used), (1050, 550, 800))
        self.assertIn("350.00", wizard.order_ids.filtered(lambda line: line.order_id == small).reasons)
        # twice: 2,000 and the cover, unless the highest limit is 900
        policy.factor = 1.2
        wizard.action_compute()
        self.assertEqual((wizard.limits_after, wizard.freed, wizard.line_ids.direction), (2050, 1000, "up"))
        policy.write({"has_ceiling": True, "ceiling": 900})
        wizard.action_compute()
        self.assertEqual((wizard.limits_after, wizard.freed, wizard.stopped), (950, 0, 0))
        self.assertEqual(wizard.order_ids.filtered(lambda line: line.order_id == large).after, "hold")
        # a highest limit of 1,000 hides that 1,900 are needed: 0.6 of that
        self.grades["C"].write({"has_ceiling": True, "ceiling": 1000})
        policy.write({"has_ceiling": False, "factor": 0.6})
        wizard.action_compute()
        self.assertEqual(wizard.limits_after, 1140 + 50)
        self.assertEqual((self.account.credit_limit, self.account.limit_state), (1000, "limited"))
        wizard.action_apply()
        self.assertEqual((self.grades["C"].factor, self.grades["C"].has_ceiling), (0.6, False))
        self.assertEqual(self.account.credit_limit, 1000, "limits are approved by somebody")

    def test_simulation_before_the_first_customer(self):
        """A company that has no credit account yet is simulated as well: nothing moves."""
        company = self.env["res.company"].create({"name": "New"})
        company.stm_credit_control = True
        scorecard = self.env["stm.credit.scorecard"].search([("company_id", "=", company.id)])
        self.controller.company_ids |= company
        simulations = self.env["stm.credit.simulation"].with_user(self.controller).with_company(company)
        for card in (scorecard, scorecard.browse()):
            simulation = simulations.create({"company_id": company.id, "scorecard_id": card.id})
            simulation.action_compute()
            self.assertEqual((simulation.customers, simulation.limits_before), (0, 0))
        self.assertTrue(scorecard)

    def test_simulation(self):
        """C instead of A: a term of 60 days is held; without the rule for limits 1,200 is free."""
        self.account.sudo().grade_id = self.grades["A"]
        above = self._quote(1200)
        late = self._quote(700, payment_term_id=self._make_term(60).id)
        same = self._quote(100)
        card = self.env["stm.credit.scorecard"]._get_active(self.company)
        draft = card.browse(card.with_user(self.controller).action_new_version()["res_id"])
        draft.criterion_ids.unlink()
        draft.write(
            {
                "criterion_ids": [
                    Command.create(
                        {"input": "agency", "point_ids": [Command.create({"figure": 0, "points": 60})]}
                    )
                ]
            }
        )
        evidence = {"account_id": self.account.id, "value": 1, "source": "Agency", "date": "2026-06-30"}
        self.env["stm.credit.evidence"].create(evidence)
        wizard = self.env["stm.credit.simulation"].with_user(self.controller).create({})
        self.assertEqual(wizard.rule_ids.mapped("kind"), self.rules.mapped("kind"))
        wizard.scorecard_id = draft
        wizard.rule_ids.filtered(lambda rule: rule.kind == "limit").unlink()
        wizard.action_compute()
        self.assertEqual(
            {line.order_id: (line.before, line.after) for line in wizard.order_ids},
            {above: ("hold", "free"), late: ("free", "hold")},
        )
        self.assertEqual((wizard.quotations, wizard.freed, wizard.stopped), (3, 1200, 700))
        self.assertEqual(wizard.line_ids.mapped("after_id.name"), ["C"])
        self.assertEqual((wizard.customers, wizard.fallers, wizard.risers), (1, 1, 0))
        self.assertIn("60 days", wizard.order_ids.filtered(lambda line: line.order_id == late).reasons)
        self.assertFalse((above | late | same).stm_hold_id, "nothing is held by looking")
        self.assertEqual(self.account.grade_id, self.grades["A"])
        self.assertEqual(above.stm_credit_level, "hold")
        # the grade that a person has decided stays
        self.account.action_stm_override(self.grades["A"].id, "2026-07-31", "Known")
        wizard.action_compute()
        self.assertEqual((wizard.fallers, wizard.stopped), (0, 0))
        wizard.policy_ids.filtered(lambda line: line.grade_id.name == "A").longest_term = 30
        wizard.action_apply()
        self.env.invalidate_all()
        self.assertEqual((above.stm_credit_level, late.stm_credit_level), ("free", "hold"))
        for user in (self.manager, self.releaser, self.accountant):
            with self.assertRaises(AccessError):
                wizard.with_user(user).action_apply()
