"""Plans: states, what is refused, and that what is approved stays as it is."""

from psycopg2.errors import CheckViolation, ExclusionViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from .common_target import StmTargetCase


class TestTargetPlanInput(StmTargetCase):
    def test_end_before_start(self):
        with self.assertRaises(Exception) as fault, self.cr.savepoint():
            self._plan(date_from="2026-12-31", date_to="2026-01-01")
        self.assertIn("dates_ordered", str(fault.exception))
        with self.assertRaisesRegex(ValidationError, r"01/31/2026.*before it starts.*02/01/2026"):
            self._line(self._node(), 5, "2026-02-01", "2026-01-31")

    def test_line_outside_the_plan(self):
        with self.assertRaisesRegex(ValidationError, "leaves the plan “Plan 2026”"):
            self._line(self._node(), 5, "2026-12-01", "2027-01-31")

    def test_plan_shrinks_below_its_lines(self):
        self._line(self._node(), 5, "2026-12-01", "2026-12-31")
        with self.assertRaisesRegex(ValidationError, "leaves the plan"):
            self.plan.date_to = "2026-11-30"

    def test_negative_target(self):
        with self.assertRaisesRegex(ValidationError, "cannot be negative"):
            self._line(self._node(), -5)

    def test_what_is_no_amount(self):
        node = self._node()
        line = self._line(node, 5, "2026-01-01", "2026-01-31")
        february = {"node_id": node.id, "old": None, "date_from": "2026-02-01", "date_to": "2026-02-28"}
        for value in (float("nan"), float("inf"), 1e15, True, "five"):
            for name in ("target", "stretch", "top_down"):
                with self.assertRaisesRegex(ValidationError, "is no amount"), self.cr.savepoint():
                    line.write({name: value})
            with self.assertRaisesRegex(ValidationError, "is no amount"), self.cr.savepoint():
                self._line(node, value, "2026-02-01", "2026-02-28")
            change = {**february, "values": {"target": value}}
            with self.assertRaisesRegex(ValidationError, "Plan 2026.*is no amount"), self.cr.savepoint():
                self.plan.set_matrix_values(self.measure.id, [change])
        with self.assertRaisesRegex(ValidationError, "is no amount"):
            node._spread(self.measure, float("nan"))
        self.env.flush_all()
        for name in ("target", "stretch", "top_down"):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
                self.cr.execute(f"UPDATE stm_target_line SET {name} = 'NaN' WHERE id = %s", [line.id])
        self.assertEqual(line.target, 5)

    def test_other_companies(self):
        """Measures and what the nodes name belong to the plan's company or to all."""
        foreign = self.measure.copy({"company_id": self.other_company.id})
        with self.assertRaisesRegex(UserError, "belongs to another company"), self.cr.savepoint():
            self.plan.measure_ids |= foreign
        self._node(team=self.team)
        with self.assertRaisesRegex(UserError, "belongs to another company"), self.cr.savepoint():
            self.plan.company_id = self.other_company

    def test_overlap(self):
        node = self._node(team=self.team)
        self._line(node, 5, "2026-01-01", "2026-03-31")
        with (
            self.assertRaisesRegex(ValidationError, "“North” already has a target.*overlaps"),
            self.cr.savepoint(),
        ):
            self._line(node, 5, "2026-03-31", "2026-04-30")
        self._line(node, 5, "2026-04-01", "2026-04-30")

    def test_overlap_in_one_call(self):
        node = self._node()
        vals = {"node_id": node.id, "measure_id": self.measure.id, "target": 1}
        with self.assertRaisesRegex(ValidationError, "overlaps"):
            self.env["stm.target.line"].create(
                [
                    {**vals, "date_from": "2026-01-01", "date_to": "2026-01-31"},
                    {**vals, "date_from": "2026-01-31", "date_to": "2026-02-28"},
                ]
            )

    def test_overlap_of_two_at_once(self):
        """What no check can see, another transaction's target, the database refuses."""
        node = self._node()
        line = self._line(node, 5, "2026-01-01", "2026-03-31")
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation), self.cr.savepoint():
            self.cr.execute(
                """INSERT INTO stm_target_line (node_id, measure_id, date_from, date_to, target)
                SELECT node_id, measure_id, date_to, date_to, 1 FROM stm_target_line WHERE id = %s;
                SET CONSTRAINTS stm_target_line_no_overlap IMMEDIATE""",
                [line.id],
            )

    def test_measure_of_another_plan(self):
        with self.assertRaisesRegex(ValidationError, "not among the measures"):
            self._line(self._node(), 5, measure=self.env.ref("sales_target_mgmt.measure_won"))

    def test_part_of_itself(self):
        part = self._plan(name="Part", parent_id=self.plan.id)
        with self.assertRaisesRegex(ValidationError, "part of itself"):
            self.plan.parent_id = part

    def test_year_below_a_long_term_plan(self):
        long_term = self._plan(name="Five years", date_to="2030-12-31")
        self.plan.parent_id = long_term
        self.assertEqual(long_term.child_ids, self.plan)
        with self.assertRaisesRegex(ValidationError, "does not lie inside its long-term plan"):
            self.plan.write({"date_from": "2030-01-01", "date_to": "2031-12-31"})
        with self.assertRaisesRegex(ValidationError, "does not lie inside"):
            long_term.date_from = "2026-06-01"

    def test_money_is_rounded_quantities_are_not(self):
        quantity = self.env.ref("sales_target_mgmt.measure_quantity")
        self.plan.measure_ids |= quantity
        node = self._node()
        self.assertEqual(self._line(node, 10.005).target, 10.01)
        self.assertEqual(self._line(node, 0.125, measure=quantity).target, 0.125)


