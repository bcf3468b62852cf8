from odoo import api, fields, models
from odoo.exceptions import AccessError

# what money in advance names an order by, and what of it a user gave
LABELS = {"name": "stm_given_name", "reference": "stm_given_reference"}
# what Odoo computes, and what is asked on credit is read from
COMPUTED = frozenset(
    (
        *("amount_untaxed", "amount_tax", "amount_total", "currency_rate", "invoice_status"),
        *("transaction_ids", *LABELS.values()),
    )
)
LINE_COMPUTED = frozenset(
    ("price_subtotal", "price_tax", "price_total", "qty_invoiced", "qty_delivered_method", "invoice_lines")
)


class SaleOrder(models.Model):
    """Whoever may write an order over RPC may write neither what it comes to nor whose money it is.

    Numbers and payment references that users give are kept, and money never names an order by them,
    see `stm_credit_exposure_named.py`; by those of the sequence, of Odoo's payments and of whatever
    else numbers orders as the superuser it does. A number that is imported by a user is given by hand,
    and so is the payment reference that Odoo makes of it when somebody begins to pay.
    """

    _inherit = "sale.order"

    stm_given_name = fields.Char(
        "Number Given by Hand", readonly=True, copy=False, help="Money does not name the order by it."
    )
    stm_given_reference = fields.Char(
        "Payment Reference Given by Hand",
        readonly=True,
        copy=False,
        help="Money does not name the order by it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_stm_computed(self._get_stm_given(vals_list) & COMPUTED)
        # of the user's own defaults Odoo takes the reference, but not the number
        defaults = {"name": self.env.context.get("default_name")} | self.default_get(["reference"])
        return super().create([vals | self._get_stm_labels(defaults | vals) for vals in vals_list])

    def write(self, vals):
        self._refuse_stm_computed(vals.keys() & COMPUTED)
        changed = {
            name: text
            for name, text in vals.items()
            if name in LABELS and any(order[name] != text for order in self)
        }
        labels = self._get_stm_labels(changed)
        if self.env.su and vals.get("reference"):
            named = self.filtered(lambda order: order.name == order.stm_given_name)
            if named:
                super(SaleOrder, named).write({"stm_given_reference": vals["reference"]})
        return super().write(vals | labels)

    def _get_stm_given(self, vals_list):
        """Names of the values, and of what the client calls a default.

        Of a new line the web client says that it has no invoice lines: no link is nothing given.
        """
        defaults = {key.removeprefix("default_") for key in self.env.context if key.startswith("default_")}
        return defaults.union(*({name for name in vals if vals[name] != []} for vals in vals_list))

    def _get_stm_labels(self, vals):
        """Values that keep what of these a user gives as labels."""
        if self.env.su:
            return {}
        return {field: vals[name] for name, field in LABELS.items() if vals.get(name)}

    def _refuse_stm_computed(self, names):
        """:raises AccessError: for who writes what decides about credit, in a company that controls it"""
        if names and not self.env.su and any(self.env.user.sudo().company_ids.mapped("stm_credit_control")):
            raise AccessError(
                self.env._("Amounts, rates and invoicing of orders are computed by Odoo: change the lines.")
            )


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
