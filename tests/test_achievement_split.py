from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.fields import Date

from .common import StmCase


class TestAchievementSplit(StmCase):
    """A deal of 1,000 that `rep` made and shares with `rep2`: 60 and 40 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = Date.today()
        cls.past = cls.today.replace(day=1) - relativedelta(months=3)
        cls.agent = cls.env["res.partner"].create({"name": "Agent"})

    def _share(self, order, *lines):
        """Shares of people, or of outside partners; a third value marks an overlay."""
        order.stm_split_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "user_id" if who._name == "res.users" else "partner_id": who.id,
                        "share": share,
                        "is_overlay": bool(overlay),
                    }
                )
                for who, share, *overlay in lines
            ),
        ]

    def _persons(self, measure):
        return [
            round(self._totals(measure, self.past, self.today, user_id=user), 6)
            for user in (self.rep, self.rep2)
        ]

    def _whole(self, measure):
        """Of the team, and of the company."""
        return [
            round(self._totals(measure, self.past, self.today, **dimensions), 6)
            for dimensions in ({"team_id": self.team}, {})
        ]

    def test_persons_have_their_shares_and_the_team_the_deal_once(self):
        order = self._order(self.past, 1000.0)
        invoice = self._invoice(order, self.past)
        self._pay(invoice, self.past, amount=500.0)
        self.assertEqual(self._persons("ordered"), [1000.0, 0.0])
        self._share(order, (self.rep, 0.6), (self.rep2, 0.4))
        for measure, made in (("ordered", 1000.0), ("invoiced", 1000.0), ("collected", 500.0)):
            with self.subTest(measure):
                self.assertEqual(self._persons(measure), [0.6 * made, 0.4 * made])
                self.assertEqual(self._whole(measure), [made, made])

    def test_a_refund_takes_back_from_both(self):
        order = self._order(self.past, 1000.0)
        invoice = self._invoice(order, self.past)
        self._share(order, (self.rep, 0.6), (self.rep2, 0.4))
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        reversal = wizard.create({"journal_id": invoice.journal_id.id, "date": self.today})
        refund = self.env["account.move"].browse(reversal.reverse_moves()["res_id"])
        refund.invoice_line_ids.price_unit = 100.0
        refund.action_post()
        self.assertEqual(self._persons("invoiced"), [540.0, 360.0])
        self.assertEqual(self._whole("invoiced"), [900.0, 900.0])

    def test_an_overlay_comes_on_top_for_the_person_alone(self):
        self.company.stm_allow_overlay = True
        order = self._order(self.past, 1000.0)
        self._share(order, (self.rep, 1.0), (self.rep2, 0.25, True))
        self.assertEqual(self._persons("ordered"), [1000.0, 250.0])
        self.assertEqual(self._whole("ordered"), [1000.0, 1000.0])

    def test_what_an_outside_partner_gets_is_in_nobodys_quota(self):
        order = self._order(self.past, 1000.0)
        self._share(order, (self.rep, 0.7), (self.agent, 0.3))
        self.assertEqual(self._persons("ordered"), [700.0, 0.0])
        self._share(order, (self.rep2, 1.0))
        self.assertEqual(self._persons("ordered"), [0.0, 1000.0])

    def test_built_months_and_live_ones_agree(self):
        order = self._order(self.past, 1000.0)
        other = self._order(self.today, 300.0)
        self._share(order, (self.rep, 0.6), (self.rep2, 0.4))
        self._share(other, (self.rep, 0.5), (self.rep2, 0.5))
        self.env.flush_all()
        live = self._persons("ordered")
        self.assertEqual(live, [750.0, 550.0])
        self._build_cells()
        self.assertEqual(self._persons("ordered"), live)
        # a split that is agreed on later counts at once
        self._share(order, (self.rep, 0.1), (self.rep2, 0.9))
        self.assertEqual(self._persons("ordered"), [250.0, 1050.0])

    def test_the_documents_behind_a_figure_add_up_to_it(self):
        order = self._order(self.past, 1000.0)
        self._order(self.past, 50.0)
        self._share(order, (self.rep, 0.6), (self.rep2, 0.4))
        self.env.flush_all()
        facts = self.env["stm.achievement"].search(
            [
                ("source", "in", ("order", "order_split")),
                ("company_id", "=", self.company.id),
                ("user_id", "=", self.rep.id),
            ]
        )
        self.assertEqual(sorted(facts.mapped("amount")), [-1000.0, 50.0, 600.0, 1000.0])
        self.assertEqual(len(set(facts.ids)), 4)
        again = self.env["stm.achievement"].browse(facts.ids)
        again.invalidate_recordset()
        self.assertEqual(sorted(again.mapped("amount")), sorted(facts.mapped("amount")))
        self.assertEqual(set(again.mapped("line_id")), set(facts.mapped("line_id")))

    def test_several_payments_of_shared_lines_are_rows_of_their_own(self):
        order = self._order(self.past, 1000.0)
        invoice = self._invoice(order, self.past)
        self._share(order, (self.rep, 0.6), (self.rep2, 0.4))
        for amount in (100.0, 200.0, 300.0):
            self._pay(invoice, self.past, amount=amount)
        self.env.flush_all()
        facts = self.env["stm.achievement"].search(
            [("source", "=", "payment_split"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(facts), 9)
        self.assertEqual(len(set(facts.ids)), 9)
        self.assertEqual(self._persons("collected"), [360.0, 240.0])

    def test_who_shares_sees_the_own_credit_only(self):
        order = self._order(self.past, 1000.0)
        self._share(order, (self.rep, 0.6), (self.rep2, 0.4))
        self.env.flush_all()
        facts = self.env["stm.achievement"].with_user(self.rep2).search([("source", "=", "order_split")])
        self.assertEqual(facts.mapped("amount"), [400.0])
