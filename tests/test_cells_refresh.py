from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.fields import Date

from .common import StmCase

REFRESH_LOGGER = "odoo.addons.sales_target_mgmt.models.achievement.stm_achievement_refresh"


class TestRefresh(StmCase):
    """Cells are built, kept, verified and healed; whatever happens, the figures stay right."""

    def setUp(self):
        super().setUp()
        self.today = Date.today()
        self.past = self.today.replace(day=1) - relativedelta(months=3)
        self.months = self.env["stm.achievement.month"]

    def _cells(self, source="order", month=None):
        return self.env["stm.achievement.cell"].search(
            [
                ("company_id", "=", self.company.id),
                ("source", "=", source),
                ("month", "=", month or self.past),
            ]
        )

    def _month(self, source="order", month=None):
        return self.months.search(
            [
                ("company_id", "=", self.company.id),
                ("source", "=", source),
                ("month", "=", month or self.past),
            ]
        )

    def test_one_cell_per_combination(self):
        for _number in range(3):
            self._order(self.past, 10.0)
        self._order(self.past, 5.0, user=self.rep2)
        self._build_cells()
        self.assertEqual(sorted(self._cells().mapped("amount")), [5.0, 30.0])
        self.assertEqual(sorted(self._cells().mapped("count")), [1.0, 3.0])

    def test_read_from_cells_when_clean(self):
        self._order(self.past, 10.0)
        self._build_cells()
        self._cells().amount = 99.0
        self.env.flush_all()
        self.assertEqual(self._totals("ordered", self.past, self.today), 99.0)

    def test_tampered_cell_is_healed_and_told(self):
        self._order(self.past, 10.0)
        self._order(self.past, 20.0, user=self.rep2)
        self._build_cells()
        self.env.cr.execute(
            "UPDATE stm_achievement_cell SET amount = amount + 0.01 WHERE company_id = %s AND user_id = %s",
            [self.company.id, self.rep.id],
        )
        month = self._month()
        with self.assertLogs(REFRESH_LOGGER, "WARNING"):
            month._verify()
        self.assertEqual(month.difference, 0.01)
        self.assertTrue(month.healed_at)
        self.assertEqual(self._totals("ordered", self.past, self.past), 30.0)
        healed_at = month.healed_at
        month._verify()
        self.assertEqual((month.difference, month.healed_at), (0.0, healed_at))

    def test_lost_and_invented_cells_are_healed(self):
        self._order(self.past, 10.0)
        self._build_cells()
        self._cells().unlink()
        with self.assertLogs(REFRESH_LOGGER, "WARNING"):
            self._month()._verify()
        # the largest of amount 10, margin 10 − 60, quantity 1
        self.assertEqual(self._month().difference, 50.0)
        self._cells().copy()
        with self.assertLogs(REFRESH_LOGGER, "WARNING"):
            self._month()._verify()
        self.assertEqual(self._cells().amount, 10.0)

    def test_marked_month_is_left_to_the_refresh(self):
        order = self._order(self.past, 10.0)
        self._build_cells()
        order.order_line.price_unit = 11.0
        self.env.flush_all()
        self._month()._verify()
        self.assertFalse(self._month().verified_at)

    def test_uneven_range_reads_edges_live(self):
        for day, amount in ((0, 1.0), (9, 2.0), (10, 4.0), (27, 8.0)):
            self._order(self.past + relativedelta(days=day), amount)
        self._order(self.past + relativedelta(months=1), 16.0)
        self._order(self.past + relativedelta(months=2, days=4), 32.0)
        self._order(self.past + relativedelta(months=2, days=5), 64.0)
        self._build_cells()
        first, last = self.past + relativedelta(days=10), self.past + relativedelta(months=2, days=4)
        self.assertEqual(self._totals("ordered", first, last), 60.0)
        self.assertEqual(self._totals("ordered", self.past, last), 63.0)
        self.assertEqual(self._totals("ordered", first, first), 4.0)

    def test_a_lone_mark_is_worked_off(self):
        order = self._order(self.past - relativedelta(years=5), 10.0)
        self._order(self.past, 10.0)
        self.env.flush_all()
        order._action_cancel()
        self.env.flush_all()
        self._build_cells()
        self.assertFalse(
            self.env["stm.achievement.mark"].search_count([("company_id", "=", self.company.id)])
        )

    def test_open_month_is_never_built(self):
        self._order(self.today, 10.0)
        self._build_cells()
        self.assertFalse(self._month(month=self.today.replace(day=1)))

    def test_months_in_a_row_are_built_together(self):
        months = [self.past + relativedelta(months=number) for number in range(15)]
        keys = [(1, "order", month) for month in months] + [(1, "lead", months[3]), (1, "lead", months[5])]
        runs = self.months._get_runs(reversed(keys))
        self.assertEqual(sorted(map(len, runs)), [1, 1, 3, 12])
        self.assertEqual(runs[0], keys[12:15])
        self.assertEqual(sorted(key for run in runs for key in run), sorted(keys))

    def test_no_time_left_stops_between_batches(self):
        for number in range(0, 21, 5):
            self._order(self.past - relativedelta(months=number), 1.0)
        self.env.flush_all()
        left = []

        def commit(_cron, processed=0, remaining=None, **_values):
            left.append(remaining)
            return 0.0 if processed else 1.0

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit):
            self.months._cron_refresh()
        self.assertEqual(len(left), 2)
        # one run of months was built, and the others wait
        self.assertGreater(left[0], left[1])
        self.assertGreater(left[1], 0)
