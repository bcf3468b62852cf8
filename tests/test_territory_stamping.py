from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.addons.sales_target_mgmt.models.territory import stm_territory_stamping
from odoo.exceptions import AccessError, UserError

from .test_territory import TerritoryCase


class TestTerritoryStamping(TerritoryCase):
    """Documents that are older than the territories."""

    def _forget(self, *documents):
        """As if these were written before the addon came."""
        self.env.flush_all()
        for document in documents:
            self.env.cr.execute(f"UPDATE {document._table} SET territory_id = NULL WHERE id = {document.id}")
        self.env.invalidate_all()

    def _stamp(self):
        """What the cron does, without its commits; the batches that it took."""
        batches = []
        while self.division.stamp_pending:
            batches.append(self.division._stamp_batch())
        return batches

    def test_documents_get_the_territory_of_their_own_day(self):
        munich = self._partner("Munich", self.germany, "80331")
        past = self.today - relativedelta(days=20)
        old = self._order(past, 100.0, partner=munich)
        invoice = self._invoice(old, past)
        munich.country_id = self.france
        young = self._order(self.today, 1.0, partner=munich)
        lead = self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "partner_id": munich.id,
                "company_id": self.company.id,
            }
        )
        nowhere = self._order(past, 5.0, partner=self._partner("Nowhere"))
        kept = self._order(past, 7.0, partner=munich, territory_id=self.north.id)
        self._forget(old, invoice, young, lead)
        self.division.with_user(self.manager).action_stamp_earlier()
        self.assertEqual((self.division.stamp_pending, self.division.stamp_left), (True, 5))
        self._stamp()
        self.assertEqual(old.territory_id, self.south)
        self.assertEqual(invoice.territory_id, self.south)
        self.assertEqual(young.territory_id, self.west)
        self.assertEqual(lead.territory_id, self.west)
        self.assertFalse(nowhere.territory_id)
        self.assertEqual(kept.territory_id, self.north)
        self.assertEqual((self.division.stamp_left, self.division.stamp_placeless), (0, 1))

    def test_it_goes_on_where_it_stopped(self):
        munich = self._partner("Munich", self.germany, "80331")
        orders = [self._order(self.today - timedelta(days=9), 1.0, partner=munich) for _one in range(5)]
        self._forget(*orders)
        self.division.action_stamp_earlier()
        with patch.object(stm_territory_stamping, "BATCH", 2):
            self.assertEqual(self.division._stamp_batch(), 2)
            self.assertEqual(self.division.stamp_left, 3)
            self.assertEqual(len([order for order in orders if order.territory_id]), 2)
            self.assertEqual(self._stamp(), [2, 1, 0, 0])
        self.assertEqual({order.territory_id for order in orders}, {self.south})

    def test_the_job_stops_when_its_time_is_up(self):
        munich = self._partner("Munich", self.germany, "80331")
        orders = [self._order(self.today - timedelta(days=9), 1.0, partner=munich) for _one in range(5)]
        self._forget(*orders)
        self.division.action_stamp_earlier()
        job = self.env["stm.territory.division"]._cron_stamp
        with patch.object(stm_territory_stamping, "BATCH", 2):
            self.assertEqual(self._run_cron(job, batches=1), [5, 3])
            self.assertTrue(self.division.stamp_pending)
            self.assertEqual(self._run_cron(job)[:3], [3, 1, 0])
        self.assertFalse(self.division.stamp_pending)
        self.assertEqual({order.territory_id for order in orders}, {self.south})

    def test_figures_follow(self):
        past = self.today.replace(day=1) - relativedelta(months=2)
        order = self._order(past, 100.0, partner=self._partner("Munich", self.germany, "80331"))
        self._forget(order)
        self._build_cells()
        self.assertEqual(self._totals("ordered", past, self.today, territory_id=self.south), 0.0)
        self.division.action_stamp_earlier()
        self._stamp()
        self.assertEqual(self._totals("ordered", past, self.today, territory_id=self.south), 100.0)

    def test_who_may_and_what_may_be_stamped(self):
        with self.assertRaises(AccessError):
            self.division.with_user(self.rep).action_stamp_earlier()
        other = self.env["stm.territory.division"].create({"name": "Else", "company_id": self.company.id})
        with self.assertRaisesRegex(UserError, "not the primary division"):
            other.with_user(self.manager).action_stamp_earlier()
        self.division.with_user(self.manager).action_stamp_earlier()
        self.assertFalse(self.division.stamp_pending)
