"""Pay is everybody's own business: who sees what of it, and who may do what."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common_commission import CommissionCase

MODELS = ("plan", "rule", "tier", "assignment", "entry", "statement", "acceptance")


@freeze_time("2026-06-15 12:00:00")
class TestCommissionRights(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls._order("2026-05-10", 1000), "2026-05-10")
        cls._invoice(cls._order("2026-05-10", 3000, user=cls.rep2), "2026-05-10")
        tiers = [(0, 0, 0.1)]
        cls.plan = cls._commission([tiers], [cls.rep, cls.payroll])
        cls.other = cls._commission([tiers], [cls.rep2], name="Hidden")
        cls.draft = cls._commission([tiers], [cls.rep], name="Draft", activate=False)
        for plan in (cls.plan, cls.other):
            plan.with_user(cls.payroll).action_compute()
        cls.mine = cls.env["stm.commission.statement"].search([("user_id", "=", cls.rep.id)])
        cls.yours = cls.env["stm.commission.statement"].search([("user_id", "=", cls.rep2.id)])
        cls.env.invalidate_all()

    def _find(self, model, user):
        return (
            self.env[f"stm.commission.{model}"].with_user(user).search([("company_id", "=", self.company.id)])
        )

    def test_a_salesperson_sees_the_own(self):
        self.assertEqual(self._find("statement", self.rep), self.mine)
        self.assertEqual(self._find("entry", self.rep).sudo().user_id, self.rep)
        self.assertEqual(self._find("plan", self.rep), self.plan)
        self.assertEqual(self._find("rule", self.rep).sudo().plan_id, self.plan)
        self.assertEqual(self._find("assignment", self.rep).sudo().user_id, self.rep)

    def test_leaders_and_managers_see_nobody_elses(self):
        for user in (self.leader, self.sees_all, self.manager):
            for model in ("plan", "entry", "statement", "assignment"):
                self.assertFalse(self._find(model, user), (user.name, model))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_sums_and_conditions_do_not_tell(self):
        self.rep.group_ids |= self.env.ref("base.group_allow_export")
        entries = self.env["stm.commission.entry"].with_user(self.rep)
        [group] = entries.formatted_read_group([], [], ["amount:sum", "__count"])
        self.assertEqual((group["amount:sum"], group["__count"]), (100, 1))
        for domain in (
            [("statement_id", "=", self.yours.id)],
            [("statement_id.payable", ">", 150)],
            [("lineage_id", "=", self.other.id)],
        ):
            self.assertFalse(entries.search(domain), domain)
        with self.assertRaises(AccessError):
            self.yours.with_user(self.rep).read(["payable"])
        with self.assertRaises(AccessError):
            self.yours.with_user(self.rep).export_data(["payable"])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_writes(self):
        """Salespeople and managers nothing, administrators neither statements nor entries."""
        for user in (self.rep, self.manager, self.accountant):
            for record in (self.plan, self.plan.rule_ids, self.plan.assignment_ids[:1], self.mine):
                with self.assertRaises(UserError), self.cr.savepoint():
                    record.with_user(user).write({"company_id": self.company.id})
        for vals in ({"state": "paid"}, {"payable": 1}):
            with self.assertRaises(AccessError):
                self.mine.with_user(self.payroll).write(vals)
        with self.assertRaises(AccessError):
            self.mine.with_user(self.payroll).unlink()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_press_the_buttons(self):
        for user in (self.rep, self.manager, self.accountant):
            for record, method in (
                (self.mine, "action_check"),
                (self.mine, "action_approve"),
                (self.plan, "action_compute"),
                (self.plan, "action_new_version"),
                (self.draft, "action_activate"),
            ):
                with self.assertRaises(AccessError, msg=f"{user.name} {method}"):
                    getattr(record.with_user(user), method)()

    def test_nobody_approves_the_own_pay(self):
        self._invoice(self._order("2026-05-12", 500, user=self.payroll), "2026-05-12")
        self.plan.with_user(self.payroll).action_compute()
        own = self.env["stm.commission.statement"].search([("user_id", "=", self.payroll.id)])
        own.with_user(self.payroll2).action_check()
        with self.assertRaisesRegex(UserError, "own pay"):
            own.with_user(self.payroll).action_approve()

    def test_accountants_see_what_is_approved(self):
        self.assertFalse(self._find("statement", self.accountant))
        self.mine.with_user(self.payroll).action_check()
        self.assertFalse(self._find("statement", self.accountant))
        self.mine.with_user(self.payroll2).action_approve()
        self.assertEqual(self._find("statement", self.accountant), self.mine)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self._find("entry", self.accountant)

    def test_another_company(self):
        admin = self._make_user(
            "payroll_other", "sales_target_mgmt.group_commission_admin", self.other_company
        )
        for model in MODELS:
            found = self.env(user=admin, context={})[f"stm.commission.{model}"].search([])
            self.assertFalse(found & found.sudo().search([("company_id", "=", self.company.id)]), model)

    def test_an_entry_leads_to_its_document(self):
        entry = self.mine.entry_ids.with_user(self.rep)
        action = entry.action_open_document()
        self.assertIn(action["res_model"], ("account.move", "sale.order"))
