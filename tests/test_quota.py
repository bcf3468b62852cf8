"""The quota above the pipeline."""

from datetime import date

from freezegun import freeze_time

from .common_quota import QuotaCase


class TestQuotaHeader(QuotaCase):
    def _header(self, user, **filters):
        return self._read_header(user, **filters)["subjects"]

    def _read_header(self, user, users=None, teams=None, **domains):
        if users:
            domains["user_domain"] = [("user_id", "in", users.ids)]
        if teams:
            domains["team_domain"] = [("team_id", "in", teams.ids)]
        return self.env["stm.quota"].with_user(user).get_header(**domains)

    def test_own_figures(self):
        (subject,) = self._header(self.rep)
        self.assertEqual((subject["kind"], subject["ids"], subject["own"]), ("user", self.rep.ids, True))
        card, invoiced = subject["cards"]
        self.assertEqual(card["measure"]["code"], "ordered")
        self.assertEqual((card["target"], card["actual"], card["gap"]), (60000, 45000, 15000))
        self.assertEqual(card["attainment"], 0.75)
        self.assertEqual((card["date_from"], card["date_to"]), ("2026-06-01", "2026-06-30"))
        # Monday to Friday: 22 days in June 2026, 10 before the 15th, 12 left
        self.assertEqual(card["remaining_days"], 12)
        self.assertEqual(card["expected"], 27272.73)
        self.assertEqual(card["required_rate"], 1250)
        self.assertEqual(card["pace_state"], "ahead")
        self.assertEqual((card["pipeline"], card["coverage"]), (22500, 1.5))
        self.assertEqual((invoiced["target"], invoiced["actual"]), (50000, 20000))
        self.assertEqual(invoiced["pace_state"], "behind")

    def test_at_risk_when_far_behind(self):
        (subject,) = self._header(self.rep2)
        self.assertEqual(subject["cards"][0]["pace_state"], "at_risk")

    def test_leader_sees_the_team(self):
        (subject,) = self._header(self.leader)
        self.assertEqual((subject["kind"], subject["ids"]), ("team", self.team.ids))
        (card,) = subject["cards"]
        self.assertEqual((card["target"], card["actual"], card["pipeline"]), (110000, 54000, 28000))

    def test_leader_filters_on_a_member(self):
        (subject,) = self._header(self.leader, users=self.rep2)
        self.assertEqual(subject["name"], "Rep2")
        self.assertEqual(subject["cards"][0]["actual"], 9000)

    def test_team_filter_offers_both(self):
        self._approve_for_leader()
        kinds = [subject["kind"] for subject in self._header(self.leader, teams=self.team)]
        self.assertEqual(kinds, ["team", "user"])
        kinds = [subject["kind"] for subject in self._header(self.leader, users=self.leader)]
        self.assertEqual(kinds, ["user", "team"])

    def _approve_for_leader(self):
        plan = self._make_plan(name="Leader")
        node = self.env["stm.target.node"].create({"plan_id": plan.id, "user_id": self.leader.id})
        self._target(node, 1000)
        plan.action_approve()

    def test_several_people_add_up(self):
        (subject,) = self._header(self.manager, users=self.rep | self.rep2)
        self.assertEqual(subject["name"], "Rep, Rep2")
        card = subject["cards"][0]
        self.assertEqual((card["target"], card["actual"], card["gap"]), (100000, 54000, 46000))
        self.assertEqual((card["attainment"], card["pipeline"]), (0.54, 28000))
        # 46,000 over the 12 days that are left
        self.assertEqual(card["required_rate"], 3833.33)

    def test_colleague_gets_only_the_own(self):
        (subject,) = self._header(self.rep, users=self.rep2)
        self.assertEqual(subject["ids"], self.rep.ids)
        (subject,) = self._header(self.rep, teams=self.team)
        self.assertEqual(subject["ids"], self.rep.ids)

    def test_nothing_without_a_target(self):
        with freeze_time("2027-06-15 10:00:00"):
            for user in (self.manager, self.rep, self.leader):
                self.assertEqual(self._read_header(user), {"subjects": [], "missed": False})
            self.assertEqual(self._header(self.manager, users=self.manager), [])

    def test_other_company_is_not_seen(self):
        abroad = self.env["stm.quota"].with_context(allowed_company_ids=self.other_company.ids)
        self.assertEqual(
            abroad.with_user(self.rep_other).get_header([("user_id", "=", self.rep.id)])["subjects"], []
        )

    def test_who_sees_all_sees_the_company(self):
        """All that teams have plans of their own for; without a filter it comes first."""
        for user in (self.manager, self.sees_all, self.accountant):
            (subject,) = self._header(user)
            self.assertEqual(
                (subject["kind"], subject["ids"], subject["name"]),
                ("company", self.company.ids, "STM Test"),
            )
            card = subject["cards"][0]
            self.assertEqual((card["target"], card["actual"], card["pipeline"]), (110000, 54000, 28000))
        for user in (self.leader, self.rep):
            self.assertNotIn("company", [subject["kind"] for subject in self._header(user)])

    def test_the_root_is_the_company(self):
        """The root of a plan for all goes before the plans of teams."""
        plan = self._make_plan(name="All")
        root = self.env["stm.target.node"].create({"plan_id": plan.id})
        self._target(root, 200000)
        plan.action_approve()
        self._order("2026-06-05", 500, team=self.team.copy({"name": "South"}))
        lead = {"name": "Free", "type": "opportunity", "user_id": False, "team_id": False}
        lead |= {"expected_revenue": 1000, "company_id": self.company.id, "date_deadline": "2026-06-20"}
        self.env["crm.lead"].create(lead)
        self.env.flush_all()
        (subject,) = self._header(self.manager)
        card = subject["cards"][0]
        self.assertEqual((card["target"], card["actual"], card["pipeline"]), (200000, 54500, 29000))
        kinds = [subject["kind"] for subject in self._header(self.manager, users=self.manager)]
        self.assertEqual(kinds, ["company"])

    def test_a_manager_with_a_quota_has_both(self):
        plan = self._make_plan(name="Manager")
        self._target(self.env["stm.target.node"].create({"plan_id": plan.id, "user_id": self.manager.id}), 5)
        plan.action_approve()
        kinds = [subject["kind"] for subject in self._header(self.manager)]
        self.assertEqual(kinds, ["company", "user"])
        kinds = [subject["kind"] for subject in self._header(self.manager, users=self.manager)]
        self.assertEqual(kinds, ["user", "company"])

    def test_follows_a_name_that_is_typed(self):
        (subject,) = self._header(self.manager, user_domain=[("user_id", "ilike", "rep2")])
        self.assertEqual(subject["ids"], self.rep2.ids)
        (subject,) = self._header(self.manager, user_domain=[("user_id", "ilike", "rep")])
        self.assertEqual(subject["name"], "Rep, Rep2")
        (subject,) = self._header(self.manager, team_domain=[("team_id", "ilike", "nor")])
        self.assertEqual((subject["kind"], subject["ids"]), ("team", self.team.ids))
        (subject,) = self._header(self.manager, user_domain=[("user_id", "not in", self.rep.ids)])
        self.assertEqual(subject["ids"], self.rep2.ids)
        (subject,) = self._header(
            self.manager,
            user_domain=["|", ("user_id", "=", self.rep.id), ("user_id", "=", False)],
        )
        self.assertEqual(subject["ids"], self.rep.ids)

    def test_says_what_it_does_not_follow(self):
        """Nobody's opportunities, people without a target, people whose target is not seen."""
        for domain in (
            [("user_id", "=", False)],
            [("user_id", "ilike", "no such name")],
            [("user_id", "=", self.leader.id)],
        ):
            header = self._read_header(self.manager, user_domain=domain)
            self.assertEqual(header["missed"], "user")
            self.assertEqual(header["subjects"][0]["kind"], "company")
        header = self._read_header(self.rep, user_domain=[("user_id", "ilike", "rep2")])
        self.assertEqual((header["missed"], header["subjects"][0]["ids"]), ("user", self.rep.ids))
        header = self._read_header(self.rep, teams=self.team)
        self.assertEqual((header["missed"], header["subjects"][0]["ids"]), ("team", self.rep.ids))
        for user in (self.rep, self.manager):
            self.assertFalse(self._read_header(user, users=user)["missed"])

    def test_many_people_are_counted(self):
        users = self.env["res.users"]
        plan = self._make_plan(name="Many")
        for number in range(4):
            users += self._make_user(f"many{number}", "sales_team.group_sale_salesman")
            node = self.env["stm.target.node"].create({"plan_id": plan.id, "user_id": users[-1].id})
            self._target(node, 100)
        plan.action_approve()
        self.assertEqual(self._header(self.manager, users=users)[0]["name"], "4 salespeople")

    def test_newer_version_rules(self):
        revision = self.plan._create_revision(date(2026, 6, 15), "more")
        line = revision.line_ids.filtered(
            lambda line: line.user_id == self.rep and line.measure_id == self.ordered
        )
        line.target = 50000
        self.assertEqual(self._header(self.rep)[0]["cards"][0]["target"], 60000)
        revision.action_approve()
        card = self._header(self.rep)[0]["cards"][0]
        self.assertEqual((card["target"], card["date_from"]), (50000, "2026-06-15"))

    def test_the_same_sales_count_once(self):
        """A person's part by category and a yearly target do not add to the monthly one."""
        plan = self._make_plan(name="By category")
        root = self.env["stm.target.node"].create({"plan_id": plan.id, "user_id": self.rep.id})
        category = self.env["stm.target.node"].create({"parent_id": root.id, "categ_id": self.category.id})
        self._target(category, 7000)
        self._target(root, 700000, start="2026-01-01", end="2026-12-31")
        plan.action_approve()
        card = self._header(self.rep)[0]["cards"][0]
        self.assertEqual((card["target"], card["actual"]), (60000, 45000))

    def test_two_divisions_by_salesperson(self):
        """Somebody who is planned as a person and as a member of a team is planned once."""
        plan = self._make_plan(name="Twice", date_from="2027-01-01", date_to="2027-12-31")
        node = self.env["stm.target.node"]
        root = node.create({"plan_id": plan.id})
        team = node.create({"parent_id": root.id, "team_id": self.team.id})
        for parent in (root, team):
            person = node.create({"parent_id": parent.id, "user_id": self.rep.id})
            self._target(person, 600, start="2027-06-01", end="2027-06-30")
        plan.action_approve()
        self._order("2027-06-02", 250)
        self.env.flush_all()
        with freeze_time("2027-06-15 10:00:00"):
            card = self._header(self.rep)[0]["cards"][0]
        self.assertEqual((card["target"], card["actual"]), (600, 250))

    def test_five_queries_cold(self):
        Quota = self.env["stm.quota"].with_user(self.leader)
        Quota.get_header()
        self.env.invalidate_all()
        with self.assertQueryCount(5):
            Quota.get_header()

    def test_five_queries_for_a_manager(self):
        Quota = self.env["stm.quota"].with_user(self.manager)
        Quota.get_header()
        self.env.invalidate_all()
        with self.assertQueryCount(5):
            Quota.get_header()

    def test_three_queries_more_for_a_name(self):
        """Core itself looks for a login of that name first, twice, in the companies of the user."""
        Quota = self.env["stm.quota"].with_user(self.manager)
        name = [("user_id", "ilike", "rep")]
        Quota.get_header(name)
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            Quota.get_header(name)

    def test_five_queries_for_many_teams(self):
        teams = self.team | self.team.copy() | self.team_other
        Quota = self.env["stm.quota"].with_user(self.sees_all)
        Quota._get_team_progress(teams.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(5):
            Quota._get_team_progress(teams.ids)
