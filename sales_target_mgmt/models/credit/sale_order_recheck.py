from odoo import api, models
from odoo.fields import Domain

from .sale_order import QUOTATION
from .stm_credit_hold import WAITING


class SaleOrder(models.Model):
    """Held orders are looked at again as soon as there is more room, not only when the job comes by."""

    _inherit = "sale.order"

    @api.model
    @api.private
    def _recheck_stm_soon(self, money):
        """Call the job that looks at held orders, if customers of this money have any.

        :param money: records with `company_id` and `partner_id`; accounts, whose limit has changed
        """
        money = money.sudo().filtered(lambda one: one.partner_id and one.company_id.stm_credit_control)
        if not money:
            return
        payer = "partner_invoice_id.commercial_partner_id"
        customers = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain(payer, "in", some.partner_id.commercial_partner_id.ids)
            for company, some in money.grouped("company_id").items()
        )
        waiting = Domain("stm_hold_id.event", "in", WAITING) & Domain("state", "in", QUOTATION)
        if self.sudo().search_count(waiting & customers, limit=1):
            self.env.ref("sales_target_mgmt.ir_cron_stm_credit_hold").sudo()._trigger()
