from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Date
from odoo.tools import mute_logger

from .test_territory import TerritoryCase


class TestTerritoryCoverage(TerritoryCase):
    """The proof that every customer has one territory, and plans that wait for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([("customer_rank", ">", 0)]).customer_rank = 0
        cls.munich = cls._partner("Munich", cls.germany, "80331", customer_rank=1)
        cls.nowhere = cls._partner("Nowhere", customer_rank=1)
        cls._partner("Never bought")

    def _coverage(self, user=None, day=None):
        coverages = self.env["stm.territory.coverage"].with_user(user or self.manager)
        if day:
            return coverages.create({"division_id": self.division.id, "date": day})
        action = self.division.with_env(coverages.env).action_check_coverage()
        return coverages.browse(action["res_id"])

    def _tie(self):
        """A customer with two tags that belong to two territories, given after the rules."""
        tags = self.env["res.partner.category"].create([{"name": "Chains"}, {"name": "Online"}])
        rules = self._rule(self.north, category_id=tags[0].id) | self._rule(self.west, category_id=tags[1].id)
        both = self._partner("Both", category_id=[(6, 0, tags.ids)], customer_rank=1)
        return rules, both

    def _plan(self, user=None):
        plan = self.env["stm.target.plan"].create(
            {
                "name": "Next Year",
                "company_id": self.company.id,
                "user_id": (user or self.manager).id,
                "date_from": Date.to_date("2031-01-01"),
                "date_to": Date.to_date("2031-12-31"),
                "measure_ids": [(6, 0, self.env.ref("sales_target_mgmt.measure_ordered").ids)],
            }
        )
        node = self.env["stm.target.node"].create({"plan_id": plan.id, "territory_id": self.europe.id})
        self.env["stm.target.line"].create(
            {
                "node_id": node.id,
                "measure_id": self.env.ref("sales_target_mgmt.measure_ordered").id,
                "date_from": plan.date_from,
                "date_to": plan.date_to,
                "target": 1.0,
            }
        )
        return plan

    def test_gaps(self):
        coverage = self._coverage()
        self.assertEqual((coverage.customer_count, coverage.gap_count, coverage.is_complete), (2, 1, False))
        self.assertEqual(coverage.line_ids.partner_id, self.nowhere)
        self._order(self.today, 1.0, partner=self._partner("Ordered"))
        self.env["crm.lead"].create(
            {"name": "Chance", "partner_id": self._partner("Asked").id, "company_id": self.company.id}
        )
        coverage.action_check()
        self.assertEqual(coverage.line_ids.partner_id.mapped("name"), ["Nowhere", "Ordered", "Asked"])
        coverage.line_ids.partner_id.country_id = self.france
        coverage.action_check()
        self.assertTrue(coverage.is_complete)
        self.assertFalse(coverage.line_ids)

    def test_customers_of_another_company_alone_are_no_gaps(self):
        elsewhere, both = (self._partner(name, customer_rank=1) for name in ("Elsewhere", "Both"))
        values = {"user": self.rep_other, "company_id": self.other_company.id, "team": self.team_other}
        for partner in elsewhere | both:
            self._order(self.today, 1.0, partner=partner, **values)
        self._order(self.today, 1.0, partner=both)
        self.assertEqual(self._coverage().line_ids.partner_id.mapped("name"), ["Nowhere", "Both"])

    def test_give_to_a_territory(self):
        line = self._coverage().line_ids
        action = line.action_give()
        move = self.env["stm.territory.move"].with_user(self.manager).with_context(action["context"])
        move = move.create({"territory_id": self.west.id})
        self.assertEqual((move.kind, move.partner_ids, move.date), ("customers", self.nowhere, self.today))
        move.action_apply()
        self.assertTrue(self._coverage().is_complete)

    def test_overlaps_list_their_customers(self):
        rules, both = self._tie()
        self.assertFalse(both.stm_territory_id)
        coverage = self._coverage()
        line = coverage.line_ids.filtered(lambda one: one.kind == "overlap")
        self.assertEqual((line.partner_id, line.rule_id | line.other_rule_id), (both, rules))
        self.assertEqual((coverage.gap_count, coverage.overlap_count), (1, 1))

    def test_a_day_to_come(self):
        self._rule(self.west, partner_ids=[(6, 0, self.nowhere.ids)], date_from="2031-01-01")
        self.assertEqual(self._coverage().gap_count, 1)
        self.assertTrue(self._coverage(day="2031-01-01").is_complete)

    def test_a_plan_waits_for_the_coverage(self):
        self._tie()
        plan = self._plan().with_user(self.manager)
        for method in (plan.action_submit, plan.action_approve):
            with self.assertRaisesRegex(RedirectWarning, r"without a territory \(1\): Nowhere"):
                method()
        coverage = self._coverage(day="2031-01-01")
        action = coverage.line_ids.action_accept()
        accept = self.env["stm.territory.accept"].with_user(self.manager)
        accept.with_context(**action["context"]).create({"reason": "Head office"}).action_confirm()
        self.assertTrue(coverage.is_complete)
        self.assertEqual(coverage.accepted_count, 2)
        exceptions = self.division.exception_ids
        self.assertEqual(set(exceptions.mapped("reason")), {"Head office"})
        self.assertEqual(exceptions.user_id, self.manager)
        plan.action_submit()
        self.assertEqual(plan.state, "submitted")
        # what is accepted is that pair and that customer, nothing else
        self._partner("New", customer_rank=1)
        with self.assertRaisesRegex(RedirectWarning, "New"):
            plan.action_approve()

    def test_an_owner_who_is_no_manager_is_told_as_well(self):
        plan = self._plan(self.rep).with_user(self.rep)
        with self.assertRaisesRegex(UserError, "not complete on"):
            plan.action_submit()
        self.nowhere.country_id = self.france
        plan.action_submit()
        self.assertEqual(plan.state, "submitted")

    def test_plans_without_territories_do_not_ask(self):
        plan = self._plan()
        plan.node_ids.write({"territory_id": False, "team_id": self.team.id})
        plan.with_user(self.manager).action_submit()
        self.assertEqual(plan.state, "submitted")

    def test_exceptions(self):
        exceptions = self.env["stm.territory.exception"].with_user(self.manager)
        values = {"division_id": self.division.id, "reason": "Head office"}
        one = exceptions.create({**values, "partner_id": self.nowhere.id, "user_id": self.rep.id})
        self.assertEqual(one.user_id, self.manager)
        with self.assertRaisesRegex(UserError, "accept it anew"):
            one.write({"reason": "Another"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            exceptions.create({**values, "partner_id": self.nowhere.id})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            exceptions.create(values)
        with self.assertRaises(AccessError):
            exceptions.with_user(self.rep).create({**values, "partner_id": self.munich.id})
        self.assertFalse(
            self.env["stm.territory.exception"]
            .with_user(self.rep_other)
            .with_context(allowed_company_ids=self.other_company.ids)
            .search([])
        )
        with self.assertRaises(AccessError):
            self._coverage(self.rep)
