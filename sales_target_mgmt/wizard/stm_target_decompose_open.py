from odoo import models
from odoo.exceptions import UserError


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    def action_decompose(self):
        """Propose a breakdown of the topmost node, or its periods when it has no targets yet."""
        self.ensure_one()
        root = self._get_roots()[:1] or self._get_or_create_root()
        return root.action_decompose() if root.line_ids else root.action_decompose_periods()


class StmTargetNode(models.Model):
    _inherit = "stm.target.node"

    def action_decompose(self, measure_id=False):
        """Propose a breakdown of this node."""
        self.ensure_one()
        values = {"measure_id": measure_id} if measure_id else {}
        return self.env["stm.target.decompose"]._open(self, mode="nodes", **values)

    def action_decompose_periods(self, measure_id=False):
        """Propose the targets of this node in the periods of the plan."""
        self.ensure_one()
        values = {"measure_id": measure_id} if measure_id else {}
        return self.env["stm.target.decompose"]._open(self, mode="periods", **values)


class StmTargetBreakdown(models.Model):
    _inherit = "stm.target.breakdown"

    def action_decompose(self):
        """Propose the parts of this breakdown anew."""
        self.ensure_one()
        return self.env["stm.target.decompose"]._open(self.node_id, mode="nodes", dimension=self.dimension)


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    def action_decompose_periods(self):
        """Propose the next shorter periods inside the days of this target.

        :raises UserError: when it is pinned, and would have to be replaced
        """
        self.ensure_one()
        if self.pinned:
            raise UserError(
                self.env._(
                    "“%s” is pinned: unpin it before it is divided over shorter periods.", self.display_name
                )
            )
        months = (self.date_to - self.date_from).days / 30
        return self.env["stm.target.decompose"]._open(
            self.node_id,
            mode="periods",
            measure_id=self.measure_id.id,
            date_from=self.date_from,
            date_to=self.date_to,
            granularity="quarter" if months > 7 else "month",
            total=self.target,
        )
