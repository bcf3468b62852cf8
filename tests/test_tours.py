from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import HttpCase, JsonRpcException
from odoo.tools import mute_logger

from .common import StmCase


class TestTours(StmCase, HttpCase):
    """The screens in a browser, with the figures of :class:`.common_quota.QuotaCase` this month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        (cls.rep | cls.leader | cls.sees_all | cls.manager).lang = "en_US"
        cls.ordered = cls.env.ref("sales_target_mgmt.measure_ordered")
        cls.invoiced = cls.env.ref("sales_target_mgmt.measure_invoiced")
        cls.first = Date.today().replace(day=1)
        cls.last = cls.first + relativedelta(months=1, days=-1)
        cls.plan = cls._make_plan("Running Plan", cls.first, cls.last)
        cls._target(cls.node, 110000)
        cls._target(cls.node_rep, 60000)
        cls._target(cls.node_rep, 50000, cls.invoiced)
        cls._target(cls.node_rep2, 40000)
        cls.plan.action_approve()
        today = Date.today()
        cls._order(today, 25000)
        cls._invoice(cls._order(today, 20000), today)
        cls._order(today, 9000, user=cls.rep2)
        cls._order(today, 777, confirm=False)
        deals = ((cls.rep, 22500, cls.last), (cls.rep, 99999, cls.last + relativedelta(days=1)))
        for user, amount, day in (*deals, (cls.rep2, 5500, cls.last)):
            cls.env["crm.lead"].create(
                {
                    "name": f"Deal {amount}",
                    "type": "opportunity",
                    "user_id": user.id,
                    "team_id": cls.team.id,
                    "company_id": cls.company.id,
                    "expected_revenue": amount,
                    "date_deadline": day,
                }
            )

    @classmethod
    def _make_plan(cls, name, start, end):
        plan = cls.env["stm.target.plan"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "date_from": start,
                "date_to": end,
                "measure_ids": [(6, 0, (cls.ordered | cls.invoiced).ids)],
            }
        )
        Node = cls.env["stm.target.node"]
        cls.node = Node.create({"plan_id": plan.id, "team_id": cls.team.id})
        cls.node_rep, cls.node_rep2 = Node.create(
            [{"parent_id": cls.node.id, "user_id": user.id} for user in (cls.rep, cls.rep2)]
        )
        return plan

    @classmethod
    def _target(cls, node, amount, measure=None, start=None, end=None):
        return cls.env["stm.target.line"].create(
            {
                "node_id": node.id,
                "measure_id": (measure or cls.ordered).id,
                "date_from": start or cls.first,
                "date_to": end or cls.last,
                "target": amount,
            }
        )

    def _rpc(self, model, method, *args):
        params = {"model": model, "method": method, "args": list(args), "kwargs": {}}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)

    def test_rpc_as_a_salesperson(self):
        self.authenticate(self.rep.login, self.rep.login)
        filters = [["user_id", "=", self.rep2.id]], [["team_id", "=", self.team.id]]
        (subject,) = self._rpc("stm.quota", "get_header", *filters)["subjects"]
        self.assertEqual((subject["ids"], subject["cards"][0]["actual"]), (self.rep.ids, 45000))
        self.assertEqual(self._rpc("stm.quota", "get_quota")["name"], "Rep")
        line = self.node_rep2.line_ids
        change = {
            "node_id": self.node_rep.id,
            "date_from": str(self.first),
            "date_to": str(self.last),
            "old": 60000,
            "values": {"target": 1},
        }
        for refused in (
            ("stm.quota", "get_quota", "user", self.rep2.id),
            ("stm.quota", "get_quota", "team", self.team.id),
            ("stm.quota", "_read_lines", []),
            ("stm.target.line", "get_why", line.ids),
            ("stm.target.plan", "set_matrix_values", self.plan.ids, self.ordered.id, [change]),
        ):
            with self.subTest(refused), mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
                self._rpc(*refused)
        data = self._rpc("stm.target.plan", "get_matrix", self.plan.ids)
        self.assertEqual([row["name"] for row in data["rows"]], ["Rep"])

    def test_salesperson(self):
        self.start_tour("/odoo/crm", "stm_salesperson_quota", login=self.rep.login)

    def test_leader(self):
        self.start_tour("/odoo/crm", "stm_leader_quota", login=self.leader.login)

    def test_manager(self):
        self.start_tour("/odoo/crm", "stm_manager_quota", login=self.manager.login)

    def test_won_by_dragging(self):
        """The header counts the deal that a drag to Won won."""
        won = self.env.ref("sales_target_mgmt.measure_won")
        plan = self._make_plan("Deals", self.first, self.last)
        plan.measure_ids |= won
        node = self.env["stm.target.node"].create({"plan_id": plan.id, "user_id": self.sees_all.id})
        self._target(node, 10, won)
        plan.action_approve()
        deals = self.env["crm.lead"].search([("company_id", "=", self.company.id)])
        deals.user_id = self.sees_all
        deals.filtered(lambda deal: deal.expected_revenue == 5500).action_set_won()
        self.start_tour("/odoo/crm", "stm_won_card", login=self.sees_all.login)

    def test_collapse(self):
        self.start_tour("/odoo/crm", "stm_collapse", login=self.rep.login)

    def test_target_analysis(self):
        self.plan._stamp("results_at", "2020-01-01 00:00:00")
        self.start_tour("/odoo/target-analysis", "stm_target_analysis", login=self.manager.login)

    def test_team_card(self):
        self.team.copy({"name": "South"})
        self.start_tour(
            "/odoo/action-sales_team.crm_team_action_pipeline", "stm_team_card", login=self.sees_all.login
        )

    def test_planner_edits_the_matrix(self):
        plan = self._make_plan("Next Plan", Date.to_date("2030-01-01"), Date.to_date("2030-12-31"))
        self._target(self.node, 100000, start="2030-01-01", end="2030-01-31")
        self.start_tour(f"/odoo/target-plans/{plan.id}", "stm_planner_matrix", login=self.manager.login)
        lines = (self.node_rep | self.node_rep2).line_ids
        self.assertEqual(
            [(line.node_id, line.date_from.month, line.target) for line in lines],
            [(self.node_rep, 2, 52500.0)],
        )
        self.assertEqual(lines.write_uid, self.manager)

    def test_approved_plan_is_read_only(self):
        self.plan.with_user(self.manager)
        self.start_tour(
            f"/odoo/target-plans/{self.plan.id}/target-matrix", "stm_frozen_matrix", login=self.manager.login
        )

    def test_planner_decomposes(self):
        """By team with history, one pinned, applied, explained, undone."""
        south = self.env["crm.team"].create({"name": "South", "company_id": self.company.id})
        last_month = self.first - relativedelta(days=10)
        self._order(last_month, 3000)
        self._order(last_month, 1000, team=south)
        start, end = Date.to_date("2030-01-01"), Date.to_date("2030-12-31")
        plan = self.env["stm.target.plan"].create(
            {
                "name": "Far Plan",
                "company_id": self.company.id,
                "date_from": start,
                "date_to": end,
                "measure_ids": [(6, 0, self.ordered.ids)],
            }
        )
        self._target(self.env["stm.target.node"].create({"plan_id": plan.id}), 100000, start=start, end=end)
        self.start_tour(f"/odoo/target-plans/{plan.id}", "stm_planner_decomposes", login=self.manager.login)
        self.assertEqual(len(plan.node_ids), 1)
        self.assertEqual(plan.step_ids.undone_by_id, self.manager)
