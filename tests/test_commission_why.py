"""Why did I get nothing? Every document line is credited or has exactly one reason."""

import random

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .common_commission import CommissionCase

JUNE = "2026-06-15"


@freeze_time("2026-06-15 12:00:00")
class TestCommissionWhy(CommissionCase):
    def _why(self, day=JUNE, user=None, **values):
        self.env.invalidate_all()
        return self.env["stm.commission.mine"].with_user(user or self.rep).get_why(day, **values)

    def _codes(self, **values):
        """{amount of the line: code}"""
        return {row["base"]: row["code"] for row in self._why(**values)["rows"]}

    def _reason(self, amount, **values):
        [row] = [row for row in self._why(**values)["rows"] if row["base"] == amount]
        return row["reason"]

    def test_credited_with_its_amount(self):
        self._sold("2026-06-02", 800)
        self._commission([0.1])
        [row] = self._why()["rows"]
        self.assertEqual((row["state"], row["reason"]), ("credited", ""))
        self.assertEqual((row["amount"], row["payable"]), (80, 80))

    def test_a_posted_statement(self):
        invoice = self._sold("2026-05-02", 800)
        plan = self._commission([0.1], payable_on="proportional")
        self._pay(invoice, "2026-05-20", amount=200)
        self._post(self._settle(plan))
        [row] = self._why("2026-05-31")["rows"]
        self.assertEqual((row["state"], row["amount"], row["payable"]), ("waiting", 80, 20))

    def test_filters_are_named(self):
        self._sold("2026-06-02", 800)
        valves = self.env["product.category"].create({"name": "Valves"})
        self._commission(
            [
                {"name": "Machines", "rate": 0.1, "categ_ids": [(6, 0, valves.ids)]},
                {"name": "Old friends", "rate": 0.1, "customer_kind": "known"},
                {"name": "Dear", "rate": 0.1, "has_discount_band": True, "discount_from": 5},
            ]
        )
        reason = self._reason(800)
        self.assertEqual(self._codes(), {800: "filter"})
        self.assertIn("Machines is only for: Product Categories Valves", reason)
        self.assertIn("Old friends is only for: Customers Known", reason)
        self.assertIn("Dear is only for: discount from 5 % to 100 %", reason)

    def test_not_paid_yet(self):
        self._pay(self._sold("2026-06-02", 2400), "2026-06-10", amount=1200)
        self._commission([0.1], payable_on="proportional")
        [row] = self._why()["rows"]
        self.assertEqual((row["code"], row["amount"], row["payable"]), ("waiting", 240, 120))
        self.assertRegex(row["reason"], r"1,200.*2,400")

    def test_written_off(self):
        loss = self.env["account.account"].with_company(self.company)
        accounts = [("company_ids", "in", self.company.ids), ("account_type", "=", "expense_direct_cost")]
        self._pay(
            self._sold("2026-06-02", 2400), "2026-06-10", amount=1200,
            payment_difference_handling="reconcile", writeoff_account_id=loss.search(accounts, limit=1).id,
        )  # fmt: skip
        self._commission([0.1], payable_on="full")
        [row] = self._why()["rows"]
        self.assertEqual((row["code"], row["amount"], row["payable"]), ("waiting", 240, 0))
        self.assertEqual(
            row["reason"], "Not all of it was paid, and nothing is open any more: the rest waits"
        )

    def test_gate_and_cap(self):
        self._sold("2026-06-02", 700)
        plan = self._commission([{"name": "Gated", "rate": 0.1, "gate": "all", "gate_base": 1000}])
        self.assertEqual(self._codes(), {700: "gate"})
        self.assertRegex(self._reason(700), r"Gated: the gate of .*1,000.* is not reached, .*700")
        plan.assignment_ids.date_to = "2026-01-31"
        self._sold("2026-06-03", 300)
        self._commission([{"rate": 0.1, "is_capped": True, "cap": 70}], name="Capped")
        rows = [row for row in self._why()["rows"] if row["code"] != "not_in_plan"]
        self.assertEqual({row["base"]: row["code"] for row in rows}, {700: "credited", 300: "cap"})

    def test_what_was_withheld_and_posted_says_why(self):
        self._sold("2026-05-02", 700)
        self._sold("2026-05-03", 200)
        rules = [
            {"name": "Gated", "rate": 0.1, "gate": "all", "gate_base": 1000},
            {"name": "Capped", "rate": 0.1, "is_capped": True, "cap": 50},
        ]
        plan = self._commission(rules)
        self._post(self._settle(plan))
        rows = {row["base"]: row for row in self._why("2026-05-31")["rows"]}
        self.assertEqual((rows[700]["code"], rows[700]["amount"]), ("credited", 50))
        self.assertRegex(rows[700]["reason"], r"70\.00.*d, Gated: Gate not.*20\.00.*d, Capped: Above")
        self.assertEqual((rows[200]["code"], rows[200]["amount"]), ("gate", 0))
        self.assertRegex(rows[200]["reason"], r"Gated: the gate of .*1,000.* is not reached, .*900")

    def test_on_hold_for_an_overdue_customer(self):
        overdue = self._sold("2026-04-01", 500)
        overdue.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).date_maturity = "2026-04-10"
        plan = self._commission([0.1], date_from="2026-06-01", hold_overdue=True, overdue_days=30)
        self._sold("2026-06-02", 800)
        self.assertEqual(self._codes(), {800: "waiting"})
        self.assertEqual(self._reason(800), "On hold: the customer is overdue")
        self._post(self._settle(plan))
        self.assertEqual(self._codes(), {800: "waiting"})
        self.assertEqual(self._reason(800), "On hold: the customer is overdue")
        self._pay(overdue, "2026-06-10")
        [row] = self._why()["rows"]
        self.assertEqual((row["code"], row["reason"], row["payable"]), ("credited", "", 80))

    def test_who_has_left_forfeits_what_was_not_paid(self):
        self._pay(self._sold("2026-05-02", 1000), "2026-05-20", amount=400)
        self._sold("2026-05-03", 500)
        plan = self._commission([0.1], payable_on="proportional", unvested="forfeited")
        plan.assignment_ids.with_user(self.payroll).date_to = "2026-05-31"
        for posted in (False, True):
            if posted:
                self._post(self._settle(plan))
            rows = {row["base"]: row for row in self._why("2026-05-31")["rows"]}
            part, none = rows[1000], rows[500]
            self.assertEqual((part["code"], part["amount"], part["payable"]), ("credited", 40, 40))
            self.assertRegex(part["reason"], r"^Not payable when the payee left: .*60\.00")
            self.assertEqual((none["code"], none["amount"], none["payable"]), ("left", 0, 0))
            self.assertEqual(none["reason"], "Not payable when the payee left")

    def test_two_plans_are_told_apart(self):
        self._sold("2026-06-02", 800)
        self._commission([0.1])
        self._commission([0.02], name="Extra")
        rows = {row["plan"]: row["amount"] for row in self._why()["rows"]}
        self.assertEqual(rows, {"Field": 80, "Extra": 16})

    def test_a_split_among_others(self):
        order = self._order("2026-06-02", 900)
        self._invoice(order, "2026-06-02")
        order.stm_split_ids = [(0, 0, {"user_id": self.rep2.id, "share": 1})]
        self._commission([0.1], [self.rep, self.rep2])
        self.assertEqual(self._codes(), {900: "split"})
        self.assertIn("Rep2", self._reason(900))
        self.assertEqual(self._codes(user=self.rep2), {900: "credited"})

    def test_documents_that_are_nothing_yet(self):
        self._order("2026-06-02", 1, confirm=False)
        self._order("2026-06-03", 2)
        self._order("2026-06-04", 3)._action_cancel()
        draft = self._order("2026-06-05", 4)._create_invoices()
        draft.invoice_date = "2026-06-05"
        self._commission([0.1])
        codes = {(row["base"], row["code"]) for row in self._why()["rows"]}
        wanted = {(1, "quotation"), (2, "not_invoiced"), (3, "cancelled"), (4, "invoice_draft")}
        self.assertLessEqual(wanted, codes)

    def test_an_order_that_was_invoiced_and_partly_refunded(self):
        """Its invoice and its refund are told; that it could be invoiced again is no reason."""
        invoice = self._sold("2026-06-02", 1000)
        self._refund(invoice, "2026-06-10", 300)
        order = invoice.line_ids.sale_line_ids.order_id
        self.assertEqual(order.invoice_status, "to invoice")
        self._commission([0.1])
        rows = {row["base"]: (row["code"], row["amount"]) for row in self._why()["rows"]}
        self.assertEqual(rows, {1000: ("credited", 100), -300: ("credited", -30)})

    def test_documents_are_told_by_the_plans_of_their_day(self):
        """A quotation of June, by two plans in force; a third one was left in May."""
        self._order("2026-06-02", 500, confirm=False)
        invoice = self._sold("2026-06-03", 700)
        old = self._commission([0.1], name="Old")
        old.assignment_ids.with_user(self.payroll).date_to = "2026-05-31"
        self._commission([0.1], name="Base")
        self._commission([0.02], name="Special", earned_on="payment")
        rows = [(row["base"], row["plan"], row["code"]) for row in self._why()["rows"]]
        wanted = [(500, "Base, Special", "quotation"), (700, "Base", "credited"), (700, "Special", "unpaid")]
        self.assertEqual(sorted(rows), wanted)
        self.rep.group_ids |= self.env.ref("account.group_account_readonly")
        asked = self._why(None, model="account.move", document_id=invoice.id)
        self.assertEqual(sorted(row["plan"] for row in asked["rows"]), ["Base", "Special"])

    def test_who_is_in_no_plan_any_more_is_told_so_once(self):
        self._order("2026-06-02", 500, confirm=False)
        self._sold("2026-06-03", 700)
        for name in ("One", "Two"):
            plan = self._commission([0.1], name=name)
            plan.assignment_ids.with_user(self.payroll).date_to = "2026-05-31"
        rows = [(row["base"], row["code"]) for row in self._why()["rows"]]
        self.assertEqual(sorted(rows), [(500, "not_in_plan"), (700, "not_in_plan")])

    def test_an_order_says_how_much_is_open(self):
        """1,000 ordered, 600 of it invoiced, 200 of that paid: 800 are open."""
        order = self._order("2026-06-02", 1000)
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-06-02"
        invoice.invoice_line_ids.price_unit = 600
        invoice.action_post()
        self._pay(invoice, "2026-06-10", amount=200)
        self._commission([0.1], earned_on="order", payable_on="full")
        [row] = self._why()["rows"]
        self.assertEqual((row["code"], row["amount"], row["payable"]), ("waiting", 100, 0))
        self.assertRegex(row["reason"], r"800\.00.* of .*1,000\.00.* are open")

    def test_an_unborn_document_that_is_shared(self):
        order = self._order("2026-06-02", 900, confirm=False)
        order.stm_split_ids = [
            (0, 0, {"user_id": one.id, "share": share}) for one, share in ((self.rep, 0.4), (self.rep2, 0.6))
        ]
        self._commission([0.1], [self.rep, self.rep2])
        self.assertEqual(self._codes(), {360: "quotation"})
        self.assertEqual(self._codes(user=self.rep2), {540: "quotation"})

    def test_a_plan_that_earns_on_payments(self):
        self._sold("2026-06-02", 1000)
        self._commission([0.1], earned_on="payment")
        self.assertEqual(self._codes(), {1000: "unpaid"})

    def test_before_joining_and_without_a_target(self):
        self._sold("2026-06-02", 1000)
        measure = self.env.ref("sales_target_mgmt.measure_invoiced")
        rule = {
            "method": "flat",
            "tier_by": "attainment",
            "measure_id": measure.id,
            "tiers": [(0, 100, 0.01), (100, 0, 0.02)],
        }
        plan = self._commission([rule])
        self.assertEqual(self._codes(), {1000: "no_target"})
        plan.assignment_ids.date_to = "2026-06-01"
        self._commission([0.1], [{"user_id": self.rep.id, "date_from": "2026-06-10"}], name="Later")
        self.assertEqual({row["code"] for row in self._why()["rows"]}, {"not_in_plan"})

    def test_one_document(self):
        first, second = self._sold("2026-05-02", 800), self._sold("2026-06-02", 900)
        self._commission([0.1])
        rep = self.rep
        rep.group_ids |= self.env.ref("account.group_account_readonly")
        [row] = self._why(None, model="account.move", document_id=first.id)["rows"]
        self.assertEqual((row["base"], row["amount"]), (800, 80))
        order = second.line_ids.sale_line_ids.order_id
        [row] = self._why(None, model="sale.order", document_id=order.id)["rows"]
        self.assertEqual((row["base"], row["amount"]), (900, 90))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_own_pay_only(self):
        order = self._order("2026-06-02", 900, user=self.rep2)
        self._invoice(order, "2026-06-02")
        self._commission([0.1], [self.rep, self.rep2])
        self.assertEqual(self._why()["rows"], [])
        for user in (self.rep, self.leader, self.manager, self.accountant):
            with self.assertRaises(AccessError):
                self._why(user=user, payee_id=self.rep2.partner_id.id)
        with self.assertRaises(AccessError):
            self._why(None, model="sale.order", document_id=order.id)
        [row] = self._why(user=self.payroll, payee_id=self.rep2.partner_id.id)["rows"]
        self.assertEqual(row["amount"], 90)

    def test_every_line_is_credited_or_has_one_reason(self):
        """Twelve random months of documents and two plans of everything that can refuse something."""
        valves = self.env["product.category"].create({"name": "Valves"})
        valve = self.env["product.product"].create(
            {"name": "Valve", "type": "consu", "categ_id": valves.id, "invoice_policy": "order"}
        )
        self._make_documents(random.Random(4), valve)
        pumps = {"name": "Pumps", "rate": 0.1, "categ_ids": [(6, 0, self.category.ids)]}
        tiers = {"name": "Valves", "method": "marginal", "tiers": [(0, 500, 0), (500, 0, 0.05)]}
        rules = [
            {**pumps, "gate": "all", "gate_base": 900},
            {**tiers, "categ_ids": [(6, 0, valves.ids)], "is_capped": True, "cap": 20},
        ]
        payee = {"user_id": self.rep.id, "date_from": "2026-06-03"}
        for values in (
            {"payable_on": "proportional", "refund_mode": "rerate"},
            {"earned_on": "order", "name": "Orders"},
            {"earned_on": "payment", "name": "Cash"},
        ):
            with self.subTest(**values), self.cr.savepoint() as savepoint:
                plan = self._commission([dict(rule) for rule in rules], [payee], **values)
                self._settle(plan)
                self._check_rows(plan)
                savepoint.rollback()

    def _make_documents(self, chance, valve):
        for _number in range(24):
            day = f"2026-06-{chance.randint(1, 15):02}"
            user = chance.choice([self.rep, self.rep, self.rep2])
            product = valve if chance.random() < 0.3 else self.product
            line = {"product_id": product.id, "name": product.name, "tax_ids": [(5,)]}
            line["price_unit"] = chance.randint(0, 900)
            order = self._order(day, user=user, order_line=[(0, 0, line)])
            share = chance.choice([0.5, 1]) if chance.random() < 0.3 else 0
            if share:
                shares = {self.rep2: share, self.rep: 1 - share}
                order.stm_split_ids = [
                    (0, 0, {"user_id": one.id, "share": part}) for one, part in shares.items() if part
                ]
            invoice = self._invoice(order, day)
            if chance.random() < 0.4:
                self._pay(invoice, "2026-06-15")
            if chance.random() < 0.2:
                self._refund(invoice, "2026-06-15")

    def _check_rows(self, plan):
        """What the rows say adds up to the ledger, and who got nothing is told why."""
        entries = self._entries(plan).filtered("line_id")
        unborn = ("not_invoiced", "unpaid", "quotation", "invoice_draft")
        rows = [row for row in self._why()["rows"] if row["code"] not in unborn]
        self.assertGreater(len({row["code"] for row in rows}), 3)
        for row in rows:
            self.assertEqual(bool(row["amount"]), row["state"] != "nothing", row)
            self.assertTrue(row["reason"] or row["code"] == "credited", row)
        self.assertAlmostEqual(sum(row["amount"] for row in rows), sum(entries.mapped("amount")), 2)
        self.assertAlmostEqual(sum(row["payable"] for row in rows), sum(entries.mapped("payable")), 2)
