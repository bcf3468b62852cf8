"""The decomposition engine, through documents, plan and wizard."""

from odoo.addons.sales_target_mgmt.models.target.stm_target_breakdown import DIMENSIONS
from odoo.tests import Form

from .common_decompose import DecomposeCase


class TestDecompose(DecomposeCase):
    def test_methods(self):
        for team, amount in zip(self.teams, (100, 200, 300), strict=True):
            self._order("2025-05-10", amount, team=team)
        for team, amount in zip(self.teams, (300, 200, 60), strict=True):
            self._order("2024-05-10", amount, team=team)
        self._line(self.root, 6000)
        wizard = self._by_team(method="last_year")
        self.assertEqual(self._proposals(wizard), [1000, 2000, 3000])
        self.assertEqual(wizard.line_ids.mapped("share"), [1000 / 6000, 2000 / 6000, 0.5])
        with Form(wizard) as form:
            form.method = "even"
        self.assertEqual(self._proposals(wizard), [2000, 2000, 2000])
        with Form(wizard) as form:
            form.method = "history"
            form.history_from = "2024-01-01"
        # averages of two years: 200, 200, 180
        self.assertEqual(wizard.line_ids.mapped("history"), [200, 200, 180])
        self.assertEqual(self._proposals(wizard), [2069, 2069, 1862])
        with Form(wizard) as form:
            form.projection = "trend"
        # the lines through 300 → 100, 200 → 200, 60 → 300
        self.assertEqual(wizard.line_ids.mapped("trend"), [0, 200, 540])
        self.assertEqual(self._proposals(wizard), [0, 1622, 4378])
        with Form(wizard) as form:
            form.method = "weights"
            with form.line_ids.edit(0) as line:
                line.weight = 4
        self.assertEqual(self._proposals(wizard), [4000, 1000, 1000])

    def test_bounds_of_growth(self):
        """What a bound takes away the others get; bounds that leave no way are named."""
        for team, amount in zip(self.teams, (1000, 1000, 8000), strict=True):
            self._order("2025-05-10", amount, team=team)
        self._line(self.root, 12000)
        wizard = self._by_team(method="even", bounded=True, min_growth=-10, max_growth=50)
        self.assertEqual(self._proposals(wizard), [1500, 1500, 9000])
        self.assertEqual(wizard.line_ids.mapped("bounded"), ["max", "max", False])
        with Form(wizard) as form:
            form.max_growth = 10
        self.assertEqual(self._proposals(wizard), [1200, 1200, 9600])
        self.assertRegex(wizard.message, "Even with the highest growth 1,000.00.* would be left")

    def test_sum_is_exact_when_the_unit_is_coarse(self):
        self._line(self.root, 10000.55)
        wizard = self._by_team(method="even", unit=1000)
        self.assertEqual(self._proposals(wizard), [4000.55, 3000, 3000])
        self.assertEqual((wizard.allocated, wizard.rest), (10000.55, 0))

    def test_every_period_is_met(self):
        self._quarters([100000.01, 200000, 333333.33, 7])
        wizard = self._by_team(method="weights")
        with Form(wizard) as form, form.line_ids.edit(1) as line:
            line.weight = 2.5
        wizard.action_apply()
        rows = self.env["stm.target.reserve"].search([("node_id", "=", self.root.id)])
        self.assertEqual((len(rows), set(rows.mapped("state"))), (4, {"even"}))

    def test_what_is_pinned_in_the_plan_stays(self):
        self._quarters(40000)
        child = self._node(self.root, team=self.team)
        pinned = self._line(child, 9999, "2026-04-01", "2026-06-30", pinned=True)
        wizard = self._by_team(method="even", unit=100)
        self.assertEqual(wizard.line_ids[0].floor, 9999)
        self.assertEqual(sum(self._proposals(wizard)), 40000)
        wizard.action_apply()
        self.assertEqual((pinned.target, pinned.pinned), (9999, True))
        self.assertEqual(sum(child.line_ids.mapped("target")), wizard.line_ids[0].proposal)
        rows = self.env["stm.target.reserve"].search([("node_id", "=", self.root.id)])
        self.assertEqual(set(rows.mapped("state")), {"even"})
        with Form(self._by_team(method="even")) as form, form.line_ids.edit(0) as line:
            line.proposal = 5000
        self.assertIn("less than what is pinned in single periods", form.record.message)

    def test_everything_pinned_leaves_a_reserve(self):
        self._line(self.root, 1000)
        wizard = self._by_team(method="even")
        with Form(wizard) as form:
            for number in range(3):
                with form.line_ids.edit(number) as line:
                    line.proposal = 300
        self.assertRegex(wizard.message, "100.00.* is left")
        wizard.action_apply()
        self.assertEqual(self.plan.reserve_total, 100)

    def test_shorter_periods_of_one_target(self):
        """A quarter becomes months; the others stay."""
        self._quarters(400)
        line = self.root.line_ids.sorted("date_from")[1]
        action = line.with_user(self.manager).action_decompose_periods()
        wizard = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        wizard.period_method = "even"
        wizard._propose()
        self.assertEqual(self._proposals(wizard), [34, 33, 33])
        wizard.action_apply()
        self.assertEqual(self.root.line_ids.sorted("date_from").mapped("target"), [100, 34, 33, 33, 100, 100])
        self.plan.step_ids.with_user(self.manager).action_undo()
        self.assertEqual(self.root.line_ids.mapped("target"), [100] * 4)

    def test_the_next_measure_is_divided_alike(self):
        """Three measures: the wizard goes on to the next one that the node has, with the same choices."""
        codes = ("ordered", "invoiced", "margin_invoiced", "conversion")
        ordered, invoiced, margin, conversion = (
            self.env.ref(f"sales_target_mgmt.measure_{code}") for code in codes
        )
        self.plan.measure_ids = ordered | invoiced | margin | conversion
        order = self.plan.measure_ids.sorted("sequence")
        self._line(self.root, 6000)
        self._line(self.root, 900, measure=invoiced)
        wanted = [one for one in order if one in ordered | invoiced]
        wizard = self._by_team(method="weights", measure_id=wanted[0].id, hedge=10)
        for line, weight in zip(wizard.line_ids, (1, 2, 3), strict=True):
            line.weight = weight
        self.assertEqual(wizard.next_measure_id, wanted[1])
        action = wizard.action_apply_next()
        following = wizard.browse(action["res_id"])
        self.assertEqual((following.measure_id, following.hedge), (wanted[1], 10))
        self.assertFalse(following.next_measure_id)
        following.action_apply()
        total = {ordered: 6600, invoiced: 990}
        for measure in wanted:
            lines = self.root.child_ids.line_ids.filtered(
                lambda line, measure=measure: line.measure_id == measure
            )
            self.assertEqual(
                sorted(lines.mapped("target")), [total[measure] * part / 6 for part in (1, 2, 3)]
            )
        self.assertEqual(len(self.plan.step_ids), 2)

    def test_dimensions(self):
        """Every dimension of a node can be proposed."""
        self._line(self.root, 100)
        division = self.env["stm.territory.division"]._get_or_make_primary(self.company)
        records = {
            "territory_id": self.env["stm.territory"].create(
                {"name": "Bavaria", "division_id": division.id, "company_id": self.company.id}
            ),
            "categ_id": self.category,
            "channel_id": self.env["stm.channel"].create({"name": "Web"}),
            "customer_class_id": self.env["stm.customer.class"].create(
                {"name": "A", "company_id": self.company.id}
            ),
            "product_class_id": self.env["stm.product.class"].create(
                {"name": "A", "company_id": self.company.id}
            ),
            "partner_id": self.customer,
        }
        # teams and people have tests of their own
        self.assertEqual({*records, "team_id", "user_id"}, set(DIMENSIONS))
        for dimension, record in records.items():
            with self.subTest(dimension):
                wizard = self._open(dimension=dimension, method="even")
                choice = dimension.replace("_id", "_ids")
                with Form(wizard) as form:
                    getattr(form, choice).clear()
                    getattr(form, choice).add(record)
                self.assertEqual(wizard.line_ids.mapped("res_id"), record.ids)
                wizard.action_apply()
                child = self.root.child_ids.filtered(lambda node, name=dimension: node[name])
                self.assertEqual((child[dimension], child.line_ids.target), (record, 100))


