"""Names of plans and components in several languages are the same terms."""

from freezegun import freeze_time

from odoo.exceptions import UserError

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionNames(CommissionCase):
    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("zh_CN")
        self.plan = self._commission([0.1], activate=False)
        self.plan.update_field_translations("name", {"zh_CN": "现场"})
        self.plan.rule_ids.update_field_translations("name", {"zh_CN": "销售"})

    def test_they_are_read_in_the_language_of_the_reader(self):
        chinese = self.plan.with_context(lang="zh_CN")
        self.assertEqual((chinese.name, chinese.rule_ids.name), ("现场", "销售"))
        self.assertEqual((self.plan.name, self.plan.rule_ids.name), ("Field", "Sales"))
        self.assertEqual(chinese._get_content_hash(), self.plan._get_content_hash())

    def test_a_new_version_keeps_them(self):
        self.plan.action_activate()
        action = self.plan.with_context(lang="zh_CN").action_new_version()
        version = self.env["stm.commission.plan"].browse(action["res_id"])
        self.assertEqual((version.name, version.rule_ids.name), ("Field", "Sales"))
        chinese = version.with_context(lang="zh_CN")
        self.assertEqual((chinese.name, chinese.rule_ids.name), ("现场", "销售"))

    def test_in_force_they_stay(self):
        self.plan.action_activate()
        for record in (self.plan, self.plan.rule_ids):
            with self.assertRaisesRegex(UserError, "in force"):
                record.update_field_translations("name", {"zh_CN": "其他"})
        self.assertEqual(self.plan.with_context(lang="zh_CN").rule_ids.name, "销售")
