"""What the textbooks and vendors print, through documents, plan and wizard."""

from odoo.tests import Form

from .common_decompose import DecomposeCase


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
