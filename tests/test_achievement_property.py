import os
from random import Random

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from odoo.addons.sales_target_mgmt.models.achievement.stm_achievement_totals import TotalRequest
from odoo.exceptions import UserError

from .achievement_books import VALUES, Books
from .achievement_world import World
from .common import StmCase

# more, and other ones each time: STM_EXAMPLES=200 make retest SELECT=tests/test_achievement_property.py
EXAMPLES = int(os.environ.get("STM_EXAMPLES", "20"))
MEASURES = (
    "ordered",
    "invoiced",
    "collected",
    "margin_ordered",
    "margin_invoiced",
    "quantity",
    "new_customers",
    "active_customers",
    "won",
    "closed",
    "conversion",
    "satisfaction",
)  # fmt: skip


class TestAchievementProperty(StmCase):
    """Whatever people do in whatever order: figures = view = documents, to the cent."""

    @settings(
        max_examples=EXAMPLES,
        derandomize="STM_EXAMPLES" not in os.environ,
        deadline=None,
        database=None,
        # a sequence is as short as it gets; to shrink it takes longer than to read it
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(st.sampled_from(World.DEEDS), st.integers(0, 2**20)), min_size=9, max_size=13))
    def test_figures_equal_documents(self, deeds):
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            self._play([("order", 1), ("order", 2), ("invoice", 3), *deeds])
        finally:
            self.env.clear()
            savepoint.close(rollback=True)
            self.env.registry.clear_all_caches()

    def _play(self, deeds):
        world = World(self)
        for name, seed in deeds:
            note(f"{name} {seed}")
            try:
                with self.env.cr.savepoint():
                    getattr(world, f"do_{name}")(Random(seed))
            except UserError as refused:
                note(f"  refused: {refused}")
            self._compare(world)

    def _compare(self, world):
        self.env.flush_all()
        books = Books(self.company)
        self._compare_view(books)
        self._compare_totals(books, world)

    def _compare_view(self, books):
        expected = books.by_key()
        names = ("source", "date", "user_id", "team_id", "categ_id", "commercial_partner_id")
        sums = ", ".join(f"COALESCE(SUM({name}), 0)::float" for name in VALUES)
        self.env.cr.execute(
            f"""SELECT {", ".join(names)}, {sums} FROM stm_achievement
            WHERE company_id = %s AND source <> 'pipeline' GROUP BY {", ".join(names)}""",
            [self.company.id],
        )
        found = {}
        for row in self.env.cr.fetchall():
            key = (*row[:2], *(value or False for value in row[2:6]))
            found[key] = dict(zip(VALUES, row[6:], strict=True))
        self.assertEqual(found.keys(), expected.keys())
        for key, values in found.items():
            for name in VALUES:
                self.assertAlmostEqual(values[name], expected[key][name], 4, f"{name} of {key}")

    def _compare_totals(self, books, world):
        requests, expected = [], {}
        for code in MEASURES:
            measure = self.env.ref(f"sales_target_mgmt.measure_{code}")
            for start, end in world.spans:
                for dimensions in world.filters():
                    key = (code, start, end, *((name, record) for name, record in dimensions.items()))
                    ids = {name: record.id for name, record in dimensions.items()}
                    requests.append(TotalRequest(key, measure.id, self.company.id, start, end, ids))
                    expected[key] = books.total(measure, start, end, dimensions)
        found = self.env["stm.achievement"]._get_totals(requests)
        for key, value in expected.items():
            if value is None:
                self.assertIsNone(found[key], key)
            else:
                self.assertAlmostEqual(found[key], value, 4, key)
