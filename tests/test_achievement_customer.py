from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.fields import Date

from .common import StmCase


class TestFirstPurchases(StmCase):
    """New customers: the first purchase of a commercial entity in a company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first = Date.today().replace(day=1)
        cls.may, cls.june, cls.july = (first - relativedelta(months=months) for months in (3, 2, 1))
        cls.people = cls.env["res.partner"].create(
            [{"name": name, "parent_id": cls.customer.id} for name in ("Ann", "Bob")]
        )

    def _new(self, company=None):
        """New customers of the three months."""
        return tuple(
            int(
                self._totals(
                    "new_customers", month, month + relativedelta(months=1, days=-1), company=company
                )
            )
            for month in (self.may, self.june, self.july)
        )

    def test_people_of_one_firm_are_one_customer(self):
        self._order(self.june, partner=self.people[0])
        self._order(self.july, partner=self.people[1])
        self.assertEqual(self._new(), (0, 1, 0))
        self.assertEqual(self._totals("active_customers", self.june, self.july), 1.0)

    def test_an_order_of_several_lines_is_one_new_customer(self):
        order = self._order(self.june, confirm=False)
        order.order_line = [Command.create({"product_id": self.product.id}) for _number in range(3)]
        order.action_confirm()
        order.date_order = f"{self.june} 12:00:00"
        self.assertEqual(self._new(), (0, 1, 0))

    def test_cancelled_first_order_hands_over(self):
        first = self._order(self.may)
        self._order(self.june)
        self._build_cells()
        self.assertEqual(self._new(), (1, 0, 0))
        first._action_cancel()
        self.assertEqual(self._new(), (0, 1, 0))
        self._build_cells()
        self.assertEqual(self._new(), (0, 1, 0))
        first.action_draft()
        first.action_confirm()
        first.date_order = f"{self.may} 12:00:00"
        self.assertEqual(self._new(), (1, 0, 0))

    def test_older_order_confirmed_later(self):
        self._order(self.june)
        self._build_cells()
        self._order(self.may)
        self.assertEqual(self._new(), (1, 0, 0))
        self._build_cells()
        self.assertEqual(self._new(), (1, 0, 0))

    def test_first_line_deleted_or_its_order_moved(self):
        first = self._order(self.may)
        second = self._order(self.june)
        first.date_order = f"{self.july} 12:00:00"
        self.assertEqual(self._new(), (0, 1, 0))
        second._action_cancel()
        self.assertEqual(self._new(), (0, 0, 1))
        second.unlink()
        first.order_line = [Command.create({"product_id": self.product.id})]
        line = first.order_line[0]
        line.product_uom_qty = 0
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM sale_order_line WHERE id = %s", [line.id])
        self.env.invalidate_all()
        self.assertEqual(self._new(), (0, 0, 1))

    def test_orders_of_one_second(self):
        """As an import makes them: the smallest line is the first, and each can hand it over."""
        first, second, third = (self._order(self.may) for _number in range(3))
        (first | second | third).date_order = f"{self.may} 12:00:00"
        self.assertEqual(self._get_first_lines(), first.order_line)
        third.order_line.copy({"order_id": third.id})
        self.assertEqual(self._get_first_lines(), first.order_line)
        second.order_line.product_uom_qty = 2
        first._action_cancel()
        self.assertEqual(self._get_first_lines(), second.order_line)
        first.action_draft()
        first.action_confirm()
        first.date_order = second.date_order
        self.assertEqual(self._get_first_lines(), first.order_line)

    def test_first_line_moves_to_another_order(self):
        """The known line is no longer its order's, whatever else that order has at that second."""
        first = self._order(self.may)
        more = first.order_line.copy({"order_id": first.id})
        draft = self._order(self.may, confirm=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET order_id = %s WHERE id = %s",
            [draft.id, (first.order_line - more).id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._get_first_lines(), more)
        self.assertEqual(self.env["stm.first.purchase"]._verify(), 0)

    def _get_first_lines(self):
        self.env.flush_all()
        self.env.invalidate_all()
        known = self.env["stm.first.purchase"].search([("partner_id", "=", self.customer.id)])
        return self.env["sale.order.line"].browse(known.mapped("line_id"))

    def test_merged_customers_are_one(self):
        other = self.env["res.partner"].create({"name": "Acme again", "is_company": True})
        self._order(self.may, partner=other)
        self._order(self.june)
        self._build_cells()
        self.assertEqual(self._new(), (1, 1, 0))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(self._new(), (1, 0, 0))
        self._build_cells()
        self.assertEqual(self._new(), (1, 0, 0))
        self.assertEqual(self._totals("active_customers", self.may, self.june), 1.0)
        self.assertEqual(self._totals("ordered", self.may, self.june, partner_id=self.customer), 200.0)

    def test_contact_that_moves_to_another_firm(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self._order(self.may, partner=self.people[0])
        self._invoice(self._order(self.june), self.june)
        invoice = self._invoice(self._order(self.june, partner=self.people[0]), self.june)
        self._pay(invoice, self.july)
        self._build_cells()
        self.people[0].parent_id = other
        self.assertEqual(self._new(), (1, 1, 0))
        # everything that names the contact goes along, invoices and payments too
        self.assertEqual(self._totals("ordered", self.may, self.july, partner_id=other), 200.0)
        self.assertEqual(self._totals("invoiced", self.may, self.july, partner_id=other), 100.0)
        self.assertEqual(self._totals("collected", self.may, self.july, partner_id=other), 100.0)
        self.assertEqual(self._totals("ordered", self.may, self.july, partner_id=self.customer), 100.0)

    def test_each_company_has_its_own(self):
        self._order(self.may)
        order = (
            self.env["sale.order"]
            .with_company(self.other_company)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.other_company.id,
                    "order_line": [
                        Command.create({"product_id": self.product.id, "tax_ids": [Command.clear()]})
                    ],
                }
            )
        )
        order.action_confirm()
        order.date_order = f"{self.july} 12:00:00"
        self.assertEqual(self._new(), (1, 0, 0))
        self.assertEqual(self._new(self.other_company), (0, 0, 1))

    def test_verification_puts_right_what_a_race_left(self):
        self._order(self.may)
        late = self._order(self.june)
        self._build_cells()
        self.env.cr.execute(
            "UPDATE stm_first_purchase SET line_id = %s, date_order = %s WHERE company_id = %s",
            [late.order_line.id, late.date_order, self.company.id],
        )
        logger = "odoo.addons.sales_target_mgmt.models.achievement.stm_first_purchase"
        with self.assertLogs(logger, "WARNING"):
            self.assertEqual(self.env["stm.first.purchase"]._verify(), 1)
        self.assertEqual(self._new(), (1, 0, 0))
        self.assertEqual(self.env["stm.first.purchase"]._verify(), 0)
