from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..stm_links import check_links

# in the order in which a child's own dimension is looked for
DIMENSIONS = (
    "territory_id",
    "team_id",
    "user_id",
    "categ_id",
    "channel_id",
    "customer_class_id",
    "product_class_id",
    "partner_id",
)


def dimension_selection(env):
    """What a node can be divided by, with the labels users see in their language."""
    labels = {
        "territory_id": env._("Territory"),
        "team_id": env._("Sales Team"),
        "user_id": env._("Salesperson"),
        "categ_id": env._("Product Category"),
        "channel_id": env._("Channel"),
        "customer_class_id": env._("Customer Class"),
        "product_class_id": env._("Product Class"),
        "partner_id": env._("Customer"),
    }
    return list(labels.items())


class StmTargetBreakdown(models.Model):
    """One way in which a node is divided: by team, by product category.

    For additive measures a node equals the sum of the children plus a reserve, in every
    breakdown for itself (:class:`stm.target.reserve`).
    """

    _name = "stm.target.breakdown"
    _description = "Target Breakdown"
    _order = "node_id, sequence, id"

    node_id = fields.Many2one("stm.target.node", required=True, index=True, ondelete="cascade")
    dimension = fields.Selection(lambda self: dimension_selection(self.env), required=True)
    sequence = fields.Integer(default=10)
    child_ids = fields.One2many("stm.target.node", "breakdown_id", string="Children")
    plan_id = fields.Many2one(related="node_id.plan_id", store=True, index=True)
    company_id = fields.Many2one(related="node_id.company_id", store=True, index=True)
    reserve_ids = fields.One2many("stm.target.reserve", "breakdown_id", string="Reserves")

    _dimension_unique = models.UniqueIndex(
        "(node_id, dimension)", "This node is divided in this way already."
    )

    @api.depends("node_id.name", "dimension")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["dimension"]._description_selection(self.env))
        for breakdown in self:
            breakdown.display_name = self.env._(
                "%(node)s by %(dimension)s",
                node=breakdown.node_id.name or "",
                dimension=labels.get(breakdown.dimension, ""),
            )

    @api.constrains("node_id")
    def _check_children(self):
        for breakdown in self:
            if breakdown.child_ids.parent_id - breakdown.node_id:
                raise ValidationError(
                    self.env._(
                        "The children of “%s” belong to another node: move them first.",
                        breakdown.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "node_id")
        breakdowns = super().create(vals_list)
        breakdowns.node_id.plan_id._hold_open()
        return breakdowns

    def write(self, vals):
        plans = self.plan_id
        plans._hold_open()
        check_links(self, [vals], "node_id")
        result = super().write(vals)
        (self.plan_id - plans)._hold_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self.plan_id._hold_open()
        if self.child_ids:
            raise ValidationError(
                self.env._(
                    "“%s” still has children: delete or move them first.",
                    self.filtered("child_ids")[0].display_name,
                )
            )
