from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError

from .common import StmCase


class QuotaCase(StmCase):
    """A plan of June 2026, seen on Monday the 15th: 10 of 22 working days are over.

    ======  =======  ========  =========
    who     target   achieved  measure
    ======  =======  ========  =========
    rep     60,000    45,000   ordered
    rep     50,000    20,000   invoiced
    rep2    40,000     9,000   ordered
    North  110,000    54,000   ordered
    ======  =======  ========  =========
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time("2026-06-15 10:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.ordered = cls.env.ref("sales_target_mgmt.measure_ordered")
        cls.invoiced = cls.env.ref("sales_target_mgmt.measure_invoiced")
        cls.plan = cls._make_plan()
        cls.node = cls.env["stm.target.node"].create({"plan_id": cls.plan.id, "team_id": cls.team.id})
        cls.node_rep, cls.node_rep2 = cls.env["stm.target.node"].create(
            [{"parent_id": cls.node.id, "user_id": user.id} for user in (cls.rep, cls.rep2)]
        )
        cls._target(cls.node, 110000)
        cls._target(cls.node_rep, 60000)
        cls._target(cls.node_rep, 50000, cls.invoiced)
        cls._target(cls.node_rep2, 40000)
        cls.plan.action_approve()
        cls._order("2026-06-03", 25000)
        cls._invoice(cls._order("2026-06-12", 20000), "2026-06-12")
        cls._order("2026-06-10", 9000, user=cls.rep2)
        cls._order("2025-06-10", 30000)
        cls._order("2026-05-20", 12000)
        cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {amount}",
                    "type": "opportunity",
                    "user_id": user.id,
                    "team_id": cls.team.id,
                    "company_id": cls.company.id,
                    "expected_revenue": amount,
                    "date_deadline": day,
                }
                for user, amount, day in (
                    (cls.rep, 22500, "2026-06-25"),
                    (cls.rep, 99999, "2026-07-01"),
                    (cls.rep2, 5500, "2026-06-30"),
                )
            ]
        )
        cls.env.flush_all()

    @classmethod
    def _make_plan(cls, **values):
        return cls.env["stm.target.plan"].create(
            {
                "name": "Plan 2026",
                "company_id": cls.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "measure_ids": [(6, 0, (cls.ordered | cls.invoiced).ids)],
                **values,
            }
        )

    @classmethod
    def _target(cls, node, amount, measure=None, start="2026-06-01", end="2026-06-30"):
        return cls.env["stm.target.line"].create(
            {
                "node_id": node.id,
                "measure_id": (measure or cls.ordered).id,
                "date_from": start,
                "date_to": end,
                "target": amount,
            }
        )

    def _header(self, user, **filters):
        return self._read_header(user, **filters)["subjects"]

    def _read_header(self, user, users=None, teams=None, **domains):
        if users:
            domains["user_domain"] = [("user_id", "in", users.ids)]
        if teams:
            domains["team_domain"] = [("team_id", "in", teams.ids)]
        return self.env["stm.quota"].with_user(user).get_header(**domains)


class TestQuotaHeader(QuotaCase):
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


class TestQuotaPage(QuotaCase):
    def _page(self, user, *args):
        return self.env["stm.quota"].with_user(user).get_quota(*args)

    def test_cards(self):
        page = self._page(self.rep)
        self.assertEqual((page["name"], page["own"], page["today"]), ("Rep", True, "2026-06-15"))
        card = page["cards"][0]
        self.assertEqual(card["last_year"]["value"], 30000)
        self.assertEqual(card["last_year"]["date_to"], "2025-06-15")
        history = {point["date_from"]: point["value"] for point in card["history"]}
        self.assertEqual(len(history), 12)
        self.assertEqual(history["2026-06-01"], 45000)
        self.assertEqual(history["2026-05-01"], 12000)
        self.assertEqual(history["2025-07-01"], 0)

    def test_periods(self):
        periods = self._page(self.rep)["periods"]
        self.assertEqual([(row["measure"]["code"], row["actual"]) for row in periods],
                         [("ordered", 45000), ("invoiced", 20000)])  # fmt: skip
        line = self.env["stm.target.line"].with_user(self.rep).browse(periods[0]["id"])
        facts = self.env["stm.achievement"].with_user(self.rep).search(line.action_open_documents()["domain"])
        self.assertEqual(sum(facts.mapped("amount")), 45000)

    def test_closed_period_keeps_its_figure(self):
        with freeze_time("2026-07-15 10:00:00"):
            self.plan._close_until(date(2026, 6, 30))
            self._order("2026-06-14", 1000)
            self.env.flush_all()
            self.env.invalidate_all()
            page = self._page(self.rep)
        self.assertEqual([row["actual"] for row in page["periods"]], [45000, 20000])
        self.assertEqual(page["cards"], [])

    def test_what_does_not_count(self):
        quotation = self._order("2026-06-11", 500, confirm=False)
        cancelled = self._order("2026-06-09", 400)
        cancelled._action_cancel()
        self.customer.user_id = self.rep
        nobodys = self._order("2026-06-08", 300, user=self.env["res.users"])
        nobodys.user_id = False
        self._order("2026-05-11", 999, confirm=False)
        self._order("2026-06-11", 888, confirm=False, user=self.rep2)
        other = self.team.copy({"name": "South"})
        elsewhere = self._order("2026-06-04", 200, team=other)
        draft = self._order("2026-06-02", 100)._create_invoices()
        draft.invoice_date = "2026-06-14"
        self.env.flush_all()
        found = self._page(self.rep)["excluded"]
        self.assertEqual(
            {(row["model"], row["id"], row["code"], row["amount"]) for row in found},
            {
                ("sale.order", quotation.id, "quotation", 500.0),
                ("sale.order", cancelled.id, "cancelled", 400.0),
                ("sale.order", nobodys.id, "nobody", 300.0),
                ("sale.order", elsewhere.id, "other_team", 200.0),
                ("account.move", draft.id, "invoice_draft", 100.0),
            },
        )

    def test_documents_open_as_far_as_rights_go(self):
        quotation = self._order("2026-06-11", 500, confirm=False, user=self.rep2)
        Quota = self.env["stm.quota"]
        action = Quota.with_user(self.rep2).open_document("sale.order", quotation.id)
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", quotation.id))
        self.assertEqual(
            Quota.with_user(self.rep).open_document("sale.order", quotation.id)["type"], "ir.actions.client"
        )
        with self.assertRaises(ValueError):
            Quota.with_user(self.rep).open_document("res.partner", 1)

    def test_at_most_twenty(self):
        for _number in range(22):
            self._order("2026-06-11", 500, confirm=False)
        self.assertEqual(len(self._page(self.rep)["excluded"]), 20)

    def test_rights(self):
        with self.assertRaises(AccessError):
            self._page(self.rep, "user", self.rep2.id)
        with self.assertRaises(AccessError):
            self._page(self.rep, "team", self.team.id)
        self.assertEqual(self._page(self.leader, "user", self.rep2.id)["cards"][0]["actual"], 9000)
        self.assertEqual(self._page(self.leader, "team", self.team.id)["cards"][0]["actual"], 54000)
        self.assertEqual(
            {(one["kind"], one["name"]) for one in self._page(self.leader)["subjects"]},
            {("team", "North"), ("user", "Rep"), ("user", "Rep2")},
        )

    def test_company(self):
        """Who sees all and has no target opens on the company, accountants too."""
        page = self._page(self.manager)
        self.assertEqual((page["kind"], page["id"], page["name"]), ("company", self.company.id, "STM Test"))
        self.assertEqual((page["cards"][0]["target"], page["cards"][0]["actual"]), (110000, 54000))
        self.assertEqual([row["target"] for row in page["periods"]], [110000])
        self.assertEqual(
            [(one["kind"], one["name"]) for one in page["subjects"]],
            [("company", "STM Test"), ("team", "North"), ("user", "Rep"), ("user", "Rep2")],
        )
        self.assertEqual(self._page(self.accountant)["kind"], "company")
        for user in (self.rep, self.leader):
            with self.assertRaises(AccessError):
                self._page(user, "company", self.company.id)
        with self.assertRaises(AccessError):
            self._page(self.manager, "company", self.other_company.id)

    def test_leader_opens_on_the_team(self):
        page = self._page(self.leader)
        self.assertEqual((page["kind"], page["name"], page["own"]), ("team", "North", False))

    def test_what_needs_no_salesperson(self):
        """An order of the team that is nobody's counts for the team: nothing to tell."""
        nobodys = self._order("2026-06-08", 300)
        nobodys.user_id = False
        quotation = self._order("2026-06-11", 500, confirm=False)
        quotation.user_id = False
        self.env.flush_all()
        for user, args in ((self.leader, ("team", self.team.id)), (self.manager, ())):
            page = self._page(self.sees_all if user == self.leader else user, *args)
            self.assertEqual(page["cards"][0]["actual"], 54300)
            found = {(row["id"], row["code"]) for row in page["excluded"]}
            self.assertEqual(found, {(quotation.id, "quotation")})

    def test_a_part_is_named(self):
        node = self.env["stm.target.node"]
        plan = self._make_plan(name="By category")
        root = node.create({"plan_id": plan.id, "user_id": self.rep.id})
        self._target(node.create({"parent_id": root.id, "categ_id": self.category.id}), 7000)
        plan.action_approve()
        parts = {row["target"]: row["node"] for row in self._page(self.rep)["periods"]}
        self.assertEqual(parts[60000], "")
        self.assertIn("Pumps", parts[7000])

    def test_empty(self):
        """Without a plan for today, a planner is told what waits for an approval."""
        with freeze_time("2028-06-15 10:00:00"):
            for user in (self.manager, self.rep, self.leader):
                page = self._page(user)
                self.assertEqual((page["cards"], page["periods"], page["excluded"]), ([], [], []))
                self.assertEqual(page["can_plan"], user == self.manager)
            waiting = self._page(self.manager)["drafts"]
            self._make_plan(name="Waiting")
            self.assertEqual(self._page(self.manager)["drafts"], waiting + 1)
            self.assertEqual(self._page(self.rep)["drafts"], 0)


class TestTeamCard(QuotaCase):
    def test_figures(self):
        progress = self.team.with_user(self.leader).stm_progress
        self.assertEqual((progress["target"], progress["actual"]), (110000, 54000))
        self.assertEqual([point["value"] for point in progress["history"][-2:]], [12000, 54000])
        self.assertEqual(len(progress["history"]), 12)
        self.assertEqual(progress["history"][-1]["date_to"], "2026-06-30")

    def test_not_for_members_nor_without_target(self):
        self.assertFalse(self.team.with_user(self.rep).stm_progress)
        self.assertFalse(self.team_other.with_user(self.sees_all).stm_progress)
