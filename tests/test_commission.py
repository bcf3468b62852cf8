"""From documents to statements: what is earned, posted, corrected and released."""

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from .common_commission import CommissionCase

STEPS = [(0, 1000, 0.01), (1000, 3000, 0.02), (3000, 8000, 0.03), (8000, 20000, 0.05)]
DEALS = (200, 300, 1500, 1200, 2000, 4500)


@freeze_time("2026-06-15 12:00:00")
class TestCommission(CommissionCase):
    def test_a_percentage_of_invoices(self):
        self._sold("2026-05-10", 1000)
        self._sold("2026-06-02", 250.05)
        self._order("2026-06-03", 5000)
        self._sold("2026-06-04", 700, user=self.rep2)
        plan = self._commission([0.1])
        may, june = self._settle(plan)
        self.assertEqual((may.payee_id, may.user_id, may.state), (self.rep.partner_id, self.rep, "computed"))
        self.assertEqual((may.earned, may.payable, may.waiting), (100, 100, 0))
        self.assertEqual((june.earned, june.payable), (25.01, 25.01))
        [entry] = june.entry_ids
        self.assertEqual((entry.kind, entry.base, entry.amount, entry.posted), ("earn", 250.05, 25.01, False))

    def test_a_rerun_creates_nothing(self):
        self._sold("2026-05-10")
        plan = self._commission([0.1])
        first = self._settle(plan)
        before = [entry.source_key for entry in self._entries(plan)]
        self.assertEqual(self._settle(plan), first)
        self.assertEqual([entry.source_key for entry in self._entries(plan)], before)
        self._post(first)
        entries = self._entries(plan)
        self._settle(plan)
        self.assertEqual(self._entries(plan), entries)

    def test_an_open_statement_follows_the_documents(self):
        invoice = self._sold("2026-06-02")
        plan = self._commission([0.1])
        self.assertEqual(self._settle(plan).earned, 100)
        invoice.button_draft()
        self.assertFalse(self._settle(plan))
        invoice.action_post()
        self.assertEqual(self._settle(plan).earned, 100)

    def test_tiers_climb_over_the_period(self):
        for number, deal in enumerate(DEALS, 1):
            self._sold(f"2026-05-{number:02}", deal)
        plan = self._commission([STEPS])
        statement = self._settle(plan)
        self.assertEqual(statement.earned, 285)
        self.assertEqual(sorted(statement.entry_ids.mapped("amount")), [2, 3, 25, 26, 60, 169])

    def test_tiers_of_each_document(self):
        for number, deal in enumerate(DEALS, 1):
            self._sold(f"2026-05-{number:02}", deal)
        plan = self._commission([{"method": "marginal", "scope": "document", "tiers": STEPS}])
        self.assertEqual(self._settle(plan).earned, 164)

    def _settle_with_a_refund(self, mode):
        invoices = [self._sold(f"2026-05-{number:02}", deal) for number, deal in enumerate(DEALS, 1)]
        self._refund(invoices[2], "2026-05-20")
        return self._settle(self._commission([STEPS], refund_mode=mode)).earned

    def test_a_refund_at_the_rate_of_the_sale(self):
        self.assertEqual(self._settle_with_a_refund("historic"), 260)

    def test_a_refund_down_the_table(self):
        self.assertEqual(self._settle_with_a_refund("rerate"), 210)

    def test_a_refund_in_a_later_period(self):
        invoice = self._sold("2026-05-10")
        plan = self._commission([0.1])
        self._post(self._settle(plan))
        self._refund(invoice, "2026-06-05", 400)
        may, june = self._settle(plan)
        self.assertEqual((may.earned, june.earned), (100, -40))
        entry = june.entry_ids.filtered(lambda entry: entry.kind == "clawback")
        self.assertEqual((entry.kind, entry.base, entry.amount), ("clawback", -400, -40))

    def test_a_late_and_a_cancelled_invoice(self):
        """A closed period stays as it is: the open one gets the difference."""
        cancelled = self._sold("2026-05-10")
        plan = self._commission([0.1])
        [may] = self._settle(plan)
        self._post(may)
        self._sold("2026-05-20", 300)
        cancelled.button_draft()
        posted, june = self._settle(plan)
        self.assertEqual((posted, posted.earned, june.earned), (may, 100, -70))
        kinds = {entry.kind: entry.amount for entry in june.entry_ids if entry.amount}
        self.assertEqual(kinds, {"clawback": -100, "earn": 30})
        earned = june.entry_ids.filtered("amount")
        self.assertEqual(set(earned.mapped("pot_date")), {may.date_from})

    def test_payable_with_each_payment(self):
        invoice = self._sold("2026-05-10", 1000)
        plan = self._commission([0.1], payable_on="proportional")
        self.assertEqual(
            [(one.earned, one.payable, one.waiting) for one in self._settle(plan)], [(100, 0, 100)]
        )
        first = self._pay(invoice, "2026-05-20", amount=333.33)
        [may] = self._settle(plan)
        self.assertEqual((may.earned, may.payable, may.waiting), (100, 33.33, 66.67))
        release = may.entry_ids.filtered(lambda entry: entry.kind == "release")
        self.assertTrue(release.partial_id)
        self.assertEqual(release.snapshot["payment"], first.move_id.name)
        self._post(may)
        self._pay(invoice, "2026-06-10")
        _may, june = self._settle(plan)
        self.assertEqual((june.earned, june.payable, june.waiting), (0, 66.67, 0))

    def test_an_unreconciled_payment_is_taken_back(self):
        invoice = self._sold("2026-05-10", 1000)
        plan = self._commission([0.1], payable_on="proportional")
        self._pay(invoice, "2026-05-20")
        self._post(self._settle(plan))
        invoice.line_ids.remove_move_reconcile()
        _may, june = self._settle(plan)
        # what was paid out too early is lent until it can be recovered
        self.assertEqual((june.earned, june.payable, june.waiting, june.draw_balance), (0, 0, 100, 100))
        entry = june.entry_ids.filtered(lambda entry: entry.kind == "release")
        self.assertEqual(entry.payable, -100)
        self.assertEqual((entry.kind, entry.revision), ("release", 2))
        self.assertTrue(entry.snapshot["payment"])

    def test_payable_when_all_is_paid(self):
        invoice = self._sold("2026-05-10", 1000)
        plan = self._commission([0.1], payable_on="full")
        self._pay(invoice, "2026-05-20", amount=999)
        self.assertEqual(self._settle(plan).payable, 0)
        self._pay(invoice, "2026-05-21")
        self.assertEqual(self._settle(plan).payable, 100)

    def test_payable_after_some_days(self):
        self._sold("2026-06-01", 1000)
        plan = self._commission([0.1], payable_on="days", wait_days=10)
        self.assertEqual(self._settle(plan, "2026-06-10").payable, 0)
        self.assertEqual(self._settle(plan, "2026-06-11").payable, 100)

    def test_a_cap_keeps_the_rest_visible(self):
        invoice = self._sold("2026-05-10", 400000)
        plan = self._commission([{"rate": 0.03, "is_capped": True, "cap": 10000}])
        [may] = self._settle(plan)
        withheld = may.entry_ids.filtered(lambda entry: entry.kind == "withhold")
        self.assertEqual((may.earned, withheld.amount, withheld.reason), (10000, -2000, "cap"))
        self._refund(invoice, "2026-05-20", 20000)
        [may] = self._settle(plan)
        self.assertEqual(may.earned, 10000)

    def test_a_gate_of_the_higher_tiers(self):
        self._sold("2026-05-10", 150000)
        tiers = [(0, 100000, 0.05), (100000, 125000, 0.06), (125000, 0, 0.07)]
        rule = {"method": "marginal", "tiers": tiers, "gate": "accelerators", "gate_base": 200000}
        plan = self._commission([rule])
        [may] = self._settle(plan)
        withheld = may.entry_ids.filtered(lambda entry: entry.kind == "withhold")
        self.assertEqual((may.earned, withheld.amount, withheld.reason), (7500, -750, "gate"))
        self._post(may)
        self._sold("2026-05-25", 50000)
        _may, june = self._settle(plan)
        self.assertEqual(june.earned, 750 + 3500)

    def test_a_split(self):
        order = self._order("2026-05-10", 1000000)
        self._invoice(order, "2026-05-10")
        order.stm_split_ids = [
            (0, 0, {"user_id": self.rep.id, "share": 0.6}),
            (0, 0, {"user_id": self.rep2.id, "share": 0.4}),
        ]
        leader = {"user_id": self.leader.id, "credit": "team", "team_id": self.team.id}
        plan = self._commission([0.1], [self.rep, self.rep2, leader])
        earned = {one.user_id: one.earned for one in self._settle(plan)}
        self.assertEqual(earned, {self.rep: 60000, self.rep2: 40000, self.leader: 100000})
        self._post(self._statements(plan))
        order.stm_split_ids = [(1, order.stm_split_ids[0].id, {"share": 0.5}),
                               (1, order.stm_split_ids[1].id, {"share": 0.5})]  # fmt: skip
        open_ones = self._settle(plan).filtered(lambda one: one.state == "computed")
        self.assertEqual({one.user_id: one.earned for one in open_ones}, {self.rep: -10000, self.rep2: 10000})
        with self.assertRaises(ValidationError):
            order.stm_split_ids = [(1, order.stm_split_ids[0].id, {"share": 0.6})]

    def test_filters(self):
        self._sold("2026-05-10", 1000)
        other = self.env["product.category"].create({"name": "Valves"})
        pumps = {"rate": 0.1, "categ_ids": [(6, 0, self.category.ids)]}
        valves = {"rate": 0.2, "categ_ids": [(6, 0, other.ids)]}
        known = {"rate": 0.3, "customer_kind": "known"}
        discount = {"rate": 0.4, "has_discount_band": True, "discount_from": 5}
        plan = self._commission([pumps, valves, known, discount])
        self.assertEqual(self._settle(plan).earned, 100)

    def test_what_a_filter_names_cannot_be_deleted(self):
        """Without it the component would pay for everything, in a plan that nobody may change."""
        names = {"categ_ids": "product.category", "product_ids": "product.product",
                 "channel_ids": "stm.channel", "campaign_ids": "utm.campaign"}  # fmt: skip
        records = {name: self.env[model].create({"name": "Spring"}) for name, model in names.items()}
        rules = [{"rate": 0.1, name: [(6, 0, record.ids)]} for name, record in records.items()]
        plan = self._commission(rules)
        self._sold("2026-05-10", 1000)
        for record in records.values():
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
                record.unlink()
        self.assertFalse(self._settle(plan))

    def test_a_plan_corrected_back_in_time(self):
        self._sold("2026-05-10", 1000)
        plan = self._commission([0.1])
        self._post(self._settle(plan))
        plan.action_new_version()
        version = self.env["stm.commission.plan"].search([("previous_id", "=", plan.id)])
        version.write({"date_from": "2026-01-01", "rule_ids": [(1, version.rule_ids.id, {"rate": 0.12})]})
        version.with_user(self.payroll).action_activate()
        may, june = self._settle(plan)
        self.assertEqual((may.earned, june.earned), (100, 20))
        self.assertEqual((june.entry_ids.kind, june.entry_ids.plan_id), ("adjustment", version))

    def test_own_rates(self):
        self._sold("2026-05-10", 1000)
        self._sold("2026-05-10", 1000, user=self.rep2)
        own = {"user_id": self.rep2.id, "has_own_rate": True, "rate": 0.02}
        plan = self._commission([0.1], [self.rep, own])
        self.assertEqual(
            {one.user_id: one.earned for one in self._settle(plan)}, {self.rep: 100, self.rep2: 20}
        )

    def test_earned_on_orders_and_on_payments(self):
        order = self._order("2026-04-10", 1000)
        invoice = self._invoice(order, "2026-05-10")
        self._pay(invoice, "2026-06-01", amount=500)
        ordered = self._commission([0.1], earned_on="order", payable_on="proportional", name="Orders")
        statements = self._settle(ordered)
        self.assertEqual([(one.date_from.month, one.earned, one.payable) for one in statements],
                         [(4, 100, 0), (6, 0, 50)])  # fmt: skip
        paid = self._commission([0.2], earned_on="payment", name="Payments")
        self._settle(paid)
        self.assertEqual(sum(self._entries(paid).mapped("amount")), 100)

    def test_table_faults_name_the_rows(self):
        with self.assertRaisesRegex(ValidationError, "rows 1 and 2 leave a gap between 10 and 20"):
            self._commission([[(0, 10, 0.1), (20, 0, 0.2)]])
        with self.assertRaisesRegex(ValidationError, "rows 1 and 2 overlap"):
            self._commission([[(0, 10, 0.1), (5, 0, 0.2)]])
