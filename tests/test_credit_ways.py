from odoo.exceptions import AccessError, UserError

from .common_credit import CreditCase


class TestCreditWays(CreditCase):
    """A limit of 1,000: ways around the button, and what a limit must not stop."""

    def test_worse_payment_term_is_asked_for_anew(self):
        grade = self.env["stm.credit.grade"].create(
            {"name": "Short", "company_id": self.company.id, "has_term": True, "longest_term": 30}
        )
        self.account.sudo().grade_id = grade
        terms = {
            days: self.env["account.payment.term"].create(
                {"name": f"{days} days", "line_ids": [(0, 0, {"value": "percent", "nb_days": days})]}
            )
            for days in (20, 30, 60)
        }
        order = self._quote(900, payment_term_id=terms[20].id).with_user(self.rep)
        order.action_confirm()
        order.payment_term_id = terms[30]
        with self.assertRaisesRegex(UserError, "60 days"), self.env.cr.savepoint():
            order.payment_term_id = terms[60]
        terms[30].line_ids.nb_days = 45
        self.assertEqual(order.sudo()._get_stm_term_days(), 45)
        terms[30].line_ids = [(5,), (0, 0, {"value": "percent", "nb_days": 25})]
        self.assertEqual(order.sudo()._get_stm_term_days(), 25)

    def test_what_is_added_goes_on_a_quotation_of_its_own(self):
        order = self._quote(900).with_user(self.rep)
        order.action_confirm()
        words = "is confirmed and cannot be changed.*200.00.*quotation of its own"
        with self.assertRaisesRegex(UserError, f"(?s){words}"), self.env.cr.savepoint():
            order.order_line.price_unit = 1200
        self.assertEqual(order.amount_total, 900)
        more = self._quote(300).with_user(self.rep)
        self.assertIn("200.00", more.action_confirm()["params"]["message"])
        # who looks again reads what still speaks against it
        self.assertIn("200.00", more.action_stm_check_credit()["params"]["message"])
        more.order_line.price_unit = 100
        self.assertIs(more.action_stm_check_credit(), True)
        more.action_confirm()
        self.assertEqual(more.state, "sale")

    def test_another_payer_is_asked_for_all_of_it(self):
        other = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        order = self._quote(900, partner=other).with_user(self.rep)
        order.action_confirm()
        self._quote(500).action_confirm()
        with self.assertRaisesRegex(UserError, "400.00"), self.env.cr.savepoint():
            order.partner_invoice_id = self.customer
        self.assertEqual(order.partner_invoice_id, other)
        with self.assertRaisesRegex(UserError, "400.00"), self.env.cr.savepoint():
            order.write({"state": "sale", "partner_invoice_id": self.customer.id})

    def test_lines_whose_order_is_a_default_are_growth(self):
        """Of the client, or of the user."""
        order = self._quote(900).with_user(self.rep)
        order.action_confirm()
        lines = self.env["sale.order.line"].with_user(self.rep)
        values = {"product_id": self.product.id, "price_unit": 300}
        with self.assertRaisesRegex(UserError, "200.00"), self.env.cr.savepoint():
            lines.with_context(default_order_id=order.id).create(values)
        self.env["ir.default"].with_user(self.rep).set("sale.order.line", "order_id", order.id, user_id=True)
        with self.assertRaisesRegex(UserError, "200.00"):
            lines.create(values)

    def test_dearer_by_currency_is_growth(self):
        dollar = self.env.ref("base.USD")
        rate = {"name": "2000-01-01", "currency_id": dollar.id, "company_id": self.company.id}
        self.env["res.currency.rate"].create({**rate, "rate": 2.0})
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id, "company_id": self.company.id}
        )
        order = self._quote(1200, pricelist_id=pricelist.id).with_user(self.rep)
        order.action_confirm()
        # 600 euros
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.account.orders, 600)
        with self.assertRaisesRegex(UserError, "200.00"):
            order.currency_id = self.company.currency_id

    def test_dearer_by_taxes_is_growth(self):
        tax = self.env["account.tax"].search(
            [("type_tax_use", "=", "sale"), ("amount", ">", 11.2), ("company_id", "=", self.company.id)],
            limit=1,
        )
        order = self._quote(900).with_user(self.rep)
        order.action_confirm()
        with self.assertRaises(UserError):
            order.order_line.tax_ids = tax

    def test_copies_are_asked_for_themselves(self):
        order = self._hold(1200)
        order.with_user(self.releaser).action_stm_release("Guaranteed", confirm=False)
        twin = order.with_user(self.rep).copy({"state": "draft"})
        self.assertFalse(twin.stm_hold_id)
        twin.action_confirm()
        self.assertEqual((twin.state, twin.stm_hold_event), ("draft", "held"))
        with self.assertRaises(AccessError):
            order.with_user(self.rep).copy({"stm_hold_id": order.stm_hold_id.id})

    def test_import_is_guarded(self):
        rows = [[self.customer.name, "Sales Order", self.product.name, "1", "1200"]]
        names = ["partner_id", "state", "order_line/product_id", "order_line/product_uom_qty",
                 "order_line/price_unit"]  # fmt: skip
        orders = self.env["sale.order"].with_user(self.rep)
        result = orders.load(names, rows)
        self.assertFalse(result["ids"])
        self.assertIn("200.00", str(result["messages"]))

    def test_import_of_a_file_is_guarded(self):
        """Confirmed orders in a CSV: two that fit together come in, of two that do not none does."""
        names = ["name", "partner_id/.id", "state", "order_line/product_id/.id", "order_line/price_unit"]
        options = {"quoting": '"', "separator": ",", "has_headers": True, "encoding": "utf-8"}
        orders = self.env["sale.order"].with_user(self.rep)
        for second, count in ((101, 0), (100, 2)):
            rows = [
                f"{name}{second},{self.customer.id},sale,{self.product.id},{amount}"
                for name, amount in (("CSV/A", 900), ("CSV/B", second))
            ]
            wizard = self.env["base_import.import"].with_user(self.rep)
            wizard = wizard.create(
                {
                    "res_model": orders._name,
                    "file": "\n".join([",".join(names), *rows]).encode(),
                    "file_name": "orders.csv",
                    "file_type": "text/csv",
                }
            )
            result = wizard.execute_import(names, names, options)
            self.assertEqual("1.00" in str(result["messages"]), not count, result)
            found = orders.search([("name", "in", [f"CSV/A{second}", f"CSV/B{second}"])])
            self.assertEqual(found.mapped("state"), ["sale"] * count)

    def test_lines_are_not_moved_into_confirmed_orders(self):
        first, second = self._quote(900), self._quote(500)
        first.action_confirm()
        with self.assertRaises(UserError):
            second.order_line.with_user(self.rep).write({"order_id": first.id})

    def test_cancelled_and_back(self):
        order = self._quote(900).with_user(self.rep)
        order.action_confirm()
        order._action_cancel()
        self._quote(900).action_confirm()
        with self.assertRaises(UserError):
            order.write({"state": "sale"})
        order.action_draft()
        order.action_confirm()
        self.assertEqual((order.state, order.stm_hold_event), ("draft", "held"))

    def test_release_is_used_once(self):
        order = self._hold(1200)
        order.with_user(self.releaser).action_stm_release("Guaranteed")
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual((order.state, order.stm_hold_event), ("draft", "held"))

    def test_permission_does_not_outlive_a_failed_attempt(self):
        order = self._quote(900)
        order.order_line.create({"order_id": order.id, "name": "Nothing", "product_id": False})
        try:
            order.action_confirm()
        except UserError:
            allowed = self.env.cr.cache["stm_credit_allowed"]
        self.assertEqual((order.state, allowed), ("draft", {}))

    def test_who_releases_decides_on_what_was_seen(self):
        order = self._hold(1200)
        wizard = (
            self.env["stm.credit.release"]
            .with_user(self.releaser)
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"note": "Guaranteed"})
        )
        order.order_line.price_unit = 5000
        with self.assertRaisesRegex(UserError, "has grown"):
            wizard.action_apply()
        self.account.action_stm_block("Insolvent")
        with self.assertRaisesRegex(UserError, "nobody releases it"):
            order.with_user(self.releaser).action_stm_release("Please")

    def test_invoicing_goes_on_above_the_limit(self):
        self.product.invoice_policy = "delivery"
        order = self._quote(900)
        order.action_confirm()
        self.account.sudo().credit_limit = 0
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create({"advance_payment_method": "percentage", "amount": 20}).create_invoices()
        order.invoice_ids.action_post()
        order.order_line[0].qty_delivered = 1
        final = order._create_invoices(final=True)
        final.action_post()
        self.assertEqual(order.invoice_ids.mapped("state"), ["posted"] * 2)
        self.assertEqual(order.amount_total, 900)

    def test_what_was_spent_is_billed_on_above_the_limit(self):
        """As Odoo does it when a vendor's bill is posted; the right to it ends there."""
        order = self._quote(900)
        order.action_confirm()
        values = {"order_id": order.id, "product_id": self.product.id, "price_unit": 500}
        with order._let_stm_grow():
            order.order_line.create({**values, "is_expense": True})
        self.assertEqual(order.amount_total, 1400)
        with self.assertRaises(UserError):
            order.order_line.create({**values, "is_expense": True})

    def test_what_odoo_computes_is_not_written(self):
        """Amounts over RPC would pass the check, or hide from the exposure what is ordered."""
        order = self._quote(5000).with_user(self.rep)
        for name in ("amount_total", "currency_rate", "invoice_status"):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                order.write({name: "invoiced" if name == "invoice_status" else 1.0})
        for values in ({"price_total": 1.0}, {"qty_invoiced": 1.0}, {"is_downpayment": True}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                order.order_line.write(values)
        line = {"order_id": order.id, "product_id": self.product.id}
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            order.order_line.with_context(default_price_total=1.0).create(line)
        order.order_line.price_unit = 4000.0
        order.action_confirm()
        self.assertEqual((order.state, order.amount_total), ("draft", 4000.0))
        self.company.stm_credit_control = False
        order.write({"currency_rate": order.currency_rate})

    def test_status_of_lines_hides_nothing(self):
        """Time sheets write it as the user, so it is not refused; quantities tell what is invoiced."""
        order = self._quote(900).with_user(self.rep)
        order.action_confirm()
        order.order_line.write({"invoice_status": "invoiced"})
        self.assertEqual(order.invoice_status, "invoiced")
        self._check_ordered(900)

    def test_how_lines_are_delivered_is_computed(self):
        """Where Odoo's stock delivers, its status of a line is believed; so nobody says that it does."""
        order = self._quote(900).with_user(self.rep)
        order.action_confirm()
        with self.assertRaises(AccessError):
            order.order_line.write({"qty_delivered_method": "analytic", "invoice_status": "invoiced"})

    def test_a_down_payment_with_a_quantity_is_ordered(self):
        order = self._quote(1)
        order.with_user(self.rep).order_line.create(
            {
                "order_id": order.id,
                "product_id": self.product.id,
                "price_unit": 899,
                "is_downpayment": True,
            }
        )
        order.with_user(self.rep).action_confirm()
        self._check_ordered(900)

    def test_less_than_nothing_twice_is_ordered(self):
        """Odoo calls a line of -1 at -900 invoiced where deliveries are invoiced and none came."""
        self.product.invoice_policy = "delivery"
        order = self._quote(0).with_user(self.rep)
        order.order_line.write({"product_uom_qty": -1, "price_unit": -900})
        order.action_confirm()
        self.assertEqual(order.invoice_status, "invoiced")
        self._check_ordered(900)

    def _check_ordered(self, amount):
        """So much is ordered, and a second one of 900 is too much."""
        self.assertEqual(self.account.orders, amount)
        self.assertEqual(self._hold(900).state, "draft")
