"""The same thing done twice at once: one is done, the other is retried and told so."""

import base64
from io import BytesIO

from openpyxl import load_workbook
from psycopg2.errors import ExclusionViolation, IntegrityError, SerializationFailure

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from .common import RealTransactionsCase


class TestRightsConcurrency(RealTransactionsCase):
    """A plan of last year with one node and two quarters.

    Both transactions have seen the plan before either writes. The first one is committed; the
    second then fails, is rolled back and run again, as Odoo does with every request.
    """

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            year = env.company._get_stm_today().year - 1
            self.dates = [(f"{year}-01-01", f"{year}-03-31"), (f"{year}-04-01", f"{year}-06-30")]
            plan = env["stm.target.plan"].create(
                {"name": "At once", "date_from": f"{year}-01-01", "date_to": f"{year}-12-31"}
                | {"granularity": "quarter"}
            )
            node = env["stm.target.node"].create({"plan_id": plan.id})
            env["stm.target.line"].create(
                [
                    {
                        "node_id": node.id,
                        "measure_id": plan.measure_ids.id,
                        "date_from": start,
                        "date_to": end,
                        "target": 100,
                    }
                    for start, end in self.dates
                ]
            )
            self.plan_id, self.node_id, self.measure_id = plan.id, node.id, plan.measure_ids.id
        self.addCleanup(self._clean)

    def _clean(self):
        with self._transaction() as env:
            family = ["|", ("id", "=", self.plan_id), ("origin_id", "=", self.plan_id)]
            ids = env["stm.target.plan"].search(family).ids
            env.cr.execute("SET CONSTRAINTS ALL DEFERRED")
            env.cr.execute("UPDATE stm_target_node SET breakdown_id = NULL WHERE plan_id = ANY(%s)", [ids])
            env.cr.execute(
                "DELETE FROM stm_target_breakdown WHERE node_id IN "
                "(SELECT id FROM stm_target_node WHERE plan_id = ANY(%s))",
                [ids],
            )
            for table in ("result", "closing", "line", "node"):
                env.cr.execute(f"DELETE FROM stm_target_{table} WHERE plan_id = ANY(%s)", [ids])
            for model in ("mail_message", "ir_attachment"):
                column = "model" if model == "mail_message" else "res_model"
                env.cr.execute(
                    f"DELETE FROM {model} WHERE {column} = 'stm.target.plan' AND res_id = ANY(%s)",
                    [ids],
                )
            env.cr.execute("DELETE FROM stm_target_plan WHERE id = ANY(%s)", [ids])

    def _plan(self, env):
        return env["stm.target.plan"].browse(self.plan_id)

    def _twice(self, first, second=None, faults=(SerializationFailure,)):
        """What the second of two says when it is run again after the first one is committed.

        :param first: a function of an environment; `second` is the same unless given
        :return: the message with which the second was refused at last, or its result
        """
        second = second or first
        with self._transaction() as late:
            self._plan(late).line_ids.mapped("target")
            with self._transaction() as env:
                first(env)
            with mute_logger("odoo.sql_db"), self.assertRaises(faults):
                second(late)
                late.flush_all()
            late.cr.rollback()
            late.transaction.reset()
            try:
                result = second(late)
                late.flush_all()
            except UserError as refusal:
                late.cr.rollback()
                late.transaction.reset()
                result = str(refusal)
        return result

    def _state(self):
        with self._transaction() as env:
            return self._plan(env).state

    def test_submitted_and_approved_twice(self):
        def press(button):
            return lambda env: call_kw(env["stm.target.plan"], button, [[self.plan_id]], {})

        answer = self._twice(press("action_submit"))
        self.assertIn("is in state “Submitted”; this needs “Draft”", answer)
        answer = self._twice(press("action_approve"))
        self.assertIn("is in state “Approved”", answer)
        self.assertEqual(self._state(), "approved")
        with self._transaction() as env:
            self.assertEqual(env["stm.target.result"].search_count([("plan_id", "=", self.plan_id)]), 2)

    def test_returned_while_approved(self):
        with self._transaction() as env:
            self._plan(env).action_submit()
        answer = self._twice(
            lambda env: self._plan(env).action_approve(),
            lambda env: self._confirm(env, "stm.target.reason", kind="return", reason="No"),
        )
        self.assertIn("is in state “Approved”; this needs “Submitted”", answer)
        self.assertEqual(self._state(), "approved")

    def _confirm(self, env, model, **values):
        return env[model].create({"plan_id": self.plan_id, **values}).action_confirm()

    def _approve(self):
        with self._transaction() as env:
            self._plan(env).action_approve()

    def test_closed_twice(self):
        self._approve()
        day = self.dates[0][1]
        answer = self._twice(lambda env: self._confirm(env, "stm.target.close", date=day))
        self.assertIn("No open target of “At once” ends by", answer)
        with self._transaction() as env:
            closings = self._plan(env).closing_ids
            self.assertEqual((len(closings), self._plan(env).state), (1, "approved"))
            ids = closings.ids
        reopen = {"kind": "reopen", "reason": "Late", "closing_ids": [(6, 0, ids)]}
        answer = self._twice(lambda env: self._confirm(env, "stm.target.reason", **reopen))
        self.assertIn("has been reopened already", answer)

    def test_revised_twice(self):
        self._approve()
        values = {"kind": "revise", "reason": "Twice", "date_effective": self.dates[1][0]}
        answer = self._twice(
            lambda env: self._confirm(env, "stm.target.reason", **values), faults=(IntegrityError,)
        )
        self.assertIn("has been revised already", answer)
        with self._transaction() as env:
            self.assertEqual(len(self._plan(env).next_ids), 1)

    def test_divided_twice(self):
        """The second one finds what is there, and adds nothing."""

        def divide(env):
            categories = env["product.category"].search([], limit=1)
            values = {"node_id": self.node_id, "dimension": "categ_id"}
            self._confirm(env, "stm.target.divide", **values, categ_ids=[(6, 0, categories.ids)])

        self._twice(divide, faults=(IntegrityError, SerializationFailure))
        with self._transaction() as env:
            self.assertEqual(len(self._plan(env).node_ids), 2)

    def test_the_same_node_by_hand_twice(self):
        """Where no wizard looks first, the database keeps the second one out."""
        with self._transaction() as env:
            breakdown = env["stm.target.breakdown"].create({"node_id": self.node_id, "dimension": "categ_id"})
            category = env["product.category"].search([], limit=1)
            values = {"breakdown_id": breakdown.id, "categ_id": category.id}
        answer = self._twice(lambda env: env["stm.target.node"].create(values), faults=(ExclusionViolation,))
        self.assertIn("describe the same thing twice", answer)

    def test_first_node_twice(self):
        with self._transaction() as env:
            self._plan(env).line_ids.unlink()
            self._plan(env).node_ids.unlink()
        self._twice(lambda env: self._plan(env).action_divide() and None, faults=(ExclusionViolation,))
        with self._transaction() as env:
            self.assertEqual(len(self._plan(env).node_ids), 1)

    def test_one_cell_by_two_planners(self):
        start, end = self.dates[0]
        cell = {"node_id": self.node_id, "date_from": start, "date_to": end, "old": 100.0}

        def save(amount):
            def work(env):
                change = {**cell, "values": {"target": amount}}
                return self._plan(env).set_matrix_values(self.measure_id, [change])

            return work

        answer = self._twice(save(111), save(222))
        self.assertIn("has been changed to", answer)
        self.assertIn("111", answer)
        with self._transaction() as env:
            self.assertEqual(self._plan(env).line_ids.sorted("date_from")[0].target, 111)

    def test_different_cells_by_two_planners(self):
        def save(position, amount):
            start, end = self.dates[position]
            change = {"node_id": self.node_id, "date_from": start, "date_to": end, "old": 100.0}
            change["values"] = {"target": amount}
            return lambda env: self._plan(env).set_matrix_values(self.measure_id, [change])

        self._twice(save(0, 111), save(1, 222))
        with self._transaction() as env:
            lines = self._plan(env).line_ids.sorted("date_from")
            self.assertEqual(lines.mapped("target"), [111, 222])

    def test_two_imports(self):
        """The later one shows its preview anew, and nothing of the earlier one is lost."""
        with self._transaction() as env:
            ids = [self._check_file(env, cells) for cells in ({"E2": 111}, {"E2": 222, "F2": 333})]

        def apply(number):
            return lambda env: env["stm.target.import"].browse(ids[number]).action_apply()

        answer = self._twice(apply(0), apply(1))
        self.assertEqual(answer["res_model"], "stm.target.import")
        with self._transaction() as env:
            wizard = env["stm.target.import"].browse(ids[1])
            self.assertEqual((wizard.is_outdated, wizard.step), (True, "ready"))
            lines = self._plan(env).line_ids.sorted("date_from")
            self.assertEqual(lines.mapped("target"), [111, 100])
            wizard.action_apply()
            self.assertEqual(lines.mapped("target"), [222, 333])

    def test_one_import_twice(self):
        with self._transaction() as env:
            wizard_id = self._check_file(env, {"E2": 111})
        answer = self._twice(lambda env: env["stm.target.import"].browse(wizard_id).action_apply())
        self.assertEqual(answer["res_model"], "stm.target.import")
        with self._transaction() as env:
            self.assertEqual(len(self._plan(env).import_file_ids), 1)

    def _check_file(self, env, cells):
        """The id of an import whose file has been read and shown."""
        book = load_workbook(BytesIO(env["stm.target.xlsx"]._render(self._plan(env))))
        for cell, value in cells.items():
            book["Targets"][cell] = value
        stream = BytesIO()
        book.save(stream)
        wizard = env["stm.target.import"].create(
            {"plan_id": self.plan_id, "file": base64.b64encode(stream.getvalue())}
        )
        wizard.action_check()
        self.assertEqual(wizard.step, "ready", wizard.fault_ids.mapped("message"))
        return wizard.id
