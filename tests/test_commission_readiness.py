"""Nothing is settled on facts that are being rebuilt."""

from freezegun import freeze_time

from odoo.exceptions import UserError

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionReadiness(CommissionCase):
    def test_not_while_documents_are_being_stamped(self):
        division = self.env["stm.territory.division"].create(
            {"name": "Regions", "company_id": self.company.id, "is_primary": True}
        )
        north = self.env["stm.territory"].create({"name": "North", "division_id": division.id})
        order = self._order("2026-05-10", 1000)
        order.territory_id = north
        invoice = self._invoice(order, "2026-05-10")
        invoice.territory_id = north
        by_territory = self._commission([{"rate": 0.1, "territory_ids": [(6, 0, north.ids)]}])
        everywhere = self._commission([0.2], name="Everywhere", payees=[self.rep2])
        self._sold("2026-05-10", 500, user=self.rep2)
        division.write({"stamp_pending": True, "stamp_left": 7})
        with self.assertRaisesRegex(UserError, "“Field” pays by territory: 7 documents are left"):
            self._settle(by_territory)
        self.assertFalse(self._entries(by_territory))
        with self.assertRaisesRegex(UserError, "pays by territory"):
            self.env["stm.commission.preview"].with_user(self.payroll).action_open(by_territory.ids)
        # the daily job comes back later
        self._run_cron(self.env["stm.commission.plan"]._cron_settle)
        self.assertEqual((by_territory.computed_daily_on, by_territory.failure), (False, False))
        self.assertTrue(everywhere.computed_daily_on)
        self._settle(everywhere)
        self.assertEqual(sum(self._entries(everywhere).mapped("amount")), 100)
        division.write({"stamp_pending": False, "stamp_left": 0})
        self._settle(by_territory)
        self.assertEqual(sum(self._entries(by_territory).mapped("amount")), 100)
