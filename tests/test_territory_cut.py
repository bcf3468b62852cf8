"""Which customers should change hands so that work is even: proposed, and applied by a person only."""

import random
import time

from dateutil.relativedelta import relativedelta

from odoo.addons.sales_target_mgmt.tools import territory_cut
from odoo.exceptions import AccessError, UserError

from .test_territory_balance import BalanceCase


class TestCut(BalanceCase):
    def _cut(self, **values):
        action = self.trade.with_user(self.manager).action_propose_cut()
        cut = self.env["stm.territory.cut"].with_user(self.manager).browse(action["res_id"])
        cut.write(values)
        cut.action_propose()
        return cut

    def test_few_moves_and_only_when_applied(self):
        self.env["stm.customer.class"].search([]).hours_per_call = 0
        more = self.env["res.partner"]
        for number in range(5):
            more |= self._partner(f"More {number}")
        self._rule(self.places[0], partner_ids=[(6, 0, more.ids)])
        # 6, 1, 1, 1, 1: a mean of 2, within 50 % are 1 to 3
        cut = self._cut(tolerance=50)
        self.assertEqual((cut.moved_count, cut.is_within), (3, True))
        self.assertEqual(cut.place_ids.mapped("workload"), [6, 1, 1, 1, 1])
        self.assertEqual(max(cut.place_ids.mapped("new_workload")), 3)
        members = [("territory_id", "=", self.places[0].id), ("date_to", "=", False)]
        self.assertEqual(self.env["stm.territory.member"].search_count(members), 6)
        kept = cut.line_ids[0]
        kept.is_accepted = False
        moved = cut.line_ids[1:].partner_id
        cut.action_apply()
        self.assertEqual(self.env["stm.territory.member"].search_count(members), 4)
        for partner in moved:
            old, new = self._members(partner, self.trade)
            self.assertEqual(old[::2], (self.places[0], self.today))
            self.assertEqual(new[1], self.today + relativedelta(days=1))
        with self.assertRaisesRegex(UserError, "Compute it anew"):
            cut.action_apply()

    def test_areas_move_as_a_whole(self):
        self.env["stm.customer.class"].search([]).hours_per_call = 0
        groups = {"10": 4, "20": 4, "30": 4}
        for code, number in groups.items():
            partners = self.env["res.partner"]
            for one in range(number):
                partners |= self._partner(f"{code} {one}", zip_=f"{code}00{one}")
            self._rule(self.places[0], partner_ids=[(6, 0, partners.ids)])
        cut = self._cut(unit="area", territory_ids=[(6, 0, self.places[:2].ids)], tolerance=30)
        codes = [code[:2] for code in cut.line_ids.partner_id.mapped("zip")]
        self.assertEqual(len(codes), 4)
        self.assertEqual(len(set(codes)), 1)

    def _make_areas(self):
        """Germany from 0 to 4 is the first place's: four customers in 10, 20 and 30 each."""
        self.env["stm.customer.class"].search([]).hours_per_call = 0
        germany = self.env.ref("base.de")
        rule = self._rule(self.places[0], country_id=germany.id, zip_from="0", zip_to="4")
        for code in ("10", "20", "30"):
            for one in range(4):
                self._partner(f"{code} {one}", germany, zip_=f"{code}00{one}")
        return rule

    def test_areas_become_rules_of_postcodes(self):
        rule = self._make_areas()
        cut = self._cut(unit="area", territory_ids=[(6, 0, self.places[:2].ids)], tolerance=30)
        [code] = set(cut.line_ids.mapped("area"))
        cut.action_apply()
        tomorrow = self.today + relativedelta(days=1)
        self.assertEqual(rule.date_to, self.today)
        made = self.env["stm.territory.rule"].search(
            [("division_id", "=", self.trade.id), ("date_from", "=", tomorrow)]
        )
        self.assertFalse(made.partner_ids)
        moved = made.filtered(lambda one: one.territory_id == self.places[1])
        self.assertEqual((moved.zip_from, moved.zip_to), (code, False))
        self.assertEqual(set((made - moved).mapped("zip_from")), {"0", str(int(code) + 1)})
        # who comes later belongs there as well
        late = self._partner("Late", self.env.ref("base.de"), zip_=f"{code}999")
        self.assertEqual(self._members(late, self.trade)[-1][0], self.places[1])

    def test_areas_draw_nobody_along(self):
        """Who is named stays, and an area that moves in part moves by name."""
        self._make_areas()
        cut = self._cut(unit="area", territory_ids=[(6, 0, self.places[:2].ids)], tolerance=30)
        [code] = set(cut.line_ids.mapped("area"))
        named = self._partner("Named", self.env.ref("base.de"), zip_=f"{code}777")
        self._rule(self.places[2], partner_ids=[(6, 0, named.ids)])
        kept = cut.line_ids[0]
        kept.is_accepted = False
        cut.action_apply()
        for line in cut.line_ids:
            place = line.territory_id if line == kept else line.new_territory_id
            self.assertEqual(self._members(line.partner_id, self.trade)[-1][0], place)
        self.assertEqual(self._members(named, self.trade)[-1][0], self.places[2])

    def test_five_hundred_customers_of_ten_people_in_time(self):
        dice = random.Random(1)
        units = [
            territory_cut.Unit(number, dice.choice((1, 4, 12, 40)), {min(dice.randrange(14), 9): 1})
            for number in range(500)
        ]
        for use_solver in {False, territory_cut.optimize is not None}:
            start = time.perf_counter()
            cut = territory_cut.propose(units, range(10), 0.1, use_solver=use_solver)
            self.assertLess(time.perf_counter() - start, 20)
            self.assertTrue(cut.is_within)
            self.assertEqual(len(cut.owners), 500)
            self.assertEqual(cut.method, "solver" if use_solver else "greedy")
            # what is too much has to move, and little more than that
            self.assertLess(cut.moved, 150)

    def test_near_customers_move_first(self):
        hamburg, munich = (53.55, 9.99), (48.14, 11.58)
        units = [territory_cut.Unit(f"North {one}", 1, {"North": 1}, hamburg) for one in range(3)]
        units += [territory_cut.Unit("Odd", 1, {"North": 1}, munich)]
        units += [territory_cut.Unit(f"South {one}", 1, {"South": 1}, munich) for one in range(2)]
        for use_solver in {False, territory_cut.optimize is not None}:
            cut = territory_cut.propose(units, ["North", "South"], 0, use_solver=use_solver)
            self.assertEqual((cut.moved, cut.owners["Odd"]), (1, "South"))

    def test_nothing_to_do_and_bad_choices(self):
        cut = self._cut(tolerance=20)
        self.assertEqual((cut.moved_count, cut.is_within), (0, True))
        with self.assertRaisesRegex(UserError, "at least two territories"):
            self._cut(territory_ids=[(6, 0, self.places[:1].ids)])
        with self.assertRaises(AccessError):
            self.trade.with_user(self.rep).action_propose_cut()
