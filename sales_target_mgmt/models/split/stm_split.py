from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..stm_links import check_links

# who decides about overlays: pay on top of what a deal pays
OVERLAY_GROUPS = "sales_team.group_sale_manager,sales_target_mgmt.group_commission_admin"
AGREED = frozenset(("user_id", "partner_id", "share", "is_overlay"))


class StmSplit(models.Model):
    """Who is credited for an order, and with which share.

    Without a line it is the order's salesperson alone. Shares make up 100 %; an overlay comes on
    top, has to be marked as one, and is refused unless the company allows overlays. Team and
    company figures count the deal once all the same. New orders take the lines over from the
    customer or team (`stm.split.default`), until somebody agrees on others.
    """

    _name = "stm.split"
    _description = "Split of an Order"
    _order = "order_id, id"
    _rec_name = "payee_id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "sale.order", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one(
        "res.users", "Person", ondelete="restrict", index=True, domain="[('share', '=', False)]"
    )
    partner_id = fields.Many2one("res.partner", "Outside Partner", ondelete="restrict", check_company=True)
    payee_id = fields.Many2one(
        "res.partner", compute="_compute_payee_id", store=True, precompute=True, ondelete="restrict"
    )
    share = fields.Float(required=True, digits=(16, 6))
    is_overlay = fields.Boolean("Overlay", help="On top of the 100 %.")
    is_default = fields.Boolean(
        "By Default", readonly=True, help="From the customer or team; follows them while it is a quotation."
    )

    _payee_set = models.Constraint(
        "CHECK((user_id IS NULL) <> (partner_id IS NULL))",
        "A payee is either a person with a login or an outside partner.",
    )
    _share_positive = models.Constraint(
        "CHECK(share > 0 AND share <= 1)", "A share is more than 0 % and 100 % at most."
    )
    _payee_unique = models.UniqueIndex(
        "(order_id, payee_id)", "Somebody is credited twice for the order: add the shares up in one line."
    )

    @api.constrains("is_overlay")
    def _check_overlay(self):
        for line in self.filtered("is_overlay"):
            line.company_id._check_stm_overlay()

    @api.depends("user_id", "partner_id")
    def _compute_payee_id(self):
        for line in self:
            line.payee_id = line.user_id.partner_id or line.partner_id

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "order_id")
        if not self.env.su:
            vals_list = [{**vals, "is_default": False} for vals in vals_list]
        lines = super().create(vals_list)
        lines._check_overlay_right()
        lines._check_order_totals()
        return lines

    def write(self, vals):
        if "order_id" in vals:
            self.check_access("write")
            check_links(self, [vals], "order_id")
        orders = self.sudo().order_id
        if not self.env.su:
            # what somebody has agreed on no longer follows the customer
            vals = {name: value for name, value in vals.items() if name != "is_default"}
            if vals.keys() & AGREED:
                vals["is_default"] = False
        result = super().write(vals)
        if vals.keys() & AGREED:
            self._check_overlay_right()
        self._check_order_totals(orders)
        return result

    def unlink(self):
        orders = self.sudo().order_id
        result = super().unlink()
        self._check_order_totals(orders)
        return result

    def _check_overlay_right(self):
        """:raises AccessError: if there is an overlay, and the user is no manager"""
        if self.env.su or self.env.user.has_groups(OVERLAY_GROUPS):
            return
        if any(self.sudo().mapped("is_overlay")):
            raise AccessError(
                self.env._("Only a sales manager or commission administrator agrees on an overlay.")
            )

    def _check_order_totals(self, orders=None):
        """Shares make up 100 %, also where lines come one by one over RPC; a form checks at its end."""
        orders = (orders or self.env["sale.order"]) | self.sudo().exists().order_id
        pending = self.env.cr.cache.get("stm_split_orders", ())
        orders.exists().filtered(lambda order: order.id not in pending)._check_stm_splits()
