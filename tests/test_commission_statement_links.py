"""Every amount of a statement leads to the entries that add up to it, and to their documents."""

from freezegun import freeze_time

from odoo.exceptions import AccessError

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionStatementLinks(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first, second = cls._order("2026-05-10", 1000), cls._order("2026-06-10", 500)
        cls.invoices = cls._invoice(first, "2026-05-10") | cls._invoice(second, "2026-06-10")
        cls._pay(cls.invoices[0], "2026-06-12", amount=400)
        cls.plan = cls._commission([0.1], payable_on="proportional")

    def _entries_of(self, statement, amount):
        action = statement.with_user(self.rep).with_context(stm_amount=amount).action_view_entries()
        return self.env["stm.commission.entry"].with_user(self.rep).search(action["domain"])

    def test_the_entries_behind_an_amount_add_up_to_it(self):
        _may, june = self._settle(self.plan)
        self.assertEqual((june.earned, june.payable, june.waiting), (50, 40, 110))
        self.assertEqual(sum(self._entries_of(june, "earned").mapped("amount")), 50)
        self.assertEqual(sum(self._entries_of(june, "payable").mapped("payable")), 40)
        waiting = self._entries_of(june, "waiting")
        self.assertEqual(sum(one.amount - one.payable for one in waiting), 110)
        self._pay(self.invoices[0], "2026-06-13", amount=600)
        _may, june = self._settle(self.plan)
        self.assertEqual((june.payable, june.waiting), (100, 50))
        self.assertEqual(self._entries_of(june, "waiting").mapped("document"), [self.invoices[1].name])
        self.assertFalse(self._entries_of(june, "held"))
        self.assertFalse(self._entries_of(june, "draw_balance"))

    def test_what_is_withheld_stands_beside_what_is_earned(self):
        """90 of 100 withheld above a cap of 10, and a draw of 30, of which 20 are lent."""
        capped = {"rate": 0.1, "is_capped": True, "cap": 10}
        payee = {"user_id": self.rep.id, "draw": 30, "date_to": "2026-05-31"}
        plan = self._commission([capped], [payee], name="Capped", date_from="2026-05-01")
        may = self._settle(plan).filtered(lambda one: one.date_from.month == 5)
        self.assertEqual((may.earned, may.withheld, may.payable), (10, 90, 30))
        withheld = self._entries_of(may, "withheld")
        self.assertEqual((sum(withheld.mapped("amount")), withheld.calculation), (-90, "Above the cap"))
        draw = self._entries_of(may, "draw_balance")
        self.assertEqual((draw.payable, draw.calculation), (20, "To be recovered"))

    def test_documents_are_counted_once_and_opened(self):
        _may, june = self._settle(self.plan)
        june = june.with_user(self.rep)
        self.assertEqual((june.entry_count, june.document_count), (2, 2))
        action = june.action_view_documents()
        self.assertEqual(action["res_model"], "account.move")
        self.assertEqual(self.env["account.move"].search(action["domain"]), self.invoices)

    def test_who_sees_no_entries_sees_no_number_of_them(self):
        _may, june = self._settle(self.plan)
        self._post(june.search([("id", "in", self._statements(self.plan).ids)]))
        june.sudo().state = "approved"
        seen = june.with_user(self.accountant)
        self.assertEqual((seen.payable, seen.entry_count, seen.document_count), (40, 0, 0))

    def test_an_entry_names_what_was_sold(self):
        entry = self._entries_of(self._settle(self.plan)[0], "earned")
        self.assertEqual(entry.product, self.product.display_name)

    def test_who_is_refused_is_not_sent_to_the_company_that_is_active_already(self):
        statement = self._settle(self.plan)[0].with_user(self.rep2)
        company = statement.sudo().company_id
        with self.assertRaises(AccessError) as refused:
            statement.with_context(allowed_company_ids=company.ids).read(["payable"])
        self.assertFalse((getattr(refused.exception, "context", None) or {}).get("suggested_company"))
