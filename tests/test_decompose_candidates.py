"""By what, and into what, a plan is offered to be divided."""

from odoo.tests import Form

from .test_decompose import DecomposeCase


class TestCandidates(DecomposeCase):
    """World ─ Home (rep), Abroad (rep2); rep is in the team North as well, the leader in none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["stm.territory.division"].search([("company_id", "=", cls.company.id)]).active = False
        cls.division = cls.env["stm.territory.division"].create(
            {"name": "Geography", "company_id": cls.company.id}
        )
        cls.world = cls._territory("World")
        cls.home, cls.abroad = (cls._territory(name, cls.world) for name in ("Home", "Abroad"))
        cls._line(cls.root, 1000)

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

    def _assign(self, territory, user, **values):
        owner = self.env["stm.territory.role"].search([("is_owner", "=", True)], limit=1)
        self.env["stm.territory.assignment"].create(
            {"territory_id": territory.id, "user_id": user.id, "role_id": owner.id, **values}
        )

    def _profile(self, name, **values):
        partner = self.env["res.partner"].create({"name": name, "is_company": True})
        self.env["stm.customer.profile"].create(
            {"partner_id": partner.id, "company_id": self.company.id, **values}
        )
        return partner

    def test_parts_of_a_territory_that_stands_alone(self):
        wizard = self._open()
        self.assertEqual(wizard.dimension, "territory_id")
        self.assertEqual(wizard.territory_ids, self.home | self.abroad)

    def test_people_of_a_territory(self):
        """A territory is divided by who answers for it while the plan runs, not by team."""
        self._assign(self.home, self.rep2)
        self._assign(self.home, self.leader, date_to="2025-12-31")
        self._assign(self.abroad, self.rep)
        node = self._node(self.root, territory=self.home)
        self._line(node, 500)
        wizard = self._open(node)
        self.assertEqual((wizard.dimension, wizard.user_ids), ("user_id", self.rep2))
        self.assertEqual(self._proposals(wizard), [500])

    def test_teams_where_there_are_no_territories(self):
        (self.home | self.abroad).unlink()
        self.world.unlink()
        self.assertEqual(self._open().dimension, "team_id")
        node = self._node(self.root, team=self.team)
        wizard = self._open(node)
        self.assertEqual((wizard.dimension, wizard.user_ids), ("user_id", self.rep | self.rep2))

    def test_the_other_territories_of_the_same_division(self):
        industries = self.env["stm.territory.division"].create(
            {"name": "Industries", "company_id": self.company.id}
        )
        mining, shipping = (self._territory(name, division=industries) for name in ("Mining", "Shipping"))
        self._node(self.root, territory=mining)
        wizard = self._open()
        self.assertEqual(wizard.territory_ids, mining | shipping)

    def test_key_accounts_leave_to_others_what_they_bought(self):
        """Of 800 last year 500 went to the key account and the one of class A: 62.5 % is divided."""
        first = self.env["stm.customer.class"].create({"name": "Top", "company_id": self.company.id})
        first.abc = "A"
        key = self._profile("Key", relation="key")
        large = self._profile("Large", rule_class_id=first.id)
        small = self._profile("Small")
        for partner, amount in ((key, 300), (large, 200), (small, 300)):
            self._order("2025-05-10", amount, partner=partner)
        wizard = self._open(dimension="partner_id")
        self.assertEqual(wizard.partner_ids, key | large)
        self.assertEqual({line.name: line.proposal for line in wizard.line_ids}, {"Key": 375, "Large": 250})
        self.assertEqual((wizard.hedge, wizard.assigned), (-37.5, 625))
        self.assertIn("stays in reserve", wizard.hedge_text)
        with Form(wizard) as form:
            form.hedge = 0
        self.assertEqual(sum(self._proposals(wizard)), 1000)
        with Form(wizard) as form:
            form.dimension = "team_id"
        self.assertEqual(wizard.hedge, 0)

    def test_reserve_in_words(self):
        key = self._profile("Key", relation="key")
        for partner, amount in ((key, 300), (self.customer, 300)):
            self._order("2025-05-10", amount, partner=partner)
        self._open(dimension="partner_id").action_apply()
        line = self.root.child_ids.line_ids
        self.assertEqual(line.target, 500)
        self.assertIn("50.0 % of the target of “", line.with_user(self.manager)._explain()["sentence"])
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.root.breakdown_ids.reserve_ids.reserve, 500)

    def test_what_counts_twice(self):
        wizard = self._open()
        self.assertNotIn("nested", [one["code"] for one in wizard.remarks])
        with Form(wizard) as form:
            form.territory_ids.add(self.world)
        self.assertIn("World / Home, World / Abroad: inside of another part", wizard.message)
