from odoo import api, fields, models

from .stm_target_breakdown import DIMENSIONS


class StmTargetNode(models.Model):
    """How a node is called: by what it adds to its parent, and by its path."""

    _inherit = "stm.target.node"
    _rec_names_search = ["complete_name"]

    complete_name = fields.Char(
        string="Path", compute="_compute_complete_name", store=True, recursive=True,
        help="The names from the topmost node down.",
    )  # fmt: skip

    @api.depends("label", "plan_id.name", "parent_id", *DIMENSIONS)
    def _compute_name(self):
        for node in self:
            node.name = node.label or node._get_default_name()

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for node in self:
            whole = node.parent_id.complete_name
            node.complete_name = f"{whole} / {node.name}" if whole else node.name

    @api.depends("complete_name", "plan_id.display_name")
    @api.depends_context("stm_show_plan")
    def _compute_display_name(self):
        """The path; with the plan where nodes of several plans stand together."""
        for node in self:
            node.display_name = (
                self.env._("%(node)s (%(plan)s)", node=node.complete_name, plan=node.plan_id.display_name)
                if self.env.context.get("stm_show_plan") and node.plan_id
                else node.complete_name
            )

    def _get_default_name(self):
        """Named after what the node adds to its parent."""
        self.ensure_one()
        own = [
            self[name].sudo().display_name
            for name in DIMENSIONS
            if self[name] and self[name] != self.parent_id[name]
        ]
        return " · ".join(own) or self.plan_id.name or self.env._("New")

    def _contradiction_message(self, name):
        return self.env._(
            "“%(child)s” contradicts its parent “%(parent)s”: %(dimension)s “%(value)s” does not "
            "lie inside of “%(whole)s”.",
            child=self.name,
            parent=self.parent_id.name,
            dimension=self._fields[name]._description_string(self.env),
            value=self[name].sudo().display_name or self.env._("everything"),
            whole=self.parent_id[name].sudo().display_name,
        )
