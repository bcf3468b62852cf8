from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError
from odoo.fields import Date
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import StmCase

CACHE = ("stm.achievement.cell", "stm.achievement.month", "stm.achievement.mark", "stm.first.purchase")


class TestAchievementRights(StmCase):
    """Odoo's sales groups decide who sees which facts, by every road the ORM has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.past = Date.today().replace(day=1) - relativedelta(months=2)
        cls.readonly = cls._make_user("readonly", "account.group_account_readonly")
        cls.portal = cls._make_user("portal", "base.group_portal")
        cls.internal = cls._make_user("internal", "base.group_user")
        cls._invoice(cls._order(cls.past, 100.0), cls.past)
        cls._order(cls.past, 20.0, user=cls.rep2)
        nobody = cls._order(cls.past, 3.0)
        nobody.user_id = False
        foreign = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.other_company.id,
                "user_id": cls.rep_other.id,
                "team_id": cls.team_other.id,
                "order_line": [(0, 0, {"product_id": cls.product.id, "price_unit": 5.0, "tax_ids": [(5,)]})],
            }
        )
        foreign.action_confirm()
        foreign.date_order = f"{cls.past} 12:00:00"
        cls.env.flush_all()
        months = cls.env["stm.achievement.month"]
        months._build(months._get_pending())
        foreign.order_line.price_unit = 5.0
        cls.env.flush_all()

    def _as(self, user):
        self.env.invalidate_all()
        companies = user.company_ids.ids
        return self.env["stm.achievement"].with_user(user).with_context(allowed_company_ids=companies)

    def _orders(self, user):
        """Amounts of the order facts that a user finds."""
        return sorted(self._as(user).search([("source", "=", "order")]).mapped("amount"))

    def test_who_sees_what(self):
        self.assertEqual(self._orders(self.rep), [100.0])
        self.assertEqual(self._orders(self.rep2), [20.0])
        # a leader reads the aggregates of the team elsewhere, not other people's documents
        self.assertEqual(self._orders(self.leader), [])
        for user in (self.sees_all, self.manager, self.accountant, self.readonly):
            self.assertEqual(self._orders(user), [3.0, 20.0, 100.0], user.name)
        self.assertEqual(self._orders(self.rep_other), [5.0])

    def test_strangers_see_nothing(self):
        for user in (self.portal, self.internal):
            for model in ("stm.achievement", *CACHE, "stm.measure"):
                with self.assertRaises(AccessError, msg=f"{user.name} {model}"):
                    self.env[model].with_user(user).search([])

    def test_reading_by_id(self):
        own = self._as(self.rep).search([("source", "=", "order")])
        others = self._as(self.manager).search([("source", "=", "order"), ("user_id", "=", self.rep2.id)])
        self.assertEqual(own.with_user(self.rep).read(["amount"])[0]["amount"], 100.0)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            others.with_user(self.rep).read(["amount"])
        abroad = self._as(self.rep_other).search([("source", "=", "order")])
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            abroad.with_user(self.manager).with_context(allowed_company_ids=self.company.ids).read(["amount"])

    def test_groups_sums_and_counts(self):
        facts = self._as(self.rep)
        domain = [("source", "=", "order")]
        self.assertEqual(facts._read_group(domain, ["user_id"], ["amount:sum"]), [(self.rep, 100.0)])
        self.assertEqual(facts.search_count(domain), 1)
        groups = facts.formatted_read_group(domain, ["user_id"], ["amount:sum", "__count"])
        self.assertEqual([(group["amount:sum"], group["__count"]) for group in groups], [(100.0, 1)])
        everyone = self._as(self.sees_all).formatted_read_group(domain, ["user_id"], ["amount:sum"])
        self.assertEqual(sorted(group["amount:sum"] for group in everyone), [3.0, 20.0, 100.0])

    def test_conditions_on_other_models_tell_nothing(self):
        facts = self._as(self.rep)
        self.assertFalse(facts.search([("user_id", "=", self.rep2.id)]))
        self.assertFalse(facts.search([("user_id.name", "=", self.rep2.name)]))
        self.assertFalse(facts.search([("order_id.user_id", "=", self.rep2.id)]))

    def test_every_order_and_page(self):
        for order in ("date", "amount desc", "id", "user_id, categ_id, commercial_partner_id", "source desc"):
            facts = self._as(self.sees_all).search([("source", "=", "order")], order=order)
            self.assertEqual(len(facts), 3, order)
        facts = self._as(self.sees_all)
        pages = [facts.search([("source", "=", "order")], offset=page, limit=1) for page in range(3)]
        self.assertEqual(len(facts.union(*pages)), 3)

    def test_export(self):
        self.rep.group_ids |= self.env.ref("base.group_allow_export")
        others = self._as(self.manager).search([("source", "=", "order"), ("user_id", "=", self.rep2.id)])
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            others.with_user(self.rep).export_data(["amount"])
        facts = self._as(self.rep).search([("source", "=", "order")])
        names = ["date", "user_id", "amount", "order_id", "categ_id"]
        [row] = facts.export_data(names)["datas"]
        self.assertEqual(row[0], self.past)
        self.assertEqual(row[2], 100.0)

    def test_nobody_writes(self):
        for user in (self.rep, self.sees_all, self.manager, self.accountant):
            fact = self._as(user).search([("source", "=", "order")], limit=1)
            for name, arguments in (("write", [{"amount": 1.0}]), ("unlink", []), ("create", [{}])):
                with self.assertRaises(AccessError):
                    getattr(fact, name)(*arguments)

    def test_cache_is_for_managers_and_by_company(self):
        for model in CACHE:
            for user in (
                self.rep,
                self.leader,
                self.sees_all,
                self.accountant,
                self.readonly,
                self.rep_other,
            ):
                with self.assertRaises(AccessError, msg=f"{user.name} {model}"):
                    self.env[model].with_user(user).search([])
            records = (
                self.env[model]
                .with_user(self.manager)
                .with_context(allowed_company_ids=self.company.ids)
                .search([])
            )
            self.assertLessEqual(records.company_id, self.company, model)
            self.assertTrue(
                self.env[model].sudo().search([("company_id", "=", self.other_company.id)]), model
            )
            with self.assertRaises(AccessError):
                records.with_user(self.manager).create({})
        self.assertTrue(self.env["stm.achievement.cell"].with_user(self.manager).search([]))

    def test_document_or_a_word(self):
        fact = self._as(self.sees_all).search([("source", "=", "order"), ("user_id", "=", self.rep2.id)])
        action = fact.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", fact.order_id.id))
        told = fact.with_user(self.accountant).action_open_document()
        self.assertIn(told["type"], ("ir.actions.client", "ir.actions.act_window"))
        mine = self._as(self.rep).search([("source", "=", "invoice")])
        opened = self._as(self.accountant).browse(mine.id).action_open_document()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("account.move", mine.move_id.id))

    def test_the_order_instead_of_an_invoice(self):
        """Core refuses who may not read payments the form of a posted invoice."""
        mine = self._as(self.rep).search([("source", "=", "invoice")])
        with self.assertRaises(AccessError):
            mine.move_id.matched_payment_ids.mapped("state")
        opened = mine.action_open_document()
        order = mine.move_id.sudo().line_ids.sale_line_ids.order_id
        self.assertEqual((opened["res_model"], opened["res_id"]), ("sale.order", order.id))
        order.sudo().user_id = self.rep2
        self.assertEqual(mine.action_open_document()["type"], "ir.actions.client")


@tagged("post_install", "-at_install")
class TestAchievementRpc(StmCase, HttpCase):
    """The same over the wire, where private methods are out of reach."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._order(Date.today(), 100.0)
        cls._order(Date.today(), 20.0, user=cls.rep2)
        cls.env.flush_all()

    def _call(self, user, method, model="stm.achievement", **values):
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            .sudo()
            ._generate("rpc", "test", Date.today() + relativedelta(days=1))
        )
        return self.url_open(
            f"/json/2/{model}/{method}", json=values, headers={"Authorization": f"Bearer {key}"}
        )

    def test_read_over_rpc(self):
        domain = [["source", "=", "order"], ["company_id", "=", self.company.id]]
        answer = self._call(self.rep, "search_read", domain=domain, fields=["amount"])
        self.assertEqual([row["amount"] for row in answer.json()], [100.0])
        answer = self._call(
            self.sees_all,
            "formatted_read_group",
            domain=domain,
            groupby=["source"],
            aggregates=["amount:sum"],
        )
        self.assertEqual([group["amount:sum"] for group in answer.json()], [120.0])

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_refused_over_rpc(self):
        totals = self._call(self.manager, "_get_totals", requests=[])
        self.assertIn(totals.status_code, (403, 404))
        cells = self._call(
            self.rep, "search_read", model="stm.achievement.cell", domain=[], fields=["amount"]
        )
        self.assertEqual(cells.status_code, 403)
        build = self._call(self.manager, "_build", "stm.achievement.month", months=[])
        self.assertIn(build.status_code, (403, 404))
