from odoo import api, models


class StmVersionMixin(models.AbstractModel):
    """Named with its version, where there is more than one; for models with `name` and `version`."""

    _name = "stm.version.mixin"
    _description = "Named with Its Version"

    @api.depends("name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = (
                self.env._("%(name)s (version %(version)s)", name=one.name, version=one.version)
                if one.version > 1
                else one.name
            )
