from odoo import api, models


class StmCreditCachedMixin(models.AbstractModel):
    """What every confirmation of an order reads, so that it is kept in the registry's cache."""

    _name = "stm.credit.cached.mixin"
    _description = "Kept in the Cache"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
