from odoo.tests import HttpCase

from .common import StmCase


class TestWholeWay(StmCase, HttpCase):
    """From an empty company to an approved plan, by what three people click and type and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls._make_company("Empty Firm", "EUR")
        people = (
            ("planner", "Pia Planner", "sales_team.group_sale_manager"),
            ("chief", "Chris Chief", "sales_team.group_sale_manager"),
            ("up", "Uma Up", "sales_team.group_sale_salesman"),
            ("down", "Dan Down", "sales_team.group_sale_salesman"),
        )
        for login, name, group in people:
            user = cls._make_user(f"way_{login}", group, cls.firm)
            user.name = name
            setattr(cls, login, user)
        # a name that no translation changes
        cls.env["res.country"].create(
            [{"name": name, "code": code} for name, code in (("Upland", "Q1"), ("Lowland", "Q2"))]
        )
        # nobody buys from the firm yet
        cls.env["res.partner"].search([("customer_rank", ">", 0)]).customer_rank = 0

    def _walk(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        (self.planner | self.chief | self.up | self.down).lang = lang
        for tour, user in (
            ("planner", self.planner),
            ("salesperson", self.up),
            ("manager", self.planner),
            ("approver", self.chief),
            ("quota", self.up),
        ):
            self.start_tour("/odoo", f"stm_whole_way_{tour}", login=user.login, timeout=180)
        plan = self.env["stm.target.plan"].search([("company_id", "=", self.firm.id)])
        self.assertEqual(plan.state, "approved")
        self.assertEqual((plan.submitted_by_id, plan.write_uid), (self.planner, self.chief))
        self.assertEqual(
            {node.name: node.target_total for node in plan.node_ids if node.user_id},
            {"Uma Up": 83500, "Dan Down": 36000},
        )
        (division,) = self.env["stm.territory.division"].search([("company_id", "=", self.firm.id)])
        self.assertEqual(division.territory_ids.owner_ids, self.up | self.down)

    def test_in_english(self):
        self._walk("en_US")

    def test_in_chinese(self):
        self._walk("zh_CN")
