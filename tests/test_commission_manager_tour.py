"""Drawing a rate table and simulating it, in a browser."""

from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import HttpCase

from .common_commission import CommissionCase


class TestCommissionManagerTour(CommissionCase, HttpCase):
    def test_curve_and_simulation(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.payroll.lang = "en_US"
        first = Date.today().replace(day=1)
        for months, amount in ((2, 4000), (3, 1000)):
            day = first - relativedelta(months=months, days=-9)
            self._invoice(self._order(day, amount), day)
        start = (first - relativedelta(months=12)).replace(month=1)
        plan = self._commission([0.1], date_from=start)
        draft = plan.browse(plan.with_user(self.payroll).action_new_version()["res_id"])
        draft.rule_ids.write(
            {
                "method": "marginal",
                "tier_ids": [
                    (0, 0, {"lower": 0, "upper": 1000, "rate": 0.05}),
                    (0, 0, {"lower": 1000, "rate": 0.2}),
                ],
            }
        )
        self.start_tour(
            f"/odoo/commission-plans/{draft.id}", "stm_manager_draws_and_simulates", login=self.payroll.login
        )
        self.assertEqual(draft.rule_ids.tier_ids[1].rate, 0.3)
