from odoo import models
from odoo.exceptions import UserError


class StmStateMixin(models.AbstractModel):
    """Records that go from one `state` to the next by buttons."""

    _name = "stm.state.mixin"
    _description = "States"

    def _check_state(self, *wanted):
        """:raises UserError: if a record is in another state than one of the wanted ones"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in wanted:
                raise UserError(
                    self.env._(
                        "“%(record)s” is in state “%(state)s”; this needs “%(wanted)s”.",
                        record=record.display_name,
                        state=labels[record.state],
                        wanted="” / “".join(labels[state] for state in wanted),
                    )
                )
