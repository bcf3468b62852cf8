from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    stm_split_ids = fields.One2many("stm.split", "order_id", "Credited To")

    @api.constrains("stm_split_ids")
    def _check_stm_splits(self):
        for order in self:
            shares = [line.share for line in order.sudo().stm_split_ids if not line.is_overlay]
            if order.stm_split_ids and round(sum(shares), 6) != 1:
                raise ValidationError(
                    self.env._(
                        "The shares of “%(order)s” make up %(total)s %%, not 100 %%: change them, or mark "
                        "what comes on top as an overlay.",
                        order=order.name,
                        total=round(sum(shares) * 100, 4),
                    )
                )
