"""Versions: days before the effective date keep the old numbers, days from it on have the new."""

from datetime import date

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .common_target import StmTargetCase


@freeze_time("2026-06-15 09:00:00")
class TestTargetRevision(StmTargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # every day counts, so that shares are those of the calendar
        cls.company.resource_calendar_id.attendance_ids.unlink()
        cls.node = cls._node(team=cls.team)
        cls.mine = cls._node(cls.node, user=cls.rep)
        cls.april = cls._line(cls.mine, 300, "2026-04-01", "2026-04-30")
        cls.june = cls._line(cls.mine, 300, "2026-06-01", "2026-06-30")
        cls.july = cls._line(cls.mine, 310, "2026-07-01", "2026-07-31")
        cls._approve()

    def _revise(self, day="2026-06-11", plan=None):
        return (
            (plan or self.plan).with_user(self.manager)._create_revision(date.fromisoformat(day), "Rep moves")
        )

    def test_new_version(self):
        new = self._revise()
        self.assertEqual((new.state, new.version, new.previous_id), ("draft", 2, self.plan))
        self.assertEqual((new.origin_id, new.revision_reason), (self.plan, "Rep moves"))
        self.assertEqual(new.node_ids.mapped("name"), self.plan.node_ids.mapped("name"))
        self.assertEqual(
            [(str(line.date_from), line.target) for line in new.line_ids.sorted("date_from")],
            [("2026-06-11", 200), ("2026-07-01", 310)],
        )
        self.assertEqual(self.plan.state, "approved")
        self.assertEqual(self.june.target_in_force, 300, "a draft changes nothing")

    def _find_in_force(self, domain, day):
        """Targets of approved plans, in the version that holds on a day."""
        plans = self.env["stm.target.plan"]._get_in_force(day)
        days = [("date_from", "<=", day), ("date_to", ">=", day), ("plan_id", "in", plans.ids)]
        return self.env["stm.target.line"].search([*domain, *days])

    def test_in_force(self):
        self._order("2026-06-05", 50)
        self._order("2026-06-20", 70)
        new = self._revise()
        line = new.line_ids.sorted("date_from")[0]
        line.target = 250
        self._approve(new)
        self.env.invalidate_all()
        domain = [("user_id", "=", self.rep.id)]
        in_force = self._find_in_force
        self.assertEqual(in_force(domain, date(2026, 6, 10)), self.june)
        self.assertEqual(in_force(domain, date(2026, 6, 11)), line)
        self.assertEqual(in_force(domain, date(2026, 4, 15)), self.april)
        self.assertEqual(in_force(domain, date(2026, 7, 15)).plan_id, new)
        self.assertEqual((self.june.target, self.june.target_in_force), (300, 100))
        self.assertEqual((str(self.june.date_end), self.june.actual), ("2026-06-10", 50))
        self.assertEqual((line.actual, line.target_in_force), (70, 250))
        self.assertEqual(str(self.plan.date_superseded), "2026-06-11")
        self.assertEqual(self.plan.state, "approved")

    def test_difference_is_visible(self):
        new = self._revise()
        june, july = new.line_ids.sorted("date_from")
        june.target = 250
        july.unlink()
        added = self._line(june.node_id, 5, "2026-08-01", "2026-08-31")
        rows = self.env["stm.target.difference"].search([("plan_id", "=", new.id)])
        self.assertEqual(
            {(row.kind, row.old, row.new, row.delta) for row in rows},
            {("changed", 200, 250, 50), ("removed", 310, 0, -310), ("added", 0, 5, 5)},
        )
        self.assertEqual(rows.filtered(lambda row: row.kind == "added").line_id, added)

    def test_what_is_removed_is_what_was_left(self):
        """June had 300, of which 100 stay with the days before the revision."""
        new = self._revise()
        new.line_ids.sorted("date_from")[0].unlink()
        rows = self.env["stm.target.difference"].search([("plan_id", "=", new.id), ("kind", "=", "removed")])
        self.assertEqual((rows.previous_line_id, rows.old, rows.delta), (self.june, 200, -200))

    def test_ratio_stays_whole(self):
        measure = self.env.ref("sales_target_mgmt.measure_conversion")
        plan = self._plan(name="Rates", measure_ids=[(6, 0, measure.ids)])
        self._line(self._node(plan=plan, user=self.rep), 20, measure=measure)
        self._approve(plan)
        self.assertEqual(self._revise(plan=plan).line_ids.target, 20)

    def test_breakdowns_still_add_up(self):
        """A third of 100.01 is no cent amount: the children share it, the reserve shrinks alike."""
        plan = self._plan(name="Cents")
        node = self._node(plan=plan, team=self.team)
        self._line(node, 100.01, "2026-06-01", "2026-06-30")
        self._line(self._node(node, user=self.leader), 33.34, "2026-06-01", "2026-06-30")
        self._line(self._node(node, user=self.rep2), 66.67, "2026-06-01", "2026-06-30")
        self._line(self._node(node, categ=self.category), 50, "2026-06-01", "2026-06-30")
        self._approve(plan)
        new = self._revise("2026-06-21", plan)
        rows = self.env["stm.target.reserve"].search([("plan_id", "=", new.id)])
        self.assertEqual(
            {row.dimension: (row.target, row.state, round(row.reserve, 2)) for row in rows},
            {"user_id": (33.34, "even", 0), "categ_id": (33.34, "reserve", 16.67)},
        )
        changes = self.env["stm.target.difference"].search([("plan_id", "=", new.id)])
        self.assertEqual(set(changes.mapped("kind")), {"same"})
        self._approve(new)
        self.env.invalidate_all()
        for line in plan.line_ids:
            self.assertEqual(
                round(line.target_in_force + line.next_ids.target, 2), line.target, line.node_id.name
            )

    def test_two_versions_at_once(self):
        self._revise()
        with self.assertRaisesRegex(UserError, "has been revised already"):
            self._revise()

    def test_version_of_a_version(self):
        second = self._revise()
        self._approve(second)
        with self.assertRaisesRegex(UserError, "from 06/12/2026 to 12/31/2026"):
            self._revise("2026-06-01", second)
        third = self._revise("2026-07-11", second)
        self._approve(third)
        self.assertEqual((third.version, third.origin_id), (3, self.plan))
        self.assertEqual(third.version_ids, self.plan | second | third)
        in_force = self.env["stm.target.plan"]._get_in_force
        days = {date(2026, 6, 1): self.plan, date(2026, 7, 1): second, date(2026, 8, 1): third}
        for day, plan in days.items():
            self.assertEqual(in_force(day) & third.version_ids, plan)

    def test_only_managers_revise(self):
        with self.assertRaises(AccessError):
            self.plan.with_user(self.sees_all)._create_revision(date(2026, 7, 1), "No")
        with self.assertRaisesRegex(UserError, "is in state “Draft”"):
            self._plan(name="Draft").with_user(self.manager)._create_revision(date(2026, 7, 1), "No")

    def test_archived_person_keeps_history(self):
        self._order("2026-04-05", 50)
        self.rep.active = False
        self.env.invalidate_all()
        line = self.april.with_user(self.manager)
        self.assertEqual((line.actual, line.user_id), (50, self.rep))
        self.assertEqual(
            self.env["stm.target.line"].with_user(self.manager).search([("user_id", "=", self.rep.id)]),
            self.april | self.june | self.july,
        )
        self.assertEqual(self._revise().line_ids.user_id, self.rep)

    def test_days_closed_since(self):
        """June of the old version closed to the end: a revision from the 11th would count twice."""
        late = self._revise("2026-06-11")
        with freeze_time("2026-07-05"):
            self.plan.with_user(self.manager)._close_until(date(2026, 6, 30))
            with self.assertRaisesRegex(UserError, "from 07/01/2026 to 12/31/2026; 06/11/2026 lies"):
                self._approve(late)
        self.assertEqual(late.state, "draft")
        with freeze_time("2026-08-05"):
            self.plan.with_user(self.manager)._close_until(date(2026, 7, 31))
            self.assertEqual(self.plan.state, "closed")
            with self.assertRaisesRegex(UserError, "is in state “Closed”"):
                self._approve(late)

    def test_nothing_before_the_effective_date(self):
        new = self._revise()
        node = new.node_ids.filtered("user_id")
        refusal = self.assertRaisesRegex(ValidationError, "which runs from 06/11/2026 to 12/31/2026")
        with refusal, self.cr.savepoint():
            self._line(node, 5, "2026-06-01", "2026-06-10", measure=self.measure)
        columns = [column["date_from"] for column in new.get_matrix()["columns"]]
        self.assertEqual(
            columns,
            ["2026-06-11"] + [f"2026-{month:02}-01" for month in range(7, 13)],
        )
        new.line_ids.unlink()
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(CheckViolation, "ends_in_force"):
            new.date_to = "2026-06-10"
            self.env.flush_all()

    def test_spread_on_a_revision(self):
        new = self._revise()
        node = new.node_ids.filtered("user_id")
        node._spread(self.measure, 700)
        lines = node.line_ids.sorted("date_from")
        # two thirds of June are left: 700 = 2/3 of 105 + 6 × 105
        self.assertEqual(lines.mapped("target"), [70] + [105] * 6)
        self.assertEqual(str(lines[0].date_from), "2026-06-11")
        self.assertEqual((lines[0].previous_id, lines[0].target_previous), (self.june, 200))
        self._approve(new)
        self.env.invalidate_all()
        every = (self.plan | new).line_ids
        # April 300, the first ten days of June 100, July of the old version nothing, 700 from then on
        self.assertEqual(sum(every.mapped("target_in_force")), 1100)
        for day in (date(2026, 6, 10), date(2026, 6, 11), date(2026, 7, 20)):
            self.assertEqual(len(self._find_in_force([], day) & every), 1)

    def test_the_same_in_every_period_of_a_revision(self):
        node = self._revise().node_ids.filtered("user_id")
        node._spread(self.measure, 99.99, evenly=False)
        self.assertEqual(node.line_ids.sorted("date_from").mapped("target"), [66.66] + [99.99] * 6)

    def test_spread_on_free_ranges_that_are_cut_off(self):
        """A third of the days from 1 to 30 June and all of July: 100 and 300 of 400."""
        plan = self._plan(name="Free", granularity="free")
        node = self._node(plan=plan, user=self.rep2)
        for start, end in (("2026-06-01", "2026-06-30"), ("2026-07-01", "2026-07-20")):
            self._line(node, 300, start, end)
        self._approve(plan)
        revision = self._revise("2026-06-21", plan)
        revision.node_ids._spread(self.measure, 400)
        lines = revision.line_ids.sorted("date_from")
        self.assertEqual(
            [(str(line.date_from), line.target) for line in lines], [("2026-06-21", 100), ("2026-07-01", 300)]
        )

    def test_free_range_that_is_cut_off_twice(self):
        """June is left of the first half of the year: 30 of its 181 days."""
        plan = self._plan(name="Free", granularity="free")
        node = self._node(plan=plan, categ=self.category)
        self._line(node, 1810, "2026-01-01", "2026-06-30")
        self._approve(plan)
        for day in ("2026-03-01", "2026-06-01"):
            plan = self._revise(day, plan)
            self._approve(plan)
        (weight,) = plan._get_period_weights()
        self.assertAlmostEqual(float(weight), 30 / 181)

    def test_links_to_the_previous_version(self):
        """A draft cannot change what its approved predecessor counts, by whatever door."""
        new = self._revise()
        line = new.line_ids.sorted("date_from")[0].with_user(self.manager)
        other = self._line(new.node_ids[0], 5, "2026-09-01", "2026-09-30").with_user(self.manager)
        node = line.node_id
        vals = {"node_id": node.id, "measure_id": self.measure.id, "target": 1}
        vals |= {"date_from": "2026-10-01", "date_to": "2026-10-31"}
        Line, Node = line.browse(), node.browse()
        attempts = [
            lambda: line.write({"target_previous": 0}),
            lambda: line.write({"previous_id": self.july.id}),
            lambda: other.write({"next_ids": [(4, line.id)]}),
            lambda: Line.create({**vals, "previous_id": self.july.id}),
            lambda: Line.create({**vals, "target_previous": 7}),
            lambda: Line.with_context(default_previous_id=self.july.id).create(vals),
            lambda: node.write({"previous_id": self.node.id}),
            lambda: Node.with_context(default_previous_id=self.node.id).create(
                {"plan_id": new.id, "user_id": self.rep.id}
            ),
        ]
        for number, attempt in enumerate(attempts):
            with (
                self.subTest(number=number),
                self.assertRaisesRegex(UserError, "set by Revise"),
                self.cr.savepoint(),
            ):
                attempt()
        self._approve(new)
        self.env.invalidate_all()
        self.assertEqual(self.june.target_in_force, 100)

    def test_removed_and_entered_again(self):
        """The same days of the same node are the same target, whoever writes them anew."""
        new = self._revise()
        june, july = new.line_ids.sorted("date_from")
        node = june.node_id
        (june | july).unlink()
        again = [
            self._line(node.with_user(self.manager), 250, "2026-06-11", "2026-06-30"),
            self._line(node.with_user(self.manager), 310, "2026-07-01", "2026-07-31"),
        ]
        self.assertEqual(
            [(line.previous_id, line.target_previous) for line in again],
            [(self.june, 200), (self.july, 310)],
        )
        rows = self.env["stm.target.difference"].search([("plan_id", "=", new.id)])
        self.assertEqual({(row.kind, row.delta) for row in rows}, {("changed", 50), ("same", 0)})
        other = self._line(node, 5, "2026-08-01", "2026-08-31")
        self.assertFalse(other.previous_id)

    def test_line_of_an_unrelated_plan_takes_nothing(self):
        other = self._plan(name="Other")
        line = self._line(self._node(plan=other, team=self.team), 5, "2026-08-01", "2026-08-31")
        line.sudo().write({"previous_id": self.june.id, "target_previous": 300})
        self._approve(other)
        self._approve(self._revise())
        self.env.invalidate_all()
        self.assertEqual(self.june.target_in_force, 100)
