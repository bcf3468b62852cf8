"""Refunds after a time and in instalments, holds for overdue customers, guarantees, leavers."""

from freezegun import freeze_time

from odoo.exceptions import UserError

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionRefunds(CommissionCase):
    def test_nothing_is_taken_back_after_the_window(self):
        early, late = self._sold("2026-03-01", 1000), self._sold("2026-03-02", 2000)
        plan = self._commission([0.1], has_refund_window=True, refund_days=30)
        self._post(self._settle(plan, "2026-03-31"))
        self._refund(early, "2026-03-31")
        self._refund(late, "2026-04-02")
        march, april = self._settle(plan, "2026-04-30")
        self.assertEqual((march.earned, april.earned), (300, -100))
        spared = april.entry_ids.filtered(lambda one: one.reason == "window")
        self.assertEqual((spared.kind, spared.amount, spared.customer), ("clawback", 0, "Acme"))
        self._post(april)
        self.assertEqual(len(self._settle(plan, "2026-04-30")), 2)

    def test_a_refund_is_taken_back_in_instalments(self):
        invoice = self._sold("2026-03-10", 1000)
        for month in (4, 5, 6):
            self._sold(f"2026-{month:02}-01", 1000)
        plan = self._commission([0.1], clawback_periods=3)
        self._post(self._settle(plan, "2026-03-31"))
        self._refund(invoice, "2026-04-20")
        statements = self._settle(plan, "2026-06-15")
        self.assertEqual(statements.mapped("earned"), [100, 0, 100, 100])
        self.assertEqual(statements.mapped("payable"), [100, 66.67, 66.66, 66.67])
        self.assertEqual(statements.mapped("waiting"), [0, -66.67, -33.33, 0])
        self._post(statements[1])
        self.assertEqual(self._settle(plan, "2026-06-15").mapped("payable"), [100, 66.67, 66.66, 66.67])

    def test_a_refund_eats_first_what_was_withheld(self):
        invoice = self._sold("2026-05-10", 400000)
        plan = self._commission([{"rate": 0.03, "is_capped": True, "cap": 10000}])
        self._post(self._settle(plan))
        self._refund(invoice, "2026-05-20", 80000)
        _may, june = self._settle(plan)
        # 9,600 is left of 12,000: 2,000 of the 2,400 had been withheld
        self.assertEqual(june.earned, -400)
        eaten = june.entry_ids.filtered(lambda one: one.kind == "withhold")
        self.assertEqual(sum(eaten.mapped("amount")), 2000)


@freeze_time("2026-06-15 12:00:00")
class TestCommissionHolds(CommissionCase):
    def _due(self, invoice, day):
        invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable").date_maturity = day

    def test_an_overdue_customer_holds_up_what_is_payable(self):
        overdue = self._sold("2026-04-01", 500)
        self._due(overdue, "2026-04-10")
        plan = self._commission([0.1], date_from="2026-05-01", hold_overdue=True, overdue_days=30)
        self._sold("2026-05-10", 1000)
        other = self.env["res.partner"].create({"name": "Prompt"})
        self._invoice(self._order("2026-05-11", 300, partner=other), "2026-05-11")
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.payable, may.waiting, may.held), (130, 30, 100, 100))
        held = may.entry_ids.filtered("held")
        self.assertEqual((held.held, held.payable, held.reason), (100, 0, "overdue"))
        self.assertIn("On hold", held.message)
        self._post(may)
        self.assertEqual(self._settle(plan), may, "on hold is said once")
        self._pay(overdue, "2026-06-10")
        _may, june = self._settle(plan)
        self.assertEqual((june.earned, june.payable, june.waiting, june.held), (0, 100, 0, 0))
        self.assertEqual(sum(self._entries(plan).mapped("held")), 0)

    def test_what_was_paid_out_before_stays(self):
        invoice = self._sold("2026-05-10", 1000)
        plan = self._commission([0.1], hold_overdue=True, overdue_days=0)
        self._due(invoice, "2026-06-10")
        self._post(self._settle(plan, "2026-05-31"))
        self.assertEqual(len(self._settle(plan)), 1)

    def test_held_until_the_payment_and_until_nothing_is_overdue(self):
        overdue = self._sold("2026-04-01", 500)
        self._due(overdue, "2026-04-10")
        plan = self._commission(
            [0.1], date_from="2026-05-01", payable_on="proportional", hold_overdue=True, overdue_days=30
        )
        invoice = self._sold("2026-05-10", 1000)
        self._pay(invoice, "2026-05-20", amount=400)
        [may] = self._settle(plan)
        self.assertEqual((may.payable, may.waiting, sum(may.entry_ids.mapped("held"))), (0, 100, 40))
        self._pay(overdue, "2026-05-25")
        self.assertEqual(self._settle(plan).payable, 40)

    def test_a_plan_that_changes_to_wait_takes_nothing_twice(self):
        """A version from the beginning: what was payable at once becomes payable with payments."""
        invoice = self._sold("2026-05-10", 1000)
        plan = self._commission([0.1])
        self._post(self._settle(plan))
        version = self.env["stm.commission.plan"].browse(plan.action_new_version()["res_id"])
        version.write({"date_from": "2026-01-01", "payable_on": "proportional"})
        version.with_user(self.payroll).action_activate()
        self._pay(invoice, "2026-06-10", amount=300)
        _may, june = self._settle(plan)
        self.assertEqual((june.earned, june.waiting), (0, 70))
        self.assertEqual(june.draw_balance, 70)


