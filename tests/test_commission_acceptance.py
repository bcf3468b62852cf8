"""Payees are asked to accept each version, and see what is different in it."""

from freezegun import freeze_time

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionAcceptance(CommissionCase):
    def _asked(self, plan):
        return plan.activity_ids.user_id

    def _new_version(self, plan, **values):
        version = self.env["stm.commission.plan"].browse(
            plan.with_user(self.payroll).action_new_version()["res_id"]
        )
        version.with_user(self.payroll).write(values)
        return version

    def test_every_payee_is_asked_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.rep2.lang = "zh_CN"
        plan = self._commission([0.1], [self.rep, self.rep2])
        self.assertEqual(self._asked(plan), self.rep | self.rep2)
        self.assertEqual(plan.with_user(self.payroll).missing_user_ids, self.rep | self.rep2)
        summaries = {one.user_id: one.summary for one in plan.activity_ids}
        self.assertEqual(summaries[self.rep], "Accept “Field”, in force from 01/01/2026")
        self.assertIn("接受", summaries[self.rep2])
        plan.with_user(self.rep).action_accept()
        self.assertEqual(self._asked(plan), self.rep2)
        self.assertEqual(plan.with_user(self.payroll).missing_user_ids, self.rep2)

    def test_payees_do_not_see_who_else_is_asked(self):
        plan = self._commission([0.1], [self.rep, self.rep2])
        activities = self.env["mail.activity"]
        domain = [("res_model", "=", plan._name), ("res_id", "=", plan.id)]
        self.assertEqual(activities.with_user(self.rep).search(domain).user_id, self.rep)
        self.env.invalidate_all()
        self.assertEqual(plan.with_user(self.rep).activity_ids.user_id, self.rep)
        self.assertEqual(activities.with_user(self.payroll).search(domain).user_id, self.rep | self.rep2)
        followers = self.env["mail.followers"].with_user(self.rep)
        self.assertNotIn(self.rep2.partner_id, followers.search(domain).partner_id)

    def test_a_new_version_asks_again(self):
        plan = self._commission([0.1])
        plan.with_user(self.rep).action_accept()
        version = self._new_version(plan)
        self.assertFalse(self._asked(version))
        version.with_user(self.payroll).action_activate()
        self.assertEqual(self._asked(version), self.rep)
        self.assertTrue(version.with_user(self.rep).can_accept)
        again = self._new_version(version)
        again.with_user(self.payroll).action_activate()
        self.assertFalse(self._asked(version))
        self.assertEqual(self._asked(again), self.rep)

    def test_who_joins_is_asked_and_who_left_is_not(self):
        plan = self._commission([0.1])
        plan.with_user(self.payroll).assignment_ids = [(0, 0, {"user_id": self.rep2.id})]
        self.assertEqual(self._asked(plan), self.rep | self.rep2)
        plan.with_user(self.payroll).assignment_ids[0].date_to = "2026-05-31"
        self.assertEqual(plan.with_user(self.payroll).missing_user_ids, self.rep2)

    def test_the_difference_to_the_version_before(self):
        plan = self._commission([0.1, {"rate": 0.02, "name": "Extra"}])
        version = self._new_version(plan, payable_on="days", wait_days=30)
        version.with_user(self.payroll).write(
            {"rule_ids": [(1, version.rule_ids[0].id, {"rate": 0.12}), (2, version.rule_ids[1].id)]}
        )
        version.invalidate_recordset()
        html = version.with_user(self.payroll).difference
        for cell in ("At once", "Days after it was earned", "30", "10 %", "12 %", "dropped"):
            self.assertIn(f"<td>{cell}</td>", html)
        self.assertNotIn("Revenue", html)
        self.assertFalse(plan.difference)

    def test_the_hash_covers_every_term(self):
        plan = self._commission([0.1], activate=False)
        hashes = {plan._get_content_hash()}
        for values in (
            {"rate_date": "period"}, {"has_refund_window": True}, {"refund_days": 5}, {"clawback_periods": 2},
            {"hold_overdue": True}, {"overdue_days": 5}, {"unvested": "forfeited"},
            {"currency_id": self.env.ref("base.USD").id},
        ):  # fmt: skip
            plan.write(values)
            hashes.add(plan._get_content_hash())
        for values in (
            {"date_from": "2026-05-01"}, {"date_to": "2026-05-31"}, {"has_floor": True}, {"floor": 5},
            {"gate_by": "attainment"}, {"product_ids": [(6, 0, self.product.ids)]}, {"unit_amount": 3},
            {"formula": "amount"}, {"tier_by": "quantity"},
        ):  # fmt: skip
            plan.rule_ids.write(values)
            hashes.add(plan._get_content_hash())
        self.assertEqual(len(hashes), 18)
