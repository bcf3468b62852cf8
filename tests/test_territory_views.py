from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import Form

from .test_territory import TerritoryCase


class TestTerritoryViews(TerritoryCase):
    """What the screens of territories show, read as those who use them."""

    def _approved_target(self, territory, amount):
        plan = self.env["stm.target.plan"].create(
            {
                "name": "Territories",
                "company_id": self.company.id,
                "date_from": self.today.replace(month=1, day=1),
                "date_to": self.today.replace(month=12, day=31),
                "measure_ids": [(6, 0, self.env.ref("sales_target_mgmt.measure_ordered").ids)],
            }
        )
        node = self.env["stm.target.node"].create({"plan_id": plan.id, "territory_id": territory.id})
        self.env["stm.target.line"].create(
            {
                "node_id": node.id,
                "measure_id": self.env.ref("sales_target_mgmt.measure_ordered").id,
                "date_from": plan.date_from,
                "date_to": plan.date_to,
                "target": amount,
            }
        )
        return plan

    def test_attainment_is_that_of_the_plan_in_force(self):
        munich = self._partner("Munich", self.germany, "80331")
        self._order(self.today, 250.0, partner=munich)
        plan = self._approved_target(self.south, 1000.0)
        south = self.south.with_user(self.manager)
        self.assertEqual((south.standing, south.attainment_percent), ("none", 0.0))
        plan.action_approve()
        self.env.invalidate_all()
        self.assertEqual(south.attainment_percent, 25.0)
        self.assertEqual(south.standing, south.target_line_id.pace_state)
        self.assertEqual(self.north.standing, "none")
        # a salesperson sees what the own rights allow, not the plan of everybody
        self.assertEqual(self.south.with_user(self.rep).standing, "none")

    def test_customers_of_a_territory_include_those_below(self):
        for name, zip_ in (("Munich", "80331"), ("Stuttgart", "70173"), ("Hamburg", "20095")):
            self._partner(name, self.germany, zip_)
        territories = (self.europe | self.north | self.south | self.west).with_user(self.rep)
        self.assertEqual(territories.mapped("customer_count"), [3, 1, 2, 0])
        action = self.europe.with_user(self.rep).action_view_customers()
        members = self.env["stm.territory.member"].with_user(self.rep).search(action["domain"])
        self.assertEqual(len(members), 3)

    def test_history_of_a_customer(self):
        munich = self._partner("Munich", self.germany, "80331")
        munich.country_id = self.france
        action = munich.with_user(self.rep).action_stm_view_territories()
        rows = self.env["stm.territory.member"].with_user(self.rep).search(action["domain"])
        self.assertEqual(
            [(row.territory_id, row.since, row.date_to) for row in rows.sorted("date_from")],
            [(self.south, False, self.today - timedelta(days=1)), (self.west, self.today, False)],
        )

    def test_planner_fills_the_forms(self):
        with Form(self.env["stm.territory.division"].with_user(self.manager)) as form:
            form.name = "Industries"
            form.kind = "industry"
        self.assertFalse(form.record.is_primary)
        with Form(self.env["stm.territory"].with_user(self.manager)) as form:
            form.name = "North East"
            form.parent_id = self.north
            with form.assignment_ids.new() as line:
                line.user_id = self.rep
            with form.rule_ids.new() as line:
                line.country_id = self.env.ref("base.it")
        territory = form.record
        self.assertEqual((territory.division_id, territory.owner_ids), (self.division, self.rep))
        self.assertEqual(self._partner("Rome", self.env.ref("base.it")).stm_territory_id, territory)

    def test_an_empty_form_makes_no_division(self):
        (self.north | self.south | self.west).unlink()
        self.europe.unlink()
        self.division.unlink()
        divisions = self.env["stm.territory.division"].with_user(self.manager)
        company = [("company_id", "=", self.company.id)]
        form = Form(self.env["stm.territory"].with_user(self.manager))
        self.assertFalse(form.division_id)
        self.assertFalse(divisions.search_count(company))
        asia = self.env["stm.territory"].with_user(self.manager).create({"name": "Asia"})
        self.assertEqual((asia.division_id, asia.division_id.is_primary), (divisions.search(company), True))

    def test_a_division_with_territories_stays(self):
        with self.assertRaisesRegex(UserError, r"“Geography” has territories \(4\): delete them first"):
            self.division.with_user(self.manager).unlink()

    def test_names_to_choose_from(self):
        rule = self.south.rule_ids.with_context(stm_with_territory=True)
        self.assertEqual(rule.display_name, "South: Germany")
        paris = self._partner("Paris", self.france)
        self.assertEqual(self._rule(self.north, partner_ids=[(6, 0, paris.ids)]).display_name, "Paris")
        self.assertEqual(self._rule(self.west).display_name, "Everybody else")
        owner = self.env["stm.territory.assignment"].create(
            {"territory_id": self.south.id, "user_id": self.rep.id}
        )
        self.assertEqual(owner.display_name, f"{self.rep.name} · Owner · Europe / South")

    def test_documents_show_territory_and_channel(self):
        for view, model, user in (
            ("sale.view_order_form", "sale.order", self.rep),
            ("crm.crm_lead_view_form", "crm.lead", self.rep),
            ("account.view_move_form", "account.move", self.accountant),
        ):
            arch = self.env[model].with_user(user).get_view(self.env.ref(view).id)["arch"]
            self.assertIn('name="territory_id"', arch, model)
            self.assertIn('name="channel_id"', arch, model)
