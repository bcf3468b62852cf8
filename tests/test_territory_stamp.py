"""Territories on documents and in figures, and who sees them."""

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError

from .test_territory import TerritoryCase


class TestTerritoryStamp(TerritoryCase):
    def test_stamp_stays_when_the_customer_moves(self):
        munich = self._partner("Munich", self.germany, "80331")
        order = self._order(self.today, 100.0, partner=munich)
        quotation = self._order(self.today, 50.0, partner=munich, confirm=False)
        self.assertEqual(order.territory_id | quotation.territory_id, self.south)
        munich.country_id = self.france
        self.assertEqual(order.territory_id | quotation.territory_id, self.south)
        invoice = self._invoice(order, self.today)
        self.assertEqual(invoice.territory_id, self.south)
        refund = invoice._reverse_moves([{"invoice_date": self.today}])
        self.assertEqual(refund.territory_id, self.south)
        self.assertEqual(self._order(self.today, 1.0, partner=munich).territory_id, self.west)

    def test_another_customer_on_a_quotation(self):
        munich, paris = self._partner("Munich", self.germany, "80331"), self._partner("Paris", self.france)
        quotation = self._order(self.today, 50.0, partner=munich, confirm=False)
        quotation.partner_id = paris
        self.assertEqual(quotation.territory_id, self.west)

    def test_lead_and_channel(self):
        channel = self.env["stm.channel"].create({"name": "Visit", "company_id": self.company.id})
        self.team.stm_channel_id = channel
        munich = self._partner("Munich", self.germany, "80331")
        lead = self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "partner_id": munich.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
            }
        )
        self.assertEqual((lead.territory_id, lead.channel_id), (self.south, channel))
        order = self._order(self.today, 100.0, partner=munich)
        self.assertEqual(order.channel_id, channel)
        self.assertEqual(self._invoice(order, self.today).channel_id, channel)

    def test_figures_by_territory(self):
        past = self.today.replace(day=1) - relativedelta(months=2)
        munich = self._partner("Munich", self.germany, "80331")
        hamburg = self._partner("Hamburg", self.germany, "20095")
        self._order(past, 100.0, partner=munich)
        self._order(past, 10.0, partner=hamburg)
        for build in (False, True):
            if build:
                self._build_cells()
            for territory, value in ((self.south, 100.0), (self.north, 10.0), (self.europe, 110.0)):
                self.assertEqual(self._totals("ordered", past, self.today, territory_id=territory), value)
        self.env["sale.order"].search([("partner_id", "=", hamburg.id)]).territory_id = self.west
        self.assertEqual(self._totals("ordered", past, self.today, territory_id=self.west), 10.0)
        self.assertEqual(self._totals("ordered", past, self.today, territory_id=self.north), 0.0)

    def test_secondary_division_is_as_of_now(self):
        past = self.today.replace(day=1) - relativedelta(months=2)
        industry = self.env["res.partner.industry"].create({"name": "Steel"})
        division = self.env["stm.territory.division"].create(
            {"name": "Industry", "company_id": self.company.id}
        )
        steel = self._territory("Steel", division=division)
        self._rule(steel, industry_id=industry.id)
        munich = self._partner("Munich", self.germany, "80331")
        self._order(past, 100.0, partner=munich)
        self._build_cells()
        self.assertEqual(self._totals("ordered", past, self.today, territory_id=steel), 0.0)
        munich.industry_id = industry
        self.assertEqual(self._totals("ordered", past, self.today, territory_id=steel), 100.0)
        self.assertEqual(self._totals("ordered", past, self.today, territory_id=self.south), 100.0)

    def test_customer_class_is_as_of_now(self):
        past = self.today.replace(day=1) - relativedelta(months=2)
        best = self.env["stm.customer.class"].create({"name": "A", "company_id": self.company.id})
        self._order(past, 100.0)
        self._build_cells()
        self.assertEqual(self._totals("ordered", past, self.today, customer_class_id=best), 0.0)
        self.env["stm.customer.profile"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "override_class_id": best.id,
                "override_reason": "First",
            }
        )
        self.assertEqual(self._totals("ordered", past, self.today, customer_class_id=best), 100.0)
        facts = self.env["stm.achievement"].search([("customer_class_id", "=", best.id)])
        self.assertEqual(sum(facts.mapped("amount")), 100.0)


class TestTerritoryRights(TerritoryCase):
    def test_salesperson_reads_and_does_not_write(self):
        own = self.north.with_user(self.rep)
        self.assertEqual(own.name, "North")
        for record, values in ((own, {"name": "Mine"}), (own.division_id, {"name": "Mine"})):
            with self.assertRaises(AccessError):
                record.write(values)
        with self.assertRaises(AccessError):
            self.env["stm.territory.rule"].with_user(self.rep).create({"territory_id": self.north.id})
        self._partner("Munich", self.germany, "80331")
        members = (
            self.env["stm.territory.member"]
            .with_user(self.manager)
            .search([("territory_id", "=", self.south.id)])
        )
        self.assertEqual(len(members), 1)
        with self.assertRaises(AccessError):
            members.unlink()

    def test_other_company_sees_nothing(self):
        self._partner("Munich", self.germany, "80331")
        for model in (
            "stm.territory",
            "stm.territory.division",
            "stm.territory.rule",
            "stm.territory.member",
        ):
            records = self.env[model].with_user(self.rep_other)
            records = records.with_context(allowed_company_ids=self.other_company.ids)
            self.assertFalse(records.search([]), model)

    def test_a_salesperson_may_create_customers(self):
        partner = (
            self.env["res.partner"]
            .with_user(self.rep)
            .create({"name": "Paris", "is_company": True, "country_id": self.france.id})
        )
        self.assertEqual(partner.stm_territory_id, self.west)
