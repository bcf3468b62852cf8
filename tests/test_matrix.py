from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError

from .common_quota import QuotaCase


class MatrixCase(QuotaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draft = cls._make_plan(name="Draft 2027", date_from="2027-01-01", date_to="2027-12-31")
        cls.top = cls.env["stm.target.node"].create({"plan_id": cls.draft.id, "team_id": cls.team.id})
        cls.one, cls.two = cls.env["stm.target.node"].create(
            [{"parent_id": cls.top.id, "user_id": user.id} for user in (cls.rep, cls.rep2)]
        )
        cls.line = cls._target(cls.top, 100000, start="2027-01-01", end="2027-01-31")

    def _change(self, node, month, old, value, **values):
        start = date(2027, month, 1)
        end = date(2027 + month // 12, month % 12 + 1, 1) - start.resolution
        return {
            "node_id": node.id,
            "date_from": str(start),
            "date_to": str(end),
            "old": old,
            "values": None if value is None else {"target": value, **values},
        }

    def _set(self, *changes, user=None):
        plan = self.draft.with_user(user or self.manager)
        return plan.set_matrix_values(self.ordered.id, list(changes))

    def _targets(self, node):
        lines = node.line_ids.filtered(lambda line: line.measure_id == self.ordered)
        return {line.date_from.month: line.target for line in lines}


class TestMatrix(MatrixCase):
    def test_shape(self):
        data = self.draft.with_user(self.manager).get_matrix()
        self.assertEqual([row["name"] for row in data["rows"]], ["North", "Rep", "Rep2"])
        self.assertEqual([row["depth"] for row in data["rows"]], [0, 1, 1])
        self.assertEqual(len(data["columns"]), 12)
        self.assertEqual([cell["target"] for cell in data["cells"]], [100000])
        (breakdown,) = data["breakdowns"]
        self.assertEqual(
            (breakdown["name"], breakdown["children"]), ("Salesperson", [self.one.id, self.two.id])
        )
        self.assertTrue(data["plan"]["editable"])
        self.assertEqual(data["measure"]["id"], self.ordered.id)
        self.assertEqual(self.draft.get_matrix(self.invoiced.id)["cells"], [])

    def test_running_cells_have_figures(self):
        data = self.plan.with_user(self.manager).get_matrix()
        self.assertFalse(data["plan"]["editable"])
        cells = {cell["node_id"]: cell for cell in data["cells"]}
        self.assertEqual(cells[self.node_rep.id]["actual"], 45000)
        self.assertEqual(cells[self.node_rep.id]["attainment"], 0.75)
        self.assertEqual(cells[self.node_rep.id]["pace_state"], "ahead")

    def test_create_write_delete_in_one_call(self):
        cells = self._set(self._change(self.one, 1, None, 60000), self._change(self.two, 1, None, 40000))
        self.assertEqual([cell["target"] for cell in cells], [60000, 40000])
        self._set(
            self._change(self.one, 1, 60000, 55000.004),
            self._change(self.two, 1, 40000, None),
            self._change(self.two, 12, None, 7, pinned=True),
        )
        self.assertEqual(self._targets(self.one), {1: 55000})
        self.assertEqual(self._targets(self.two), {12: 7})
        self.assertTrue(self.two.line_ids.pinned)

    def test_conflict_names_the_cell_and_changes_nothing(self):
        with self.assertRaisesRegex(UserError, "“North”, .*2027.* has been changed to 100,000.00"):
            self._set(self._change(self.one, 1, None, 5), self._change(self.top, 1, 90000, 80000))
        with self.assertRaisesRegex(UserError, "has been emptied"):
            self._set(self._change(self.one, 2, 10, 5))
        self.assertEqual(self._targets(self.top), {1: 100000})
        self.assertEqual(self._targets(self.one), {})

    def test_faults(self):
        with self.assertRaisesRegex(ValidationError, "“Rep”.*no amount of zero or more"):
            self._set(self._change(self.one, 1, None, -5))
        with self.assertRaisesRegex(UserError, "cannot change plan_id"):
            self._set(self._change(self.one, 1, None, 5, plan_id=1))
        with self.assertRaisesRegex(UserError, "another plan"):
            self._set(self._change(self.node_rep, 1, None, 5))

    def test_reserve_of_every_period(self):
        """January is over-assigned by 5,000 while the year as a whole has 35,000 left."""
        self._target(self.one, 65000, start="2027-01-01", end="2027-01-31")
        self._target(self.two, 40000, start="2027-01-01", end="2027-01-31")
        self._target(self.top, 40000, start="2027-02-01", end="2027-02-28")
        self._target(self.one, 7, start="2027-02-20", end="2027-03-05")
        (breakdown,) = self.draft.with_user(self.manager).get_matrix()["breakdowns"]
        self.assertEqual(
            [tuple(period.values()) for period in breakdown["reserves"]],
            [
                ("2027-01-01", "2027-01-31", -5000, "over", 0),
                ("2027-02-01", "2027-02-28", 40000, "reserve", 1),
            ],
        )

    def test_what_is_emptied_comes_back_whole(self):
        """The matrix undoes with what the cell said; no payload for what is not set."""
        self._set(self._change(self.one, 1, None, 60000, stretch=70000, note="With the fair", pinned=True))
        cells = self.draft.with_user(self.manager).get_matrix()["cells"]
        (cell,) = [cell for cell in cells if cell["node_id"] == self.one.id]
        inputs = {name: cell[name] for name in ("stretch", "note", "pinned")}
        self.assertEqual(inputs, {"stretch": 70000, "note": "With the fair", "pinned": True})
        self.assertNotIn("note", next(cell for cell in cells if cell["node_id"] == self.top.id))
        self._set(self._change(self.one, 1, 60000, None))
        self.assertFalse(self.one.line_ids)
        self._set(self._change(self.one, 1, None, 60000, **inputs))
        line = self.one.line_ids
        self.assertEqual((line.target, line.stretch, line.note, line.pinned), (60000, *inputs.values()))

    def test_breadcrumb_says_the_plan_once(self):
        self.assertEqual(self.draft.action_view_matrix()["name"], "Matrix")

    def test_rights(self):
        with self.assertRaises(AccessError):
            self._set(self._change(self.one, 1, None, 5), user=self.sees_all)
        with self.assertRaises(AccessError):
            self.draft.with_user(self.rep).get_matrix()
        with self.assertRaises(UserError):
            self.plan.with_user(self.manager).set_matrix_values(
                self.ordered.id, [{**self._change(self.node_rep, 1, None, 5)}]
            )
        # a leader gets the rows of the own team, a salesperson the own row
        rows = self.plan.with_user(self.leader).get_matrix()["rows"]
        self.assertEqual([row["name"] for row in rows], ["North", "Rep", "Rep2"])
        data = self.plan.with_user(self.rep).get_matrix()
        self.assertEqual([(row["name"], row["parent_id"]) for row in data["rows"]], [("Rep", False)])
        self.assertFalse(data["plan"]["editable"])

    def test_why(self):
        line = self.env["stm.target.line"].search(
            [("node_id", "=", self.node_rep.id), ("measure_id", "=", self.ordered.id)]
        )
        why = line.with_user(self.rep).get_why()
        self.assertEqual((why["target"], why["last_year"]), (60000, 30000))
        self.assertEqual(len(why["history"]), 12)
        self.assertEqual([point["value"] for point in why["history"][-2:]], [0, 12000])
        with self.assertRaises(AccessError):
            line.with_user(self.rep2).get_why()

    def test_queries_do_not_grow(self):
        few = self._read_cold()
        categories = self.env["product.category"].create(
            [{"name": f"Category {number}"} for number in range(20)]
        )
        nodes = self.env["stm.target.node"].create(
            [{"parent_id": self.top.id, "categ_id": category.id} for category in categories]
        )
        for node in nodes:
            self._target(node, 5, start="2027-01-01", end="2027-01-31")
        self.assertEqual(self._read_cold(), few)

    def _read_cold(self):
        """Queries with an empty cache of records, but rules and rights known as in a server."""
        self.draft.with_user(self.manager).get_matrix()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.draft.with_user(self.manager).get_matrix()
        return self.env.cr.sql_log_count - before
