from odoo import api, models
from odoo.exceptions import UserError


class ProductCategory(models.Model):
    _inherit = "product.category"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        """A category of a plan stays; a child category goes with its parent, and counts as well."""
        below = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        node = self.env["stm.target.node"].sudo().search([("categ_id", "in", below.ids)], limit=1)
        if node:
            raise UserError(
                self.env._(
                    "“%(category)s” has targets in the plan “%(plan)s” (%(node)s): remove that node from the "
                    "plan, or keep the category.",
                    category=node.categ_id.display_name,
                    plan=node.plan_id.display_name,
                    node=node.name,
                )
            )
