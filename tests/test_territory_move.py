from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date

from .test_territory import TerritoryCase

EVERY_DAY = [
    (0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 16, "day_period": "morning"})
    for day in range(7)
]


class TestTerritoryMove(TerritoryCase):
    """Customers, borders and people that move from a day on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tomorrow = cls.today + timedelta(days=1)
        cls.munich = cls._partner("Munich", cls.germany, "80331")
        cls.stuttgart = cls._partner("Stuttgart", cls.germany, "70173")
        cls.hamburg = cls._partner("Hamburg", cls.germany, "20095")
        cls.south_rule = cls.south.rule_ids
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Every day", "company_id": cls.company.id, "tz": "UTC", "attendance_ids": EVERY_DAY}
        )

    def _move(self, kind="customers", day=None, user=None, **values):
        context = self.division.with_user(user or self.manager).action_move()["context"]
        move = (
            self.env["stm.territory.move"]
            .with_user(user or self.manager)
            .with_context(context)
            .create({"kind": kind, "date": day or self.tomorrow, **values})
        )
        move.action_preview()
        return move

    def _plan(self, **targets):
        """An approved plan of the year with targets on Europe and below; {name: line}."""
        ordered = self.env.ref("sales_target_mgmt.measure_ordered")
        plan = self.env["stm.target.plan"].create(
            {
                "name": "Year",
                "company_id": self.company.id,
                "date_from": self.today.replace(month=1, day=1),
                "date_to": self.today.replace(month=12, day=31),
                "measure_ids": [(6, 0, ordered.ids)],
            }
        )
        nodes, lines = {}, {}
        for name, amount in targets.items():
            values = {"plan_id": plan.id, "territory_id": self.europe.id}
            if name in ("south", "west"):
                values = {"parent_id": nodes["europe"].id, "territory_id": self[name].id}
            elif name != "europe":
                values = {"parent_id": nodes["south"].id, "user_id": self[name].id}
            nodes[name] = self.env["stm.target.node"].create(values)
            lines[name] = self.env["stm.target.line"].create(
                {
                    "node_id": nodes[name].id,
                    "measure_id": ordered.id,
                    "date_from": plan.date_from,
                    "date_to": plan.date_to,
                    "target": amount,
                }
            )
        plan.action_approve()
        return lines

    def __getitem__(self, name):
        return getattr(self, name)

    def _left(self, amount, day):
        """What is left of a year's amount from a day on; everybody works every day here."""
        first, last = day.replace(month=1, day=1), day.replace(month=12, day=31)
        return amount * ((last - day).days + 1) / ((last - first).days + 1)

    def test_preview_changes_nothing(self):
        before = self.env["stm.territory.rule"].search_count([])
        move = self._move(partner_ids=self.munich.ids, territory_id=self.west.id)
        self.assertEqual(move.customer_count, 1)
        row = move.customer_ids
        self.assertEqual(
            (row.partner_id, row.territory_id, row.new_territory_id), (self.munich, self.south, self.west)
        )
        self.assertEqual(self.env["stm.territory.rule"].search_count([]), before)
        self.assertEqual(self._members(self.munich), [(self.south, False, False)])

    def test_plans_of_another_company_do_not_matter(self):
        plan = self.env["stm.target.plan"].create(
            {
                "name": "Sister",
                "company_id": self.other_company.id,
                "date_from": self.today.replace(month=1, day=1),
                "date_to": self.today.replace(month=12, day=31) + relativedelta(years=1),
                "measure_ids": [(6, 0, self.env.ref("sales_target_mgmt.measure_ordered").ids)],
            }
        )
        node = self.env["stm.target.node"].create({"plan_id": plan.id, "name": "All"})
        dates = {"date_from": plan.date_from, "date_to": plan.date_to}
        self.env["stm.target.line"].create(
            {"node_id": node.id, "measure_id": plan.measure_ids.id, "target": 1.0, **dates}
        )
        plan.action_approve()
        self.env.flush_all()
        self.env.invalidate_all()
        move = self._move(partner_ids=[(6, 0, self.munich.ids)], territory_id=self.west.id)
        self.assertEqual((move.customer_count, move.target_count), (1, 0))

    def test_customers(self):
        move = self._move(
            partner_ids=(self.munich | self.stuttgart).ids, territory_id=self.west.id, day=self.today
        )
        move.action_apply()
        self.assertEqual(
            self._members(self.munich),
            [(self.south, False, self.today - timedelta(days=1)), (self.west, self.today, False)],
        )
        self.assertEqual(self.stuttgart.stm_territory_id, self.west)
        # and one of them moves on
        later = self.today + timedelta(days=30)
        self._move(partner_ids=self.munich.ids, territory_id=self.north.id, day=later).action_apply()
        self.assertEqual(
            [place for place, _first, _last in self._members(self.munich)],
            [self.south, self.west, self.north],
        )
        self.assertEqual(self._members(self.stuttgart)[1:], [(self.west, self.today, False)])

    def test_border(self):
        move = self._move("border", rule_ids=self.south_rule.ids, territory_id=self.west.id)
        self.assertEqual(move.customer_ids.partner_id, self.munich | self.stuttgart)
        move.action_apply()
        for partner in (self.munich, self.stuttgart):
            self.assertEqual(
                self._members(partner), [(self.south, False, self.today), (self.west, self.tomorrow, False)]
            )
        self.assertEqual(self._members(self.hamburg), [(self.north, False, False)])
        self.assertEqual(self.south_rule.date_to, self.today)
        self.assertEqual(self.munich.stm_territory_id, self.south)

    def test_a_move_that_ties_is_refused_and_leaves_nothing(self):
        tag = self.env["res.partner.category"].create({"name": "Chains"})
        other = self.env["res.partner.category"].create({"name": "Online"})
        rules = self._rule(self.south, category_id=tag.id) | self._rule(self.south, category_id=other.id)
        self._partner("Both", category_id=[(6, 0, (tag | other).ids)])
        with self.assertRaisesRegex(ValidationError, "equally specific"):
            self._move("border", rule_ids=rules[0].ids, territory_id=self.west.id)
        self.assertFalse(rules.filtered("date_to"))

    def test_person(self):
        gone = self.env["stm.territory.assignment"].create(
            {"territory_id": self.south.id, "user_id": self.rep.id}
        )
        quotation = self._order(self.today, 5.0, partner=self.munich, confirm=False)
        move = self._move(
            "person",
            day=self.today,
            assignment_id=gone.id,
            user_id=self.rep2.id,
            territory_id=self.north.id,
            change_quotations=True,
        )
        self.assertEqual(move.customer_ids.partner_id, self.munich | self.stuttgart)
        self.assertEqual(move.order_ids, quotation)
        move.action_apply()
        self.assertEqual(gone.date_to, self.today - timedelta(days=1))
        self.assertEqual((self.south.owner_ids, self.north.owner_ids), (self.rep2, self.rep))
        self.assertEqual(quotation.user_id, self.rep2)

    def test_a_person_who_came_on_that_very_day(self):
        gone = self.env["stm.territory.assignment"].create(
            {"territory_id": self.south.id, "user_id": self.rep.id, "date_from": self.today}
        )
        lines = self._plan(europe=730000, south=365000, rep=365000)
        move = self._move("person", day=self.today, assignment_id=gone.id, user_id=self.rep2.id, revise=True)
        move.action_apply()
        self.assertEqual(self.south.owner_ids, self.rep2)
        self.assertEqual(self.south.assignment_ids.mapped("date_from"), [self.today])
        revision = lines["rep"].plan_id.next_ids
        line = revision.line_ids.filtered(lambda one: one.previous_id == lines["rep"])
        self.assertEqual(line.user_id, self.rep2)

    def test_quotations_only_if_asked(self):
        quotation = self._order(self.today, 5.0, partner=self.munich, confirm=False)
        order = self._order(self.today, 7.0, partner=self.munich)
        values = {"partner_ids": self.munich.ids, "territory_id": self.west.id, "day": self.today}
        move = self._move(**values)
        self.assertEqual(move.order_ids, quotation)
        move.action_apply()
        self.assertEqual(quotation.territory_id, self.south)
        self._move(**{**values, "territory_id": self.north.id}, change_quotations=True).action_apply()
        self.assertEqual((quotation.territory_id, order.territory_id), (self.north, self.south))
        ahead = self._move(**{**values, "day": self.tomorrow}, change_quotations=True)
        with self.assertRaisesRegex(UserError, "lies ahead"):
            ahead.action_apply()

    def test_targets_follow_the_customers(self):
        self._order(self.today - relativedelta(days=5), 300.0, partner=self.munich)
        self._order(self.today - relativedelta(days=5), 100.0, partner=self.stuttgart)
        lines = self._plan(europe=730000, south=365000, west=73000, rep=365000)
        move = self._move(
            partner_ids=self.munich.ids, territory_id=self.west.id, revise=True, reason="New border"
        )
        left = self._left(365000, self.tomorrow)
        rows = {row.line_id: row for row in move.target_ids}
        self.assertEqual(set(rows), {lines["south"], lines["west"], lines["rep"]})
        self.assertAlmostEqual(rows[lines["south"]].remaining, left, 2)
        self.assertAlmostEqual(rows[lines["south"]].change, -left * 0.75, 2)
        self.assertAlmostEqual(rows[lines["west"]].change, left * 0.75, 2)
        self.assertAlmostEqual(rows[lines["rep"]].change, -left * 0.75, 2)
        move.action_apply()
        plan = lines["europe"].plan_id
        revision = plan.next_ids
        self.assertEqual((revision.state, revision.date_effective), ("draft", self.tomorrow))
        new = {line.previous_id: line.target for line in revision.line_ids}
        self.assertAlmostEqual(new[lines["europe"]], self._left(730000, self.tomorrow), 2)
        self.assertAlmostEqual(new[lines["south"]], left * 0.25, 2)
        self.assertAlmostEqual(new[lines["west"]], self._left(73000, self.tomorrow) + left * 0.75, 2)
        # what is approved stays as it is
        self.assertEqual(lines["south"].target, 365000)

    def test_targets_of_a_person_go_to_who_follows(self):
        gone = self.env["stm.territory.assignment"].create(
            {"territory_id": self.south.id, "user_id": self.rep.id}
        )
        lines = self._plan(europe=730000, south=365000, rep=365000)
        move = self._move("person", assignment_id=gone.id, user_id=self.rep2.id, revise=True)
        self.assertEqual(move.target_ids.line_id, lines["rep"])
        move.action_apply()
        revision = lines["rep"].plan_id.next_ids
        line = revision.line_ids.filtered(lambda one: one.previous_id == lines["rep"])
        self.assertEqual(line.user_id, self.rep2)
        self.assertAlmostEqual(line.target, self._left(365000, self.tomorrow), 2)

    def test_plans_of_another_company_are_none_of_it(self):
        """What is planned where the manager does not work is neither shown nor in the way."""
        foreign = self.env["stm.target.plan"].with_context(allowed_company_ids=self.other_company.ids)
        plan = foreign.create(
            {
                "name": "Abroad",
                "company_id": self.other_company.id,
                "date_from": self.today.replace(month=1, day=1),
                "date_to": self.today.replace(month=12, day=31),
                "measure_ids": [(6, 0, self.env.ref("sales_target_mgmt.measure_ordered").ids)],
            }
        )
        node = foreign.env["stm.target.node"].create({"plan_id": plan.id})
        foreign.env["stm.target.line"].create(
            {
                "node_id": node.id,
                "measure_id": plan.measure_ids.id,
                "date_from": plan.date_from,
                "date_to": plan.date_to,
                "target": 10,
            }
        )
        plan.action_approve()
        self.env.flush_all()
        self.env.invalidate_all()
        move = self._move(partner_ids=self.munich.ids, territory_id=self.west.id, day=self.today)
        self.assertFalse(move.target_ids)
        self.assertEqual(move.customer_ids.partner_id, self.munich)

    def test_everything_lies_in_the_division(self):
        other = self.env["stm.territory.division"].create({"name": "Else", "company_id": self.company.id})
        elsewhere = self._territory("Elsewhere", division=other)
        with self.assertRaisesRegex(UserError, "“Elsewhere” is no territory of “Geography”"):
            self._move(partner_ids=self.munich.ids, territory_id=elsewhere.id)
        rule = self._rule(elsewhere, country_id=self.germany.id)
        with self.assertRaisesRegex(UserError, "“Germany” is no rule of “Geography”"):
            self._move("border", rule_ids=rule.ids, territory_id=self.west.id)

    def test_who_may_and_what_is_asked(self):
        with self.assertRaises(AccessError):
            self._move(user=self.rep, partner_ids=self.munich.ids, territory_id=self.west.id)
        with self.assertRaisesRegex(UserError, "Fill in: To"):
            self._move(partner_ids=self.munich.ids)
        self.south_rule.date_to = self.today
        with self.assertRaisesRegex(UserError, "does not hold on"):
            self._move("border", rule_ids=self.south_rule.ids, territory_id=self.west.id)

    def test_dates_are_dates(self):
        self.assertEqual(Date.to_date(self.division.action_move()["context"]["default_date"]), self.tomorrow)
