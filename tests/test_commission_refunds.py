"""What a refund does to the base of a plan that had not credited the sale."""

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Date

from .common_commission import CommissionCase

TIERS = [(0, 1000, 0.1), (1000, 0, 0.2)]


@freeze_time("2026-06-15 12:00:00")
class TestCommissionRefunds(CommissionCase):
    def _earned(self, plan):
        return sum(self._settle(plan).mapped("earned"))

    def test_a_refund_of_a_sale_from_before_the_plan(self):
        """1,500 sold in May earn 200; a refund of an April sale changes nothing, whichever way."""
        before = self._sold("2026-04-10", 800)
        self._refund(before, "2026-05-05", 600)
        self._sold("2026-05-10", 1500)
        for refund_mode in ("historic", "rerate"):
            with self.subTest(refund_mode), self.env.cr.savepoint() as savepoint:
                plan = self._commission([TIERS], date_from="2026-05-01", refund_mode=refund_mode)
                self.assertEqual(self._earned(plan), 200)
                [row] = self._entries(plan).filtered(lambda entry: entry.kind == "clawback")
                self.assertEqual((row.amount, row.base, row.reason), (0, 0, "uncredited"))
                savepoint.rollback()

    def test_a_refund_in_a_later_period_takes_back(self):
        for refund_mode, taken in (("historic", -60), ("rerate", -60)):
            with self.subTest(refund_mode), self.env.cr.savepoint() as savepoint:
                plan = self._commission([0.1], date_from="2026-04-01", refund_mode=refund_mode)
                invoice = self._sold("2026-04-10", 800)
                self._post(self._settle(plan, "2026-04-30"))
                self._refund(invoice, "2026-05-05", 600)
                _april, may = self._settle(plan, "2026-05-31")
                self.assertEqual(may.earned, taken)
                why = self.env["stm.commission.mine"].with_user(self.rep).get_why("2026-05-31")
                [row] = [row for row in why["rows"] if row["base"] < 0]
                self.assertEqual((row["amount"], row["code"]), (-60, "credited"))
                savepoint.rollback()

    def test_a_posted_refund_is_cancelled(self):
        """It gives back what it took, though the table would say something else by now."""
        plan = self._commission([TIERS], date_from="2026-05-01")
        invoice = self._sold("2026-05-02", 1000)
        self._sold("2026-05-10", 1000)
        refund = self._refund(invoice, "2026-05-12", 500)
        self._post(self._settle(plan, "2026-05-31"))
        # 100 and 200, less 10 % of 500
        self.assertEqual(self._earned(plan), 250)
        refund.button_draft()
        self.assertEqual(self._earned(plan), 300)

    def test_a_posted_invoice_is_cancelled(self):
        """What is taken back says of which document and line, in the entry and on My Commission."""
        plan = self._commission([0.1], date_from="2026-05-01")
        invoice = self._sold("2026-05-10", 800)
        self._post(self._settle(plan, "2026-05-31"))
        name, line = invoice.name, invoice.invoice_line_ids.filtered("product_id")
        invoice.button_draft()
        invoice.button_cancel()
        _may, june = self._settle(plan, "2026-06-15")
        [entry] = june.entry_ids.filtered(lambda one: one.kind == "clawback")
        self.assertEqual((entry.amount, entry.document, entry.line_id), (-80, name, line.id))
        self.assertEqual((entry.document_model, entry.document_id), ("account.move", invoice.id))
        self.assertEqual(entry.customer, invoice.partner_id.name)
        self._settle(plan, "2026-06-15")
        self.assertTrue(entry.exists())
        page = self.env["stm.commission.mine"].with_user(self.rep).get_page()
        [row] = [row for row in page["entries"] if row["amount"] == -80]
        self.assertEqual((row["document"], row["document_id"], row["entry_id"]), (name, invoice.id, entry.id))
        self.assertTrue(row["product"])

    def _estimate(self, amount):
        quote = self._order("2026-06-14", amount, confirm=False)
        estimate = self.env["stm.commission.mine"].with_user(self.rep).get_estimate("sale.order", quote.id)
        return estimate["totals"][0]["amount"]

    def test_the_estimator_spares_what_a_settlement_spares(self):
        """800 sold in June at 10 %, from 1,000 on at 20 %; then 600 are refunded, and 500 more come."""
        before = self._sold("2026-04-10", 800)
        may = self._sold("2026-05-10", 800)
        self._sold("2026-06-02", 800)
        plan = self._commission([TIERS], date_from="2026-05-01", refund_mode="rerate")
        expected = {
            # 200 at 10 %, 300 at 20 %
            "of April, before the plan": (before, {}, 80),
            # 800 less 600: all 500 at 10 %
            "of May": (may, {}, 50),
            "of May, too late to be taken back": (may, {"has_refund_window": True, "refund_days": 20}, 80),
        }
        for name, (invoice, terms, amount) in expected.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                plan.sudo()._write_guarded(terms)
                self._refund(invoice, "2026-06-05", 600)
                self.assertEqual(self._estimate(500), amount)
                earned = self._earned(plan)
                self._sold("2026-06-14", 500)
                self.assertEqual(self._earned(plan) - earned, amount)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_trial_takes_back_what_was_sold_before_its_first_day(self):
        """800 sold in May at 10 %, below 1,000; more in April, which took the tier above."""
        self._sold("2026-05-02", 1000)
        invoice = self._sold("2026-05-10", 800)
        engine = self.env["stm.commission.engine"].sudo()
        days = Date.to_date("2026-06-01"), Date.to_date("2026-06-30")
        for refund_mode, rules, settled, taken in (
            ("rerate", [0.1], False, -60),
            ("historic", [0.1], False, -60),
            # by itself, the sale is below the tier that it reached; its statement knows better
            ("historic", [TIERS], False, -60),
            ("historic", [TIERS], True, -120),
        ):
            with self.subTest(f"{refund_mode} {settled}"), self.env.cr.savepoint() as savepoint:
                plan = self._commission(rules, date_from="2026-05-01", refund_mode=refund_mode)
                if settled:
                    self._settle(plan, "2026-05-31")
                self._refund(invoice, "2026-06-05", 600)
                book = engine._gather_trial(plan, *days, as_paid=settled)
                self.assertEqual(sum(line.row.amount for line in engine._compute(book)), taken)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_book_of_some_periods_takes_back_what_the_sale_was_paid(self):
        invoice = self._sold("2026-05-10", 800)
        plan = self._commission([0.1], date_from="2026-05-01")
        self._post(self._settle(plan, "2026-05-31"))
        self._refund(invoice, "2026-06-05", 600)
        self.assertEqual(_earned_in_june(plan), -60)

    def test_a_book_without_components(self):
        """As a version may be that is drafted and tried: nothing is paid for."""
        self._sold("2026-05-10", 800)
        plan = self._commission([0.1], date_from="2026-05-01")
        draft = self.env["stm.commission.plan"].browse(plan.action_new_version()["res_id"])
        draft.rule_ids.unlink()
        engine = self.env["stm.commission.engine"].sudo()
        days = Date.to_date("2026-05-01"), Date.to_date("2026-06-15")
        self.assertEqual(engine._compute(engine._gather_trial(draft, *days)), [])

    def test_a_component_for_some_days_takes_back_what_it_paid_and_no_more(self):
        """A premium of 5 % in May: a refund of June takes it back, one of May of an April sale does not."""
        premium = {"name": "May", "rate": 0.05, "date_from": "2026-05-01", "date_to": "2026-05-31"}
        april, may = self._sold("2026-04-10", 1000), self._sold("2026-05-10", 1000)
        for refund_mode in ("historic", "rerate"):
            with self.subTest(refund_mode), self.env.cr.savepoint() as savepoint:
                plan = self._commission([{"name": "All", "rate": 0.1}, premium], refund_mode=refund_mode)
                self.assertEqual(self._earned(plan), 100 + 150)
                self._refund(april, "2026-05-20", 400)
                self.assertEqual(self._earned(plan), 60 + 150)
                self._refund(may, "2026-06-05", 400)
                self.assertEqual(self._earned(plan), 60 + 90)
                why = self.env["stm.commission.mine"].with_user(self.rep).get_why("2026-06-05")
                self.assertEqual([row["amount"] for row in why["rows"]], [-60])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_refund_of_a_new_customers_purchase_comes_when_the_customer_is_known(self):
        rules = [
            {"name": kind, "rate": rate, "customer_kind": kind, "new_days": 30}
            for kind, rate in (("new", 0.1), ("known", 0.02))
        ]
        first = self._sold("2026-04-01", 1000)
        self._sold("2026-06-02", 1000)
        for refund_mode in ("historic", "rerate"):
            with self.subTest(refund_mode), self.env.cr.savepoint() as savepoint:
                plan = self._commission(rules, refund_mode=refund_mode)
                self.assertEqual(self._earned(plan), 100 + 20)
                self._refund(first, "2026-06-05", 500)
                self.assertEqual(self._earned(plan), 50 + 20)
                savepoint.rollback()
            self.env.invalidate_all()


