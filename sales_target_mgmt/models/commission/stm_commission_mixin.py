from collections import defaultdict

from odoo import models


class StmCommissionMixin(models.AbstractModel):
    """Reading plans in few queries: a settlement reads all of their versions."""

    _name = "stm.commission.mixin"
    _description = "Terms of Commission"

    def _get_columns(self):
        """Names of the fields that are columns of the table."""
        return [name for name, field in self._fields.items() if field.store and field.column_type]

    def _prime_children(self, name):
        """Read a one2many with all columns in one query instead of two; return all of it."""
        field = self._fields[name]
        children = self.env[field.comodel_name]
        children = children.search_fetch([(field.inverse_name, "in", self.ids)], children._get_columns())
        found = defaultdict(list)
        for child in children:
            found[child[field.inverse_name].id].append(child.id)
        field._insert_cache(self, [tuple(found[parent.id]) for parent in self])
        return children
