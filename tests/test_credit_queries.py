from freezegun import freeze_time

from .common_credit import CreditCase

# the account is written to, then the exposure is read
ADDED = 2


class TestCreditQueries(CreditCase):
    """What credit control costs a confirmation: two queries a transaction, none where it is off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.action_stm_set_limit("limited", 1e9, "Annual accounts")
        cls.term = cls.env["account.payment.term"].create(
            {"name": "30 days", "line_ids": [(0, 0, {"value": "percent", "nb_days": 30})]}
        )

    def _count(self, number, is_on):
        self.company.stm_credit_control = is_on
        orders = self.env["sale.order"]
        for _each in range(number):
            orders |= self._quote(10, payment_term_id=self.term.id)
        self._prepare()
        before = self.env.cr.sql_log_count
        orders.with_user(self.rep).with_context(tracking_disable=False).action_confirm()
        self.env.flush_all()
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        return self.env.cr.sql_log_count - before

    def _prepare(self):
        """What the rules and policies are is known; the documents are not."""
        self.env["stm.credit.rule"]._get_rules(self.company.id)
        self.env["stm.credit.grade"]._get_policies(self.company.id)
        self.env.flush_all()
        self.env.invalidate_all()

    # orders that are confirmed in the same second are written by one statement
    @freeze_time("2026-06-30 12:00:00")
    def test_confirming(self):
        for number in (1, 10, 100):
            with self.subTest(number):
                # twice: what Odoo reads once and remembers is nobody's cost
                on, off = (min(self._count(number, is_on) for _turn in range(2)) for is_on in (True, False))
                # Odoo divides updates of a hundred orders, here or there
                room = 1 if number == 100 else 0
                self.assertLessEqual(on - off, ADDED + room)

    def test_lines_of_confirmed_orders(self):
        """What is written has to be in the database before it is summed, which divides an update."""
        counts = {}
        for is_on in (False, True, False, True):
            for number in (1, 20):
                self.company.stm_credit_control = is_on
                order = self._quote(10)
                order.order_line = [(0, 0, {"product_id": self.product.id})] * (number - 1)
                order.action_confirm()
                self._prepare()
                before = self.env.cr.sql_log_count
                order.order_line.with_user(self.rep).write({"product_uom_qty": 2})
                self.env.flush_all()
                counts[number, is_on] = self.env.cr.sql_log_count - before
        added = {number: counts[number, True] - counts[number, False] for number in (1, 20)}
        self.assertLessEqual(max(added.values()), ADDED + 4)

    def test_off_asks_nothing(self):
        self.company.stm_credit_control = False
        self._quote(10).action_confirm()
        before = self.account.checked_at
        with self.assertLogs("odoo.sql_db", "DEBUG") as caught:
            self._quote(10).action_confirm()
            self.env.flush_all()
        self.assertFalse([text for text in caught.output if "stm_credit_account" in text])
        self.assertEqual(self.account.checked_at, before)

    def test_hold_queue(self):
        """However many orders wait, who has to release them is found with the same queries."""
        self.env["stm.credit.release.level"].create(
            {
                "name": "Director",
                "company_id": self.company.id,
                "amount": 100.0,
                "user_ids": [(6, 0, self.releaser.ids)],
            }
        )
        orders = self.env["sale.order"]
        for number in range(12):
            partner = self.env["res.partner"].create({"name": f"Buyer {number}"})
            account = self.account.create({"company_id": self.company.id, "partner_id": partner.id})
            account.action_stm_set_limit("limited", 10.0, "Annual accounts")
            orders |= self._hold(500.0 + number, partner=partner)
        view = self.env.ref("sales_target_mgmt.sale_order_view_kanban_hold")
        names = self.env["sale.order"].get_view(view.id)["models"]["sale.order"]
        self.assertLessEqual({"stm_hold_waits_for", "stm_hold_excess"}, set(names))
        counts = {}
        for number in (3, 12, 3, 12):
            self._prepare()
            before = self.env.cr.sql_log_count
            rows = orders[:number].with_user(self.releaser).web_read({name: {} for name in names})
            count = self.env.cr.sql_log_count - before
            counts[number] = min(count, counts.get(number, count))
        self.assertEqual(counts[3], counts[12])
        self.assertEqual({row["stm_hold_waits_for"] for row in rows}, {"“Director” (1 of Releaser)"})
        self.assertEqual([row["stm_hold_excess"] for row in rows], [490.0 + number for number in range(12)])
