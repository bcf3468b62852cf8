"""Figures of receivables, through documents: the same as by hand."""

from datetime import date
from decimal import Decimal

from freezegun import freeze_time

from .common_statement import StatementCase


@freeze_time("2026-06-30 12:00:00")
class TestReceivableFigures(StatementCase):
    def _figures(self, partner, as_of=date(2026, 6, 30), days=30):
        found = self.env["stm.receivable.figures"]._get_figures(self.company, as_of, "customer", days)
        return found[partner.id]

    def test_counted_back(self):
        """Sales of 70, 80 and 100, 212 owed: 100 and 80 of 30 days each, and 32 of 70 of the oldest."""
        beta = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        old = self._bill(70, "2026-04-15", partner=beta)
        self._bill(80, "2026-05-15", partner=beta)
        self._bill(100, "2026-06-15", partner=beta)
        self._settle(old, 38, "2026-06-20")
        one = self._figures(beta)
        self.assertEqual(one.receivable, Decimal(212))
        self.assertEqual((one.dso.days, one.dso.capped), (Decimal("73.71"), False))

    def test_best_possible_and_delinquent(self):
        """15,000 owed, 4,000 of it not due, 10,000 sold in 30 days: 45, 12 and 33 days."""
        beta = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        self._bill(5000, "2026-03-01", partner=beta)
        self._bill(6000, "2026-06-10", "2026-06-20", partner=beta)
        self._bill(4000, "2026-06-15", "2026-07-15", partner=beta)
        one = self._figures(beta)
        self.assertEqual((one.receivable, one.sales), (Decimal(15000), Decimal(10000)))
        self.assertEqual(tuple(map(int, one.delinquency)), (45, 12, 33))
        # (5,000 + 10,000 − 15,000) of (5,000 + 10,000 − 4,000)
        self.assertEqual(one.effectiveness, 0)

    def test_ageing_is_the_ledger_however_it_is_grouped(self):
        self.account.sudo().grade_id = self.env["stm.credit.grade"].create(
            {"name": "Own", "company_id": self.company.id}
        )
        beta = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        self._bill(33, "2026-06-01", partner=beta)
        self._receive(12, "2026-06-02", beta)
        for day in (date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)):
            ledger = self._sum_ledger(self.customer, day) + self._sum_ledger(beta, day)
            for by in ("company", "customer", "person", "team", "territory", "grade"):
                found = self.env["stm.receivable.figures"]._get_figures(self.company, day, by)
                aged = sum(sum(one.ageing.values()) for one in found.values())
                self.assertAlmostEqual(float(aged), ledger, 2)
        people = self.env["stm.receivable.figures"]._get_figures(self.company, date(2026, 6, 30), "person")
        self.assertEqual((people[self.rep.id].receivable, people[False].receivable), (240, 21))

    def test_page(self):
        page = self.env["stm.receivable.page"].with_user(self.accountant)
        page = page.browse(page._open()["res_id"])
        self.assertEqual(page.line_ids.mapped("name"), ["Acme"])
        self.assertEqual((page.line_ids.receivable, page.line_ids.days_60), (240.0, 40.0))
        self.assertEqual((page.line_ids.days_30, page.line_ids.overdue), (200.0, 240.0))
        page.by = "grade"
        page.action_compute()
        self.assertEqual(page.line_ids.mapped("name"), ["None"])
