"""Model × role × way of reading: everybody finds exactly what the table says."""

import warnings

from freezegun import freeze_time

from odoo.addons.sales_target_mgmt.models.target.stm_target_line import SEES_ALL
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tools import mute_logger

from .common_rights_matrix import ROLES, TABLE, RightsMatrixCase


@freeze_time("2026-06-15 12:00:00")
class TestRightsMatrix(RightsMatrixCase):
    def test_every_model_is_in_the_table(self):
        models = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("stm.") and not model._transient and not model._abstract
        }
        self.assertEqual(models, set(TABLE), "Say in TABLE who may see what of a new model.")
        for model, rows in self.rows.items():
            self.assertEqual(rows.company_id & self.companies, self.companies, model)

    def test_who_sees_all_is_said_once(self):
        """Python and the record rules name the same groups."""
        rules = self.env["ir.rule"].search(
            [("name", "=like", "Target%: all"), ("model_id.model", "=like", "stm.target.%")]
        )
        self.assertGreaterEqual(len(rules), 5)
        for rule in rules:
            self.assertEqual(set(rule.groups._ensure_xml_id().values()), set(SEES_ALL), rule.name)
        for role in ROLES[:7]:
            sees_all = self.env["stm.target.line"].with_user(getattr(self, role))._sees_all()
            self.assertEqual(sees_all, TABLE["stm.target.line"].split()[ROLES.index(role)] == "all", role)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_reading(self):
        self._each(self._check_reading)

    def _check_reading(self, records, domain, expected, _rows):
        ways = {
            "search": lambda: records.search(domain).ids,
            "search_fetch": lambda: records.search_fetch(domain, ["company_id"]).ids,
            "search_read": lambda: [row["id"] for row in records.search_read(domain, ["company_id"])],
            "web_search_read": lambda: [
                row["id"] for row in records.web_search_read(domain, {"company_id": {}})["records"]
            ],
            "name_search": lambda: [row[0] for row in records.name_search(domain=domain, limit=1000)],
            "search_count": lambda: range(records.search_count(domain)),
        }
        for name, way in ways.items():
            if expected is None:
                with self.assertRaises(AccessError, msg=name):
                    way()
            elif name == "search_count":
                self.assertEqual(len(way()), len(expected))
            else:
                self.assertEqual(sorted(way()), sorted(expected.ids), name)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_groups(self):
        self._each(self._check_groups)

    def _check_groups(self, records, domain, expected, _rows):
        if expected is None:
            for group in ("formatted_read_group", "web_read_group", "read_group"):
                with self.assertRaises(AccessError), warnings.catch_warnings():
                    warnings.simplefilter("ignore", DeprecationWarning)
                    getattr(records, group)(domain, ["company_id"], ["company_id"])
            return
        fields = [field for field in records._fields.values() if field.store and field.column_type]
        for field in fields:
            if not records._has_field_access(field, "read"):
                with self.assertRaises(AccessError):
                    records.formatted_read_group(domain, [field.name], ["__count"])
        fields = [field for field in fields if records._has_field_access(field, "read")]
        for name in [field.name for field in fields if field.type == "many2one"]:
            groups = records.formatted_read_group(domain, [name], ["__count"])
            counts = [group["__count"] for group in groups]
            self.assertEqual(sum(counts), len(expected), name)
            web = records.web_read_group(domain, [name], ["__count"])["groups"]
            self.assertEqual([group["__count"] for group in web], counts, name)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                old = records.read_group(domain, [], [name])
            self.assertEqual([group[f"{name}_count"] for group in old], counts, name)
        for name in ("target", "actual", "amount", "new", "allocated"):
            if name in records._fields and records._fields[name] in fields:
                [group] = records.formatted_read_group(domain, [], [f"{name}:sum"])
                self.assertAlmostEqual(group[f"{name}:sum"] or 0, sum(expected.mapped(name)), 2, name)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_sorts(self):
        """Sorting by something that is hidden brings no row in and drops none."""
        self._each(self._check_sorts)

    def _check_sorts(self, records, domain, expected, _rows):
        if expected is None:
            with self.assertRaises(AccessError):
                records.search(domain, order="company_id desc")
            return
        for name, field in records._fields.items():
            # by a relation joins its table, by a figure tells who is above whom
            if field.store and field.column_type and (field.type == "many2one" or field.aggregator):
                if not records._has_field_access(field, "read"):
                    with self.assertRaises(AccessError):
                        records.search(domain, order=f"{name} desc, id")
                    continue
                found = records.search(domain, order=f"{name} desc, id")
                self.assertEqual(sorted(found.ids), sorted(expected.ids), name)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_what_is_hidden_is_not_read_by_id(self):
        self._each(self._check_reading_by_id)

    def _check_reading_by_id(self, records, _domain, expected, rows):
        visible = set((expected or rows.browse()).ids)
        for row in records.browse([row_id for row_id in rows.ids if row_id not in visible][:4]):
            for read in (
                lambda row=row: row.read(["company_id"]),
                lambda row=row: row.read(["display_name"]),
                lambda row=row: row.web_read({"company_id": {}}),
                lambda row=row: row.export_data(["company_id/id"]),
            ):
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    read()
        if visible:
            exported = records.browse(visible).export_data([".id"])["datas"]
            self.assertEqual({int(row[0]) for row in exported}, visible)

    def test_conditions_on_what_is_hidden(self):
        """Nobody finds out a colleague's figure by searching for the own rows around it."""
        Line = self.env["stm.target.line"].with_user(self.rep)
        self.yours.line_ids.sudo().flush_recordset()
        for path in ("node_id.parent_id.child_ids.line_ids", "plan_id.line_ids", "plan_id.node_ids.line_ids"):
            around = Domain(f"{path}.id", "in", self.yours.line_ids.ids)
            self.assertFalse(Line.search(around & Domain("plan_id", "=", self.plan.id)), path)
        self.assertEqual(
            Line.search([("plan_id.line_ids.id", "in", self.mine.line_ids.ids)]), self.mine.line_ids
        )

    def test_participants(self):
        """The table holds for those who are no participants; these see the plan, drafts included."""
        self.draft.participant_ids = [Command.link(self.rep3.id)]
        self.env.flush_all()
        for model in ("stm.target.plan", "stm.target.node", "stm.target.line"):
            rows = self.rows[model].filtered(
                lambda row: (row if row._name == "stm.target.plan" else row.plan_id) == self.draft
            )
            self.assertTrue(rows)
            self.assertEqual(self.env[model].with_user(self.rep3).search([("id", "in", rows.ids)]), rows)
