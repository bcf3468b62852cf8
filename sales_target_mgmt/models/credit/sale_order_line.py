from odoo import api, models

# what changes the amount of an order
AMOUNT_FIELDS = frozenset(
    ("product_uom_qty", "price_unit", "discount", "tax_ids", "order_id", "product_id", "product_uom_id",
     "display_type")
)  # fmt: skip


class SaleOrderLine(models.Model):
    """Lines are written past their order as well: over RPC, by imports, by wizards."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        if any("order_id" not in vals for vals in vals_list):
            # the client or the user may have a default; some addons make an order for it
            order = self.default_get(["order_id"]).get("order_id", False)
            vals_list = [{"order_id": order, **vals} for vals in vals_list]
        orders = self.env["sale.order"].browse({vals["order_id"] for vals in vals_list if vals["order_id"]})
        with orders._watch_stm_growth():
            return super().create(vals_list)

    def write(self, vals):
        if not AMOUNT_FIELDS & vals.keys():
            return super().write(vals)
        orders = self.order_id
        if vals.get("order_id"):
            orders |= orders.browse(vals["order_id"])
        with orders._watch_stm_growth():
            return super().write(vals)

    def unlink(self):
        # a line that gives something away may go
        with self.order_id._watch_stm_growth():
            return super().unlink()
