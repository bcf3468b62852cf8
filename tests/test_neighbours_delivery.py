"""Goods from Odoo's stock and hours from its time sheets, sold on credit; run by `dev/neighbours.py`."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_credit import CreditCase


@tagged("-standard", "stm_neighbours")
class TestNeighboursDelivery(CreditCase):
    """A limit of 1,000; valves at 90 invoiced by delivery, hours at 50 invoiced by time sheet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        base = {"taxes_id": [Command.clear()]}
        cls.valve, cls.hour = cls.env["product.product"].create(
            [
                {**base, "name": "Valve", "type": "consu", "invoice_policy": "delivery", "list_price": 90},
                {
                    **base,
                    "name": "Hour",
                    "type": "service",
                    "service_policy": "delivered_timesheet",
                    "service_tracking": "task_in_project",
                    "uom_id": cls.env.ref("uom.product_uom_hour").id,
                    "list_price": 50,
                },
            ]
        )
        for group in ("project.group_project_user", "hr_timesheet.group_hr_timesheet_user"):
            cls.rep.group_ids |= cls.env.ref(group)
        cls.env["hr.employee"].create(
            {"name": "Rep", "user_id": cls.rep.id, "company_id": cls.company.id, "hourly_cost": 20}
        )

    def _sell(self, product, quantity):
        """Written in the form with all that it sends, and confirmed."""
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = product
                line.product_uom_qty = quantity
        form.record.action_confirm()
        self.assertEqual(form.record.state, "sale")
        return form.record

    def _invoice_all(self, order):
        wizards = self.env["sale.advance.payment.inv"].with_user(self.rep)
        wizards.create({"sale_order_ids": [Command.set(order.ids)]}).create_invoices()
        return order.invoice_ids.with_user(self.accountant)

    def _assert_exposure(self, orders, receivable):
        self.account.invalidate_recordset()
        self.assertEqual((self.account.orders, self.account.receivable), (orders, receivable))

    def test_goods_delivered_short(self):
        order = self._sell(self.valve, 10)
        picking = order.sudo().picking_ids
        picking.move_ids.quantity = 6
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=picking.ids).button_validate()
        line = order.order_line
        self.assertEqual(picking.state, "done")
        self.assertEqual((line.qty_delivered, line.qty_delivered_method), (6, "stock_move"))
        self._assert_exposure(900, 0)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            line.invoice_status = "invoiced"
        invoice = self._invoice_all(order)
        # a draft asks for nothing yet
        self._assert_exposure(900, 0)
        invoice.action_post()
        self.assertEqual((line.invoice_status, invoice.amount_total), ("invoiced", 540))
        # nothing more comes of the other four
        self._assert_exposure(0, 540)
        self._sell(self.valve, 5)
        self._assert_exposure(450, 540)
        # 990 of 1,000: one more is too much
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as new:
                new.product_id = self.valve
        form.record.action_confirm()
        self.assertEqual((form.record.state, form.record.stm_hold_event), ("draft", "held"))
        self.assertIn("80.00", form.record.stm_hold_reasons)
        self.assertFalse(form.record.sudo().picking_ids)

    def test_hours_of_a_time_sheet(self):
        order = self._sell(self.hour, 10)
        self._assert_exposure(500, 0)
        task = order.sudo().order_line.task_id
        values = {"name": "Visit", "task_id": task.id, "project_id": task.project_id.id, "unit_amount": 4}
        self.env["account.analytic.line"].with_user(self.rep).create(values)
        self.assertEqual((order.order_line.qty_delivered, order.invoice_status), (4, "to invoice"))
        self._assert_exposure(500, 0)
        self._invoice_all(order).action_post()
        # six hours are still to come
        self._assert_exposure(300, 200)
