from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tools import mute_logger

from .common_target import StmTargetCase


class AbilityCase(StmTargetCase):
    """Profiles of the people of North."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.care = cls.env.ref("sales_target_mgmt.stm_skill_customer_care")
        cls.negotiation = cls.env.ref("sales_target_mgmt.stm_skill_negotiation")

    @classmethod
    def _profile(cls, user, skills=(), **values):
        """A profile; skills as (skill, level) pairs."""
        return cls.env["stm.ability"].create(
            {
                "company_id": cls.company.id,
                "user_id": user.id,
                "skill_ids": [(0, 0, {"skill_id": skill.id, "level": str(level)}) for skill, level in skills],
                **values,
            }
        )


@freeze_time("2026-06-15 12:00:00")
class TestAbility(AbilityCase):
    def test_profile(self):
        profile = self._profile(
            self.rep,
            [(self.care, 5), (self.negotiation, 2)],
            experience_from="2016-06-15",
            start_date="2026-05-01",
        )
        self.assertEqual(profile.skill_mean, 3.5)
        self.assertAlmostEqual(profile.experience_years, 3652 / 365.25, 2)
        self.assertEqual(str(self.rep.stm_start_date), "2026-05-01")
        self.assertEqual(profile.display_name, "Rep")

    @mute_logger("odoo.sql_db")
    def test_one_profile_per_person_and_one_line_per_skill(self):
        profile = self._profile(self.rep, [(self.care, 5)])
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._profile(self.rep)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            profile.skill_ids.copy({"ability_id": profile.id})

    def test_members_of_teams_are_added(self):
        self._profile(self.rep).active = False
        profiles = self.env["stm.ability"].with_user(self.manager)
        profiles.action_add_missing()
        profiles.action_add_missing()
        self.assertEqual(profiles.search([]).user_id, self.rep2)
        with self.assertRaises(AccessError):
            profiles.with_user(self.leader).action_add_missing()

    def test_whoever_judges_signs(self):
        profile = self._profile(self.rep, [(self.care, 5)])
        skill = profile.skill_ids.with_user(self.manager)
        with freeze_time("2026-07-01 12:00:00"):
            skill.write({"level": "4", "judged_by_id": self.rep2.id})
        self.assertEqual((skill.judged_by_id, str(skill.judged_on)), (self.manager, "2026-07-01"))

    def test_knowledge_says_of_what(self):
        with self.assertRaisesRegex(ValidationError, "choose their category"):
            self.env["stm.skill"].create({"name": "Pumps", "kind": "product"})
        with self.assertRaisesRegex(ValidationError, "choose which one"):
            self.env["stm.skill"].create({"name": "Steel", "kind": "industry"})

    def test_person_of_another_company(self):
        with self.assertRaises(UserError):
            self._profile(self.rep_other)

    def test_who_reads_and_who_judges(self):
        profile = self._profile(self.rep, [(self.care, 5)])
        for user in (self.rep, self.leader, self.manager):
            own = profile.with_user(user)
            self.assertEqual(own.skill_ids.level, "5", user.name)
            self.assertTrue(own.get_past()["rows"], user.name)
        for user in (self.rep2, self.sees_all, self.rep_other):
            with self.assertRaises(AccessError, msg=user.name):
                profile.with_user(user).get_past()
            env = self.env(user=user, context={})
            self.assertFalse(env["stm.ability.skill"].search([]))
        for user in (self.rep, self.leader):
            with self.assertRaises(AccessError, msg=user.name):
                profile.skill_ids.with_user(user).level = "4"
            with self.assertRaises(AccessError, msg=user.name):
                profile.with_user(user).start_date = "2026-01-01"


@freeze_time("2026-06-15 12:00:00")
class TestAbilityPast(AbilityCase):
    """Ordered in the four quarters to March 2026: by rep 900 of 1,200."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for date, amount, user in (
            ("2026-01-10", 600.0, cls.rep),
            ("2025-07-10", 300.0, cls.rep),
            ("2026-02-10", 300.0, cls.rep2),
            # outside of the period
            ("2026-04-01", 5000.0, cls.rep),
            ("2025-03-31", 5000.0, cls.rep),
        ):
            cls._order(date, amount, user=user)
        team = cls._node(cls._node(), team=cls.team)
        person = cls._node(team, user=cls.rep)
        cls._line(person, 500, "2026-01-01", "2026-03-31")
        cls._line(person, 7000, "2026-04-01", "2026-06-30")
        cls._line(cls._node(person, categ=cls.category), 400, "2026-01-01", "2026-03-31")
        cls._line(cls._node(categ=cls.category), 9000, "2026-01-01", "2026-03-31")
        cls.profile = cls._profile(cls.rep)

    def _rows(self, **values):
        past = self.profile.with_user(self.rep).get_past(measure_id=self.measure.id, **values)
        return {(row["by"], row["name"]): row for row in past["rows"]}

    def test_nothing_counts_before_approval(self):
        rows = self._rows()
        self.assertEqual((rows["all", ""]["target"], rows["all", ""]["attainment"]), (0, None))

    def test_last_four_quarters(self):
        self._approve()
        past = self.profile.with_user(self.rep).get_past()
        self.assertEqual((past["date_from"], past["date_to"]), ("2025-04-01", "2026-03-31"))
        rows = self._rows()
        whole = rows["all", ""]
        self.assertEqual((whole["target"], whole["achieved"], whole["attainment"]), (500, 600, 1.2))
        self.assertEqual((whole["sold"], whole["share"]), (900, 0.75))
        pumps = rows["categ_id", self.category.display_name]
        self.assertEqual((pumps["target"], pumps["attainment"], pumps["sold"]), (400, 1.5, 900))
        below = rows["categ_id", self.subcategory.display_name]
        self.assertEqual((below["target"], below["attainment"], below["sold"]), (0, None, 900))

    def test_days_that_are_chosen(self):
        self._approve()
        whole = self._rows(date_from="2026-04-01", date_to="2026-06-30")["all", ""]
        self.assertEqual((whole["target"], whole["sold"]), (7000, 5000))
        with self.assertRaisesRegex(UserError, "ends before it starts"):
            self._rows(date_from="2026-04-02", date_to="2026-04-01")

    def test_a_territory(self):
        place = self.env["stm.territory"].create({"name": "Home", "company_id": self.company.id})
        self.env["stm.territory.rule"].create(
            {"territory_id": place.id, "partner_ids": [(6, 0, self.customer.ids)]}
        )
        self._order("2026-03-10", 100.0, user=self.rep)
        self._order("2026-03-11", 300.0, user=self.rep2)
        row = self._rows()["territory_id", "Home"]
        self.assertEqual((row["sold"], row["share"], row["attainment"]), (100, 0.25, None))

    def test_fiscal_quarters(self):
        self.company.fiscalyear_last_month = "1"
        period = self.env["stm.ability"]._get_past_period(self.company)
        self.assertEqual([Date.to_string(day) for day in period], ["2025-05-01", "2026-04-30"])
