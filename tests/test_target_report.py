"""The analysis table and the view over companies."""

from datetime import date

from freezegun import freeze_time

from odoo.addons.sales_target_mgmt.models.target import stm_target_result

from .common_target import StmTargetCase


@freeze_time("2026-06-15 09:00:00")
class TestTargetResult(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = cls._node()
        cls.north = cls._node(cls.root, team=cls.team)
        cls.mine = cls._node(cls.north, user=cls.rep)
        for node, target in ((cls.root, 1000), (cls.north, 800), (cls.mine, 500)):
            cls._line(node, target, "2026-05-01", "2026-05-31")
        cls._order("2026-05-05", 300)
        cls._approve()
        cls.Result = cls.env["stm.target.result"]

    def _rows(self, domain=()):
        return self.Result.search([("plan_id", "=", self.plan.id), *domain])

    def test_written_at_approval(self):
        self.assertEqual(
            {(row.axis, row.target, row.actual, row.pace_state) for row in self._rows()},
            {
                ("plan", 1000, 300, "at_risk"),
                ("team_id", 800, 300, "at_risk"),
                ("user_id", 500, 300, "at_risk"),
            },
        )

    def test_refreshed_without_touching_the_targets(self):
        stamp = self.plan.line_ids.mapped("write_date")
        self._order("2026-05-06", 200)
        self.env.invalidate_all()
        self._run_cron(self.Result._cron_refresh)
        row = self._rows([("user_id", "=", self.rep.id)])
        self.assertEqual((row.actual, row.gap, row.attainment), (500, 0, 1))
        self.assertEqual(len(self._rows()), 3)
        self.assertEqual(self.plan.line_ids.mapped("write_date"), stamp)
        self.assertTrue(row.computed_at)

    def _versions(self):
        """{line id: version of its row in the database}."""
        self.env.flush_all()
        self.cr.execute(
            "SELECT line_id, ctid::text FROM stm_target_result WHERE plan_id = %s", [self.plan.id]
        )
        return dict(self.cr.fetchall())

    def test_what_did_not_change_is_not_written(self):
        before = self._versions()
        with freeze_time("2026-06-15 11:00:00"):
            self._run_cron(self.Result._cron_refresh)
        self.assertEqual(self._versions(), before)
        self.env.invalidate_all()
        self.assertEqual(set(map(str, self._rows().mapped("computed_at"))), {"2026-06-15 11:00:00"})
        self._order("2026-05-06", 1, user=self.rep2)
        self._run_cron(self.Result._cron_refresh)
        changed = {line_id for line_id, version in self._versions().items() if version != before[line_id]}
        mine = self._rows([("user_id", "=", self.rep.id)]).line_id
        self.assertEqual(changed, set((self.plan.line_ids - mine).ids))

    def test_batches_and_what_is_left(self):
        """Three targets in batches of two; when time is up, the next run begins with the rest."""
        other = self._plan(name="Other")
        self._line(self._node(plan=other, user=self.rep2), 5, "2026-05-01", "2026-05-31")
        self._approve(other)
        both = self.plan | other
        everybody = self.env["stm.target.plan"].search([("state", "in", ("approved", "closed"))])
        (everybody - both)._write_guarded({"state": "draft"})
        self.patch(stm_target_result, "_BATCH", 2)
        other._stamp("results_at", "2026-06-15 09:30:00")
        with freeze_time("2026-06-15 10:00:00"):
            left = self._run_cron(self.Result._cron_refresh, batches=2)
        self.assertEqual(left, [4, 2, 1])
        both.invalidate_recordset()
        self.assertEqual(
            [str(plan.results_at) for plan in both], ["2026-06-15 10:00:00", "2026-06-15 09:30:00"]
        )
        with freeze_time("2026-06-15 10:05:00"):
            left = self._run_cron(self.Result._cron_refresh, batches=1)
        self.assertEqual(left, [4, 3])
        both.invalidate_recordset()
        self.assertEqual(str(other.results_at), "2026-06-15 10:05:00")

    def test_fresh_when_opened(self):
        """What a document changed is there when the analysis opens, for what the user may see."""
        self._order("2026-05-06", 200)
        self.env.flush_all()
        with freeze_time("2026-06-15 09:00:30"):
            self.Result.with_user(self.rep).refresh_due()
            self.assertEqual(set(self._rows().mapped("actual")), {300}, "half a minute old is fresh")
        with freeze_time("2026-06-15 09:10:00"):
            answer = self.Result.with_user(self.rep).refresh_due()
        self.assertEqual(answer["as_of"], "2026-06-15 09:10:00")
        self.assertEqual(answer["currencies"], [{"company": "STM Test", "currency": "EUR"}])
        self.assertEqual(set(self._rows().mapped("actual")), {500})
        self.assertEqual(set(map(str, self._rows().mapped("computed_at"))), {"2026-06-15 09:10:00"})

    def test_a_large_plan_is_left_to_the_cron(self):
        self._order("2026-05-06", 200)
        self.env.flush_all()
        self.patch(stm_target_result, "_BATCH", 2)
        with freeze_time("2026-06-15 09:10:00"):
            self.assertEqual(self.Result.with_user(self.rep).refresh_due()["as_of"], "2026-06-15 09:00:00")
        self.assertEqual(set(self._rows().mapped("actual")), {300})

    def test_one_computes_at_a_time(self):
        self._order("2026-05-06", 200)
        self.env.flush_all()
        with self.registry.cursor() as other, freeze_time("2026-06-15 09:10:00"):
            self.assertTrue(self.env(cr=other)["stm.target.result"]._lock_refresh())
            self.assertEqual(self.Result.refresh_due()["as_of"], "2026-06-15 09:00:00")
        self.assertEqual(set(self._rows().mapped("actual")), {300})

    def test_a_dozen_queries_to_be_fresh(self):
        Result = self.Result.with_user(self.manager)
        with freeze_time("2026-06-15 09:10:00"):
            Result.refresh_due()
            with self.assertQueryCount(1):
                Result.refresh_due()
        with freeze_time("2026-06-15 09:20:00"), self.assertQueryCount(12):
            Result.refresh_due()

    def test_search_and_group(self):
        self.assertEqual(self._rows([("pace_state", "=", "at_risk")]).line_id, self.plan.line_ids)
        groups = self.Result._read_group(
            [("plan_id", "=", self.plan.id), ("axis", "=", "plan")],
            ["measure_id"],
            ["target:sum", "actual:sum"],
        )
        self.assertEqual(groups, [(self.measure, 1000, 300)])

    def test_overview_counts_the_whole_once(self):
        domain = [("is_overview", "=", True), ("company_id", "=", self.company.id)]
        for user in (self.manager, self.accountant):
            rows = self.Result.with_user(user).search(domain)
            self.assertEqual(set(rows.mapped("axis")), {"plan"})
            self.assertEqual(sum(rows.filtered(lambda row: row.plan_id == self.plan).mapped("target")), 1000)
        own = self.Result.with_user(self.rep).search(domain)
        self.assertEqual({(row.axis, row.user_id) for row in own}, {("user_id", self.rep)})

    def test_overview_has_one_measure_per_plan(self):
        """What leads one plan does not add to another that has it beside its own."""
        invoiced = self.env.ref("sales_target_mgmt.measure_invoiced")
        years = []
        for year, measures in ((2027, self.measure | invoiced), (2028, invoiced)):
            dates = {"date_from": f"{year}-01-01", "date_to": f"{year}-12-31"}
            plan = self._plan(name=str(year), measure_ids=[(6, 0, measures.ids)], **dates)
            node = self._node(plan=plan)
            for measure in measures:
                self._line(node, 100 if measure == self.measure else 7, *dates.values(), measure=measure)
            self._approve(plan)
            years.append(plan.id)
        rows = self.Result.with_user(self.manager).search(
            [("is_overview", "=", True), ("plan_id", "in", years)], order="date_from"
        )
        self.assertEqual(rows.mapped("target"), [100, 7])

    def test_overview_leaves_long_plans_to_their_parts(self):
        """In every version; one whose parts are drafts stands for itself."""
        long = {"date_from": "2027-01-01", "date_to": "2029-12-31"}
        whole = self._plan(name="Growth", **long)
        self._line(self._node(plan=whole), 300, *long.values())
        year = {"date_from": "2027-01-01", "date_to": "2027-12-31"}
        part = self._plan(name="First year", parent_id=whole.id, **year)
        self._line(self._node(plan=part), 100, *year.values())
        self._approve(whole)
        plans = whole | part
        Report = self.env["stm.target.group.report"].with_user(self.manager)

        def shown(model, *domain):
            return model.search([("plan_id", "in", plans.ids), *domain]).mapped("target")

        overview = self.Result.with_user(self.manager), ("is_overview", "=", True)
        self.assertEqual((shown(*overview), shown(Report)), ([300], [300]))
        self._approve(part)
        self.assertEqual((shown(*overview), shown(Report)), ([100], [100]))
        newer = whole.with_user(self.manager)._create_revision(date(2027, 6, 1), "More")
        self._approve(newer)
        plans |= newer
        self.assertEqual((shown(*overview), shown(Report)), ([100], [100]))

    def test_overview_has_a_person_once(self):
        """A plan may divide by salesperson below its root, a team and a category."""
        plan = self._plan(name="Thrice", date_from="2027-01-01", date_to="2027-12-31")
        root = self._node(plan=plan)
        for parent in (
            self._node(root, categ=self.category), self._node(root, team=self.team), root
        ):  # fmt: skip
            self._line(self._node(parent, user=self.rep), 60, "2027-01-01", "2027-12-31")
        self._approve(plan)
        for user in (self.rep, self.leader):
            rows = self.Result.with_user(user).search([("is_overview", "=", True), ("plan_id", "=", plan.id)])
            self.assertEqual([row.node_id.parent_id for row in rows], [root])

    def test_many_lines(self):
        """A thousand results take as many queries as a hundred."""
        partners = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(80)])
        plan = self._plan(name="Many")
        root = self._node(plan=plan)
        nodes = self.env["stm.target.node"].create(
            [{"parent_id": root.id, "partner_id": partner.id} for partner in partners]
        )
        periods = plan._get_periods()
        self.env["stm.target.line"].create(
            [
                {
                    "node_id": node.id,
                    "measure_id": self.measure.id,
                    "date_from": period.date_from,
                    "date_to": period.date_to,
                    "target": 1,
                }
                for node in nodes
                for period in periods
            ]
        )
        self._approve(plan)
        counts = []
        for lines in (plan.line_ids[:96], plan.line_ids):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Result._refresh(lines)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertEqual(len(self.Result.search([("plan_id", "=", plan.id)])), 960)


