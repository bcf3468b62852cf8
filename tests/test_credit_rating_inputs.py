"""What a rating knows: inputs from the books as of a day, and what they cost."""

from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.addons.sales_target_mgmt.tools.receivables import payment_index

from .common_credit_rating import TODAY, CreditRatingCase


@freeze_time("2026-06-30 12:00:00")
class TestCreditRatingInputs(CreditRatingCase):
    def test_index_in_sql_is_that_of_the_formula(self):
        days = (-45, -25, -10, 0, 7, 15, 20, 26, 44, 75, 100, 150)
        due = date(2026, 1, 15)
        for number, late in enumerate(days, 1):
            self._bill(100 * number, date(2025, 11, 20), due, due + relativedelta(days=late))
        known = self.inputs._gather(self.company, self.customer)[self.customer.id]
        wanted = payment_index([(100 * number, late) for number, late in enumerate(days, 1)])
        self.assertEqual(round(Decimal(str(known["payment_index"])), 2), wanted)

    def test_only_what_was_known_on_the_day(self):
        self._bill(1000, date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 2))
        read = self.inputs._gather
        due, late, paid = (
            read(self.company, self.customer, day)[self.customer.id]
            for day in (date(2026, 1, 31), date(2026, 2, 10), date(2026, 3, 2))
        )
        self.assertEqual((due["payment_index"], due["days_late"], due["overdue_share"]), (None, None, 0.0))
        self.assertEqual((late["days_late"], late["overdue_share"]), (10.0, 1.0))
        self.assertEqual((paid["days_late"], paid["overdue_share"], paid["payment_index"]), (30.0, 0.0, 50.0))
        before = read(self.company, self.customer, date(2025, 12, 31))[self.customer.id]
        self.assertEqual((before["relation_years"], before["revenue"]), (None, None))

    def test_a_credit_note_says_nothing_of_promptness(self):
        invoice = self._bill(1000, date(2026, 1, 1), date(2026, 1, 31))
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": date(2026, 5, 1)})
        )
        wizard.modify_moves()
        known = self.inputs._gather(self.company, self.customer)[self.customer.id]
        self.assertEqual((known["payment_index"], known["overdue_share"]), (None, 0.0))

    def test_annual_accounts(self):
        self.env["stm.credit.financials"].with_user(self.controller).create(
            {
                "account_id": self.account.id,
                "date": date(2025, 12, 31),
                "working_capital": 100,
                "retained_earnings": 200,
                "ebit": 150,
                "equity": 1200,
                "liabilities": 1000,
                "total_assets": 1000,
                "sales": 1500,
            }
        )
        known = self.inputs._gather(self.company, self.customer)[self.customer.id]
        self.assertEqual(round(known["altman"], 3), 2.708)
        self.assertEqual(self.account.financial_ids.zone, "grey")
        early = self.inputs._gather(self.company, self.customer, date(2025, 12, 30))[self.customer.id]
        self.assertIsNone(early["altman"])

    def test_used_share_on_any_day(self):
        """As the books and the decisions were: 600 of 1,000 owed, paid, then 500 of 2,000."""
        self._bill(600, date(2026, 3, 2), date(2026, 4, 1), paid="2026-04-20")
        self._bill(500, date(2026, 5, 4), date(2026, 6, 3))
        self._decide("2026-03-01", amount=1000)
        self._decide("2026-05-10", amount=2000)
        days = {"date_from": "2026-06-01", "date_until": "2026-06-20"}
        self._decide("2026-05-20", kind="cover", amount=500, **days)
        for day, share in (
            (date(2026, 2, 28), None),
            (date(2026, 4, 19), 0.6),
            (date(2026, 4, 20), 0.0),
            (date(2026, 5, 9), 0.5),
            (date(2026, 5, 10), 0.25),
            (date(2026, 6, 20), 0.2),
            (date(2026, 6, 29), 0.25),
            (TODAY, 0.25),
        ):
            with self.subTest(day):
                known = self.inputs._gather(self.company, self.customer, day)[self.customer.id]
                self.assertEqual(known["utilisation"], share)

    def test_used_share_of_then_has_orders_of_then(self):
        """Limit 2,000: 1,000 ordered, invoiced in two parts, one paid; 500 ordered, 100 of it in advance."""
        self._decide("2026-01-02", amount=2000)
        order = self._order(1000, "2026-03-02")
        order.order_line.write({"product_uom_qty": 10, "price_unit": 100})
        self._invoice(order, date(2026, 4, 1), quantity=6, paid="2026-04-20")
        self._invoice(order, date(2026, 5, 4))
        second = self._order(500, "2026-06-01")
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=second.ids
        )
        wizard = wizard.create({"advance_payment_method": "percentage", "amount": 20})
        self._post(wizard._create_invoices(second), date(2026, 6, 10))
        self._order(300, "2026-06-20")._action_cancel()
        for day, share in (
            (date(2026, 3, 1), 0.0),
            (date(2026, 3, 2), 0.5),
            (date(2026, 4, 1), 0.5),
            (date(2026, 4, 20), 0.2),
            (date(2026, 5, 4), 0.2),
            (date(2026, 6, 1), 0.45),
            (date(2026, 6, 10), 0.45),
            (date(2026, 6, 29), 0.45),
            (TODAY, 0.45),
        ):
            with self.subTest(day):
                known = self.inputs._gather(self.company, self.customer, day)[self.customer.id]
                self.assertEqual(known["utilisation"], share)

    def _decide(self, day, **values):
        """A decision of then: it cannot be given another day afterwards."""
        with freeze_time(f"{day} 12:00:00"):
            self.env["stm.credit.limit"].create({"account_id": self.account.id, "reason": "Then"} | values)

    def _order(self, amount, day):
        order = self._quote(amount)
        order.action_confirm()
        order.date_order = f"{day} 12:00:00"
        return order

    def _invoice(self, order, day, quantity=None, paid=None):
        invoice = order._create_invoices()
        if quantity:
            invoice.invoice_line_ids.quantity = quantity
        self._post(invoice, day)
        if paid:
            self._pay(invoice, paid)

    def _post(self, invoice, day):
        invoice.write({"invoice_date": day, "date": day})
        invoice.action_post()

    def test_inputs_take_four_queries(self):
        partners = self.env["res.partner"].create([{"name": f"P{number}"} for number in range(30)])
        self.inputs._gather(self.company, partners)
        self.account.action_stm_rate()
        self.env.flush_all()
        for some in (self.customer, self.customer | partners):
            with self.assertQueryCount(4):
                self.inputs._gather(self.company, some)
