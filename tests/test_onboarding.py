from .common import StmCase


class TestOnboarding(StmCase):
    def _done(self, user):
        steps = self.env["stm.onboarding"].with_user(user).get_steps()
        return [step["name"] for step in steps if step["done"]]

    def test_steps_follow_what_is_there(self):
        self.assertEqual(self._done(self.manager), ["people"])
        plan = self.env["stm.target.plan"].create(
            {
                "name": "2030",
                "company_id": self.company.id,
                "date_from": "2030-01-01",
                "date_to": "2030-12-31",
                "measure_ids": [(6, 0, self.env.ref("sales_target_mgmt.measure_ordered").ids)],
            }
        )
        self.assertEqual(self._done(self.manager), ["people", "plan"])
        node = self.env["stm.target.node"].create({"name": "All", "plan_id": plan.id})
        self.env["stm.target.line"].create(
            {
                "node_id": node.id,
                "measure_id": self.env.ref("sales_target_mgmt.measure_ordered").id,
                "date_from": "2030-01-01",
                "date_to": "2030-01-31",
                "target": 5,
            }
        )
        self.assertEqual(self._done(self.manager), ["people", "plan", "targets"])
        plan.action_submit()
        plan.action_approve()
        self.assertEqual(self.env["stm.onboarding"].with_user(self.manager).get_steps(), [])

    def test_only_for_planners(self):
        self.assertEqual(self.env["stm.onboarding"].with_user(self.rep).get_steps(), [])

    def test_time_zone_of_a_company(self):
        company = self.env["res.company"].create({"name": "Suzhou", "country_id": self.env.ref("base.cn").id})
        self.assertEqual(company._guess_sales_time_zone(), "Asia/Shanghai")
        (self.rep | self.rep2).tz = "Europe/Berlin"
        (self.rep | self.rep2).company_ids |= company
        (self.rep | self.rep2).company_id = company
        self.assertEqual(company._guess_sales_time_zone(), "Europe/Berlin")
