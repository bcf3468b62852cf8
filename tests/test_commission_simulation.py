"""A draft beside the plan in force, on the same documents and without a trace in the ledger."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionSimulation(CommissionCase):
    """10 % in force; simulated 5 % up to 1,000 a month and 20 % above.

    ====  =========  =====  ========  =========
    who   sold       month  in force  simulated
    ====  =========  =====  ========  =========
    rep      1,000   April       100         50
    rep      4,000   May         400        650
    rep2       500   May          50         25
    ====  =========  =====  ========  =========
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.april = cls._invoice(cls._order("2026-04-10", 1000), "2026-04-10")
        cls._invoice(cls._order("2026-05-10", 4000), "2026-05-10")
        cls._invoice(cls._order("2026-05-11", 500, user=cls.rep2), "2026-05-11")
        cls.plan = cls._commission([0.1], [cls.rep, cls.rep2, cls.leader])
        cls.draft = cls.plan.browse(cls.plan.action_new_version()["res_id"])
        cls.draft.rule_ids.write(
            {
                "method": "marginal",
                "tier_ids": [
                    (0, 0, {"lower": 0, "upper": 1000, "rate": 0.05}),
                    (0, 0, {"lower": 1000, "rate": 0.2}),
                ],
            }
        )

    def _simulate(self, plan=None, user=None, **values):
        simulations = self.env["stm.commission.simulation"].with_user(user or self.payroll)
        action = (plan or self.draft).with_user(user or self.payroll).action_simulate()
        simulation = simulations.browse(action["res_id"])
        if values:
            simulation.write(values)
            simulation.action_simulate()
        return simulation

    def test_cost_and_rate(self):
        simulation = self._simulate()
        self.assertEqual(simulation.other_id, self.plan)
        self.assertEqual((str(simulation.date_from), str(simulation.date_to)), ("2025-06-01", "2026-05-31"))
        self.assertEqual((simulation.current, simulation.simulated, simulation.difference), (550, 725, 175))
        self.assertEqual((simulation.sales_current, simulation.sales_simulated), (5500, 5500))
        self.assertEqual(simulation.rate_current, 0.1)
        self.assertAlmostEqual(simulation.rate_simulated, 725 / 5500, 6)
        self.assertEqual((simulation.payable_current, simulation.payable_simulated), (550, 725))

    def test_who_gains_and_who_loses(self):
        simulation = self._simulate()
        self.assertEqual(
            [(one.payee_id.name, one.current, one.simulated, one.difference) for one in simulation.payee_ids],
            [("Rep", 500, 700, 200), ("Leader", 0, 0, 0), ("Rep2", 50, 25, -25)],
        )
        self.assertEqual([one.percent for one in simulation.payee_ids], [0.4, 0, -0.5])
        self.assertEqual((simulation.gain_count, simulation.lose_count), (1, 1))

    def test_months_components_and_documents(self):
        simulation = self._simulate()
        lines = self.env["stm.commission.simulation.line"].with_user(self.payroll)
        months = lines._read_group(
            simulation.action_view_months()["domain"], ["month:month"], ["current:sum", "simulated:sum"]
        )
        self.assertEqual([month[1:] for month in months], [(100, 50), (450, 675)])
        [component] = lines._read_group(
            simulation.action_view_components()["domain"], ["component"], ["difference:sum"]
        )
        self.assertEqual(component, ("Sales", 175))
        rep = simulation.payee_ids[0]
        deals = self.env["stm.commission.simulation.deal"].with_user(self.payroll)
        deals = deals.search(rep.action_view_deals()["domain"])
        self.assertEqual(
            [(deal.document, deal.current, deal.simulated) for deal in deals],
            [(self.april.name, 100, 50), (deals[1].document, 400, 650)],
        )
        # to the order, as an administrator of commissions need not read invoices
        order = self.april.invoice_line_ids.sale_line_ids.order_id
        self.assertEqual(deals[0].action_open_document()["res_id"], order.id)
        self.assertEqual(sum(deals.mapped("difference")), rep.difference)

    def test_nothing_is_written(self):
        self._settle(self.plan)
        entries = self._entries(self.plan)
        names = ["amount", "payable", "posted", "statement_id"]
        before = entries.read(names)
        computed = self.plan.computed_at
        with freeze_time("2026-06-15 13:00:00"):
            self._simulate()
        self.env.invalidate_all()
        self.assertEqual(self._entries(self.plan).read(names), before)
        self.assertEqual(self.plan.computed_at, computed)
        self.assertFalse(self._entries(self.draft) - entries)
        self.assertEqual(self.draft.state, "draft")

    def test_by_real_payments(self):
        self.draft.payable_on = "proportional"
        self._pay(self.april, "2026-05-20")
        simulation = self._simulate(paid="real")
        self.assertEqual((simulation.simulated, simulation.payable_simulated), (725, 50))
        self.assertEqual(simulation.payable_current, 550)
        simulation = self._simulate(paid="assumed")
        self.assertEqual(simulation.payable_simulated, 725)

    def test_what_is_posted_does_not_matter(self):
        self._post(self._settle(self.plan)[:1])
        self.assertEqual(self._simulate().current, 550)

    def test_choices_that_make_no_sense(self):
        simulation = self._simulate()
        right = {"date_from": simulation.date_from, "date_to": simulation.date_to}
        for values, words in (
            ({"date_from": "2026-05-02"}, "choose 2026-05-01"),
            ({"date_to": "2026-06-16"}, "days that are over"),
            ({"date_from": "2026-06-01"}, "days that are over"),
        ):
            simulation.write({**right, **values})
            with self.assertRaisesRegex(UserError, words):
                simulation.action_simulate()
        simulation.write({"date_from": "2026-05-01", "date_to": "2026-05-31"})
        quarter = self._commission([0.1], name="Quarter", period="quarter", activate=False)
        simulation.other_id = quarter
        with self.assertRaisesRegex(UserError, "choose 2026-04-01"):
            simulation.action_simulate()
        quarter.rule_ids.unlink()
        simulation.date_from = "2026-04-01"
        with self.assertRaisesRegex(UserError, "needs components"):
            simulation.action_simulate()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_simulate(self):
        simulation = self._simulate()
        payee = simulation.payee_ids[0]
        for user in (self.rep, self.leader, self.manager, self.accountant):
            for record, method in (
                (self.plan, "action_simulate"),
                (simulation, "action_simulate"),
                (simulation, "action_view_months"),
                (payee, "action_view_lines"),
                (payee, "action_view_deals"),
            ):
                with self.assertRaises(AccessError, msg=f"{user.name} {method}"):
                    getattr(record.with_user(user), method)()
        with self.assertRaises(AccessError):
            payee.with_user(self.payroll2).read(["simulated"])
        abroad = self._make_user(
            "payroll_abroad", "sales_target_mgmt.group_commission_admin", self.other_company
        )
        with self.assertRaises(AccessError):
            self.draft.with_env(self.env(user=abroad, context={})).action_simulate()