@freeze_time("2026-06-15 12:00:00")
class TestCommissionRefundsAfterAChange(CommissionCase):
    """A sale of 1,000 in May, and the plan changes in June: what was paid is taken back by its terms."""

    def _supersede(self, plan, drop="", **values):
        version = plan.browse(plan.with_user(self.payroll).action_new_version()["res_id"])
        version.write({"date_from": "2026-06-01", **values})
        version.rule_ids.filtered(lambda rule: rule.name == drop).unlink()
        version.action_activate()
        return version

    def _check(self, change, june):
        """:param june: what the statement of June is after a refund of 400"""
        invoice = self._sold("2026-05-10", 1000)
        for refund_mode in ("historic", "rerate"):
            with self.subTest(refund_mode), self.env.cr.savepoint() as savepoint:
                rules = [{"name": "All", "rate": 0.1}, {"name": "Launch", "rate": 0.05}]
                plan = self._commission(rules, refund_mode=refund_mode)
                self._post(self._settle(plan, "2026-05-31"))
                change(plan)
                self._refund(invoice, "2026-06-05", 400)
                statements = self._settle(plan)
                self.assertEqual(statements.mapped("earned"), [150, june])
                self._post(statements[1])
                self.assertEqual(self._settle(plan).mapped("earned"), [150, june])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_component_is_dropped(self):
        self._check(lambda plan: self._supersede(plan, drop="Launch"), -60)

    def test_margin_instead_of_revenue(self):
        self._check(lambda plan: self._supersede(plan, paid_for="margin"), -60)

    def test_the_payee_has_left(self):
        """Paid out is taken back and owed, also by who has lost what waited when leaving."""
        for terms, paid, june in (
            ({}, 0, -40),
            ({"unvested": "forfeited"}, 0, -40),
            ({"unvested": "forfeited", "payable_on": "proportional"}, 300, -12),
            ({"unvested": "forfeited", "payable_on": "proportional"}, 0, 0),
            ({"unvested": "forfeited", "payable_on": "days", "wait_days": 30}, 0, 0),
            ({"unvested": "forfeited", "has_refund_window": True, "refund_days": 20}, 0, 0),
        ):
            with self.subTest(f"{terms} {paid}"), self.env.cr.savepoint() as savepoint:
                invoice = self._sold("2026-05-10", 1000)
                plan = self._commission([0.1], **terms)
                if paid:
                    self._pay(invoice, "2026-05-20", amount=paid)
                plan.assignment_ids.with_user(self.payroll).date_to = "2026-05-31"
                self._post(self._settle(plan))
                earned = sum(self._entries(plan).mapped("amount"))
                self._refund(invoice, "2026-06-05", 400)
                self.assertEqual(_earned_in_june(plan), june)
                self._settle(plan)
                self.assertEqual(sum(self._entries(plan).mapped("amount")) - earned, june)
                if not paid:
                    # carried forward: it is recovered from nobody's pay any more
                    self.assertEqual(plan.assignment_ids.draw_balance, -june)
                    owing = self._statements(plan).filtered("draw_balance")
                    self.assertEqual(owing.mapped("owed"), [-june] if june else [])
                    plan.assignment_ids.with_user(self.payroll).date_to = False
                    owing.invalidate_recordset(["owed"])
                    self.assertFalse(any(owing.mapped("owed")))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_another_share(self):
        """Half of the deals in May, all of them in June."""
        invoice = self._sold("2026-05-10", 1000)
        lines = [
            {"user_id": self.rep.id, "share": 0.5, "date_to": "2026-05-31"},
            {"user_id": self.rep.id, "share": 1, "date_from": "2026-06-01"},
        ]
        for refund_mode in ("historic", "rerate"):
            with self.subTest(refund_mode), self.env.cr.savepoint() as savepoint:
                plan = self._commission([0.1], lines, refund_mode=refund_mode)
                self.assertEqual(self._settle(plan).mapped("earned"), [50])
                self._refund(invoice, "2026-06-05", 400)
                self.assertEqual(self._settle(plan).mapped("earned"), [50, -20])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_earns_stays(self):
        """Invoiced in May and paid in June would count twice, or the other way round never."""
        self._pay(self._sold("2026-05-10", 1000), "2026-06-05")
        for before, after in (("invoice", "payment"), ("payment", "invoice")):
            with self.subTest(before), self.env.cr.savepoint() as savepoint:
                plan = self._commission([0.1], earned_on=before)
                with self.assertRaisesRegex(ValidationError, "twice, or never"), self.env.cr.savepoint():
                    self._supersede(plan, earned_on=after)
                self.assertEqual(sum(self._settle(plan).mapped("earned")), 100)
                # as a correction from the first day on there is nothing between
                self._supersede(plan, date_from="2026-01-01", earned_on=after)
                self.assertEqual(sum(self._settle(plan).mapped("earned")), 100)
                savepoint.rollback()
            self.env.invalidate_all()


def _earned_in_june(plan):
    """By a book that knows of that month only."""
    engine = plan.env["stm.commission.engine"].sudo()
    book = engine._gather_for(
        plan._get_versions_in_force(),
        Date.to_date("2026-06-15"),
        engine._get_money(plan),
        first=Date.to_date("2026-06-01"),
    )
    return sum(line.row.amount for line in engine._compute(book))