class TestDecomposeQueries(DecomposeCase):
    def test_queries_do_not_grow(self):
        """20 people or 200: the same number of queries, for the proposal and for applying it."""
        self._open(mode="periods", total=1000000, period_method="even").action_apply()
        few, many = self._run(20), self._run(200)
        # the ORM inserts and updates at most 100 rows at once: 180 more parts, 720 more targets
        self.assertLessEqual(many[0] - few[0], 4)
        self.assertLessEqual(many[1] - few[1], 3 + 2 * 7)

    def _run(self, count):
        categories = self.env["product.category"].create(
            [{"name": f"Category {number}"} for number in range(count)]
        )
        node = self._node(self.root, team=self.env["crm.team"].create({"name": f"Team {count}"}))
        for line in self.root.line_ids:
            self._line(node, line.target, line.date_from, line.date_to)
        self._count(lambda: self._open(node, dimension="categ_id", categ_ids=[(6, 0, categories[:1].ids)]))
        wizards = []
        propose = self._count(
            lambda: wizards.append(self._open(node, dimension="categ_id", categ_ids=[(6, 0, categories.ids)]))
        )
        apply = self._count(wizards[0].action_apply)
        self.assertEqual(len(node.child_ids.line_ids), 4 * count)
        return propose, apply

    def _count(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
