"""A plan that follows another one and earns on another document pays no deal again."""

from freezegun import freeze_time

from odoo.fields import Date

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionSuccession(CommissionCase):
    """10 % on orders until May, then 10 % on invoices: one deal lies between, of 1,000; one after, of 500."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.between = cls._order("2026-05-20", 1000)
        cls.after = cls._order("2026-06-02", 500)

    def _follow(self, rules, *, earned_on="invoice", date_from="2026-06-01", **values):
        return self._commission(rules, name="New", earned_on=earned_on, date_from=date_from, **values)

    def _leave(self, day, **values):
        old = self._commission([0.1], name="Old", **{"earned_on": "order", **values})
        self._settle(old, day)
        old.assignment_ids.with_user(self.payroll).date_to = day
        return old

    def _earned(self, plan):
        self._settle(plan)
        return sum(self._entries(plan).mapped("amount"))

    def _invoice_both(self):
        return [self._invoice(order, "2026-06-05") for order in (self.between, self.after)]

    def test_each_deal_once(self):
        old = self._leave("2026-05-31")
        self._post(self._statements(old))
        new = self._follow([0.1])
        invoice, _after = self._invoice_both()
        self.assertEqual((self._earned(old), self._earned(new)), (100, 50))
        why = self.env["stm.commission.mine"].with_user(self.rep).get_why("2026-06-05")
        said = {
            row["code"]: row["reason"] for row in why["rows"] if row["plan"] == "New" and not row["amount"]
        }
        self.assertEqual(said, {"other_plan": "“Old” has paid for this deal already, on an earlier document"})
        engine = self.env["stm.commission.engine"].sudo()
        outlook = engine._get_outlook(new, Date.to_date("2026-06-15"))
        self.assertEqual(outlook[self.rep.partner_id.id].low, 50)
        # what was not earned here is not taken back here
        self._refund(invoice, "2026-06-10", 400)
        self.assertEqual(self._earned(new), 50)

    def test_on_payments_after_invoices(self):
        self._invoice(self.between, "2026-05-21")
        old = self._leave("2026-05-31", earned_on="invoice")
        new = self._follow([0.1], earned_on="payment")
        self._pay(self.between.invoice_ids | self._invoice(self.after, "2026-06-05"), "2026-06-08")
        self.assertEqual((self._earned(old), self._earned(new)), (100, 50))

    def test_what_the_old_plan_does_not_pay_for(self):
        """By its filters, or because it took all of it back."""
        other = self.env["product.category"].create({"name": "Others"})
        for rule in ({"rate": 0.1, "categ_ids": [(4, other.id)]}, 0.1):
            with self.subTest(str(rule)), self.env.cr.savepoint() as savepoint:
                old = self._commission([rule], name="Old", earned_on="order")
                self._settle(old, "2026-05-31")
                self._invoice_both()
                new = self._follow([0.1])
                if rule == 0.1:
                    # agreed with somebody else afterwards
                    self.between.stm_split_ids = [(0, 0, {"user_id": self.rep2.id, "share": 1})]
                old.assignment_ids.with_user(self.payroll).date_to = "2026-05-31"
                self.assertEqual(self._earned(old), 0)
                self.assertEqual(self._earned(new), 150 if rule != 0.1 else 50)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_the_old_plan_keeps_for_good_is_paid_by_the_new_one(self):
        """Until a late order reaches the gate after all; what only waits stays the old plan's."""
        gate = {"rate": 0.1, "gate": "all", "gate_base": 5000}
        waits = {"payable_on": "proportional"}
        for name, rule, terms, expected in (
            ("gate", gate, {}, (0, 150)),
            ("forfeited", 0.1, {**waits, "unvested": "forfeited"}, (0, 150)),
            ("waiting", 0.1, waits, (100, 50)),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                old = self._commission([rule], name="Old", earned_on="order", **terms)
                self._settle(old, "2026-05-31")
                old.assignment_ids.with_user(self.payroll).date_to = "2026-05-31"
                new = self._follow([0.1])
                self._invoice_both()
                self.assertEqual((self._earned(old), self._earned(new)), expected)
                if name == "gate":
                    self._post(self._statements(old))
                    self._order("2026-05-25", 5000)
                    # 6,000 at 10 %; the 100 that were paid here go back
                    self.assertEqual((self._earned(old), self._earned(new)), (600, 50))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_special_beside_the_base_plan_stays(self):
        """Both pay for a deal, whichever of them ends first, and a sum per unit is another thing."""
        piece = {"name": "SPIFF", "method": "unit", "unit_amount": 7}
        for name, old_until, rules, new_from, expected in (
            ("the base plan goes on", None, [0.02], "2026-06-01", (150, 30)),
            ("the special has ended", "2026-05-31", [0.02], "2026-01-01", (100, 30)),
            ("a sum per unit", "2026-05-31", [0.1, piece], "2026-06-01", (100, 64)),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                old = self._leave(old_until) if old_until else self._commission([0.1], earned_on="order")
                self._settle(old)
                new = self._follow(rules, date_from=new_from)
                self._invoice_both()
                self.assertEqual((self._earned(old), self._earned(new)), expected)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_draft_says_what_is_rarely_meant(self):
        old = self._commission([0.1], name="Old", earned_on="invoice")
        new = self._follow([0.1], earned_on="order", activate=False)
        self.assertIn("“Old” goes on paying Rep", new.doubts)
        old.assignment_ids.with_user(self.payroll).date_to = "2026-05-31"
        new.invalidate_recordset(["doubts"])
        self.assertIn("until 05/31/2026", new.doubts)
        self.assertIn("paid by neither plan", new.doubts)
        new.earned_on = "payment"
        self.assertFalse(new.doubts)
        new.action_activate()
