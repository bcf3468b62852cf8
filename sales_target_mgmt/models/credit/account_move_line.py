from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _sale_create_reinvoice_sale_line(self):
        """What was spent for a customer is billed on: a credit limit does not stop the vendor's bill."""
        orders = self.env["sale.order"]
        for order in self._sale_determine_order().values():
            orders |= order
        with orders._let_stm_grow():
            return super()._sale_create_reinvoice_sale_line()
