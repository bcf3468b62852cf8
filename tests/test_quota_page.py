"""My Quota, and the figures on the cards of teams."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError

from .common_quota import QuotaCase


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
        # nobody asked for it: no figure rather than zero
        self.assertEqual((card["pipeline"], card["coverage"]), (None, None))

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
