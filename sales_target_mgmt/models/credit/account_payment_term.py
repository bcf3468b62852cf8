from odoo import api, models
from odoo.tools import ormcache


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    @api.model
    @api.private
    @ormcache("term_id")
    def _get_stm_days(self, term_id):
        """Days until the last part is due, the rest of a month counted as a whole one; 0: at once.

        :param term_id: None or False for no term
        """
        return max(
            (
                line.nb_days + (0 if line.delay_type == "days_after" else 31)
                for line in self.sudo().browse(term_id or ()).line_ids
            ),
            default=0,
        )


class AccountPaymentTermLine(models.Model):
    """Lines are written past their term as well."""

    _inherit = "account.payment.term.line"

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
