from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    stm_rating_count = fields.Integer("Number of Ratings", compute="_compute_stm_rating")
    stm_rating_average = fields.Float("Average Rating", compute="_compute_stm_rating", digits=(2, 1))

    @api.depends("rating_ids.consumed", "rating_ids.rating")
    def _compute_stm_rating(self):
        groups = (
            self.env["rating.rating"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("consumed", "=", True),
                    ("rating", ">=", 1),
                ],
                ["res_id"],
                ["__count", "rating:avg"],
            )
        )
        found = {res_id: (count, average) for res_id, count, average in groups}
        for order in self:
            order.stm_rating_count, order.stm_rating_average = found.get(order.id, (0, 0.0))

    def action_stm_request_rating(self):
        """Ask the customer by mail how satisfied they are with this order."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "sale":
            raise UserError(
                self.env._("%s is not confirmed: a rating counts for confirmed orders only.", self.name)
            )
        template = self.env.ref("sales_target_mgmt.mail_template_order_rating")
        self.rating_send_request(template, lang=self.partner_id.lang, force_send=False)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s was asked for a rating.", self.partner_id.display_name),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_stm_view_ratings(self):
        """The ratings of this order."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("rating.rating_rating_action")
        action["domain"] = [("res_model", "=", self._name), ("res_id", "=", self.id), ("consumed", "=", True)]
        return action