@freeze_time("2026-06-15 09:00:00")
class TestTargetGroupReport(StmTargetCase):
    def test_one_currency(self):
        """100 dollars at 1.25 dollars to the euro at the end of May are 80 euros."""
        dollar = self.env.ref("base.USD")
        euro = self.env.ref("base.EUR")
        Rate = self.env["res.currency.rate"]
        Rate.search([("currency_id", "in", (dollar | euro).ids)]).unlink()
        for day, rate in (("2026-05-01", 2.0), ("2026-05-31", 1.25), ("2026-06-05", 4.0)):
            Rate.create({"currency_id": dollar.id, "company_id": self.company.id, "name": day, "rate": rate})
        abroad = self._plan(name="Abroad", company_id=self.other_company.id)
        self._line(self._node(), 50, "2026-05-01", "2026-05-31")
        self._line(self._node(plan=abroad), 100, "2026-05-01", "2026-05-31")
        self._approve()
        both = (self.company | self.other_company).ids
        abroad.with_context(allowed_company_ids=both).action_approve()
        self.manager.company_ids = self.company | self.other_company
        self.env.flush_all()
        Report = self.env["stm.target.group.report"].with_user(self.manager)
        rows = Report.with_context(allowed_company_ids=both).search(
            [("plan_id", "in", (self.plan | abroad).ids)]
        )
        self.assertEqual(
            {row.company_id: (row.target, row.group_currency_id) for row in rows},
            {self.company: (50, euro), self.other_company: (80, euro)},
        )
        self.assertEqual(rows.filtered(lambda row: row.company_id == self.other_company).target_company, 100)
        only = Report.with_context(allowed_company_ids=self.company.ids).search(
            [("plan_id", "in", (self.plan | abroad).ids)]
        )
        self.assertEqual(only.company_id, self.company)

    def test_overview_is_one_measure(self):
        """Revenue and margin are no sum."""
        margin = self.env.ref("sales_target_mgmt.measure_margin_ordered")
        self.plan.measure_ids |= margin
        node = self._node()
        self._line(node, 50, "2026-05-01", "2026-05-31")
        self._line(node, 9, "2026-05-01", "2026-05-31", measure=margin)
        self._approve()
        self.env.flush_all()
        Report = self.env["stm.target.group.report"].with_user(self.manager)
        domain = [("plan_id", "=", self.plan.id)]
        self.assertEqual(sorted(Report.search(domain).mapped("target")), [9, 50])
        self.assertEqual(Report.search([*domain, ("is_overview", "=", True)]).mapped("target"), [50])
