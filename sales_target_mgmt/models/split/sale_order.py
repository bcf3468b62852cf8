from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

QUOTATION = ("draft", "sent")
# the default split follows these as long as an order is a quotation
FOLLOWED = ("partner_id", "team_id", "user_id", "company_id")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    stm_split_ids = fields.One2many("stm.split", "order_id", "Credited To")
    stm_split_total = fields.Float("Shares in All", compute="_compute_stm_split_total", digits=(16, 6))
    stm_split_overlay = fields.Float("Overlays", compute="_compute_stm_split_total", digits=(16, 6))
    stm_can_split = fields.Boolean(compute="_compute_stm_can_split")

    @api.constrains("stm_split_ids")
    def _check_stm_splits(self):
        for order in self:
            lines = order.sudo().stm_split_ids
            total = round(sum(line.share for line in lines if not line.is_overlay), 6)
            # what a salesperson to come is credited with is missing until there is one
            is_open = not order.sudo().user_id and 0 < total < 1 and all(lines.mapped("is_default"))
            if lines and total != 1 and not is_open:
                raise ValidationError(
                    self.env._(
                        "The shares of “%(order)s” make up %(total)s %%, not 100 %%: change them, or mark "
                        "what comes on top as an overlay.",
                        order=order.name,
                        total=f"{total * 100:.9g}",
                    )
                )

    @api.depends("stm_split_ids.share", "stm_split_ids.is_overlay")
    def _compute_stm_split_total(self):
        for order in self:
            lines = order.stm_split_ids
            order.stm_split_overlay = sum(lines.filtered("is_overlay").mapped("share"))
            order.stm_split_total = sum(lines.mapped("share")) - order.stm_split_overlay

    @api.depends_context("uid")
    def _compute_stm_can_split(self):
        self.stm_can_split = self.env["stm.split"].has_access("write")

    @api.onchange("partner_id", "team_id", "user_id")
    def _onchange_stm_split(self):
        """Show the split that a quotation will have."""
        if self.state in QUOTATION and all(line.is_default for line in self.stm_split_ids):
            values = self.env["stm.split.default"]._prepare_splits(self)
            if values or self.stm_split_ids:
                self.stm_split_ids = [Command.clear(), *(Command.create(one) for one in values)]

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        quotations = orders.filtered(lambda order: order.state in QUOTATION)
        given = quotations.filtered(lambda order: order.sudo().stm_split_ids)
        given._mark_stm_split_defaults()
        (quotations - given)._apply_stm_split_defaults()
        return orders

    def write(self, vals):
        followed = [name for name in FOLLOWED if name in vals]
        before = {order: order.sudo().user_id for order in self} if followed else {}
        with_lines = "stm_split_ids" in vals
        pending = self.env.cr.cache.setdefault("stm_split_orders", set()) if with_lines else set()
        mine = set(self.ids) - pending
        pending |= mine
        try:
            result = super().write(vals)
        finally:
            pending -= mine
        if followed and not with_lines:
            self._follow_stm_split_defaults(before)
        return result

    def copy(self, default=None):
        """What was agreed for an order holds for its copy; defaults are those of the day."""
        copies = super().copy(default)
        for order, copied in zip(self.sudo(), copies.sudo(), strict=True):
            lines = order.stm_split_ids
            if lines and not all(lines.mapped("is_default")):
                values = lines.copy_data({"order_id": copied.id, "is_default": False})
                copied.stm_split_ids = [
                    Command.clear(),
                    *(Command.create(one | {"order_id": copied.id}) for one in values),
                ]
        return copies

    def _follow_stm_split_defaults(self, before):
        """Another customer, team or salesperson: lines by default follow, those agreed on stay."""
        for order in self.sudo():
            lines = order.stm_split_ids
            if not all(lines.mapped("is_default")):
                continue
            if order.state in QUOTATION:
                order._apply_stm_split_defaults()
            elif order.user_id and before[order.sudo(False)] != order.user_id:
                old = lines.filtered(lambda line, order=order: line.user_id == before[order.sudo(False)])
                if order.user_id not in lines.user_id:
                    old.user_id = order.user_id

    def _mark_stm_split_defaults(self):
        """A form sends the lines that it was given: they are no agreement."""
        for order in self.sudo():
            lines = order.stm_split_ids
            values = self.env["stm.split.default"]._prepare_splits(order)
            wanted = {(one["user_id"], one["partner_id"], one["share"], one["is_overlay"]) for one in values}
            if wanted == {(one.user_id.id, one.partner_id.id, one.share, one.is_overlay) for one in lines}:
                lines.is_default = True

    def _apply_stm_split_defaults(self):
        """Give quotations the split of their customer or team; who may not change it as well."""
        for order in self.sudo():
            values = self.env["stm.split.default"]._prepare_splits(order)
            if values or order.stm_split_ids:
                order.write({"stm_split_ids": [Command.clear(), *(Command.create(one) for one in values)]})
