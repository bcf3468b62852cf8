from odoo import api, models
from odoo.exceptions import AccessError

# what Odoo computes, and what is asked on credit is read from
COMPUTED = frozenset(("amount_untaxed", "amount_tax", "amount_total", "currency_rate", "invoice_status"))
LINE_COMPUTED = frozenset(("price_subtotal", "price_tax", "price_total", "qty_invoiced", "invoice_lines"))
# what money in advance names an order by
LABELS = frozenset(("name", "reference"))


class SaleOrder(models.Model):
    """Whoever may write an order over RPC may write neither what it comes to nor whose money it is."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        given = self._get_stm_given(vals_list)
        self._refuse_stm_computed(given & COMPUTED)
        orders = super().create(vals_list)
        if given & LABELS:
            orders._check_stm_labels()
        return orders

    def write(self, vals):
        self._refuse_stm_computed(vals.keys() & COMPUTED)
        if not vals.keys() & LABELS:
            return super().write(vals)
        before = self._get_stm_named()
        result = super().write(vals)
        self._check_stm_labels(before)
        return result

    def _get_stm_given(self, vals_list):
        """Names of the values, and of what the client calls a default."""
        defaults = {key.removeprefix("default_") for key in self.env.context if key.startswith("default_")}
        return defaults.union(*vals_list)

    def _refuse_stm_computed(self, names):
        """:raises AccessError: for who writes what decides about credit, in a company that controls it"""
        if names and not self.env.su and any(self.env.user.sudo().company_ids.mapped("stm_credit_control")):
            raise AccessError(
                self.env._("Amounts, rates and invoicing of orders are computed by Odoo: change the lines.")
            )

    def _check_stm_labels(self, before=()):
        """:raises AccessError: for who gives an order the words that money on the customer's account says"""
        for order in self.browse(self._get_stm_named() - set(before)).sudo():
            raise AccessError(
                self.env._(
                    "Money of the customer names “%s” already: choose another number or payment reference.",
                    ", ".join(filter(None, (order.name, order.reference))),
                )
            )

    def _get_stm_named(self):
        """Ids of those that money of their customers names, for who is asked about it."""
        found = set()
        for company, orders in self.sudo().grouped("company_id").items():
            if not self.env.su and company.stm_credit_control:
                exposure = self.env["stm.credit.exposure"]
                named = exposure._get_named_money(company, orders._get_stm_payers())
                found |= named.keys() & set(orders.ids)
        return found


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"]
        orders._refuse_stm_computed(orders._get_stm_given(vals_list) & LINE_COMPUTED)
        return super().create(vals_list)

    def write(self, vals):
        refused = LINE_COMPUTED | {"is_downpayment"}
        # users write the status of time sheets through Odoo; what exposures believe is that of deliveries
        if "stock_move" in self.mapped("qty_delivered_method"):
            refused |= {"invoice_status"}
        self.env["sale.order"]._refuse_stm_computed(vals.keys() & refused)
        return super().write(vals)
