"""Companies that are allowed but not active, and branches of a company."""

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .common_target import StmTargetCase

JANUARY = ("2026-01-01", "2026-01-31")


@freeze_time("2026-01-20 12:00:00")
class TestRightsCompany(StmTargetCase):
    """A plan of 100 in the company, of 20 in its branch and of 3 in the other company.

    `manager` may work in all of them, `local` in the branch only; `head` sells in all of them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {"name": "STM Branch", "parent_id": cls.company.id, "stm_tz": "UTC"}
        )
        cls.companies = cls.company | cls.branch | cls.other_company
        cls.env.user.company_ids |= cls.branch
        cls.local = cls._make_user("local", "sales_team.group_sale_manager", cls.branch)
        cls.head = cls._make_user("head", "sales_team.group_sale_salesman")
        (cls.manager | cls.head).company_ids = cls.companies
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.companies.ids})
        cls.plans = {}
        for company, amount in zip(cls.companies, (100, 20, 3), strict=True):
            plan = cls._plan(name=company.name, company_id=company.id)
            whole = cls._node(plan=plan)
            for node in (whole, cls._node(whole, user=cls.head)):
                cls._line(node, amount, *JANUARY)
            cls.plans[company] = plan
            plan.action_submit()
            plan.with_env(cls.env(user=cls.manager)).action_approve()
        cls.env.flush_all()

    def _with(self, user, companies):
        self.env.invalidate_all()
        return self.env(user=user, context={"allowed_company_ids": companies.ids})

    def _sums(self, env):
        """{model: sum of the targets that are found}"""
        ids = [plan.id for plan in self.plans.values()]
        return {
            name: sum(env[f"stm.target.{name}"].search([("plan_id", "in", ids)]).mapped("target"))
            for name in ("line", "result")
        }

    def test_only_what_is_active_is_seen(self):
        amounts = {self.company: 200, self.branch: 40, self.other_company: 6}
        cases = [self.company, self.branch, self.other_company, self.company | self.branch, self.companies]
        for active in cases:
            with self.subTest(active=active.mapped("name")):
                env = self._with(self.manager, active)
                wanted = sum(amounts[company] for company in active)
                self.assertEqual(self._sums(env), {"line": wanted, "result": wanted})
                plans = env["stm.target.plan"].search([("id", "in", [p.id for p in self.plans.values()])])
                self.assertEqual(plans.company_id, active)
                reported = env["stm.target.group.report"].search([("plan_id", "in", plans.ids)])
                wholes = {row.company_id: row.target_company for row in reported}
                self.assertEqual(wholes, {company: amounts[company] / 2 for company in active})
                groups = env["stm.target.result"].formatted_read_group([], ["company_id"], ["__count"])
                self.assertEqual({group["company_id"][0] for group in groups} - set(active.ids), set())

    def test_currencies_are_not_added_up(self):
        """Euros and dollars have no sum; those of each company have, and euros of a branch as well."""
        amounts = {self.company: 200, self.branch: 40, self.other_company: 6}

        def read(active, groupby=()):
            result = self._with(self.manager, active)["stm.target.result"]
            plans = [plan.id for plan in self.plans.values()]
            domain = [("plan_id", "in", plans)]
            return result.formatted_read_group(domain, groupby, ["target:sum", "actual:sum", "__count"])

        self.assertEqual(read(self.company | self.branch)[0]["target:sum"], 240)
        [total] = read(self.companies)
        self.assertEqual(
            (total["target:sum"], total["actual:sum"], total["__count"] > 0), (False, False, True)
        )
        rows = {row["company_id"][0]: row["target:sum"] for row in read(self.companies, ["company_id"])}
        self.assertEqual(rows, {company.id: amount for company, amount in amounts.items()})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_methods_of_what_is_not_active(self):
        env = self._with(self.manager, self.other_company)
        line = self.plans[self.company].line_ids[0].with_env(env)
        plan = self.plans[self.company].with_env(env)
        for call in (
            plan.get_matrix,
            line.get_why,
            plan.action_revise,
            lambda: env["stm.target.xlsx"]._render(plan),
            lambda: env["stm.target.close"].create({"plan_id": plan.id, "date": "2026-01-19"}),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                call()

    def test_own_quota_by_active_company(self):
        """The figures of the active company, never the sum of several."""
        for company, target in zip(self.companies, (100, 20, 3), strict=True):
            with self.subTest(company=company.name):
                env = self._with(self.head, company)
                [subject] = env["stm.quota"].get_header()["subjects"]
                self.assertEqual([card["target"] for card in subject["cards"]], [target])
                page = env["stm.quota"].get_quota()
                self.assertEqual([period["target"] for period in page["periods"]], [target])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_branch(self):
        """Who works in the branch sees nothing of the company above it, and vice versa."""
        self.assertEqual(self._sums(self._with(self.local, self.branch)), {"line": 40, "result": 40})
        for companies in (self.company, self.company | self.branch):
            with self.assertRaises(AccessError):
                self._sums(self._with(self.local, companies))
        self.assertEqual(self._sums(self.env(user=self.local, context={})), {"line": 40, "result": 40})
        self.manager.company_ids -= self.branch
        self.assertEqual(self._sums(self._with(self.manager, self.company)), {"line": 200, "result": 200})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_branch_uses_what_the_company_defines(self):
        """Measures, territories, channels and classes hold for branches, which do not edit them."""
        definitions = {
            "stm.measure": {"code": "own", "source": "order", "value_field": "amount"},
            "stm.territory": {},
            "stm.channel": {},
            "stm.customer.class": {},
        }
        for model, values in definitions.items():
            with self.subTest(model=model):
                above, below, abroad = self.env[model].create(
                    [
                        {"name": company.name, "company_id": company.id, **values}
                        for company in (self.company, self.branch, self.other_company)
                    ]
                )
                mine = self.env(user=self.local, context={})[model]
                found = mine.search([("id", "in", (above | below | abroad).ids)])
                self.assertEqual(found, above | below)
                below.with_env(mine.env).name = "Renamed"
                with self.assertRaises(AccessError):
                    above.with_env(mine.env).name = "Renamed"
                if model == "stm.measure":
                    plan = mine.env["stm.target.plan"].create(
                        {"name": "Local", "company_id": self.branch.id, "measure_ids": [(6, 0, above.ids)]}
                    )
                    self.assertEqual(plan.measure_ids, above)
