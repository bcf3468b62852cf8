from odoo import api, models


class StmLogMixin(models.AbstractModel):
    """Rows that what happens writes and nobody changes; `guard_rows` keeps them in the database too."""

    _name = "stm.log.mixin"
    _description = "Written by What Happens"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        self._refuse()

    def unlink(self):  # pylint: disable=method-required-super
        if self:
            self._refuse()
        return True

    def _write_guarded(self, vals):
        """Write the few fields that a later event fills."""
        return super(StmLogMixin, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def _refuse(self):
        """:raises UserError: that says how the rows come about"""
        raise NotImplementedError
