"""Who sees which targets: every role, two companies, over the ORM and from outside."""

import json
from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common_rights import RightsCase


class TestTargetRights(RightsCase):
    def test_nothing_hidden_is_linked_to_on_forms(self):
        """Who sees own targets only reads what is above them, but cannot click into an error."""
        for model in ("stm.target.plan", "stm.target.node"):
            for user, opens in ((self.manager, True), (self.accountant, True), (self.rep, False)):
                arch = self.env[model].with_user(user).get_view(view_type="form")["arch"]
                above = etree.fromstring(arch).xpath("//group/field[@name='parent_id']")
                self.assertEqual(["no_open" not in (one.get("options") or "") for one in above], [opens])

    def test_nodes_and_lines(self):
        for user, nodes in self.seen.items():
            with self.subTest(user=user.login):
                domain = [("plan_id", "in", self.ours.ids)]
                env = self.env(user=user, context={})
                self.assertEqual(env["stm.target.node"].search(domain), nodes)
                lines = env["stm.target.line"].search(domain)
                self.assertEqual(lines.node_id, nodes)
                for line in lines:
                    self.assertEqual(line.actual, self.achieved[line.node_id], line.display_name)

    def test_results_and_reserves(self):
        for user, nodes in self.seen.items():
            with self.subTest(user=user.login):
                domain = [("plan_id", "in", self.ours.ids)]
                env = self.env(user=user, context={})
                approved = nodes - self.draft.node_ids
                self.assertEqual(env["stm.target.result"].search(domain).node_id, approved)
                divided = nodes.filtered("child_ids")
                self.assertEqual(env["stm.target.reserve"].search(domain).node_id, divided)
                self.assertEqual(env["stm.target.breakdown"].search(domain).node_id, divided)

    def test_plans(self):
        for user, plans in {
            self.rep: self.plan,
            self.leader: self.plan,
            self.sees_all: self.plan | self.draft,
            self.accountant: self.plan | self.draft,
            self.rep_other: self.abroad,
        }.items():
            found = self.env(user=user, context={})["stm.target.plan"].search([("id", "in", self.ours.ids)])
            self.assertEqual(found, plans, user.login)

    def test_what_is_seen_of_a_plan_adds_up(self):
        """Rep2 is planned in the team and for pumps: the same sales, not twice."""
        for user, target, actual in (
            (self.manager, 100, 30),
            (self.leader, 100, 30),
            (self.rep2, 100, 20),
            (self.rep, 100, 10),
        ):
            with self.subTest(user=user.name):
                plan = self.plan.with_user(user)
                self.assertEqual((plan.target_total, plan.actual_total), (target, actual))

    def test_owner_and_participants_see_the_whole_plan(self):
        plan = self._plan(name="Theirs", user_id=self.rep3.id, participant_ids=[(6, 0, self.rep.ids)])
        node = self._node(plan=plan, team=self.team)
        self._line(node, 5)
        for user in self.rep3 | self.rep:
            self.assertEqual(node.with_user(user).line_ids.target, 5)
        with self.assertRaises(AccessError):
            node.with_user(self.rep2).read(["name"])

    def test_who_left_a_team_is_led_no_longer(self):
        """Rules see archived records too: an old membership, or an archived team, opens nothing."""
        apart = self._plan(name="Apart")
        for user in self.rep | self.rep2:
            self._line(self._node(plan=apart, user=user), 7, "2026-02-01", "2026-02-28")
        self._approve(apart)
        self.env.flush_all()
        models = ("stm.target.node", "stm.target.line", "stm.target.result")
        domain = [("plan_id", "=", apart.id)]

        def found():
            self.env.invalidate_all()
            env = self.env(user=self.leader, context={})
            return [env[name].search(domain).user_id for name in models]

        self.assertEqual(found(), [self.rep | self.rep2] * 3)
        memberships = self.team.crm_team_member_ids
        memberships.filtered(lambda member: member.user_id == self.rep2).active = False
        self.assertEqual(found(), [self.rep] * 3)
        self.team.active = False
        self.assertEqual(found(), [self.rep.browse()] * 3)
        self.assertFalse(self.env(user=self.leader)["stm.target.plan"].search([("id", "=", apart.id)]))

    def test_archived_team_has_no_leader(self):
        """Its own node, lines, breakdowns, results and reserves are closed like its people's."""
        models = [f"stm.target.{name}" for name in ("node", "line", "result", "breakdown", "reserve", "plan")]
        domain = {"stm.target.plan": [("id", "=", self.plan.id)]}

        def count():
            self.env.invalidate_all()
            env = self.env(user=self.leader, context={})
            return [
                env[name].search_count(domain.get(name, [("plan_id", "=", self.plan.id)])) for name in models
            ]

        self.assertEqual(count(), [4, 4, 4, 1, 1, 1])
        self.team.active = False
        self.env.flush_all()
        self.assertEqual(count(), [0] * 6)
        page = self.env["stm.quota"].with_user(self.leader)
        self.assertEqual(page.get_header()["subjects"], [])
        with self.assertRaises(AccessError):
            page.get_quota("team", self.team.id)

    def test_no_access_without_a_sales_role(self):
        for name in ("plan", "node", "line", "breakdown", "result", "reserve", "difference", "closing"):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.env[f"stm.target.{name}"].with_user(self.outsider).search([])

    def test_groups_tell_no_more_than_records(self):
        """Sums over a salesperson's group stop at what the person may read."""
        for model in ("stm.target.line", "stm.target.result"):
            for user, amount in ((self.rep, 100), (self.leader, 400), (self.manager, 700)):
                groups = (
                    self.env[model]
                    .with_user(user)
                    ._read_group([("plan_id", "=", self.plan.id)], ["measure_id"], ["target:sum"])
                )
                self.assertEqual(groups, [(self.measure, amount)], f"{model} {user.login}")

    def test_sorting_and_searching_by_what_is_hidden(self):
        Line = self.env["stm.target.line"].with_user(self.rep)
        found = Line.search([("plan_id", "=", self.plan.id)], order="user_id desc")
        self.assertEqual(found.node_id, self.mine)
        sideways = [
            ("plan_id", "=", self.plan.id),
            ("node_id.parent_id.child_ids.user_id", "=", self.rep2.id),
        ]
        self.assertEqual(Line.search(sideways), Line)
        self.assertEqual(Line.with_user(self.leader).search(sideways).node_id, self.mine | self.yours)
        manager = Line.with_user(self.manager)
        self.assertEqual(manager.search(sideways).node_id, self.mine | self.yours | self.member)

    def test_export(self):
        lines = self.plan.line_ids
        self.rep.group_ids |= self.env.ref("base.group_allow_export")
        rows = self.mine.line_ids.with_user(self.rep).export_data(["node_id/name", "target"])["datas"]
        self.assertEqual(rows, [["Rep", 100.0]])
        with self.assertRaises(AccessError):
            lines.with_user(self.rep).export_data(["node_id/name", "target"])

    def test_only_managers_write(self):
        draft_line = self.draft.line_ids
        for user in (self.rep, self.leader, self.sees_all, self.accountant, self.readonly):
            for operation in ("create", "write", "unlink"):
                for record in (self.draft, self.draft.node_ids, draft_line):
                    self.assertFalse(record.with_user(user).has_access(operation), user.login)
        draft_line.with_user(self.manager).target = 5
        for model in ("stm.target.result", "stm.target.closing", "stm.target.notice"):
            for operation in ("create", "write", "unlink"):
                self.assertFalse(self.env[model].with_user(self.manager).has_access(operation))

    def test_manager_of_two_companies(self):
        self.manager.company_ids |= self.other_company
        domain = [("plan_id", "in", self.ours.ids)]
        Line = self.env(user=self.manager, context={})["stm.target.line"]
        both = (self.company | self.other_company).ids
        one = Line.with_context(allowed_company_ids=self.company.ids).search(domain)
        self.assertEqual(one.node_id, self.everything | self.draft.node_ids)
        two = Line.with_context(allowed_company_ids=both).search(domain)
        self.assertEqual(two.node_id, one.node_id | self.abroad.node_ids)

    def test_nobody_else_works_on_their_plans(self):
        """Private methods aside, what can be called checks who calls."""
        for method in ("action_submit", "action_approve"):
            with self.assertRaises(AccessError), self.cr.savepoint():
                getattr(self.draft.with_user(self.sees_all), method)()
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.draft.with_user(self.rep).action_submit()


