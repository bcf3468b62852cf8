"""What a team's leader sees of its pay: nothing, unless the company says so."""

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionTeam(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._make_user("boss", "sales_team.group_sale_salesman")
        # the leader's own boss is a member of the led team as well
        cls.above = cls.env["crm.team"].create(
            {
                "name": "Above",
                "company_id": cls.company.id,
                "user_id": cls.boss.id,
                "member_ids": [(6, 0, cls.leader.ids)],
            }
        )
        cls.env["ir.config_parameter"].sudo().set_param("sales_team.membership_multi", True)
        cls.team.member_ids |= cls.boss
        for amount, user in ((1000, cls.rep), (2000, cls.rep2), (3000, cls.boss), (4000, cls.leader)):
            cls._invoice(cls._order("2026-05-10", amount, user=user), "2026-05-10")
        cls.plan = cls._commission([0.1], [cls.rep, cls.rep2, cls.boss, cls.leader])
        cls.plan.with_user(cls.payroll).action_compute()
        cls.menu = cls.env.ref("sales_target_mgmt.stm_commission_statement_menu_team")
        cls.env.flush_all()

    def _seen(self, user, model="statement"):
        records = self.env[f"stm.commission.{model}"].with_user(user)
        return records.search([("company_id", "=", self.company.id)]).sudo().user_id

    def _has_menu(self, user):
        """Whether the user has the menu of the team's statements, and that of its forecast with it."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        forecast = self.env.ref("sales_target_mgmt.stm_commission_forecast_menu")
        self.assertEqual(self.menu.id in menus, forecast.id in menus)
        return self.menu.id in menus

    def test_off(self):
        for model in ("statement", "entry"):
            self.assertEqual(self._seen(self.leader, model), self.leader)
        self.assertFalse(self._has_menu(self.leader))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_on(self):
        self.company.stm_leader_sees_commission = True
        for model in ("statement", "entry"):
            self.assertEqual(self._seen(self.leader, model), self.leader | self.rep | self.rep2)
            # each leads the other: neither sees the other
            self.assertEqual(self._seen(self.boss, model), self.boss)
            self.assertEqual(self._seen(self.rep, model), self.rep)
            self.assertFalse(self._seen(self.manager, model))
        self.assertTrue(self._has_menu(self.leader))
        self.assertFalse(self._has_menu(self.rep))
        entries = self.env["stm.commission.entry"].with_user(self.leader)
        [group] = entries.formatted_read_group([], [], ["amount:sum"])
        self.assertEqual(group["amount:sum"], 100 + 200 + 400)
        boss = self.env["stm.commission.statement"].search([("user_id", "=", self.boss.id)])
        self.assertFalse(entries.search([("statement_id.payable", "=", 300)]))
        with self.assertRaises(AccessError):
            boss.with_user(self.leader).read(["payable"])
        # nothing can be done, and the plan's terms stay with its payees
        mine = self.env["stm.commission.statement"].search([("user_id", "=", self.rep.id)])
        with self.assertRaises(AccessError):
            mine.with_user(self.leader).action_check()
        rows = entries.web_search_read(
            [("user_id", "=", self.rep.id)], {"rule_id": {"fields": {"display_name": {}}}, "amount": {}}
        )
        self.assertEqual([row["amount"] for row in rows["records"]], [100])

    def test_disputes_stay_private(self):
        self.company.stm_leader_sees_commission = True
        entry = self.env["stm.commission.entry"].search([("user_id", "=", self.rep.id)])
        dispute = (
            self.env["stm.commission.dispute"]
            .with_user(self.rep)
            .create({"entry_id": entry.id, "reason": "Wrong"})
        )
        self.assertFalse(dispute.with_user(self.leader).search([("id", "=", dispute.id)]))
        self.assertFalse(entry.with_user(self.leader).dispute_state)

    def test_moving_out_of_the_team_ends_it(self):
        self.company.stm_leader_sees_commission = True
        self.assertIn(self.rep, self._seen(self.leader))
        self.team.member_ids -= self.rep
        self.assertEqual(self._seen(self.leader), self.leader | self.rep2)
        self.team.user_id = self.manager
        self.assertEqual(self._seen(self.leader), self.leader)
        self.assertFalse(self._has_menu(self.leader))
        self.team.user_id = self.leader
        self.assertTrue(self._has_menu(self.leader))
        self.team.active = False
        self.assertEqual(self._seen(self.leader), self.leader)

    def test_another_companys_setting(self):
        self.other_company.stm_leader_sees_commission = True
        self.assertEqual(self._seen(self.leader), self.leader)
