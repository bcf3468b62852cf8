"""Dividing a node and setting its targets in one go."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common_target import StmTargetCase


@freeze_time("2026-06-15 09:00:00")
class TestTargetWizard(StmTargetCase):
    def test_new_plan_says_its_years(self):
        """Odoo's dates leave the running year out: name and period say it before anything is saved."""
        form = Form(self.env["stm.target.plan"].with_user(self.manager))
        self.assertEqual(form.name, "Sales Plan 2026")
        self.assertEqual(form.period_text, "01/01/2026 – 12/31/2026 · 12 periods")
        form.date_to = "2028-12-31"
        self.assertEqual(form.name, "Sales Plan 2026–2028")
        form.granularity = "year"
        self.assertEqual(form.period_text, "01/01/2026 – 12/31/2028 · 3 periods")
        form.name = "Growth 2026"
        form.date_to = "2027-12-31"
        self.assertEqual(form.name, "Growth 2026")
        self.assertEqual(form.save().name, "Growth 2026")

    def _wizard(self, action, user=None):
        Model = self.env[action["res_model"]].with_user(user or self.manager)
        return Form(Model.with_context(**action["context"]))

    def test_from_an_empty_plan(self):
        """An amount for the whole year, by months, to the cent; then by team and person."""
        plan = self.plan.with_user(self.manager)
        form = self._wizard(plan.action_spread())
        form.amount = 100000
        self.assertEqual(form.summary, "12 periods from 01/01/2026 to 12/31/2026")
        form.save().action_confirm()
        root = plan.node_ids
        self.assertEqual(root.name, "Plan 2026")
        targets = root.line_ids.sorted("date_from").mapped("target")
        self.assertEqual((len(targets), targets[0], targets[-1]), (12, 8333.34, 8333.33))
        self.assertEqual(round(sum(targets), 2), 100000)

        form = self._wizard(plan.action_divide())
        self.assertEqual(form.dimension, "team_id")
        form.team_ids.clear()
        form.team_ids.add(self.team)
        form.split = True
        form.save().action_confirm()
        north = root.child_ids
        self.assertEqual((north.team_id, north.target_total), (self.team, 100000))

        form = self._wizard(north.action_divide())
        self.assertEqual((form.dimension, form.user_ids[:]), ("user_id", self.rep | self.rep2))
        form.split = True
        form.save().action_confirm()
        mine = north.child_ids.filtered(lambda node: node.user_id == self.rep)
        self.assertEqual(mine.line_ids.sorted("date_from")[0].target, 4166.67)
        self.assertEqual(plan.reserve_total, 0)
        rows = self.env["stm.target.reserve"].search([("plan_id", "=", plan.id)])
        self.assertEqual(set(rows.mapped("state")), {"even"})

    def test_every_number_says_why(self):
        plan = self.plan.with_user(self.manager)
        form = self._wizard(plan.action_spread())
        form.amount = 1200
        form.save().action_confirm()
        root = plan.node_ids
        first = root.line_ids.sorted("date_from")[0]

        def sentence(line):
            return line.with_user(self.manager)._explain()["sentence"].replace("\xa0", " ")

        self.assertIn("100.00 € is 8.3 % of the 1,200.00 € of “Plan 2026” in 12 periods.", sentence(first))
        self.assertIn("Divided evenly. Rounded to 0.01 €. Proposed by Manager", sentence(first))
        form = self._wizard(root.action_divide())
        form.dimension = "user_id"
        form.split = True
        form.save().action_confirm()
        mine = root.child_ids.filtered(lambda node: node.user_id == self.rep)
        count = len(root.child_ids)
        part = mine.line_ids.sorted("date_from")[0]
        self.assertIn(f"one of {count} parts", sentence(part))
        self.assertIn("of the 100.00 € of “Plan 2026”", sentence(part))
        form = self._wizard(plan.action_spread())
        form.amount, form.method = 70, "each"
        form.save().action_confirm()
        self.assertIn("70.00 €: in every one of the 12 periods of “Plan 2026” the same", sentence(first))
        first.with_user(self.manager).target = 75
        self.assertEqual(len(first._explain()["changes"]), 1)

    def test_teams_that_sell_are_offered(self):
        Team = self.env["crm.team"]
        idle, aimed, sold = Team.create(
            [{"name": name, "company_id": self.company.id} for name in ("Idle", "Aimed", "Sold")]
        )
        aimed.invoiced_target = 5
        self._order("2025-03-01", 10, team=sold)
        node = self._node()
        form = self._wizard(node.action_divide())
        offered = form.team_ids[:]
        self.assertEqual(offered & (self.team | idle | aimed | sold), self.team | aimed | sold)
        form.team_ids.clear()
        form.team_ids.add(idle)
        form.save().action_confirm()
        self.assertEqual(node.child_ids.team_id, idle)

    def test_people_who_work_in_other_companies_too(self):
        """A planner who may not see all companies of a colleague still gets that colleague offered."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.rep.sudo().company_ids |= other
        self.env.invalidate_all()
        form = self._wizard(self._node(team=self.team).with_user(self.manager).action_divide())
        self.assertEqual((form.dimension, form.user_ids[:]), ("user_id", self.rep | self.rep2))

    def test_dividing_again_adds_what_is_missing(self):
        node = self._node(team=self.team)
        mine = self._node(node, user=self.rep)
        self._wizard(node.action_divide()).save().action_confirm()
        self.assertEqual(node.child_ids.user_id, self.rep | self.rep2)
        self.assertIn(mine, node.child_ids)

    def test_who_is_added_gets_what_is_left(self):
        node = self._node(team=self.team)
        self._line(node, 100, "2026-01-01", "2026-01-31")
        self._line(node, 50, "2026-02-01", "2026-02-28")
        mine = self._node(node, user=self.rep)
        self._line(mine, 60, "2026-01-01", "2026-01-31")
        self._line(mine, 70, "2026-02-01", "2026-02-28")
        form = self._wizard(node.action_divide())
        form.split = True
        form.save().action_confirm()
        added = (node.child_ids - mine).line_ids.sorted("date_from")
        self.assertEqual(added.mapped("target"), [40, 0])

    def test_pins_stay(self):
        node = self._node()
        pinned = self._line(node, 700, "2026-02-01", "2026-02-28", pinned=True)
        node._spread(self.measure, 1800)
        self.assertEqual(pinned.target, 700)
        self.assertEqual(set((node.line_ids - pinned).mapped("target")), {100})
        with self.assertRaisesRegex(ValidationError, "pinned targets of .*700"):
            node._spread(self.measure, 600)

    def test_again_with_other_periods(self):
        node = self._node()
        self._line(node, 5, "2026-01-01", "2026-01-15")
        self.plan.granularity = "quarter"
        node._spread(self.measure, 400)
        self.assertEqual(node.line_ids.mapped("target"), [100] * 4)

    def test_periods_that_the_plan_cuts_off(self):
        """11 of 22 working days of January 2026 and 10 of 22 of March are left: 1000 ÷ 43/22."""
        plan = self._plan(name="Late", date_from="2026-01-16", date_to="2026-03-15")
        node = self._node(plan=plan)
        node._spread(self.measure, 1000)
        self.assertEqual(node.line_ids.sorted("date_from").mapped("target"), [255.81, 511.63, 232.56])

    def test_dates_as_the_user_writes_them(self):
        self.env["res.lang"]._activate_lang("de_DE")
        node = self._node()
        action = self.plan.action_spread()
        Wizard = self.env[action["res_model"]].with_context(**action["context"], lang="de_DE")
        form = Form(Wizard.with_user(self.manager))
        self.assertIn("01.01.2026", form.summary)
        line = self._line(node, 5, "2026-02-01", "2026-02-28").with_context(lang="de_DE")
        self.assertIn("01.02.2026", line.display_name)

    def test_the_same_in_every_period(self):
        measure = self.env.ref("sales_target_mgmt.measure_conversion")
        self.plan.measure_ids |= measure
        form = self._wizard(self._node().action_spread())
        form.measure_id = measure
        self.assertEqual(form.method, "each")
        form.amount = 25
        form.save().action_confirm()
        self.assertEqual(set(self.plan.line_ids.mapped("target")), {25})

    def test_whole_pieces(self):
        measure = self.env.ref("sales_target_mgmt.measure_quantity")
        self.plan.measure_ids |= measure
        self.plan.granularity = "quarter"
        node = self._node()
        node._spread(measure, 10)
        self.assertEqual(node.line_ids.sorted("date_from").mapped("target"), [3, 3, 2, 2])

    def test_refusals(self):
        node = self._node()
        with self.assertRaises(AccessError):
            self._wizard(node.action_divide(), self.sees_all).save()
        self._line(node, 5)
        self._approve()
        with self.assertRaisesRegex(UserError, "is approved"):
            node._spread(self.measure, 10)

    def test_fiscal_years(self):
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        self.plan.granularity = "fiscal_year"
        ends = [str(period.date_to) for period in self.plan._get_periods()]
        self.assertEqual(ends, ["2026-06-30", "2026-12-31"])

    def test_revise_by_wizard(self):
        self._line(self._node(), 100)
        self._approve()
        plan = self.plan.with_user(self.manager)
        form = self._wizard(plan.action_revise())
        form.date_effective = "2026-07-01"
        form.reason = "New region"
        action = form.save().action_confirm()
        revision = plan.browse(action["res_id"])
        self.assertEqual((revision.version, str(revision.date_effective)), (2, "2026-07-01"))

    def test_return_by_wizard(self):
        self._line(self._node(), 100)
        plan = self.plan.with_user(self.manager)
        plan.action_submit()
        form = self._wizard(plan.action_return())
        form.reason = "Too low"
        form.save().action_confirm()
        self.assertEqual(plan.state, "draft")
        self.assertIn("Too low", plan.message_ids[:1].body)
