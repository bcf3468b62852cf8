"""The documents that bear a territory and a channel."""

from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "stm.stamp.mixin"]

    def _stm_may_be_stamped(self):
        return self.state in ("draft", "sent")

    def _stm_get_channel(self):
        # an order of the web shop names its website, where that addon is installed
        if "website_id" in self._fields and self.website_id:
            company = [False, self.company_id.id]
            online = [("kind", "=", "online"), ("company_id", "in", company)]
            return self.env["stm.channel"].search(online, limit=1) or super()._stm_get_channel()
        return super()._stm_get_channel()

    def _prepare_invoice(self):
        values = {**super()._prepare_invoice(), "channel_id": self.channel_id.id}
        # an order from before there were territories leaves it to the customer's
        return {**values, "territory_id": self.territory_id.id} if self.territory_id else values


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "stm.stamp.mixin"]

    def _stm_may_be_stamped(self):
        # an invoice of an order has the order's, and a stamp is given once
        return (
            self.is_sale_document(include_receipts=True)
            and self.state == "draft"
            and not (self.territory_id and (self.reversed_entry_id or self.invoice_line_ids.sale_line_ids))
        )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        default_values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, default_values_list, strict=True):
            values.setdefault("territory_id", move.territory_id.id)
            values.setdefault("channel_id", move.channel_id.id)
        return super()._reverse_moves(default_values_list, cancel=cancel)


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "stm.stamp.mixin"]

    def _stm_may_be_stamped(self):
        return self.won_status == "pending" or not self.won_status

    def _prepare_opportunity_quotation_context(self):
        context = super()._prepare_opportunity_quotation_context()
        if self.channel_id:
            context["default_channel_id"] = self.channel_id.id
        return context