@tagged("post_install", "-at_install")
class TestTargetRpc(RightsCase, HttpCase):
    """The same through the doors that clients use."""

    def _call(self, user, model, method, **parameters):
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "test", self.env.cr.now() + timedelta(days=1))
        )
        self.env.flush_all()
        response = self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(parameters),
            headers={"Authorization": f"bearer {key}", "Content-Type": "application/json"},
        )
        return response.status_code, response.json()

    def test_reading(self):
        domain = [["plan_id", "in", self.ours.ids]]
        for user in (self.rep, self.leader, self.manager, self.accountant, self.rep_other):
            status, rows = self._call(
                user, "stm.target.line", "search_read", domain=domain, fields=["node_id", "target", "actual"]
            )
            self.assertEqual(status, 200)
            self.assertEqual(
                {row["node_id"][0]: (row["target"], row["actual"]) for row in rows},
                {node.id: (100, self.achieved[node]) for node in self.seen[user]},
                user.login,
            )

    def test_reading_what_is_hidden(self):
        hidden = self.yours.line_ids.ids
        status, answer = self._call(self.rep, "stm.target.line", "read", ids=hidden, fields=["actual"])
        self.assertEqual(status, 403, answer)
        self.assertEqual(answer["name"], "odoo.exceptions.AccessError")

    def test_grouping(self):
        status, groups = self._call(
            self.rep,
            "stm.target.result",
            "formatted_read_group",
            domain=[["plan_id", "=", self.plan.id]],
            groupby=["user_id"],
            aggregates=["target:sum"],
        )
        self.assertEqual(status, 200)
        self.assertEqual(
            [(group["user_id"][0], group["target:sum"]) for group in groups], [(self.rep.id, 100)]
        )

    def test_writing(self):
        line = self.mine.line_ids
        for user, expected in (
            (self.rep3, "AccessError"),
            (self.rep, "UserError"),
            (self.sees_all, "UserError"),
            (self.manager, "UserError"),
        ):
            status, answer = self._call(
                user,
                "stm.target.line",
                "write",
                ids=line.ids,
                vals={"target": 1},
                context={"install_mode": True, "skip_immutable": True},
            )
            self.assertEqual(status, 403 if expected == "AccessError" else 422, answer)
            self.assertEqual(answer["name"], f"odoo.exceptions.{expected}", user.login)
        for method in ("_write_guarded", "_close_until", "_refresh"):
            status, answer = self._call(self.manager, "stm.target.plan", method, ids=self.plan.ids)
            self.assertEqual(status, 403, answer)
            self.assertIn(f"'stm.target.plan.{method}') cannot be called remotely", answer["message"])
        line.invalidate_recordset()
        self.assertEqual(line.target, 100)
