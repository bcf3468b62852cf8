from odoo import api, models
from odoo.tools import ormcache


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

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
    _inherit = "account.payment.term.line"

    @api.constrains("payment_id", "nb_days", "delay_type")
    @api.ondelete(at_uninstall=True)
    def _forget_stm_days(self):
        """Nothing is checked: terms are written through their lines, and past them."""
        self.env.registry.clear_cache()
