"""Who sees which targets: every role, two companies, over the ORM and from outside."""

import json
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common_target import StmTargetCase


class RightsCase(StmTargetCase):
    """An approved plan with a tree of every kind, one in draft, and one of another company.

    ::

        Plan 2026      root ─ North (team, led by leader) ─ Rep, Rep2
                            └ Pumps (category)
                       Alone (rep3, in no team)
        Draft 2026     Rep
        Abroad         Rep_other
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep3 = cls._make_user("rep3", "sales_team.group_sale_salesman")
        cls.readonly = cls._make_user("readonly", "account.group_account_readonly")
        cls.outsider = cls._make_user("outsider", "base.group_user")
        cls.root = cls._node()
        cls.north = cls._node(cls.root, team=cls.team)
        cls.pumps = cls._node(cls.root, categ=cls.category)
        cls.mine = cls._node(cls.north, user=cls.rep)
        cls.yours = cls._node(cls.north, user=cls.rep2)
        cls.alone = cls._node(cls.root, user=cls.rep3)
        # outside of the team's node, in the led team all the same
        cls.member = cls._node(cls.pumps, user=cls.rep2)
        for node in cls.plan.node_ids:
            cls._line(node, 100, "2026-01-01", "2026-01-31")
        cls.draft = cls._plan(name="Draft 2026")
        cls._line(cls._node(plan=cls.draft, user=cls.rep), 100)
        cls.abroad = cls._plan(name="Abroad", company_id=cls.other_company.id, user_id=cls.rep_other.id)
        cls._line(cls._node(plan=cls.abroad, user=cls.rep_other), 100)
        cls._approve()
        both = (cls.company | cls.other_company).ids
        cls.abroad.with_context(allowed_company_ids=both).action_approve()
        cls.env.flush_all()
        cls.everything = cls.plan.node_ids
        draft_node = cls.draft.node_ids
        cls.seen = {
            cls.rep: cls.mine,
            cls.rep2: cls.yours | cls.member,
            cls.rep3: cls.alone,
            cls.leader: cls.north | cls.mine | cls.yours | cls.member,
            cls.sees_all: cls.everything | draft_node,
            cls.manager: cls.everything | draft_node,
            cls.accountant: cls.everything | draft_node,
            cls.readonly: cls.everything | draft_node,
            cls.rep_other: cls.abroad.node_ids,
        }
        cls.ours = cls.plan | cls.draft | cls.abroad


class TestTargetRights(RightsCase):
    def test_nodes_and_lines(self):
        for user, nodes in self.seen.items():
            with self.subTest(user=user.login):
                domain = [("plan_id", "in", self.ours.ids)]
                env = self.env(user=user, context={})
                self.assertEqual(env["stm.target.node"].search(domain), nodes)
                lines = env["stm.target.line"].search(domain)
                self.assertEqual(lines.node_id, nodes)
                self.assertEqual(len(lines.mapped("actual")), len(lines))

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
        sideways = [("node_id.parent_id.child_ids.user_id", "=", self.rep2.id)]
        self.assertFalse(Line.search(sideways) - self.mine.line_ids)

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
        self.assertEqual(one.company_id, self.company)
        two = Line.with_context(allowed_company_ids=both).search(domain)
        self.assertEqual(two.company_id, self.company | self.other_company)

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
            self.assertEqual({row["node_id"][0] for row in rows}, set(self.seen[user].ids), user.login)

    def test_reading_what_is_hidden(self):
        hidden = self.yours.line_ids.ids
        status, answer = self._call(self.rep, "stm.target.line", "read", ids=hidden, fields=["actual"])
        self.assertEqual(status, 403, answer)

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
        self.assertEqual([group["target:sum"] for group in groups], [100])

    def test_writing(self):
        line = self.plan.line_ids[0]
        for user in (self.rep, self.sees_all, self.manager):
            status, answer = self._call(
                user,
                "stm.target.line",
                "write",
                ids=line.ids,
                vals={"target": 1},
                context={"install_mode": True, "skip_immutable": True},
            )
            self.assertGreaterEqual(status, 400, answer)
        for method in ("_write_guarded", "_close_until", "_refresh"):
            status, _answer = self._call(self.manager, "stm.target.plan", method, ids=self.plan.ids)
            self.assertGreaterEqual(status, 400)
        line.invalidate_recordset()
        self.assertEqual(line.target, 100)
