"""People propose their own numbers; leaders adjust, managers settle."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError

from .common_target import StmTargetCase


class ProposalCase(StmTargetCase):
    """A draft plan that asks for proposals until 30 November 2099.

    ::

        root 300 ─ North (team) 200 ─ Rep 120 (January 70, February 50), Rep2 80 (January)
                 └ South (team without a leader) ─ Rep3 50
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep3 = cls._make_user("rep3", "sales_team.group_sale_salesman")
        cls.root = cls._node()
        cls.north = cls._node(cls.root, team=cls.team)
        cls.node_rep = cls._node(cls.north, user=cls.rep)
        cls.node_rep2 = cls._node(cls.north, user=cls.rep2)
        south = cls.env["crm.team"].create({"name": "South", "company_id": cls.company.id})
        cls.south = cls._node(cls.root, team=south)
        cls.alone = cls._node(cls.south, user=cls.rep3)
        cls.january = ("2026-01-01", "2026-01-31")
        cls.february = ("2026-02-01", "2026-02-28")
        cls.line_root = cls._line(cls.root, 250, *cls.january)
        cls.line_north = cls._line(cls.north, 150, *cls.january)
        cls.line_rep = cls._line(cls.node_rep, 70, *cls.january)
        cls.line_rep_later = cls._line(cls.node_rep, 50, *cls.february)
        cls.line_rep2 = cls._line(cls.node_rep2, 80, *cls.january)
        cls.line_alone = cls._line(cls.alone, 50, *cls.january)

    def _ask(self, until="2099-11-30"):
        plan = self.plan.with_user(self.manager)
        plan.proposals_until = until
        plan.action_ask_proposals()
        self.env.flush_all()
        self.env.invalidate_all()

    def _figures(self, record):
        record.invalidate_recordset()
        return record.bottom_up, record.bottom_up_gap, record.unanswered_count


