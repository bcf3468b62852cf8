import re

import polib

from odoo.modules.module import get_module_path

from dev.translate import template

from .common import StmCase

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdf]|\{\{?[^}]*\}?\}|%%")


class TestTranslations(StmCase):
    """English and Simplified Chinese are equals: every term, none that is gone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = {entry.msgid for entry in template(cls.env)}
        path = f"{get_module_path('sales_target_mgmt')}/i18n/zh_CN.po"
        cls.entries = {entry.msgid: entry for entry in polib.pofile(path)}

    def test_every_term_is_translated(self):
        self.assertGreater(len(self.terms), 300)
        missing = sorted(
            term for term in self.terms if term not in self.entries or not self.entries[term].msgstr
        )
        self.assertFalse(missing, "`make translate` lists them; translate them in i18n/zh_CN.po")

    def test_no_term_is_stale_or_fuzzy(self):
        self.assertFalse(sorted(set(self.entries) - self.terms), "`make translate` takes them out")
        self.assertFalse([entry.msgid for entry in self.entries.values() if entry.fuzzy])

    def test_placeholders_are_kept(self):
        for entry in self.entries.values():
            with self.subTest(entry.msgid):
                self.assertEqual(
                    sorted(PLACEHOLDER.findall(entry.msgid)), sorted(PLACEHOLDER.findall(entry.msgstr))
                )

    def test_labels_from_code_follow_the_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        for model, name in (
            ("stm.target.breakdown", "dimension"),
            ("stm.target.reserve", "dimension"),
            ("stm.target.result", "axis"),
        ):
            with self.subTest(model):
                env = self.env(context={"lang": "zh_CN"})
                labels = dict(env[model].fields_get([name])[name]["selection"])
                self.assertEqual(labels["user_id"], "销售员")
