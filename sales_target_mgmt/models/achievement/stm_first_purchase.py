import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class StmFirstPurchase(models.Model):
    """The order line with which a commercial entity first bought from a company.

    Kept by triggers on orders and their lines; a window function in the view would keep
    PostgreSQL from pushing conditions down.
    """

    _name = "stm.first.purchase"
    _description = "First Purchase of a Customer"
    _log_access = False
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, ondelete="cascade", index=True)
    line_id = fields.Integer(required=True, aggregator=None)
    date_order = fields.Datetime(required=True)

    _partner_unique = models.UniqueIndex("(company_id, partner_id)")
    _line_idx = models.Index("(line_id)")

    @api.model
    def _verify(self):
        """Compare with the orders, put right what differs, and say so in the log.

        Two transactions at once, of which one cancels a customer's first order while the
        other confirms an older one, can each overlook what the other does.

        :return: number of customers whose first purchase was wrong
        """
        self.env["stm.achievement"]._flush_sources()
        [[companies, partners]] = self.env.execute_query(
            SQL(
                """SELECT array_agg(company_id), array_agg(partner_id)
                FROM stm_first_purchases() f FULL JOIN stm_first_purchase k USING (company_id, partner_id)
                WHERE (f.line_id, f.date_order) IS DISTINCT FROM (k.line_id, k.date_order)"""
            )
        )
        if not companies:
            return 0
        _logger.warning("The first purchases of %s customers were wrong; put right.", len(companies))
        self.env.execute_query(SQL("SELECT stm_refresh_first_purchase(%s, %s)", companies, partners))
        self.invalidate_model()
        return len(companies)
