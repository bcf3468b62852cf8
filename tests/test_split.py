"""Who is credited for an order: agreed on it, or by default of its customer or team."""

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class TestSplit(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls.env["res.partner"].create({"name": "Agent Ltd", "is_company": True})
        cls.contact = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.customer.id})

    def _defaults(self, owner, *lines, company=None):
        """Lines are (None, user or partner; share[, overlay])."""
        values = []
        for who, share, *overlay in lines:
            kind = "salesperson" if not who else "user" if who._name == "res.users" else "partner"
            values.append(
                {
                    "company_id": (company or self.company).id,
                    "kind": kind,
                    "user_id": who.id if kind == "user" else False,
                    "agent_id": who.id if kind == "partner" else False,
                    "share": share,
                    "is_overlay": bool(overlay),
                }
            )
        owner.with_user(self.manager).stm_split_default_ids = [(5,), *((0, 0, one) for one in values)]
        return owner.stm_split_default_ids

    def _shares(self, order):
        return {line.payee_id.name: line.share for line in order.sudo().stm_split_ids}

    def _quote(self, user=None, **values):
        return (
            self.env["sale.order"]
            .with_user(user or self.rep)
            .create({"partner_id": self.contact.id, "user_id": (user or self.rep).id, **values})
        )

    def test_without_defaults_nothing_is_written(self):
        self.assertFalse(self._quote().sudo().stm_split_ids)

    def test_the_customers_default_comes_first(self):
        self._defaults(self.team, (None, 0.9), (self.rep2, 0.1))
        order = self._quote(team_id=self.team.id)
        self.assertEqual(self._shares(order), {"Rep": 0.9, "Rep2": 0.1})
        # of the commercial entity, for whichever contact
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        order = self._quote(team_id=self.team.id)
        self.assertEqual(self._shares(order), {"Rep": 0.7, "Agent Ltd": 0.3})
        self.assertTrue(all(order.sudo().stm_split_ids.mapped("is_default")))

    def test_a_quotation_follows_its_customer(self):
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        other = self.env["res.partner"].create({"name": "Other"})
        order = self._quote(partner_id=other.id)
        self.assertEqual(self._shares(order), {})
        order.partner_id = self.contact
        self.assertEqual(self._shares(order), {"Rep": 0.7, "Agent Ltd": 0.3})
        order.sudo().user_id = self.rep2
        self.assertEqual(self._shares(order), {"Rep2": 0.7, "Agent Ltd": 0.3})
        order.sudo().partner_id = other
        self.assertEqual(self._shares(order), {})

    def test_what_was_agreed_stays(self):
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        order = self._quote()
        own, _agent = order.with_user(self.manager).stm_split_ids
        order.with_user(self.manager).stm_split_ids = [
            (1, own.id, {"share": 0.5}),
            (1, _agent.id, {"share": 0.5}),
        ]
        order.sudo().partner_id = self.env["res.partner"].create({"name": "Other"})
        self.assertEqual(self._shares(order), {"Rep": 0.5, "Agent Ltd": 0.5})
        copied = order.copy()
        self.assertEqual(self._shares(copied), {"Rep": 0.5, "Agent Ltd": 0.5})

    def test_a_copy_takes_the_defaults_of_the_day(self):
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        order = self._quote()
        self._defaults(self.customer, (None, 0.6), (self.agent, 0.4))
        self.assertEqual(self._shares(order.copy()), {"Rep": 0.6, "Agent Ltd": 0.4})
        self.assertEqual(self._shares(order), {"Rep": 0.7, "Agent Ltd": 0.3})

    def test_the_form_shows_it_before_saving(self):
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        for user in (self.manager, self.rep):
            form = Form(self.env["sale.order"].with_user(user))
            form.partner_id = self.customer
            self.assertEqual(len(form.stm_split_ids), 2)
            order = form.save()
            self.assertEqual(self._shares(order), {user.name: 0.7, "Agent Ltd": 0.3})
            self.assertTrue(all(order.sudo().stm_split_ids.mapped("is_default")), user.name)

    def test_an_opportunitys_quotation(self):
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "partner_id": self.contact.id, "user_id": self.rep.id}
        )
        context = lead.with_user(self.rep).action_new_quotation()["context"]
        order = self.env["sale.order"].with_user(self.rep).with_context(**context).create({})
        self.assertEqual(self._shares(order), {"Rep": 0.7, "Agent Ltd": 0.3})

    def test_an_order_from_the_web_has_nobody_yet(self):
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "user_id": False})
        self.assertEqual(self._shares(order), {"Agent Ltd": 0.3})
        order.user_id = self.rep
        self.assertEqual(self._shares(order), {"Rep": 0.7, "Agent Ltd": 0.3})

    def test_a_confirmed_order_follows_its_salesperson_only(self):
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        order = self._order("2026-05-10", partner=self.customer)
        self._defaults(self.customer, (None, 0.1), (self.agent, 0.9))
        order.user_id = self.rep2
        self.assertEqual(self._shares(order), {"Rep2": 0.7, "Agent Ltd": 0.3})

    def test_totals(self):
        order = self._quote().with_user(self.manager)
        for lines in ([0.6, 0.6], [0.5]):
            with self.assertRaisesRegex(ValidationError, "100 %"), self.cr.savepoint():
                order.stm_split_ids = [
                    (0, 0, {"user_id": user.id, "share": share})
                    for user, share in zip((self.rep, self.rep2), lines, strict=False)
                ]
        lines = order.env["stm.split"]
        # one by one over RPC as well
        with self.assertRaisesRegex(ValidationError, "100 %"), self.cr.savepoint():
            lines.create({"order_id": order.id, "user_id": self.rep.id, "share": 0.5})
        line = lines.create({"order_id": order.id, "user_id": self.rep.id, "share": 1})
        with self.assertRaisesRegex(ValidationError, "100 %"), self.cr.savepoint():
            line.share = 0.5
        order.stm_split_ids = [
            (1, line.id, {"share": 0.6}),
            (0, 0, {"user_id": self.rep2.id, "share": 0.4}),
        ]
        self.assertEqual(order.stm_split_total, 1)
        with self.assertRaisesRegex(ValidationError, "100 %"), self.cr.savepoint():
            line.unlink()
        with self.assertRaisesRegex(ValidationError, "not 100 %"), self.cr.savepoint():
            self._defaults(self.customer, (None, 0.7), (self.agent, 0.2))

    def test_the_same_payee_twice(self):
        order = self._quote().with_user(self.manager)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation) as caught,
            self.cr.savepoint(),
        ):
            order.stm_split_ids = [
                (0, 0, {"user_id": self.rep.id, "share": 0.5}),
                (0, 0, {"partner_id": self.rep.partner_id.id, "share": 0.5}),
            ]
        # as RPC tells it
        message = order.env["stm.split"]._sql_error_to_message(caught.exception)
        self.assertIn("credited twice", message)

    def test_overlays_are_a_setting(self):
        order = self._quote().with_user(self.manager)
        lines = [
            (0, 0, {"user_id": self.rep.id, "share": 1}),
            (0, 0, {"user_id": self.rep2.id, "share": 0.25, "is_overlay": True}),
        ]
        with self.assertRaisesRegex(ValidationError, "allows no overlays"), self.cr.savepoint():
            order.stm_split_ids = lines
        self.company.stm_allow_overlay = True
        order.stm_split_ids = lines
        self.assertEqual((order.stm_split_total, order.stm_split_overlay), (1, 0.25))
        self._defaults(self.customer, (None, 1), (self.rep2, 0.25, True))
        self.assertEqual(self._shares(self._quote()), {"Rep": 1, "Rep2": 0.25})
        self.company.stm_allow_overlay = False
        self.assertEqual(self._shares(self._quote()), {"Rep": 1})

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_change(self):
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        order = self._quote()
        theirs = self._quote(self.rep2)
        self.assertEqual(len(order.stm_split_ids), 2)
        self.assertFalse(order.stm_can_split)
        change = {"stm_split_ids": [(5,), (0, 0, {"user_id": self.rep.id, "share": 1})]}
        for user in (self.rep, self.leader, self.sees_all):
            with self.assertRaises(AccessError), self.cr.savepoint():
                order.with_user(user).write(change)
            with self.assertRaises(AccessError):
                self.env["stm.split.default"].with_user(user).search([])
        self.rep.group_ids |= self.env.ref("sales_target_mgmt.group_split")
        self.env["stm.split"].with_user(self.rep).search([])
        order.with_user(self.rep).write(change)
        self.assertEqual(self._shares(order), {"Rep": 1})
        self.company.stm_allow_overlay = True
        overlay = {"order_id": order.id, "user_id": self.rep2.id, "share": 0.2, "is_overlay": True}
        on_others = {"order_id": theirs.id, "user_id": self.rep.id, "share": 0.1}
        for values in (overlay, on_others):
            self.env.invalidate_all()
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.env["stm.split"].with_user(self.rep).create(values)
        order.sudo().action_confirm()
        with self.assertRaises(UserError), self.cr.savepoint():
            order.with_user(self.rep).write({"stm_split_ids": [(5,)]})

    def test_another_company(self):
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "company_id": self.other_company.id, "user_id": False}
        )
        self.assertFalse(order.stm_split_ids)

    def test_an_agent_is_paid_and_a_later_change_is_a_difference(self):
        self._defaults(self.customer, (None, 0.7), (self.agent, 0.3))
        order = self._order("2026-05-10", 1000)
        self._invoice(order, "2026-05-10")
        plan = self._commission([0.1], [{"user_id": self.rep.id}, {"partner_id": self.agent.id}])
        statements = self._settle(plan)
        pay = {one.payee_id.name: (one.payable, one.user_id) for one in statements}
        self.assertEqual(pay, {"Rep": (70, self.rep), "Agent Ltd": (30, self.env["res.users"])})
        self._post(statements)
        agent, own = order.stm_split_ids.sorted("share")
        order.with_user(self.manager).stm_split_ids = [
            (1, agent.id, {"share": 0.5}),
            (1, own.id, {"share": 0.5}),
        ]
        later = self._settle(plan) - statements
        self.assertEqual({one.payee_id.name: one.earned for one in later}, {"Rep": -20, "Agent Ltd": 20})
        self.assertEqual(set(later.mapped("date_from")), {statements[0].date_from.replace(month=6)})
        # the team's figures count the deal once
        self.assertEqual(self._totals("invoiced", "2026-05-01", "2026-05-31", team_id=self.team), 1000)
