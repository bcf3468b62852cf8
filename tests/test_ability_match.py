from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from .test_territory import TerritoryCase

ONLY = dict.fromkeys(("skill", "result", "experience", "ramp", "stay", "load"), 0)


def weights(**values):
    return {f"weight_{name}": value for name, value in {**ONLY, **values}.items()}


class TestAbilityMatch(TerritoryCase):
    """Two people and three territories; what was ordered, by person and territory::

           North  South  West
    rep       60     90     0
    rep2      40     10     0
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = cls.today + timedelta(days=1)
        cls.owner = cls.env.ref("sales_target_mgmt.stm_territory_role_owner")
        cls.care = cls.env.ref("sales_target_mgmt.stm_skill_customer_care")
        cls.hamburg = cls._partner("Hamburg", cls.germany, "20095")
        cls.munich = cls._partner("Munich", cls.germany, "80331")
        for user, amounts in ((cls.rep, (60.0, 90.0)), (cls.rep2, (40.0, 10.0))):
            for partner, amount in zip((cls.hamburg, cls.munich), amounts, strict=True):
                cls._order(str(cls.today), amount, user=user, partner=partner)
        cls.measure = cls.env.ref("sales_target_mgmt.measure_ordered")

    def _match(self, places=None, users=None, **values):
        places = self.north | self.south if places is None else places
        return (
            self.env["stm.ability.match"]
            .with_user(self.manager)
            .create(
                {
                    "company_id": self.company.id,
                    "division_id": self.division.id,
                    "territory_ids": [(6, 0, places.ids)],
                    "user_ids": [(6, 0, (users or self.rep | self.rep2).ids)],
                    "date": self.day,
                    "measure_id": self.measure.id,
                    "date_from": self.today,
                    "date_to": self.today,
                    "minimum": 1,
                    **values,
                }
            )
        )

    def _seat(self, place, user, **values):
        return self.env["stm.territory.assignment"].create(
            {"territory_id": place.id, "user_id": user.id, "role_id": self.owner.id, **values}
        )

    def _level(self, user, level):
        self.env["stm.ability"].create(
            {
                "company_id": self.company.id,
                "user_id": user.id,
                "skill_ids": [(0, 0, {"skill_id": self.care.id, "level": str(level)})],
            }
        )

    def _found(self, match):
        return {line.name: line.user_id for line in match.line_ids}

    def test_best_in_sum(self):
        """South 90 + North 40 is more than North 60 + South 10: rep is better at both."""
        match = self._match(**weights(result=1))
        self.assertEqual(self._found(match), {"North": self.rep2, "South": self.rep})
        north, south = match.line_ids
        self.assertEqual((north.score, south.score), (40, 90))
        self.assertIn("sold 40 % of what was sold there", north.reason)
        self.assertIn("Rep fits better (60), and does more good at “South”.", north.reason)

    def test_default_is_what_is_vacant(self):
        self._seat(self.north, self.rep)
        form = Form(self.env["stm.ability.match"].with_user(self.manager))
        self.assertEqual(form.division_id, self.division)
        self.assertEqual(set(form.territory_ids[:]), {self.south, self.west})
        self.assertEqual(set(form.user_ids[:]), {self.rep, self.rep2})
        self.assertEqual(form.company_id, self.company)
        form.which = "all"
        self.assertEqual(set(form.territory_ids[:]), {self.north, self.south, self.west})

    def test_score_is_a_weighted_mean(self):
        """Skill 4 of 5 with weight 3 and 60 % of the sales with weight 1: 75."""
        self._level(self.rep, 4)
        match = self._match(self.north, skill_ids=[(6, 0, self.care.ids)], **weights(skill=3, result=1))
        self.assertEqual((match.line_ids.user_id, match.line_ids.score), (self.rep, 75))
        cell = match.matrix["people"][0]["cells"][0]
        self.assertEqual([part["points"] for part in cell["parts"]], [60, 15])
        # rep2 is not judged, which others are: 0 · 3 + 40 · 1
        self.assertEqual(match.matrix["people"][1]["cells"][0]["score"], 10)
        self.assertIn("No ability profile yet: Rep2.", match.message)

    def test_what_is_known_of_nobody_is_left_out(self):
        match = self._match(self.north, **weights(skill=3, result=1))
        self.assertEqual(match.line_ids.score, 60)
        match = self._match(self.west, **weights(skill=3, result=1))
        self.assertFalse(match.line_ids.user_id)
        self.assertEqual(match.line_ids.reason, "Nothing is known of anybody for this.")

    def test_a_skill_that_nobody_is_judged_by_is_left_out(self):
        self._level(self.rep, 4)
        match = self._match(self.west, **weights(skill=1))
        self.assertGreater(len(match.skill_ids), 1)
        self.assertEqual(match.line_ids.score, 80)

    def test_who_is_as_good_is_named(self):
        self._level(self.rep, 3)
        self._level(self.rep2, 3)
        match = self._match(self.west, skill_ids=[(6, 0, self.care.ids)], **weights(skill=1))
        self.assertEqual(match.line_ids.user_id, self.rep)
        self.assertIn("Rep2 fits as well (60).", match.line_ids.reason)

    def test_nobody_fits(self):
        match = self._match(self.north, minimum=61, **weights(result=1))
        self.assertFalse(match.line_ids.user_id)
        self.assertEqual(match.line_ids.reason, "Nobody reaches 61; the nearest is Rep with 60.")
        self.assertIn("Nobody is suggested for: North.", match.message)
        with self.assertRaisesRegex(UserError, "nothing to apply"):
            match.action_apply()

    def test_more_tasks_than_people(self):
        match = self._match(users=self.rep, **weights(result=1))
        self.assertEqual(match.capacity, 2)
        self.assertEqual(self._found(match), {"North": self.rep, "South": self.rep})
        match = self._match(users=self.rep, capacity=1, **weights(result=1))
        self.assertEqual(self._found(match), {"North": self.env["res.users"], "South": self.rep})
        self.assertIn("as many tasks as one person may take", match.line_ids[0].reason)

    def test_what_is_chosen_by_hand_stays(self):
        form = Form(self._match(**weights(result=1)))
        with form.line_ids.edit(0) as line:
            line.user_id = self.rep
            self.assertTrue(line.pinned)
        match = form.save()
        self.assertEqual(self._found(match), {"North": self.rep, "South": self.rep2})
        self.assertEqual(match.line_ids[1].score, 10)
        form = Form(match)
        form.weight_stay = 5
        self.assertEqual(self._found(form.save())["North"], self.rep)
        form = Form(match)
        with form.line_ids.edit(0) as line:
            line.pinned = False
        self.assertEqual(self._found(form.save()), {"North": self.rep2, "South": self.rep})

    def test_who_is_there_and_who_has_little_to_do(self):
        self._seat(self.north, self.rep2)
        self._seat(self.south, self.rep)
        stay = self._match(self.north, **weights(stay=1))
        self.assertEqual(stay.line_ids.user_id, self.rep2)
        self.assertEqual(stay.line_ids.current, "Rep2")
        load = self._match(self.north, **weights(load=1))
        # rep has the customer in South, rep2 nobody beside those in question
        self.assertEqual(load.line_ids.user_id, self.rep2)
        self.assertIn("customers elsewhere: 0", load.line_ids.reason)

    def test_ramp(self):
        self.rep.stm_start_date = self.day
        match = self._match(self.north, ramp="20, 60", **weights(ramp=1))
        scores = [person["cells"][0]["score"] for person in match.matrix["people"]]
        self.assertEqual(scores, [20, 100])
        # among people who all carry a full quota it tells nobody apart
        self.rep.stm_start_date = False
        match = self._match(self.north, **weights(ramp=1))
        self.assertEqual(match.line_ids.reason, "Nothing is known of anybody for this.")
        self.rep.stm_start_date = self.day
        with self.assertRaisesRegex(UserError, "cannot be read"):
            self._match(ramp="many")

    def test_knowledge_of_an_industry(self):
        steel = self.env["res.partner.industry"].create({"name": "Steel"})
        knowledge = self.env["stm.skill"].create(
            {"name": "Steel works", "kind": "industry", "industry_id": steel.id}
        )
        self._level(self.rep, 4)
        self.env["stm.ability"].search([("user_id", "=", self.rep.id)]).skill_ids = [
            (0, 0, {"skill_id": knowledge.id, "level": "2"})
        ]
        self._rule(self.north, industry_id=steel.id)
        match = self._match(users=self.rep, skill_ids=[(6, 0, self.care.ids)], **weights(skill=1))
        self.assertEqual([line.score for line in match.line_ids], [60, 80])

    def test_apply(self):
        before = self._seat(self.north, self.rep)
        match = self._match(**weights(result=1))
        self.assertEqual(match.line_ids[0].current, "Rep")
        match.action_apply()
        self.assertEqual(before.date_to, self.today)
        after = self.north.assignment_ids - before
        self.assertEqual((after.user_id, after.date_from, after.date_to), (self.rep2, self.day, False))
        self.assertEqual(self.south.assignment_ids.user_id, self.rep)
        told = self.north.message_ids[0].body
        self.assertIn("Rep2 is Owner from", told)
        self.assertIn("Rep was until then", told)
        with self.assertRaisesRegex(UserError, "there already"):
            match.action_apply()

    def test_apply_beside_and_until_somebody_comes(self):
        before = self._seat(self.north, self.rep)
        later = self._seat(self.south, self.rep2, date_from=self.day + timedelta(days=30))
        self._match(replaces=False, **weights(result=1)).action_apply()
        self.assertFalse(before.date_to)
        self.assertEqual(self.north.assignment_ids.user_id, self.rep | self.rep2)
        self.assertFalse((self.south.assignment_ids - later).date_to)
        self.south.assignment_ids.unlink()
        self._seat(self.south, self.rep2, date_from=self.day + timedelta(days=30))
        self._match(self.south, **weights(result=1)).action_apply()
        self.assertEqual(self.south.assignment_ids[0].date_to, self.day + timedelta(days=29))

    def test_bad_values(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._match(minimum=101)
        foreign = self._match(**weights(result=1))
        foreign.line_ids[0].user_id = self.rep_other
        with self.assertRaisesRegex(UserError, "does not work for"):
            foreign.action_apply()
        self.assertFalse(self.north.assignment_ids | self.south.assignment_ids)

    def test_queries_do_not_grow_with_territories(self):
        places = self.north | self.south
        for number in range(20):
            places |= self._territory(f"Place {number}", self.europe)
        counts = []
        for some in (places[:2], places[:2], places):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(self._match(some).matrix)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 2)

    def test_only_managers(self):
        match = self._match()
        for user in (self.rep, self.leader, self.sees_all):
            with self.assertRaises(AccessError, msg=user.name):
                match.with_user(user).action_apply()
            with self.assertRaises(AccessError, msg=user.name):
                self.env["stm.ability.match"].with_user(user).create({})
