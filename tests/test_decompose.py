"""The decomposition engine, through documents, plan and wizard."""

from freezegun import freeze_time

from odoo.addons.sales_target_mgmt.models.stm_target_breakdown import DIMENSIONS
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common_target import StmTargetCase


class DecomposeCase(StmTargetCase):
    """A plan of 2026 by quarters; teams North, East and South."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.granularity = "quarter"
        cls.root = cls._node()
        Team = cls.env["crm.team"]
        cls.east, cls.south = Team.create(
            [{"name": name, "company_id": cls.company.id} for name in ("East", "South")]
        )
        cls.teams = cls.team | cls.east | cls.south
        frozen = freeze_time("2026-01-15 12:00:00")
        frozen.start()
        cls.addClassCleanup(frozen.stop)

    def _open(self, node=None, user=None, **values):
        """The wizard as the planner gets it, after changing what is given in its form."""
        node = (node or self.root).with_user(user or self.manager)
        values.setdefault("mode", "nodes")
        action = self.env["stm.target.decompose"].with_user(user or self.manager)._open(node, **values)
        return self.env[action["res_model"]].with_user(user or self.manager).browse(action["res_id"])

    def _by_team(self, **values):
        return self._open(dimension="team_id", team_ids=[(6, 0, self.teams.ids)], **values)

    def _proposals(self, wizard):
        return wizard.line_ids.mapped("proposal")

    def _quarters(self, total):
        for number, month in enumerate((1, 4, 7, 10)):
            self._line(
                self.root,
                total[number] if isinstance(total, (list, tuple)) else total / 4,
                f"2026-{month:02}-01",
                f"2026-{month + 2:02}-{31 if month in (1, 10) else 30}",
            )


class TestDecomposeGolden(DecomposeCase):
    """The figures of the published sources, from documents to targets."""

    def test_allocation_by_history_and_potential(self):
        """42/33/25 % history and 30/30/40 % potential at 60:40 of 1,234 k: 459/392/383 k."""
        division = self.env["stm.territory.division"]._get_or_make_primary(self.company)
        division.potential_method = "share"
        territories = self.env["stm.territory"].create(
            [
                {"name": name, "division_id": division.id, "company_id": self.company.id}
                for name in ("North", "East", "South")
            ]
        )
        self.env["stm.territory.market"].create(
            [
                {"territory_id": one.id, "year": 2026, "market_size": size}
                for one, size in zip(territories, (3e6, 3e6, 4e6), strict=True)
            ]
        )
        for one, amount in zip(territories, (42000, 33000, 25000), strict=True):
            self._order("2025-05-10", amount).territory_id = one
        self._line(self.root, 1234000)
        wizard = self._open(dimension="territory_id", method="mix", alpha=60, unit=1000)
        self.assertEqual(wizard.line_ids.mapped("history"), [42000, 33000, 25000])
        self.assertEqual(wizard.line_ids.mapped("potential"), [3e6, 3e6, 4e6])
        self.assertEqual(self._proposals(wizard), [459000, 392000, 383000])
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.proposal = 500000
        self.assertEqual(self._proposals(wizard), [500000, 372000, 362000])
        self.assertEqual(wizard.line_ids.mapped("pinned"), [True, False, False])
        self.assertEqual(wizard.line_ids[0].growth, 500 / 42 - 1)
        wizard.action_apply()
        targets = {node.territory_id: node.line_ids.target for node in self.root.child_ids}
        self.assertEqual(targets, dict(zip(territories, (500000.0, 372000.0, 362000.0), strict=True)))
        self.assertEqual(self.plan.reserve_total, 0)
        pinned = self.root.child_ids.filtered("line_ids.pinned")
        self.assertEqual(pinned.territory_id, territories[0])

    def test_potential_of_people(self):
        """That of the territories for which they are responsible; the others count with the mean."""
        division = self.env["stm.territory.division"]._get_or_make_primary(self.company)
        division.potential_method = "share"
        territory = self.env["stm.territory"].create(
            {"name": "North", "division_id": division.id, "company_id": self.company.id}
        )
        self.env["stm.territory.market"].create(
            {"territory_id": territory.id, "year": 2026, "market_size": 3e6}
        )
        self.env["stm.territory.assignment"].create({"territory_id": territory.id, "user_id": self.rep.id})
        self._line(self.root, 1000)
        wizard = self._open(
            dimension="user_id", user_ids=[(6, 0, (self.rep | self.rep2).ids)], method="potential"
        )
        self.assertEqual(wizard.line_ids.mapped("potential"), [3e6, 0])
        self.assertEqual(self._proposals(wizard), [500, 500])
        self.assertIn("No potential is known of Rep2", wizard.message)

    def test_people_who_share_a_territory_share_its_potential(self):
        division = self.env["stm.territory.division"].create(
            {"name": "Geography", "company_id": self.company.id, "potential_method": "share"}
        )
        other = division.copy({"name": "Industry", "is_primary": False})
        north, south, foreign = self.env["stm.territory"].create(
            [
                {"name": name, "division_id": one.id, "company_id": self.company.id}
                for name, one in (("North", division), ("South", division), ("Steel", other))
            ]
        )
        self.env["stm.territory.market"].create(
            [
                {"territory_id": territory.id, "year": 2026, "market_size": size}
                for territory, size in ((north, 100000), (south, 60000), (foreign, 999000))
            ]
        )
        self.env["stm.territory.assignment"].create(
            [
                {"territory_id": territory.id, "user_id": user.id}
                for territory, user in (
                    (north, self.rep), (north, self.rep2), (south, self.rep), (foreign, self.rep2),
                )
            ]
        )  # fmt: skip
        self._line(self.root, 1000)
        users = self.rep | self.rep2 | self.leader
        wizard = self._open(dimension="user_id", user_ids=[(6, 0, users.ids)], method="mix")
        found = {line.res_id: (line.has_potential, line.potential) for line in wizard.line_ids}
        self.assertEqual(
            [found[user.id] for user in users], [(True, 110000.0), (True, 50000.0), (False, 0.0)]
        )

    def test_seasons_by_simple_averages(self):
        """Quarters of 80/110/90/120 k: 1 M becomes 200/275/225/300 k."""
        for month, amount in zip((2, 5, 8, 11), (80000, 110000, 90000, 120000), strict=True):
            self._order(f"2025-{month:02}-10", amount)
        wizard = self._open(mode="periods", total=1000000)
        self.assertEqual((wizard.granularity, wizard.season_method), ("quarter", "simple_average"))
        self.assertEqual(self._proposals(wizard), [200000, 275000, 225000, 300000])
        wizard.action_apply()
        self.assertEqual(
            self.root.line_ids.sorted("date_from").mapped("target"), [200000, 275000, 225000, 300000]
        )
        why = self.root.line_ids[:1].why["proposal"]
        self.assertEqual(why["season"], "simple_average")

    def test_seasons_against_the_moving_average(self):
        """Three years of growth: 0.832/1.116/0.891/1.161 whatever the growth."""
        for year, factor in ((2023, 1), (2024, 1.1), (2025, 1.21)):
            for month, amount in zip((2, 5, 8, 11), (80000, 110000, 90000, 120000), strict=True):
                self._order(f"{year}-{month:02}-10", amount * factor)
        wizard = self._open(mode="periods", total=4000000, unit=1000)
        self.assertEqual(wizard.season_method, "ratio_to_moving_average")
        indices = [round(season / 3, 3) for season in wizard.line_ids.mapped("season")]
        self.assertEqual(indices, [0.832, 1.116, 0.891, 1.161])
        self.assertEqual(self._proposals(wizard), [832000, 1116000, 891000, 1161000])

    def test_over_assignment(self):
        """8 M at an expected attainment of 85 % is 9.41 M; the node keeps 8 M."""
        self._line(self.root, 8000000)
        wizard = self._by_team(method="even", hedge=100 / 0.85 - 100, unit=10000)
        self.assertEqual((wizard.total, wizard.assigned), (8000000, 9410000))
        self.assertEqual(sum(self._proposals(wizard)), 9410000)
        self.assertIn("at 85.0 % attainment", wizard.hedge_text)
        wizard.action_apply()
        self.assertEqual(self.root.line_ids.target, 8000000)
        self.assertRegex(self.plan.reserve_text, "1,410,000.00.* over-assigned")

    def test_hedges_of_levels_multiply(self):
        """5, 8 and 10 % of three levels: 1.247 times the target."""
        self._line(self.root, 1000000)
        self._open(
            dimension="team_id", team_ids=[(6, 0, self.team.ids)], hedge=5, method="even"
        ).action_apply()
        north = self.root.child_ids
        self._open(
            north, dimension="categ_id", categ_ids=[(6, 0, self.category.ids)], hedge=8, method="even"
        ).action_apply()
        pumps = north.child_ids
        self._open(
            pumps, dimension="user_id", user_ids=[(6, 0, self.rep.ids)], hedge=10, method="even"
        ).action_apply()
        self.assertEqual(pumps.child_ids.line_ids.target, 1247400)

    def test_ramp_of_a_new_hire(self):
        """0/25/50/75 %, then full: 950 k where the others carry 1.2 M."""
        self.plan.granularity = "month"
        self._open(mode="periods", total=2150000, period_method="even").action_apply()
        wizard = self._open(dimension="user_id", user_ids=[(6, 0, (self.rep | self.rep2).ids)], method="even")
        with Form(wizard) as form, form.line_ids.edit(1) as line:
            line.start_date = "2026-01-01"
        self.assertEqual(self._proposals(wizard), [1200000, 950000])
        wizard.action_apply()
        hire = self.root.child_ids.filtered(lambda node: node.user_id == self.rep2)
        targets = hire.line_ids.sorted("date_from").mapped("target")
        self.assertEqual(targets[:5], [0, 25000, 50000, 75000, 100000])
        self.assertEqual(sum(targets), 950000)
        # every month of the whole is met to the cent
        rows = self.env["stm.target.reserve"].search([("node_id", "=", self.root.id)])
        self.assertEqual(set(rows.mapped("state")), {"even"})
        self.assertEqual(str(self.rep2.stm_start_date), "2026-01-01")


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


class TestDecomposeFaults(DecomposeCase):
    def _assert_refused(self, wizard, words):
        count = self.env["stm.target.line"].search_count([("plan_id", "=", self.plan.id)])
        with self.assertRaisesRegex(UserError, words):
            wizard.action_apply()
        self.env.invalidate_all()
        self.assertEqual(self.env["stm.target.line"].search_count([("plan_id", "=", self.plan.id)]), count)
        self.assertFalse(self.plan.step_ids)

    def test_pins_above_the_total(self):
        self._line(self.root, 1000)
        wizard = self._by_team(method="even")
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.proposal = 1200
        words = "1,200.00.* is pinned, .*200.00.* more than the .*1,000.00.* of “Plan 2026”"
        self.assertRegex(wizard.message, words)
        self._assert_refused(wizard, words)
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.pinned = False
        self.assertEqual(self._proposals(wizard), [334, 333, 333])

    def test_empty_and_negative_totals(self):
        wizard = self._by_team(method="even")
        self._assert_refused(wizard, "“Plan 2026” has no target for “Revenue Ordered”")
        wizard = self._open(mode="periods")
        self._assert_refused(wizard, "The total is zero")
        with Form(wizard) as form:
            form.total = -5
        self._assert_refused(wizard, "cannot be negative")
        with Form(wizard) as form:
            form.total = 1000
            form.unit = 0.0001
        self._assert_refused(wizard, "must be a multiple of 0.01")

    def test_total_from_growth(self):
        """Without a total the last one is proposed; growth is added to it."""
        self._order("2025-05-10", 40000)
        wizard = self._open(mode="periods")
        self.assertEqual((wizard.total, wizard.line_ids.mapped("history")), (40000, [0, 40000, 0, 0]))
        with Form(wizard) as form:
            form.growth = 10
        self.assertEqual((wizard.total, wizard.allocated), (44000, 44000))

    def test_too_little_history(self):
        self._order("2025-12-10", 500)
        wizard = self._open(mode="periods", total=400)
        self.assertEqual(wizard.season_method, "simple_average")
        self.env["sale.order"].search([("company_id", "=", self.company.id)])._action_cancel()
        wizard = self._open(mode="periods", total=400)
        self.assertEqual(wizard.season_method, "flat")
        self.assertIn("every month weighs the same", wizard.message)
        wizard.action_apply()
        self.assertEqual(self.root.line_ids.mapped("target"), [100] * 4)

    def test_a_person_without_a_team(self):
        self._line(self.root, 100)
        wizard = self._open(
            dimension="user_id", user_ids=[(6, 0, (self.rep | self.sees_all).ids)], method="even"
        )
        self.assertIn("Sees_All: in no sales team", wizard.message)

    def test_a_category_of_a_plan_is_not_deleted(self):
        self._node(self.root, categ=self.subcategory)
        self.product.categ_id = self.env["product.category"].create({"name": "Else"})
        with self.assertRaisesRegex(UserError, "“Pumps / Small pumps” has targets in the plan “Plan 2026”"):
            self.category.unlink()

    def test_a_part_that_was_deleted(self):
        self._line(self.root, 100)
        other = self.env["product.category"].create({"name": "Valves"})
        wizard = self._open(
            dimension="categ_id", categ_ids=[(6, 0, (self.category | other).ids)], method="even"
        )
        other.unlink()
        self._assert_refused(wizard, "Valves does not exist any more")

    def test_two_planners(self):
        """Who comes second is told who was first, and nothing is written."""
        line = self._line(self.root, 900)
        first, second = self._by_team(method="even"), self._by_team(method="even")
        first.action_apply()
        with self.assertRaisesRegex(UserError, "worked on since.*North.*300.00.*by Manager"):
            second.action_apply()
        third = self._by_team(method="even")
        line.target = 1000
        with self.assertRaisesRegex(UserError, "Plan 2026.*1,000.00"):
            third.action_apply()

    def test_rights(self):
        self._line(self.root, 900)
        with self.assertRaises(AccessError):
            self._open(user=self.sees_all)
        wizard = self._by_team(method="even")
        wizard.action_apply()
        step = self.plan.step_ids
        for user in (self.rep, self.sees_all, self.accountant):
            with self.assertRaises(AccessError):
                step.with_user(user).action_undo()
        with self.assertRaises(AccessError):
            step.with_user(self.manager).write({"data": {}})
        foreign = self._make_user("foreign", "sales_team.group_sale_manager", self.other_company)
        with self.assertRaises(AccessError):
            step.with_user(foreign).action_undo()
        with self.assertRaisesRegex(UserError, "written by the server only"):
            self.root.line_ids.with_user(self.manager).write({"why": {}})
        self._approve()
        with self.assertRaisesRegex(UserError, "is approved"):
            step.with_user(self.manager).action_undo()
        with self.assertRaisesRegex(UserError, "is approved"):
            self._open()


class TestUndo(DecomposeCase):
    def test_undo_restores_what_was(self):
        self._quarters(4000)
        child = self._node(self.root, team=self.team)
        kept = self._line(child, 55, "2026-01-01", "2026-03-31", note="mine")
        self._by_team(method="even").action_apply()
        self.assertEqual((kept.target, len(self.root.child_ids)), (334, 3))
        step = self.plan.step_ids.with_user(self.manager)
        step.action_undo()
        self.assertEqual((kept.target, kept.top_down, kept.pinned, kept.why), (55, 0, False, False))
        self.assertEqual((self.root.child_ids, child.line_ids), (child, kept))
        with self.assertRaisesRegex(UserError, "has been undone by Manager"):
            step.action_undo()

    def test_undo_takes_back_the_breakdown(self):
        self._line(self.root, 900)
        self._by_team(method="even").action_apply()
        self.plan.step_ids.with_user(self.manager).action_undo()
        self.assertFalse(self.root.child_ids)
        self.assertFalse(self.root.breakdown_ids)

    def test_undo_refuses_what_was_changed_since(self):
        self._line(self.root, 900)
        self._by_team(method="even").action_apply()
        north = self.root.child_ids.filtered(lambda node: node.team_id == self.team)
        north.line_ids.with_user(self.manager).target = 301
        step = self.plan.step_ids.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "worked on since: North.* is .*301.00.*, by Manager"):
            step.action_undo()
        self.assertEqual(len(self.root.child_ids), 3)
        north.line_ids.target = 300
        self._node(north, user=self.rep)
        with self.assertRaisesRegex(UserError, "“Rep” has been added"):
            step.action_undo()


class TestExplain(DecomposeCase):
    def test_sentence_and_figures(self):
        for team, amount in zip(self.teams, (100, 200, 300), strict=True):
            self._order("2025-05-10", amount, team=team)
        self._line(self.root, 6000)
        self._by_team(method="history", hedge=10).action_apply()
        line = self.root.child_ids.filtered(lambda node: node.team_id == self.east).line_ids
        explanation = line.with_user(self.manager)._explain()
        sentence = explanation["sentence"].replace("\xa0", " ")
        self.assertIn("“East” carries 2,200.00 € of the 6,600.00 € of “Plan 2026”, 33.3 %", sentence)
        self.assertIn("Divided by history: “Revenue Ordered” from 01/01/2025 to 12/31/2025.", sentence)
        self.assertIn("10.0 % more than the target of “Plan 2026” is handed on.", sentence)
        self.assertIn("Proposed by Manager on 01/15/2026.", sentence)
        self.assertIn(("Growth", "1,000.0 %"), explanation["rows"])
        self.assertFalse(explanation["changes"])
        line.with_user(self.manager).target = 2500
        line.with_user(self.manager).target = 2600
        (change,) = line._explain()["changes"]
        self.assertIn("Manager changed 2,200.00", change)
        self.assertIn("to 2,600.00", change.replace("\xa0", " "))
        self.assertEqual(line.with_user(self.manager).get_why()["explanation"]["changes"], [change])

    def test_who_sees_only_a_part(self):
        """A salesperson reads why, without the target of which the own one is a part."""
        self._order("2025-05-10", 700)
        self._line(self.root, 6000)
        self._open(
            dimension="user_id", user_ids=[(6, 0, (self.rep | self.rep2).ids)], bounded=True, max_growth=20
        ).action_apply()
        self._approve()
        line = self.root.child_ids.filtered(lambda node: node.user_id == self.rep).line_ids
        explanation = line.with_user(self.rep)._explain()
        text = f"{explanation}"
        self.assertIn("“Rep” carries 840.00", text.replace("\\xa0", " "))
        self.assertNotIn("6,000", text)
        self.assertNotIn("Plan 2026", text)
        with self.assertRaises(AccessError):
            line.with_user(self.rep2)._explain()
        with self.assertRaises(AccessError):
            line.with_user(self.rep).read(["why"])

    def test_copies(self):
        """A plan can be copied; a revision keeps why its targets are what they are."""
        self._quarters(4000)
        self._by_team(method="even").action_apply()
        copied = self.plan.with_user(self.manager).copy()
        self.assertFalse(any(copied.line_ids.mapped("why")))
        self._approve()
        revision = self.plan.with_user(self.manager)._create_revision(
            self.plan.date_from.replace(month=4), "More"
        )
        parts = revision.line_ids.filtered("node_id.team_id")
        self.assertEqual(len(parts), 9)
        self.assertTrue(all(line.why["proposal"]["method"] == "even" for line in parts))

    def test_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self._line(self.root, 6000)
        self._by_team(method="even").action_apply()
        line = self.root.child_ids[:1].line_ids.with_context(lang="zh_CN")
        self.assertRegex(line._explain()["sentence"], "平均分配")

    def test_typed_by_hand(self):
        line = self._line(self.root, 6000)
        self.assertIn("without a proposal", line._explain()["sentence"])
        line.with_user(self.manager).pinned = True
        self.assertEqual(line._explain()["changes"], ["Manager pinned it on 01/15/2026."])


class TestDecomposeQueries(DecomposeCase):
    def test_queries_do_not_grow(self):
        """20 people or 200: the same number of queries, for the proposal and for applying it."""
        self._open(mode="periods", total=1000000, period_method="even").action_apply()
        few, many = self._run(20), self._run(200)
        # the ORM inserts and updates at most 100 rows at once: 180 more parts, 720 more targets
        self.assertLessEqual(many[0] - few[0], 4)
        self.assertLessEqual(many[1] - few[1], 11)

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
