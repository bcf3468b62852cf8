from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import Command

from .common_credit import CreditCase

TODAY = date(2026, 6, 30)


class CreditRatingCase(CreditCase):
    """Invoices with their payments, a scorecard with the golden numbers; to be frozen on TODAY."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.inputs = cls.env["stm.credit.inputs"]
        cls.grades = {
            grade.name: grade
            for grade in cls.env["stm.credit.grade"].search([("company_id", "=", cls.company.id)])
        }

    def _bill(self, amount, day, due, paid=None, partner=None):
        """A posted invoice, paid in full on a day."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.customer).id,
                "company_id": self.company.id,
                "invoice_date": day,
                "invoice_payment_term_id": False,
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "quantity": 1, "price_unit": amount, "tax_ids": [(5,)]})
                ],
            }
        )
        invoice.action_post()
        if paid:
            self._pay(invoice, paid)
        return invoice

    def _golden_documents(self):
        """50,000 prompt, 30,000 fifteen and 20,000 thirty days late: index 71; 500 not due yet."""
        due = date(2026, 4, 30)
        for amount, late in ((50000, 0), (30000, 15), (20000, 30)):
            self._bill(amount, date(2026, 4, 1), due, due + relativedelta(days=late))
        self._bill(500, date(2026, 6, 20), date(2026, 7, 20))

    def _golden_scorecard(self):
        """Weights 30/20/20/15/15; with the documents above points 80/60/70/50, and 90 by hand."""
        rows = (
            ("payment_index", 30, ((0, 9), (71, 80))),
            ("days_late", 20, ((0, 100), (26.25, 0))),
            ("revenue", 20, ((0, 0), (100500, 70))),
            ("utilisation", 15, ((0, 100), (1, 0))),
            ("agency", 15, ((0, 0), (100, 100))),
        )
        card = (
            self.env["stm.credit.scorecard"]
            .with_user(self.controller)
            .create(
                {
                    "name": "Golden",
                    "company_id": self.company.id,
                    "coverage_min": 0.6,
                    "criterion_ids": [
                        Command.create(
                            {
                                "input": code,
                                "weight": weight,
                                "point_ids": [
                                    Command.create({"figure": figure, "points": points})
                                    for figure, points in table
                                ],
                            }
                        )
                        for code, weight, table in rows
                    ],
                    "cutoff_ids": [
                        Command.create({"grade_id": self.grades[name].id, "lower": lower})
                        for name, lower in zip("ABCDE", (85, 70, 55, 40, 0), strict=True)
                    ],
                }
            )
        )
        card.action_activate()
        return card

    def _add_agency(self, value=90, day=TODAY):
        return (
            self.env["stm.credit.evidence"]
            .with_user(self.controller)
            .create({"account_id": self.account.id, "value": value, "date": day, "source": "Agency"})
        )
