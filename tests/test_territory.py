from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Date
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import StmCase


class TerritoryCase(StmCase):
    """Germany in two halves by postcode, France, and whoever is left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = Date.context_today(cls.env.user)
        cls.germany, cls.france = cls.env.ref("base.de"), cls.env.ref("base.fr")
        cls.division = cls.env["stm.territory.division"].create(
            {"name": "Geography", "company_id": cls.company.id, "is_primary": True}
        )
        cls.europe = cls._territory("Europe")
        cls.north = cls._territory("North", cls.europe)
        cls.south = cls._territory("South", cls.europe)
        cls.west = cls._territory("West", cls.europe)
        cls._rule(cls.north, country_id=cls.germany.id, zip_from="0", zip_to="4")
        cls._rule(cls.south, country_id=cls.germany.id)
        cls._rule(cls.west, country_id=cls.france.id)

    @classmethod
    def _territory(cls, name, parent=None, division=None):
        return cls.env["stm.territory"].create(
            {
                "name": name,
                "parent_id": parent.id if parent else False,
                "division_id": (division or cls.division).id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _rule(cls, territory, **values):
        return cls.env["stm.territory.rule"].create({"territory_id": territory.id, **values})

    @classmethod
    def _partner(cls, name, country=None, zip_=False, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "country_id": country.id if country else False,
                "zip": zip_,
                **values,
            }
        )

    def _members(self, partner, division=None):
        """(territory, first day, last day) of a customer, oldest first."""
        rows = self.env["stm.territory.member"].search(
            [("partner_id", "=", partner.id), ("division_id", "=", (division or self.division).id)],
            order="date_from",
        )
        return [(row.territory_id, row.date_from.year > 1900 and row.date_from, row.date_to) for row in rows]


class TestTerritoryRules(TerritoryCase):
    def test_most_specific_wins(self):
        hamburg = self._partner("Hamburg", self.germany, "20 095")
        munich = self._partner("Munich", self.germany, "80331")
        paris = self._partner("Paris", self.france)
        nowhere = self._partner("Nowhere")
        self.assertEqual(hamburg.stm_territory_id, self.north)
        self.assertEqual(munich.stm_territory_id, self.south)
        self.assertEqual(paris.stm_territory_id, self.west)
        self.assertFalse(nowhere.stm_territory_id)
        self._rule(self.west, partner_ids=[(6, 0, munich.ids)])
        self.assertEqual(munich.stm_territory_id, self.west)

    def test_last_postcode_of_a_range_is_in_it(self):
        inside = self._partner("Inside", self.germany, "49999")
        outside = self._partner("Outside", self.germany, "50000")
        self.assertEqual((inside.stm_territory_id, outside.stm_territory_id), (self.north, self.south))

    def test_size_tag_and_industry(self):
        tag = self.env["res.partner.category"].create({"name": "Chains"})
        industry = self.env["res.partner.industry"].create({"name": "Steel"})
        by_kind = self._territory("Kinds")
        self._rule(by_kind, country_id=self.germany.id, size_from=100)
        self._rule(by_kind, country_id=self.france.id, category_id=tag.id)
        self._rule(by_kind, industry_id=industry.id)
        self.assertEqual(
            self._partner("Big", self.germany, "80331", stm_employees=100).stm_territory_id, by_kind
        )
        self.assertEqual(
            self._partner("Small", self.germany, "80331", stm_employees=99).stm_territory_id, self.south
        )
        chain = self._partner("Chain", self.france, category_id=[(6, 0, tag.ids)])
        self.assertEqual(chain.stm_territory_id, by_kind)
        self.assertEqual(self._partner("Steel", industry_id=industry.id).stm_territory_id, by_kind)

    def test_contacts_follow_their_company(self):
        hamburg = self._partner("Hamburg", self.germany, "20095")
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": hamburg.id, "country_id": self.france.id}
        )
        self.assertEqual(contact.stm_territory_id, self.north)

    def test_nobody_takes_a_customer_by_hand(self):
        """Who may write customers may not decide to whose territory they belong."""
        customer = self._partner("Mine", self.france)
        groups = "sales_team.group_sale_salesman,base.group_partner_manager"
        rep = new_test_user(self.env, "taker", groups, company_id=self.company.id)
        with self.assertRaises(AccessError):
            customer.with_user(rep).stm_territory_id = self.south
        with self.assertRaises(AccessError):
            customer.with_user(rep).create({"name": "New", "stm_territory_id": self.south.id})
        customer.with_user(rep).name = "Still Mine"
        self.assertEqual(customer.name, "Still Mine")

    def test_ties_are_refused(self):
        self._partner("Paris", self.france)
        with self.assertRaisesRegex(ValidationError, "equally specific.*Paris.*in all: 1"):
            self._rule(self.south, country_id=self.france.id)
        belgium = self.env.ref("base.be")
        self._rule(self.west, country_id=belgium.id, zip_from="1", zip_to="5")
        with self.assertRaisesRegex(ValidationError, "hit the same customers"):
            self._rule(self.south, country_id=belgium.id, zip_from="59")
        self._rule(self.south, country_id=belgium.id, zip_from="6")

    def test_bad_rules(self):
        with self.assertRaisesRegex(ValidationError, "end at 1 before they begin at 2"):
            self._rule(self.south, zip_from="2", zip_to="1")
        with self.assertRaisesRegex(ValidationError, "cannot be from 9 to 3"):
            self._rule(self.south, size_from=9, size_to=3)
        with self.assertRaisesRegex(ValidationError, "does not lie in"):
            self._rule(self.south, country_id=self.france.id, state_id=self.env.ref("base.state_us_1").id)

    def test_tree_stays_in_its_division(self):
        other = self.env["stm.territory.division"].create({"name": "Industry", "company_id": self.company.id})
        self.assertFalse(other.is_primary)
        steel = self._territory("Steel", division=other)
        with self.assertRaisesRegex(ValidationError, "of the same division"):
            steel.write({"parent_id": self.europe.id, "division_id": other.id})

    @mute_logger("odoo.sql_db")
    def test_one_primary_division(self):
        with self.assertRaises(IntegrityError):
            self.env["stm.territory.division"].create(
                {"name": "Second", "company_id": self.company.id, "is_primary": True}
            )


class TestTerritoryDates(TerritoryCase):
    def test_a_border_moves_on_a_day(self):
        munich = self._partner("Munich", self.germany, "80331")
        hamburg = self._partner("Hamburg", self.germany, "20095")
        day = self.today + relativedelta(days=10)
        self._rule(self.north, country_id=self.germany.id, zip_from="8", date_from=day)
        self.assertEqual(
            self._members(munich),
            [(self.south, False, day - relativedelta(days=1)), (self.north, day, False)],
        )
        self.assertEqual(munich.stm_territory_id, self.south)
        self.assertEqual(self._members(hamburg), [(self.north, False, False)])

    def test_a_rule_that_ends_gives_back(self):
        munich = self._partner("Munich", self.germany, "80331")
        first, last = self.today + relativedelta(days=5), self.today + relativedelta(days=9)
        rule = self._rule(self.west, partner_ids=[(6, 0, munich.ids)], date_from=first, date_to=last)
        self.assertEqual(
            self._members(munich),
            [
                (self.south, False, first - relativedelta(days=1)),
                (self.west, first, last),
                (self.south, last + relativedelta(days=1), False),
            ],
        )
        rule.unlink()
        self.assertEqual(self._members(munich), [(self.south, False, False)])

    def test_what_lies_before_stays(self):
        munich = self._partner("Munich", self.germany, "80331")
        munich.country_id = self.france
        self.assertEqual(
            self._members(munich),
            [(self.south, False, self.today - relativedelta(days=1)), (self.west, self.today, False)],
        )
        munich.country_id = False
        self.assertEqual(len(self._members(munich)), 1)
        self.assertFalse(munich.stm_territory_id)

    def test_exactly_one_on_each_day(self):
        """Whatever is changed in whatever order, a customer is never in two places."""
        munich = self._partner("Munich", self.germany, "80331")
        rules = [
            self._rule(
                territory,
                partner_ids=[(6, 0, munich.ids)],
                date_from=self.today + relativedelta(days=first),
                date_to=self.today + relativedelta(days=first + 3),
            )
            for territory, first in ((self.west, 4), (self.north, 12), (self.west, 20))
        ]
        rules[1].date_to = self.today + relativedelta(days=17)
        rules[0].unlink()
        munich.zip = "10115"
        for number in range(30):
            day = self.today + relativedelta(days=number)
            found = self.env["stm.territory.member"].search_count(
                [
                    ("partner_id", "=", munich.id),
                    ("date_from", "<=", day),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", day),
                ]
            )
            self.assertEqual(found, 1, f"on day {number}")

    def test_vacancy(self):
        self.assertTrue(self.north.is_vacant)
        assignment = self.env["stm.territory.assignment"].create(
            {"territory_id": self.north.id, "user_id": self.rep.id, "date_from": self.today}
        )
        self.assertEqual(self.north.owner_ids, self.rep)
        vacant = self.env["stm.territory"].search(
            [("is_vacant", "=", True), ("division_id", "=", self.division.id)]
        )
        self.assertEqual(vacant, self.europe | self.south | self.west)
        with self.assertRaisesRegex(ValidationError, "twice at the same time"):
            assignment.copy()


class TestTerritoryDay(TerritoryCase):
    def test_today_is_that_of_the_company(self):
        """At eight in the evening UTC it is tomorrow in Shanghai, whoever changes the customer."""
        self.company.stm_tz = "Asia/Shanghai"
        munich = self._partner("Munich", self.germany, "80331")
        with freeze_time("2026-06-14 20:00:00"):
            munich.country_id = self.france
            self.assertEqual(self._members(munich)[-1], (self.west, Date.to_date("2026-06-15"), False))
            self.assertEqual(munich.stm_territory_id, self.west)
