"""Every public method, called as RPC calls it, by people whose business the record is not."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tools import SQL, mute_logger

from . import common_rights_credit
from .common_rights_calls import HiddenWorldCase, find_secrets, get_addon_methods

# what a client could try to set; none of it is a permission
CONTEXT = {
    "active_test": False,
    "install_mode": True,
    "mail_notrack": True,
    "module": "sales_target_mgmt",
    "no_check": True,
    "skip_immutable": True,
    "su": True,
    "tracking_disable": True,
    "uid": 1,
}
# they answer whoever may read the model: about the caller, or with a window without figures
ANSWERS = {
    # the curve of what is asked, whatever it is
    ("stm.commission.rule", "get_curve"),
    ("stm.commission.mine", "is_payee"),
    ("stm.commission.mine", "open_payment"),
    ("stm.onboarding", "get_steps"),
    ("stm.quota", "get_header"),
    ("stm.quota", "get_proposals"),
    ("stm.quota", "open_document"),
    ("stm.target.result", "refresh_due"),
    *(
        ("stm.target.plan", f"action_view_{name}")
        for name in ("nodes", "lines", "reserve", "closings", "difference", "matrix", "proposals")
    ),
    ("stm.target.plan", "action_close"),
    ("stm.territory.division", "action_view_market"),
    ("res.partner", "action_stm_view_territories"),
    *(("stm.territory", f"action_view_{name}") for name in ("customers", "target")),
    *(("stm.territory.division", f"action_view_{name}") for name in ("customers", "territories")),
    ("stm.target.plan", "action_compare"),
}
# they make, in the company of whoever calls, what is not there yet
OF_THE_CALLER = {
    ("stm.class.policy", "action_open"),
    ("res.partner", "action_stm_open_profile"),
    ("stm.ability", "action_add_missing"),
}
# measures are no secret inside of their company
KNOWN = {("salesperson", ("stm.measure", "copy_data"))}
# refused to the manager as well, in words
REFUSED = common_rights_credit.REFUSED | {
    # a level asks for somebody else
    ("stm.commission.correction", "action_approve"),
    ("stm.target.closing", "write"),
    # its division has no territories
    ("stm.territory.cut", "action_propose"),
    ("stm.territory.cut", "action_apply"),
    # a manager adjusts, the person proposes
    ("stm.target.line", "propose"),
    ("stm.quota", "set_proposals"),
    ("stm.territory.exception", "write"),
    ("stm.territory.case", "action_approve"),
    # noted for good
    *(("stm.approval.change", method) for method in ("create", "write", "unlink")),
    # computed, never edited
    *(("stm.commission.entry", method) for method in ("create", "write", "unlink")),
    # it is approved already, and not yet locked; only a payee accepts and acknowledges
    *(
        ("stm.commission.statement", f"action_{name}")
        for name in (
            *("check", "compute_again", "approve", "pay", "acknowledge"),
            *("create_bill", "export_payroll"),
        )
    ),
    # it holds nothing
    ("stm.commission.payroll", "action_pay"),
    ("stm.commission.plan", "action_accept"),
    # only the payee; it was not computed since
    ("stm.commission.entry", "action_dispute"),
    *(("stm.commission.dispute", f"action_{name}") for name in ("reopen", "withdraw")),
    ("stm.commission.correction", "action_open_statement"),
    # it is no trial
    ("stm.target.plan", "action_promote"),
}


@freeze_time("2026-01-20 12:00:00")
class TestRightsMethods(HiddenWorldCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strangers = {
            "internal": cls._make_user("internal", "base.group_user"),
            "portal": cls._make_user("portal", "base.group_portal"),
            "salesperson": cls.rep,
            "abroad": cls._make_user("abroad", "sales_team.group_sale_manager", cls.other_company),
        }

    def setUp(self):
        super().setUp()
        self.calls = self._get_calls()

    def test_every_method_has_arguments(self):
        methods = get_addon_methods(self.env)
        self.assertGreater(len(methods), 50)
        unknown = [key for key in methods if key not in self.calls]
        self.assertFalse(
            unknown,
            "New public methods: add arguments that ask for what is hidden to "
            "HiddenWorldCase._get_calls, or make them private.",
        )
        self.assertFalse(set(self.calls) - set(methods), "Gone: remove them from _get_calls.")

    def test_arguments_are_suitable(self):
        """The manager of the company gets an answer, or a refusal for another reason than rights."""
        for key, arguments in self.calls.items():
            # the latter answers payees only, whatever else they may see
            if key in (("res.company", "write"), ("stm.commission.mine", "get_estimate")):
                continue
            with self.subTest(method=key):
                answer, error, _changed = self._call(self.manager, key, arguments, {})
                self.assertEqual(isinstance(error, UserError), key in REFUSED, error)
                self.assertNotIsInstance(error, AccessError)
                if key[1].startswith("get_") and key not in ANSWERS - {("stm.quota", "get_header")}:
                    self.assertTrue(find_secrets(answer))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_strangers_get_nothing(self):
        for role, user in self.strangers.items():
            for key, arguments in self.calls.items():
                for context in ({}, CONTEXT) if (role, key) not in KNOWN else ():
                    with self.subTest(role=role, method=key, context=bool(context)):
                        self._check_refused(user, key, arguments, context)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_other_peoples_wizards(self):
        """A second manager may do the same, in a wizard of the own."""
        second = self._make_user("manager2", "sales_team.group_sale_manager")
        for (model, method), arguments in self.calls.items():
            if model in self.wizards and method != "create":
                with self.subTest(method=(model, method)):
                    self._check_refused(second, (model, method), arguments, CONTEXT)
        for model, wizard in self.wizards.items():
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(second).search([("id", "=", wizard.id)]))
                name = "plan_id" if "plan_id" in wizard._fields else "company_id"
                for method, argument in (
                    ("read", [["display_name"]]),
                    ("web_read", [{"display_name": {}}]),
                    ("write", [{name: wizard[name].id}]),
                    ("unlink", []),
                ):
                    self._check_refused(second, (model, method), [wizard.ids, *argument], {})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_wizards_on_plans_of_another_company(self):
        """Neither made, nor filled in as a form that is not saved."""
        abroad = self.strangers["abroad"]
        for model, wizard in self.wizards.items():
            names = sorted(wizard._fields.keys() - {"id", *MAGIC_COLUMNS})
            stored = [name for name in names if wizard._fields[name].store]
            [values] = wizard.sudo().read(stored, load="")
            values = {name: value for name, value in values.items() if value and name != "id"}
            if "company_id" in stored:
                values["company_id"] = self.company.id
            for name, value in values.items():
                if wizard._fields[name].type == "many2many":
                    values[name] = [(6, 0, value)]
            with self.subTest(model=model):
                _answer, error, _changed = self._call(abroad, (model, "create"), [values], {})
                self.assertIsInstance(error, AccessError)
                given = values.keys() & {"plan_id", "node_id", "company_id"}
                start = {name: values[name] for name in sorted(given)}
                spec = {name: {} for name in names if name not in start}
                answer, _error, _changed = self._call(
                    abroad, (model, "onchange"), [[], start, list(start), spec], {}
                )
                self.assertFalse(find_secrets(answer), answer)
                self.assertNotIn("2025-12-31", str(answer))
                values = (answer or {}).get("value", {})
                self.assertFalse(values.get("user_ids") or values.get("allowed_measure_ids"), answer)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_forms_that_are_not_saved(self):
        """A new target on somebody else's node must not count what that one has achieved."""
        node = self.plan.node_ids.filtered("user_id")
        values = {
            "node_id": node.id,
            "plan_id": self.plan.id,
            "company_id": self.company.id,
            "measure_id": self.measure.id,
            "date_from": "2026-01-01",
            "date_to": "2026-01-31",
            "target": 1.0,
        }
        spec = {name: {} for name in ("actual", "gap", "projection", "attainment", "target_in_force")}
        arguments = [[], values, ["node_id"], spec]
        for role, user in self.strangers.items():
            with self.subTest(role=role):
                answer, _error, _changed = self._call(user, ("stm.target.line", "onchange"), arguments, {})
                self.assertFalse(find_secrets(answer), answer)
                self.assertNotIn("736250", str(answer))
        answer, _error, _changed = self._call(self.manager, ("stm.target.line", "onchange"), arguments, {})
        self.assertEqual(answer["value"]["actual"], 736251)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_own_records_are_not_moved_to_what_is_hidden(self):
        """A manager of another company, with a plan there; messages tell nothing either."""
        abroad, company = self.strangers["abroad"], self.other_company
        measure = self.env.ref("sales_target_mgmt.measure_ordered")
        plan = self._plan(
            name="Mine", company_id=company.id, user_id=abroad.id, measure_ids=[(6, 0, measure.ids)]
        )
        node = self._node(plan=plan)
        child = self._node(node, categ=self.category)
        line = self._line(node, 1, "2026-01-01", "2026-01-31", measure=measure)
        hidden = self.draft.node_ids.filtered("user_id")
        target = {"measure_id": measure.id, "target": 1, "date_from": "2026-01-01", "date_to": "2026-01-31"}
        calls = [
            ("line", "write", [line.ids, {"node_id": hidden.id}], {}),
            ("line", "create", [{**target, "node_id": hidden.id}], {}),
            ("line", "create", [{**target, "measure_id": self.measure.id, "node_id": hidden.id}], {}),
            ("line", "create", [target], {"default_node_id": hidden.id}),
            ("node", "write", [node.ids, {"plan_id": self.draft.id}], {}),
            ("node", "write", [child.ids, {"parent_id": hidden.id}], {}),
            ("node", "create", [{"plan_id": self.draft.id}], {}),
            ("node", "create", [{}], {"default_plan_id": self.draft.id}),
            ("node", "create", [{"categ_id": self.category.id}], {"default_parent_id": hidden.id}),
            ("breakdown", "write", [child.breakdown_id.ids, {"node_id": hidden.id}], {}),
            ("plan", "write", [plan.ids, {"company_id": self.company.id}], {}),
            ("plan", "write", [plan.ids, {"parent_id": self.draft.id}], {}),
            ("plan", "write", [plan.ids, {"node_ids": [[4, hidden.id]]}], {}),
            ("plan", "create", [{"name": "Part", "parent_id": self.draft.id}], {}),
        ]
        for model, method, arguments, context in calls:
            with self.subTest(model=model, arguments=arguments):
                self._check_refused(abroad, (f"stm.target.{model}", method), arguments, context)

    def _check_refused(self, user, key, arguments, context):
        answer, error, changed = self._call(user, key, arguments, context)
        self.assertFalse(find_secrets(answer), answer)
        self.assertFalse(find_secrets(str(error)), error)
        if key in OF_THE_CALLER and not error:
            return
        self.assertFalse(changed)
        if key in REFUSED:
            self.assertIsInstance(error, UserError, answer)
        elif key not in ANSWERS:
            self.assertIsInstance(error, AccessError, answer)
        else:
            self.assertTrue(error is None or isinstance(error, AccessError), error)

    def _call(self, user, key, arguments, context):
        """(answer, error, tables that have changed) of one call, which is then undone."""
        model, method = key
        self.env.invalidate_all()
        before = self._snapshot()
        answer = error = None
        savepoint = self.cr.savepoint()
        try:
            env = self.env(user=user, context={})
            answer = call_kw(env[model], method, arguments, {"context": context})
            self.env.flush_all()
        except UserError as fault:
            error = fault
        changed = set() if error else {table for table, _rows in set(self._snapshot()) ^ set(before)}
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        return answer, error, changed

    def _snapshot(self):
        """A sum over every row that a call could touch."""
        models = [name for name in self.env.registry if name.startswith("stm.")]
        models += ["crm.team", "ir.attachment", "ir.cron.trigger", "mail.followers", "mail.message"]
        models += ["rating.rating", "res.company", "sale.order"]
        tables = [
            self.env[name]._table for name in models if self.env[name]._auto and not self.env[name]._abstract
        ]
        return self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL("SELECT %s, SUM(hashtextextended(t::text, 0)) FROM %s t", table, SQL.identifier(table))
                for table in tables
            )
        )
