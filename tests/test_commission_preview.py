"""What settling would change is shown before, and the daily job does it without anybody."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionPreview(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sale = cls._invoice(cls._order("2026-05-10", 1000), "2026-05-10")
        cls._invoice(cls._order("2026-06-10", 500), "2026-06-10")
        cls.plan = cls._commission([0.1], [cls.rep, cls.rep2])

    def _preview(self, user=None, plans=None):
        previews = self.env["stm.commission.preview"].with_user(user or self.payroll)
        action = previews.action_open((plans or self.plan).ids)
        return previews.browse(action["res_id"])

    def _lines(self, preview):
        return [
            (
                line.payee_id.name,
                str(line.date_from),
                line.before,
                line.after,
                line.difference,
                line.entries,
                line.clawbacks,
            )
            for line in preview.line_ids.sorted("date_from")
        ]

    def test_before_anything_was_computed(self):
        preview = self._preview()
        self.assertEqual(
            self._lines(preview),
            [("Rep", "2026-05-01", 0, 100, 100, 1, 0), ("Rep", "2026-06-01", 0, 50, 50, 1, 0)],
        )
        self.assertFalse(self._entries(self.plan))
        self.assertFalse(self._statements(self.plan))
        self.assertFalse(self.plan.computed_at)

    def test_computing_does_what_was_shown(self):
        preview = self._preview()
        shown = {line.date_from: line.payable_after for line in preview.line_ids}
        preview.action_compute()
        self.assertEqual({one.date_from: one.payable for one in self._statements(self.plan)}, shown)
        again = self._preview()
        self.assertFalse(again.line_ids)
        self.assertEqual(again.summary, "Nothing would change: all 2 open statements are up to date.")

    def test_settling_from_the_list_stays_in_the_list(self):
        previews = self.env["stm.commission.preview"].with_user(self.payroll)
        action = previews.with_context(active_model="stm.commission.statement").action_open()
        preview = previews.with_context(**action["context"]).browse(action["res_id"])
        self.assertEqual(preview.action_compute(), {"type": "ir.actions.client", "tag": "soft_reload"})
        self.assertEqual(len(self._statements(self.plan)), 2)
        action = self._preview().action_compute()
        self.assertEqual(action["res_model"], "stm.commission.statement")

    def test_a_refund_of_a_checked_month_is_a_clawback_in_the_open_one(self):
        [may, _june] = self._settle(self.plan)
        self._post(may)
        self._refund(self.sale, "2026-06-14", 300)
        preview = self._preview()
        self.assertEqual(self._lines(preview), [("Rep", "2026-06-01", 50, 20, -30, 2, 1)])
        preview.action_compute()
        self.assertFalse(self._preview().line_ids)

    def test_only_what_changes_is_listed_the_biggest_first(self):
        self._settle(self.plan)
        self._invoice(self._order("2026-05-20", 200), "2026-05-20")
        self._invoice(self._order("2026-06-12", 700), "2026-06-12")
        self._invoice(self._order("2026-06-13", 400, user=self.rep2), "2026-06-13")
        preview = self._preview()
        self.assertEqual(
            [(line.payee_id.name, str(line.date_from), line.difference) for line in preview.line_ids],
            [("Rep", "2026-06-01", 70), (self.rep2.name, "2026-06-01", 40), ("Rep", "2026-05-01", 20)],
        )
        self.assertEqual(
            preview.summary,
            "3 of 3 open statements would change. Nothing is written until you settle.",
        )
        self._settle(self.plan)
        self._invoice(self._order("2026-06-14", 100), "2026-06-14")
        self.assertIn("1 of 3 open statements", self._preview().summary)

    def test_nothing_to_settle_says_so(self):
        empty = self._commission([0.1], [self.rep2], name="Nobody sells")
        preview = self._preview(plans=empty)
        self.assertFalse(preview.line_ids)
        self.assertIn("no statement is open", preview.summary)

    def test_days_that_make_no_sense_are_refused(self):
        preview = self._preview()
        preview.until = "2026-06-16"
        with self.assertRaisesRegex(UserError, "choose today"):
            preview.action_show()
        self.assertFalse(preview.line_ids or preview.is_shown or preview.summary)
        self._post(self._settle(self.plan)[0])
        preview.until = "2026-05-20"
        for action in ("action_show", "action_compute"):
            with self.assertRaisesRegex(UserError, "checked until 2026-05-31"):
                getattr(preview, action)()
        preview.until = "2026-05-31"
        preview.action_show()
        self.assertEqual([line.difference for line in preview.line_ids], [-50])
        draft = self._commission([0.2], name="Draft", activate=False)
        preview.plan_ids = draft
        with self.assertRaisesRegex(UserError, "is a draft"):
            preview.action_show()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_look(self):
        preview = self._preview()
        for user in (self.rep, self.leader, self.manager, self.accountant):
            with self.assertRaises(AccessError):
                self._preview(user)
            with self.assertRaises(AccessError):
                preview.with_user(user).action_show()
            with self.assertRaises(AccessError):
                preview.line_ids.with_user(user).read(["after"])
        with self.assertRaises(AccessError):
            preview.with_user(self.payroll2).read(["until"])
        self.assertFalse(preview.line_ids.with_user(self.payroll2).search([]))
        abroad = self._make_user(
            "payroll_abroad", "sales_target_mgmt.group_commission_admin", self.other_company
        )
        with self.assertRaises(AccessError):
            self.env(user=abroad, context={})["stm.commission.preview"].action_open(self.plan.ids)


@freeze_time("2026-06-15 12:00:00")
class TestCommissionJob(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls._order("2026-05-10", 1000), "2026-05-10")
        cls.plans = cls._commission([0.1]) | cls._commission([0.2], name="Second")
        cls.env["stm.commission.plan"].search(
            [("state", "=", "active"), ("id", "not in", cls.plans.ids)]
        ).origin_id.computed_daily_on = "2030-01-01"

    def _run(self, **values):
        plans = self.env["stm.commission.plan"]
        return self._run_cron(plans._cron_settle, **values)

    def _payable(self):
        return sum(self._statements(self.plans[0]).mapped("payable"))

    def test_every_plan_once_a_day(self):
        self.assertEqual(self._run(), [2, 1, 0])
        self.assertEqual(self._payable(), 300)
        self.assertEqual(self._run(), [0])
        self._sold("2026-06-14", 500)
        self.assertEqual(self._run(), [0])
        with freeze_time("2026-06-16 12:00:00"):
            self.assertEqual(self._run(), [2, 1, 0])
        self.assertEqual(self._payable(), 450)

    def test_goes_on_where_it_was_interrupted(self):
        self.assertEqual(self._run(batches=1), [2, 1])
        self.assertEqual(self._payable(), 100)
        self.assertEqual(self._run(), [1, 0])
        self.assertEqual(self._payable(), 300)

    def test_a_plan_that_fails_does_not_stop_the_others(self):
        first = self.plans[0]
        self._settle(first)
        # what is the same is not written again
        self.env.cr.execute("UPDATE stm_commission_entry SET digest = NULL WHERE lineage_id = %s", [first.id])
        self.env.cr.execute(
            "ALTER TABLE stm_commission_entry ADD CONSTRAINT stm_test "
            "CHECK (lineage_id <> %s OR posted) NOT VALID",
            [first.id],
        )
        with mute_logger("odoo.sql_db", "odoo.addons.sales_target_mgmt.models.commission.stm_commission_job"):
            self.assertEqual(self._run(), [2, 1, 0])
        self.assertEqual(self._payable(), 300)
        self.assertIn("server's log", first.with_user(self.payroll).failure)
        self.assertFalse(self.plans[1].failure)
        self.assertEqual(len(self._asked_to_repair(first)), 1)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            first.with_user(self.rep).read(["failure"])
        self.env.cr.execute("ALTER TABLE stm_commission_entry DROP CONSTRAINT stm_test")
        with freeze_time("2026-06-16 12:00:00"):
            self._run()
        self.assertFalse(first.failure)
        self.assertFalse(self._asked_to_repair(first))

    def _asked_to_repair(self, plan):
        return plan.activity_ids.filtered(lambda activity: activity.user_id == self.payroll)
