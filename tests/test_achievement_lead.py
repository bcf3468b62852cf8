from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.fields import Date

from .common import StmCase


class TestLeadFacts(StmCase):
    """Opportunities that were won and lost, and how customers rated their orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = Date.today()
        cls.past = cls.today.replace(day=1) - relativedelta(months=2)

    def _lead(self, revenue, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "user_id": self.rep.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "expected_revenue": revenue,
                **values,
            }
        )

    def _facts(self, source="lead", company=None):
        self.env.invalidate_all()
        return self.env["stm.achievement"].search(
            [("source", "=", source), ("company_id", "=", (company or self.company).id)]
        )

    def test_won_lost_and_open(self):
        won, lost, _open = self._lead(100.0), self._lead(40.0), self._lead(7.0)
        won.action_set_won()
        lost.action_set_lost()
        facts = self._facts()
        self.assertEqual(sum(facts.mapped("amount")), 100.0)
        self.assertEqual(sum(facts.mapped("expected")), 140.0)
        self.assertEqual((sum(facts.mapped("won")), len(facts)), (1, 2))
        self.assertEqual(self._facts("pipeline").expected, 7.0)
        self.assertEqual(self._totals("conversion", self.today, self.today), 50.0)
        self.assertEqual(self._totals("won", self.today, self.today, user_id=self.rep), 1.0)

    def test_reopened(self):
        lead = self._lead(100.0)
        lead.action_set_lost()
        self.assertEqual(self._totals("closed", self.today, self.today), 1.0)
        lead.action_unarchive()
        self.assertFalse(self._facts())
        self.assertEqual(self._facts("pipeline").expected, 100.0)
        lead.action_set_won()
        lead.date_closed = f"{self.past} 10:00:00"
        self._build_cells()
        self.assertEqual(self._totals("won", self.past, self.past), 1.0)
        lead.stage_id = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self.assertEqual(self._totals("won", self.past, self.today), 0.0)

    def test_no_ratio_without_a_closed_one(self):
        self._lead(100.0)
        self.assertIsNone(self._totals("conversion", self.today, self.today))

    def test_unqualified_leads_do_not_count(self):
        self._lead(100.0, type="lead").action_set_lost()
        self.assertFalse(self._facts())

    def test_company_of_the_person_where_it_names_none(self):
        nowhere = {"team_id": False, "company_id": False, "partner_id": False}
        lead = self._lead(50.0, user_id=self.rep_other.id, **nowhere)
        lead.write(nowhere)
        lead.action_set_won()
        lost = self._lead(9.0, user_id=False, **nowhere)
        lost.write(nowhere)
        lost.action_set_lost()
        self.assertFalse(lead.company_id | lost.company_id)
        self.assertEqual(self._facts(company=self.other_company).lead_id, lead)
        self.assertFalse(self._facts())

    def test_expected_day_of_open_ones(self):
        self._lead(5.0, date_deadline=self.past)
        self.assertEqual(self._facts("pipeline").date, self.past)

    def test_merged_and_deleted(self):
        first, second = self._lead(100.0), self._lead(50.0)
        for lead in first, second:
            lead.action_set_won()
            lead.date_closed = f"{self.past} 10:00:00"
        self._build_cells()
        self.assertEqual(self._totals("won", self.past, self.past), 2.0)
        second.unlink()
        self.assertEqual(self._totals("won", self.past, self.past), 1.0)

    def _rate(self, order, rate, customer=None):
        customer = customer or order.partner_id
        token = order._rating_get_access_token(partner=customer)
        return order.rating_apply(rate, token=token)

    def test_weights_of_a_rating_add_up_to_one(self):
        hose = self.env["product.product"].create({"name": "Hose", "categ_id": self.category.id})
        order = self._order(self.today, 100.0, confirm=False)
        order.order_line = [
            Command.create({"product_id": hose.id}),
            Command.create({"product_id": hose.id}),
            Command.create({"display_type": "line_note", "name": "A note weighs nothing"}),
        ]
        order.action_confirm()
        self._rate(order, 5)
        self._rate(order, 2, self.env["res.partner"].create({"name": "Buyer", "email": "b@example.com"}))
        facts = self._facts("rating")
        self.assertEqual(len(facts), 6)
        self.assertAlmostEqual(sum(facts.mapped("count")), 2.0)
        self.assertAlmostEqual(sum(facts.mapped("rating")), 7.0)
        self.assertAlmostEqual(self._totals("satisfaction", self.today, self.today), 3.5)
        self.assertAlmostEqual(
            self._totals("ratings", self.today, self.today, categ_id=self.subcategory), 2 / 3
        )

    def test_satisfaction_by_person(self):
        self._rate(self._order(self.past, user=self.rep), 5)
        self._rate(self._order(self.past, user=self.rep), 4)
        self._rate(self._order(self.past, user=self.rep2), 1)
        self.assertAlmostEqual(self._totals("satisfaction", self.today, self.today, user_id=self.rep), 4.5)
        self.assertAlmostEqual(self._totals("satisfaction", self.today, self.today), 10 / 3)
        self.assertIsNone(self._totals("satisfaction", self.past, self.past))

    def test_asked_but_not_answered(self):
        order = self._order(self.today)
        order._rating_get_access_token()
        self.assertFalse(self._facts("rating"))

    def test_rating_of_the_past_that_changes(self):
        order = self._order(self.past)
        rating = self._rate(order, 5)
        rating.rated_on = f"{self.past} 10:00:00"
        self._build_cells()
        self.assertEqual(self._totals("satisfaction", self.past, self.past), 5.0)
        # Odoo dates an answer anew when it changes
        rating.rating = 1
        self.assertIsNone(self._totals("satisfaction", self.past, self.past))
        self.assertEqual(self._totals("satisfaction", self.today, self.today), 1.0)
        rating.rated_on = f"{self.past} 10:00:00"
        self.assertEqual(self._totals("satisfaction", self.past, self.past), 1.0)
        self._build_cells()
        order.user_id = self.rep2
        self.assertEqual(self._totals("satisfaction", self.past, self.past, user_id=self.rep2), 1.0)
        self._build_cells()
        order._action_cancel()
        self.assertIsNone(self._totals("satisfaction", self.past, self.past))