class TestTargetPlanStates(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.node = cls._node(team=cls.team)
        cls.child = cls._node(cls.node, user=cls.rep)
        cls.line = cls._line(cls.node, 1000)

    def test_way_to_approval(self):
        plan = self.plan.with_user(self.manager)
        plan.action_submit()
        self.assertEqual(plan.state, "submitted")
        plan._return_to_draft("Too low")
        self.assertEqual(plan.state, "draft")
        plan.action_submit()
        plan.action_approve()
        self.assertEqual(plan.state, "approved")
        with self.assertRaisesRegex(UserError, "is in state “Approved”"):
            plan.action_approve()

    def test_owner_submits_but_does_not_approve(self):
        self.plan.user_id = self.leader
        plan = self.plan.with_user(self.leader)
        plan.action_submit()
        self.assertEqual(plan.state, "submitted")
        with self.assertRaises(AccessError):
            plan.action_approve()

    def test_owner_reads_everything_and_changes_nothing(self):
        """Owner and participants need no sales manager's rights to read a draft and to comment."""
        self.plan.write({"user_id": self.rep2.id, "participant_ids": [Command.set(self.sees_all.ids)]})
        for user in self.rep2 | self.sees_all:
            plan, line = self.plan.with_user(user), self.line.with_user(user)
            self.assertEqual((plan.line_ids, line.target), (self.line, 1000))
            plan.message_post(body="Too little for spring")
            for record, vals in (
                (plan, {"name": "Mine"}),
                (line, {"target": 1}),
                (self.node.with_user(user), {"label": "Mine"}),
            ):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    record.write(vals)
        self.assertIn("submits it", self.plan.fields_get(["user_id"])["user_id"]["help"])

    def test_others_do_not_submit(self):
        self.plan.participant_ids = self.rep | self.sees_all
        for user in self.rep | self.sees_all:
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.plan.with_user(user).action_submit()

    def test_empty_plan_is_not_submitted(self):
        with self.assertRaisesRegex(UserError, "no targets yet"):
            self._plan(name="Empty").action_submit()

    def test_state_is_not_written(self):
        for vals in ({"state": "approved"}, {"version": 3}, {"date_effective": "2026-02-01"}):
            with self.assertRaisesRegex(UserError, "buttons only"):
                self.plan.write(vals)
        with self.assertRaisesRegex(UserError, "starts as a draft"), self.cr.savepoint():
            self._plan(name="Sly", state="approved")
        with self.assertRaisesRegex(UserError, "starts as a draft"), self.cr.savepoint():
            self.env["stm.target.plan"].with_context(default_state="approved").create({"name": "Sly"})
        for name, value in (
            ("origin_id", self.plan.id),
            ("date_effective", "2026-03-01"),
            ("revision_reason", "No reason"),
        ):
            with self.assertRaisesRegex(UserError, "starts as a draft"), self.cr.savepoint():
                self._plan(name="Sly", **{name: value})
            with self.assertRaisesRegex(UserError, "starts as a draft"), self.cr.savepoint():
                self.env["stm.target.plan"].with_context(**{f"default_{name}": value}).create({"name": "Sly"})

    def test_nothing_in_an_approved_plan_changes(self):
        """Not for the superuser, not for a manager, not with a context, not from outside."""
        draft = self._plan(name="Draft")
        foreign_node = self._node(plan=draft)
        foreign_line = self._line(foreign_node, 5)
        breakdown = self.child.breakdown_id
        self._approve()
        line_vals = {
            "node_id": self.child.id,
            "measure_id": self.measure.id,
            "date_from": "2026-01-01",
            "date_to": "2026-01-31",
            "target": 5,
        }
        attempts = [
            lambda env: self.plan.with_env(env).write({"name": "Other"}),
            lambda env: self.plan.with_env(env).write({"line_ids": [Command.clear()]}),
            lambda env: self.plan.with_env(env).unlink(),
            lambda env: self.node.with_env(env).write({"user_id": self.rep2.id}),
            lambda env: self.node.with_env(env).write({"plan_id": draft.id}),
            lambda env: self.node.with_env(env).unlink(),
            lambda env: self.node.with_env(env).create({"plan_id": self.plan.id}),
            lambda env: foreign_node.with_env(env).write({"plan_id": self.plan.id}),
            lambda env: breakdown.with_env(env).write({"sequence": 3}),
            lambda env: breakdown.with_env(env).unlink(),
            lambda env: breakdown.with_env(env).create({"node_id": self.node.id, "dimension": "categ_id"}),
            lambda env: self.line.with_env(env).write({"target": 1}),
            lambda env: self.line.with_env(env).write({"note": "why not"}),
            lambda env: self.line.with_env(env).write({"node_id": foreign_node.id}),
            lambda env: self.line.with_env(env).unlink(),
            lambda env: self.line.with_env(env).create(line_vals),
            lambda env: foreign_line.with_env(env).write({"node_id": self.node.id}),
        ]
        flags = {"install_mode": True, "force_write": True, "skip_check": True}
        environments = (
            self.env,
            self.env(context={**self.env.context, **flags}),
            self.env(user=self.manager),
            self.env(su=True),
        )
        for number, attempt in enumerate(attempts):
            for env in environments:
                with (
                    self.subTest(number=number, env=env),
                    self.assertRaises(UserError),
                    self.cr.savepoint(),
                ):
                    attempt(env)
                    env.flush_all()
        self.assertEqual(self.line.target, 1000)

    def test_rules_alone_keep_it(self):
        """The record rules refuse as well, should code be bypassed."""
        self._approve()
        for record in (self.plan, self.node, self.child.breakdown_id, self.line):
            record = record.with_user(self.manager)
            self.assertTrue(record.has_access("read"))
            for operation in ("write", "unlink"):
                self.assertFalse(record.has_access(operation), f"{record} {operation}")

    def test_rpc(self):
        """What a client calls: the same refusal, and private methods stay private."""
        self._approve()
        env = self.env(user=self.manager)
        with self.assertRaises(UserError):
            call_kw(env["stm.target.line"], "write", [self.line.ids, {"target": 5}], {})
        with self.assertRaises(UserError):
            call_kw(
                env["stm.target.line"],
                "write",
                [self.line.ids, {"target": 5}],
                {"context": {"install_mode": True}},
            )
        with self.assertRaises(AccessError):
            call_kw(env["stm.target.plan"], "_write_guarded", [self.plan.ids, {"state": "draft"}], {})

    def test_chatter_stays_open(self):
        self._approve()
        plan = self.plan.with_user(self.manager).with_context(tracking_disable=False)
        plan.message_post(body="Congratulations")
        plan.message_subscribe(self.rep.partner_id.ids)
        plan.activity_schedule("mail.mail_activity_data_todo", user_id=self.rep.id)
        self.assertIn("Congratulations", plan.message_ids[0].body)
        self.assertIn(self.rep.partner_id, plan.message_partner_ids)
        self.assertEqual(plan.activity_ids.user_id, self.rep)

    def test_copy_brings_the_tree(self):
        self._approve()
        duplicate = self.plan.copy()
        self.assertEqual(duplicate.state, "draft")
        self.assertEqual(duplicate.name, "Plan 2026 (copy)")
        self.assertEqual(duplicate.node_ids.mapped("name"), self.plan.node_ids.mapped("name"))
        self.assertEqual(duplicate.line_ids.mapped("target"), [1000])
        self.assertEqual(duplicate.version, 1)