class TestProposal(ProposalCase):
    def test_before_the_question_nobody_sees_the_draft(self):
        self.assertFalse(
            self.plan.line_ids.with_user(self.rep).filtered(lambda line: line.has_access("read"))
        )
        self._ask()
        found = self.env["stm.target.line"].with_user(self.rep).search([("plan_id", "=", self.plan.id)])
        self.assertEqual(found, self.line_rep | self.line_rep_later)
        found = self.env["stm.target.line"].with_user(self.leader).search([("plan_id", "=", self.plan.id)])
        self.assertEqual(found.node_id, self.north | self.node_rep | self.node_rep2)

    def test_bottom_up_at_every_node(self):
        self._ask()
        self.assertEqual(self._figures(self.line_root), (0, 250, 3))
        self.line_rep.with_user(self.rep).propose(60, "two customers less")
        self.line_rep2.with_user(self.rep2).propose(0)
        self.assertEqual(self._figures(self.line_rep), (60, 10, 0))
        self.assertEqual(self._figures(self.line_rep2), (0, 80, 0))
        self.assertEqual(self.line_rep2.proposal_state, "proposed", "zero is an answer")
        self.assertEqual(self._figures(self.line_north), (60, 90, 0))
        self.assertEqual(self._figures(self.line_root), (60, 190, 1))
        self.line_rep_later.with_user(self.rep).propose(55)
        self.assertEqual(
            (self.north.top_down_total, self.north.bottom_up_total, self.north.unanswered_count),
            (150, 115, 0),
        )
        self.plan.invalidate_recordset()
        self.assertEqual(
            (self.plan.bottom_up_total, self.plan.answered_count, self.plan.asked_count), (115, 3, 4)
        )

    def test_parts_of_a_person_are_not_asked(self):
        pumps = self._node(self.node_rep, categ=self.category)
        part = self._line(pumps, 30, *self.january)
        self._ask()
        self.assertFalse(part.is_asked)
        asked = self.env["stm.target.line"].search([("plan_id", "=", self.plan.id), ("is_asked", "=", True)])
        self.assertEqual(asked, self.line_rep | self.line_rep_later | self.line_rep2 | self.line_alone)
        unasked = self.env["stm.target.line"].search(
            [("plan_id", "=", self.plan.id), ("is_asked", "=", False)]
        )
        self.assertEqual(unasked, self.plan.line_ids - asked)

    def test_ratios_are_not_added(self):
        conversion = self.env.ref("sales_target_mgmt.measure_conversion")
        self.plan.measure_ids |= conversion
        whole = self._line(self.north, 40, *self.january, measure=conversion)
        own = self._line(self.node_rep, 45, *self.january, measure=conversion)
        self._ask()
        own.with_user(self.rep).propose(44)
        self.assertEqual(self._figures(own), (44, 1, 0))
        self.assertFalse(whole.has_bottom_up)

    def test_people_answer_their_own_only(self):
        self._ask()
        with self.assertRaises(AccessError):
            self.line_rep2.with_user(self.rep).propose(1)
        with self.assertRaisesRegex(UserError, "not your target"):
            self.line_rep.with_user(self.manager).propose(1)
        with self.assertRaises(UserError):
            self.line_north.with_user(self.leader).propose(1)
        for amount in (-1, float("nan"), "12", None, True):
            with self.assertRaises(ValidationError):
                self.line_rep.with_user(self.rep).propose(amount)
        self.assertFalse(self.plan.line_ids.proposal_ids)

    def test_deadline(self):
        self._ask()
        with freeze_time("2099-11-30 20:00:00"):
            self.line_rep.with_user(self.rep).propose(60)
        with freeze_time("2099-12-01 08:00:00"):
            with self.assertRaisesRegex(UserError, "2099-11-30"):
                self.line_rep.with_user(self.rep).propose(61)
            self.line_rep.with_user(self.leader).adjust_proposal(62, "agreed on the phone")
        self.assertEqual(self.line_rep.proposal_ids.amount, 62)

    def test_asking_needs_a_day_and_people(self):
        with self.assertRaisesRegex(UserError, "day until which"):
            self.plan.with_user(self.manager).action_ask_proposals()
        empty = self._plan(name="Empty", proposals_until="2099-12-01")
        with self.assertRaisesRegex(UserError, "nobody can be asked"):
            empty.action_ask_proposals()
        with self.assertRaises(AccessError):
            self.plan.with_user(self.sees_all).action_ask_proposals()

    def test_the_day_stays_while_people_are_asked(self):
        """Without a day My Quota and the reminders would not know until when."""
        self._ask()
        plan = self.plan.with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "until which"), self.env.cr.savepoint():
            plan.proposals_until = False
        self.assertEqual(self.env["stm.quota"].with_user(self.rep).get_proposals()[0]["until"], "2099-11-30")
        plan.action_stop_proposals()
        plan.proposals_until = False

    def test_leader_adjusts_with_a_reason(self):
        self._ask()
        self.line_rep.with_user(self.rep).propose(60, "two customers less")
        line = self.line_rep.with_user(self.leader)
        with self.assertRaisesRegex(UserError, "Say why"):
            line.adjust_proposal(65, " ")
        line.adjust_proposal(65, "one of them stays")
        proposal = self.line_rep.proposal_ids
        self.assertEqual(
            (proposal.amount, proposal.proposed, proposal.comment, proposal.reason, proposal.state),
            (65, 60, "two customers less", "one of them stays", "adjusted"),
        )
        self.assertEqual(
            proposal.change_ids.mapped(lambda one: (one.user_id, one.kind, one.after, one.text)),
            [
                (self.rep, "proposed", 60, "two customers less"),
                (self.leader, "adjusted", 65, "one of them stays"),
            ],
        )
        self.line_rep2.with_user(self.leader).adjust_proposal(75, "on leave, answered for him")
        self.assertFalse(self.line_rep2.proposal_ids.has_proposed)
        for stranger in (self.rep, self.rep2):
            with self.assertRaises(AccessError):
                self.line_rep.with_user(stranger).adjust_proposal(1, "because")
        with self.assertRaises(AccessError):
            self.line_alone.with_user(self.leader).adjust_proposal(1, "because")

    def test_settling(self):
        self._ask()
        self.line_rep.with_user(self.rep).propose(60)
        self.line_rep2.with_user(self.rep2).propose(90)
        self.line_alone.with_user(self.rep3).propose(40)
        with self.assertRaises(AccessError):
            self.line_rep.with_user(self.leader).settle_proposals("bottom_up", "fine")
        self.line_rep.with_user(self.manager).settle_proposals("between", "half way")
        self.line_rep2.with_user(self.manager).settle_proposals("top_down", "enough")
        self.line_alone.with_user(self.manager).settle_proposals("between", "agreed", amount=47)
        self.assertEqual((self.line_rep | self.line_rep2 | self.line_alone).mapped("target"), [65, 80, 47])
        self.assertEqual(self.line_rep.asked_amount, 70, "what was asked stays visible")
        self.assertEqual(self.line_rep.settlement, "between")
        self.assertEqual(self.line_rep.proposal_ids.state, "settled")
        with self.assertRaisesRegex(UserError, "settled"):
            self.line_rep.with_user(self.rep).propose(1)

    def test_settling_in_mass(self):
        self._ask()
        self.line_rep.with_user(self.rep).propose(60)
        self.line_alone.with_user(self.rep3).propose(40)
        self.line_alone.pinned = True
        action = self.plan.with_user(self.manager).action_settle()
        wizard = (
            self.env["stm.target.settle"]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"reason": "as people see it"})
        )
        self.assertEqual((wizard.line_count, wizard.unanswered_count), (6, 2))
        wizard.action_confirm()
        # rep2 and February have no answer and keep what was asked
        self.assertEqual(self.line_rep.target, 60)
        self.assertEqual(self.line_rep2.target, 80)
        self.assertEqual(self.line_alone.target, 50, "pinned")
        self.assertEqual(self.line_north.target, 140)
        self.assertEqual(self.line_root.target, 180)
        self.assertFalse(self.line_rep2.proposal_ids, "no row is no answer, settled or not")

    def test_activities(self):
        self._ask()
        activities = self.plan._get_proposal_activities()
        self.assertEqual(activities.user_id, self.rep | self.rep2 | self.rep3)
        self.assertEqual(set(activities.mapped("date_deadline")), {self.plan.proposals_until})
        self.line_rep.with_user(self.rep).propose(60)
        self.assertIn(self.rep, self.plan._get_proposal_activities().user_id, "one of two answered")
        self.line_rep_later.with_user(self.rep).propose(60)
        self.assertEqual(self.plan._get_proposal_activities().user_id, self.rep2 | self.rep3)
        activities.exists().filtered(lambda one: one.user_id == self.rep2).unlink()
        self._ask("2099-12-05")
        again = self.plan._get_proposal_activities()
        self.assertEqual(again.user_id, self.rep2 | self.rep3)
        self.assertEqual([str(day) for day in again.mapped("date_deadline")], ["2099-12-05"] * 2)
        self.env["stm.target.plan"]._cron_remind_proposals()
        self.assertEqual(len(self.plan._get_proposal_activities()), 2)
        self._approve()
        self.assertFalse(self.plan._get_proposal_activities())

    def test_approved_plan_takes_no_more_answers(self):
        self._ask()
        self.line_rep.with_user(self.rep).propose(60)
        self._approve()
        for call in (
            lambda: self.line_rep.with_user(self.rep).propose(61),
            lambda: self.line_rep.with_user(self.leader).adjust_proposal(61, "late"),
            lambda: self.line_rep.with_user(self.manager).settle_proposals("bottom_up", "late"),
        ):
            with self.assertRaises(UserError):
                call()

    def test_copy_asks_nobody(self):
        self._ask()
        self.line_rep.with_user(self.rep).propose(60)
        copy = self.plan.copy()
        self.assertFalse(copy.proposals_asked_at)
        self.assertFalse(copy.line_ids.proposal_ids)

    def test_my_quota(self):
        self._ask()
        quota = self.env["stm.quota"].with_user(self.rep)
        (plan,) = quota.get_quota()["proposals"]
        self.assertEqual((plan["name"], plan["until"], plan["due"]), ("Plan 2026", "2099-11-30", 2))
        self.assertEqual(
            [(row["id"], row["top_down"], row["amount"]) for row in plan["rows"]],
            [(self.line_rep.id, 70, None), (self.line_rep_later.id, 50, None)],
        )
        answers = [
            {"id": self.line_rep.id, "amount": 0.0, "comment": "moving abroad"},
            {"id": self.line_rep_later.id, "amount": 50.0},
        ]
        (plan,) = quota.set_proposals(answers)
        self.assertEqual((plan["due"], plan["rows"][0]["amount"]), (0, 0.0))
        with self.assertRaises(ValidationError):
            quota.set_proposals(
                [{"id": self.line_rep.id, "amount": 5}, {"id": self.line_rep_later.id, "amount": -5}]
            )
        page = self.env["stm.quota"].with_user(self.leader).get_quota()
        self.assertEqual(page["proposals"], [])
        with freeze_time("2099-12-01 08:00:00"):
            self.assertEqual(quota.get_proposals(), [])

    def test_queries_do_not_grow(self):
        self._ask()

        def queries(plan):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            plan.node_ids.mapped("bottom_up_gap")
            plan.line_ids.mapped("proposal_state")
            return self.cr.sql_log_count - before

        queries(self.plan)
        few = queries(self.plan)
        for number in range(20):
            user = self._make_user(f"many{number}", "sales_team.group_sale_salesman")
            self._line(self._node(self.north, user=user), 10, *self.january)
        self.assertLessEqual(queries(self.plan), few)