@freeze_time("2026-06-15 12:00:00")
class TestCommissionGuarantee(CommissionCase):
    def test_a_guarantee_is_never_recovered(self):
        for month, amount in ((3, 20000), (4, 50000)):
            self._sold(f"2026-{month:02}-10", amount)
        payee = {"user_id": self.rep.id, "guarantee": 3000}
        plan = self._commission([0.1], [payee], date_from="2026-03-01")
        march, april = self._settle(plan, "2026-04-30")
        self.assertEqual((march.earned, march.payable, march.draw_balance), (3000, 3000, 0))
        self.assertEqual((april.payable, april.draw_balance), (5000, 0))
        self._post(march)
        self.assertEqual(self._settle(plan, "2026-04-30").mapped("payable"), [3000, 5000])
        kinds = march.entry_ids.filtered(lambda one: one.component == "draw").mapped("kind")
        self.assertEqual(kinds, ["guarantee"])

    def test_it_is_not_posted_before_its_period_is_over(self):
        self._sold("2026-05-10", 1000)
        payee = {"user_id": self.rep.id, "guarantee": 500}
        plan = self._commission([0.1], [payee], date_from="2026-05-01")
        with freeze_time("2026-05-12 12:00:00"):
            may = self._settle(plan, "2026-05-12")
            with self.assertRaisesRegex(UserError, "2026-05-31"):
                self._post(may)
        # what is sold afterwards counts against it
        self._sold("2026-05-20", 10000)
        may, _june = self._settle(plan, "2026-06-15")
        self._post(may)
        self.assertEqual((may.payable, may.entry_ids.mapped("component")), (1100, ["R1", "R1"]))

    def test_what_is_taken_back_stays_to_be_recovered(self):
        invoice = self._sold("2026-04-10", 50000)
        payee = {"user_id": self.rep.id, "guarantee": 3000}
        plan = self._commission([0.1], [payee], date_from="2026-04-01")
        self._post(self._settle(plan, "2026-04-30"))
        self._refund(invoice, "2026-05-05", 1000)
        _april, may = self._settle(plan, "2026-05-31")
        self.assertEqual((may.payable, may.draw_balance), (3000, 100))


@freeze_time("2026-06-15 12:00:00")
class TestCommissionLeavers(CommissionCase):
    def _leave(self, **values):
        invoice = self._sold("2026-04-10", 1000)
        plan = self._commission([0.1], payable_on="proportional", date_from="2026-04-01", **values)
        self._pay(invoice, "2026-04-20", amount=400)
        self._post(self._settle(plan, "2026-04-30"))
        plan.assignment_ids.with_user(self.payroll).date_to = "2026-04-30"
        self._sold("2026-05-02", 5000)
        return plan, invoice

    def test_what_was_earned_before_is_paid_later(self):
        plan, invoice = self._leave()
        self._pay(invoice, "2026-06-05")
        april, june = self._settle(plan)
        self.assertEqual((april.payable, june.earned, june.payable, june.waiting), (40, 0, 60, 0))

    def test_what_waits_is_forfeited(self):
        plan, invoice = self._leave(unvested="forfeited")
        _april, may = self._settle(plan)
        self.assertEqual((may.earned, may.payable, may.waiting), (-60, 0, 0))
        self.assertEqual((may.entry_ids.kind, may.entry_ids.reason), ("forfeit", "left"))
        self._post(may)
        self._pay(invoice, "2026-06-05")
        self.assertEqual(len(self._settle(plan)), 2)

    def test_an_open_draw_of_a_leaver_is_shown(self):
        plan = self._commission([0.1], [{"user_id": self.rep.id, "draw": 500}], date_from="2026-05-01")
        self._post(self._settle(plan, "2026-05-31"))
        plan.assignment_ids.with_user(self.payroll).date_to = "2026-05-31"
        self.assertEqual(plan.assignment_ids.draw_balance, 500)
        self._settle(plan)
        self.assertEqual(plan.assignment_ids.draw_balance, 500)
