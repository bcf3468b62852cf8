from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date

from .common import StmCase

# the published figures of ABC: what ten customers bought
AMOUNTS = (500, 200, 100, 80, 50, 30, 20, 10, 6, 4)


class ClassCase(StmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = Date.context_today(cls.env.user)
        cls.policy = cls.env["stm.class.policy"]._get_or_make(cls.company)
        cls.best, cls.good, cls.rest = cls.env["stm.customer.class"].search(
            [("company_id", "=", cls.company.id)], order="sequence"
        )

    @classmethod
    def _customer(cls, name, *amounts, days=10, **values):
        partner = cls.env["res.partner"].create({"name": name, "is_company": True, **values})
        for amount in amounts:
            cls._order(cls.today - relativedelta(days=days), amount, partner=partner)
        return partner

    def _profile(self, partner):
        return self.env["stm.customer.profile"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )


class TestCustomerClass(ClassCase):
    def test_abc_by_revenue(self):
        partners = [self._customer(f"Customer {amount}", amount) for amount in AMOUNTS]
        message = self.policy.action_refresh()["params"]["message"]
        self.assertIn("Customers with a class: 10, changed: 10.", message)
        letters = [self._profile(partner).class_id.name for partner in partners]
        self.assertEqual("".join(letters), "AAABBBCCCC")
        self.assertEqual([self._profile(partner).revenue for partner in partners], list(AMOUNTS))

    def test_rfm_compared_with_the_others(self):
        self.policy.customer_method = "rfm_quantile"
        # ten customers: the later, the more often and the more, so every score comes twice
        partners = [
            self._customer(f"Customer {number}", *[10 * number] * number, days=100 - 5 * number)
            for number in range(1, 11)
        ]
        self.policy.action_refresh()
        profiles = [self._profile(partner) for partner in partners]
        self.assertEqual([profile.recency for profile in profiles], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
        self.assertEqual([profile.frequency for profile in profiles], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
        self.assertEqual([profile.rfm for profile in profiles][::3], [1.0, 2.0, 4.0, 5.0])
        self.assertEqual("".join(profile.class_id.name for profile in profiles), "CCCCBBAAAA")

    def test_rfm_by_fixed_limits(self):
        self.policy.customer_method = "rfm_threshold"
        partner = self._customer("Acme Two", 10000.0, 5000.0, days=30)
        self.policy.action_refresh()
        profile = self._profile(partner)
        self.assertEqual((profile.recency, profile.frequency, profile.monetary), (5, 2, 3))
        with self.assertRaisesRegex(ValidationError, "four numbers"):
            self.policy.recency_limits = "30, soon"
        with self.assertRaisesRegex(ValidationError, "rising"):
            self.policy.recency_limits = "365, 180, 90, 30"

    def test_potential(self):
        self.policy.customer_method = "potential"
        self.best.potential_from = 1000.0
        self.good.potential_from = 100.0
        partners = [self._customer(f"Potential {amount}", 1.0) for amount in (1000, 999, 0)]
        self.policy.action_refresh()
        for partner, amount in zip(partners, (1000.0, 999.0, 0.0), strict=True):
            self._profile(partner).potential = amount
        self.policy.action_refresh()
        self.assertEqual("".join(self._profile(partner).class_id.name for partner in partners), "ABC")

    def test_growth_and_who_stopped_buying(self):
        grown, gone = self._customer("Grown", 150.0), self._customer("Gone", 80.0, days=500)
        self._order(self.today - relativedelta(months=18), 100.0, partner=grown)
        self.policy.action_refresh()
        self.assertEqual(self._profile(grown).growth, 0.5)
        self.assertEqual((self._profile(gone).growth, self._profile(gone).revenue), (-1.0, 0.0))
        self.assertEqual(self._profile(gone).class_id, self.rest)

    def test_decision_of_a_person(self):
        partner = self._customer("Small", 1.0)
        self._customer("Large", 1000.0)
        self.policy.action_refresh()
        profile = self._profile(partner)
        self.assertEqual(profile.class_id, self.rest)
        with self.assertRaisesRegex(UserError, "Say why"):
            profile.override_class_id = self.best
        profile.write(
            {"override_class_id": self.best.id, "override_reason": "Promised", "override_until": self.today}
        )
        self.assertEqual(profile.class_id, self.best)
        self.policy.action_refresh()
        self.assertEqual(profile.class_id, self.best)
        changes = profile.history_ids
        self.assertEqual(changes.mapped("class_id.name"), ["A", "C"])
        self.assertEqual(
            (changes[0].by_hand, changes[0].reason, changes[0].user_id), (True, "Promised", self.env.user)
        )
        with self.assertRaisesRegex(UserError, "“Small” would have ended on .* choose a later last day"):
            profile.override_until = self.today - relativedelta(days=1)
        self.assertEqual(profile.class_id, self.best)
        with freeze_time(self.today + relativedelta(days=1, hour=12)):
            self.env["stm.customer.profile"]._cron_expire()
        self.assertEqual(profile.class_id, self.rest)

    def test_another_company_is_left_alone(self):
        """A decision of another company that ended stays until that company's own turn."""
        best = self.env["stm.customer.class"].create({"name": "A", "company_id": self.other_company.id})
        foreign = self.env["stm.customer.profile"].create(
            {
                "company_id": self.other_company.id,
                "partner_id": self.customer.id,
                "override_class_id": best.id,
                "override_reason": "Promised",
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stm_customer_profile SET override_until = '2020-01-01' WHERE id = %s", [foreign.id]
        )
        self._customer("Own", 10.0)
        self.policy.action_refresh()
        self.env.invalidate_all()
        self.assertEqual(foreign.class_id, best)
        self.env["stm.customer.profile"]._cron_expire()
        self.assertFalse(foreign.class_id)

    def test_refreshed_twice_changes_nothing(self):
        self._customer("Acme Two", 10.0)
        self.policy.action_refresh()
        changes = self.env["stm.customer.class.history"].search_count([])
        self.policy.action_refresh()
        self.assertEqual(self.env["stm.customer.class.history"].search_count([]), changes)

    def test_bad_policy(self):
        with self.assertRaisesRegex(ValidationError, "must rise"):
            self.policy.cut_a = 99
        with self.assertRaisesRegex(ValidationError, "1 to 60 months"):
            self.policy.write({"cut_a": 80, "months": 0})


class TestProductClass(ClassCase):
    def _product(self, name, now, before, category=None):
        product = self.env["product.product"].create(
            {
                "name": name,
                "categ_id": (category or self.category).id,
                "type": "service",
                "taxes_id": [(5,)],
                "invoice_policy": "order",
            }
        )
        for amount, months in ((now, 1), (before, 13)):
            if amount:
                order = self._order(self.today - relativedelta(months=months), amount, confirm=False)
                order.order_line.write({"product_id": product.id, "price_unit": amount})
                order.action_confirm()
                order.date_order = f"{self.today - relativedelta(months=months)} 12:00:00"
        return product.product_tmpl_id

    def _profile(self, product):
        return self.env["stm.product.profile"].search([("product_tmpl_id", "=", product.id)])

    def test_growth_and_share(self):
        products = [
            self._product("Star", 200.0, 100.0),
            self._product("Question", 50.0, 10.0),
            self._product("Dog", 100.0, 100.0),
        ]
        alone = self._product("Cow", 70.0, 70.0, category=self.category.copy({"name": "Alone"}))
        self.policy.action_refresh()
        self.assertEqual(
            [self._profile(product).matrix for product in (*products, alone)],
            ["star", "question_mark", "dog", "cash_cow"],
        )
        self.assertEqual([self._profile(product).share for product in products], [2.0, 0.25, 0.5])
        # no class says yet which of the four it takes
        self.policy.product_method = "matrix"
        told = self.policy.action_refresh()["params"]
        self.assertEqual((told["type"], self._profile(products[0]).class_id.name), ("warning", False))
        self.assertIn("Products with a class: 0, changed: 4. No class takes anybody", told["message"])

    def test_class_is_a_dimension_of_the_figures(self):
        past = self.today.replace(day=1) - relativedelta(months=2)
        product = self._product("Pump Two", 300.0, 0)
        self._order(past, 7.0)
        first = self.env["stm.product.class"].search(
            [("company_id", "=", self.company.id), ("abc", "=", "A")]
        )
        self._build_cells()
        start = self.today - relativedelta(months=3)
        self.assertEqual(self._totals("ordered", start, self.today, product_class_id=first), 0.0)
        self.policy.action_refresh()
        self.assertEqual(self._profile(product).class_id, first)
        self.assertEqual(self._totals("ordered", start, self.today, product_class_id=first), 300.0)
        self._build_cells()
        self.assertEqual(self._totals("ordered", start, self.today, product_class_id=first), 300.0)


class TestClassRights(ClassCase):
    def test_profiles_of_own_customers_only(self):
        own = self._customer("Own", 10.0, user_id=self.rep.id)
        foreign = self._customer("Foreign", 10.0, user_id=self.rep2.id)
        self.env["sale.order"].search([("partner_id", "in", (own | foreign).ids)]).user_id = self.rep2
        self.policy.action_refresh()
        profiles = self.env["stm.customer.profile"]
        seen = profiles.with_user(self.rep).search([]).partner_id
        self.assertIn(own, seen)
        self.assertNotIn(foreign, seen)
        with self.assertRaises(AccessError):
            self._profile(own).with_user(self.rep).write({"relation": "key"})
        with self.assertRaises(AccessError):
            self.env["stm.product.profile"].with_user(self.rep).search([])
        abroad = profiles.with_user(self.rep_other).with_context(allowed_company_ids=self.other_company.ids)
        self.assertFalse(abroad.search([]))
        with self.assertRaisesRegex(AccessError, "those who sell"):
            foreign.with_user(self.rep).action_stm_open_profile()
        self.assertEqual(own.with_user(self.rep).action_stm_open_profile()["res_id"], self._profile(own).id)

    def test_reasons_are_for_those_who_see_the_profile(self):
        """Why somebody's customer was put into another class is no more public than the profile."""
        own = self._customer("Own", 10.0, user_id=self.rep.id)
        foreign = self._customer("Foreign", 10.0, user_id=self.rep2.id, days=3)
        self.env["sale.order"].search([("partner_id", "=", foreign.id)]).user_id = self.rep2
        self.policy.action_refresh()
        for partner in (own, foreign):
            self._profile(partner).write({"override_class_id": self.rest.id, "override_reason": "Pays late"})
        history = self.env["stm.customer.class.history"].with_user(self.rep)
        self.assertEqual(history.search([("by_hand", "=", True)]).partner_id, own)
        self.assertFalse(history.search([("profile_id.partner_id", "=", foreign.id)]))
        everything = history.with_user(self.sees_all).search([("by_hand", "=", True)])
        self.assertEqual(everything.partner_id, own | foreign)

    def test_only_managers_classify(self):
        for method in ("action_refresh", "action_open"):
            with self.assertRaises(AccessError):
                getattr(self.policy.with_user(self.rep), method)()
        self.policy.with_user(self.manager).action_refresh()

    def test_kind_of_customer_in_the_analysis(self):
        partner = self._customer("Dealer", 10.0)
        self.policy.action_refresh()
        self._profile(partner).relation = "dealer"
        groups = self.env["stm.achievement"]._read_group(
            [("company_id", "=", self.company.id), ("customer_relation", "=", "dealer")], [], ["amount:sum"]
        )
        self.assertEqual(groups, [(10.0,)])
