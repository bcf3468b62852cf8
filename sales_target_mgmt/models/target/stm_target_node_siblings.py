from collections import defaultdict

from odoo import api, models
from odoo.exceptions import ValidationError

from .stm_target_breakdown import DIMENSIONS


class StmTargetNode(models.Model):
    """No two nodes of a plan describe the same thing in the same place."""

    _inherit = "stm.target.node"

    # for two transactions at once; checked when _check_siblings has found nothing to name
    _no_twins = models.Constraint(
        "EXCLUDE USING btree (plan_id WITH =, (COALESCE(parent_id, 0)) WITH =, "
        "(COALESCE(breakdown_id, 0)) WITH =, "
        + ", ".join(f"(COALESCE({name}, 0)) WITH =" for name in DIMENSIONS)
        + ") DEFERRABLE INITIALLY DEFERRED",
        "This node is there already: somebody else has just made it. Reload the plan.",
    )

    @api.constrains("parent_id", "plan_id", "breakdown_id", *DIMENSIONS)
    def _check_siblings(self):
        groups = defaultdict(list)
        siblings = self.search(
            [
                ("plan_id", "in", self.plan_id.ids),
                ("breakdown_id", "in", [*self.breakdown_id.ids, False]),
            ]
        )
        for node in siblings:
            groups[node._get_identity()].append(node)
        for twins in groups.values():
            if len(twins) > 1:
                raise ValidationError(
                    self.env._(
                        "“%(one)s” and “%(other)s” describe the same thing twice in %(place)s: "
                        "change the dimensions of one of them or delete it.",
                        one=twins[0].name,
                        other=twins[1].name,
                        place=twins[0].breakdown_id.display_name or twins[0].plan_id.name,
                    )
                )
        self.flush_model(["plan_id", "parent_id", "breakdown_id", *DIMENSIONS])
        self.env.cr.execute("SET CONSTRAINTS stm_target_node_no_twins IMMEDIATE")
        self.env.cr.execute("SET CONSTRAINTS stm_target_node_no_twins DEFERRED")

    def _get_identity(self):
        """Equal for two nodes that describe the same thing in the same place."""
        return (
            self.plan_id.id,
            self.parent_id.id,
            self.breakdown_id.id,
            *(self[name].id for name in DIMENSIONS),
        )
