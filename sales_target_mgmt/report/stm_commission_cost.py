from odoo import fields, models
from odoo.tools import SQL

from ..models.commission.stm_commission_statement import APPROVED_STATES


class StmCommissionCost(models.Model):
    """What commission costs, by team and period: approved statements, without their payees.

    One row for a company, team, period, currency and state; what has no document counts for the
    person's own team, as in the journal.
    """

    _name = "stm.commission.cost"
    _description = "Cost of Commission"
    _auto = False
    _rec_name = "team_id"
    _order = "date_from desc, team_id, id"
    _depends = {
        "stm.commission.entry": ["statement_id", "team_id", "user_id", "amount", "payable"],
        "stm.commission.statement": ["company_id", "date_from", "date_to", "state", "currency_id"],
        "res.users": ["sale_team_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    date_from = fields.Date("Period", readonly=True)
    state = fields.Selection(
        [("approved", "Approved"), ("locked", "Locked"), ("paid", "Paid")], readonly=True
    )
    earned = fields.Monetary(readonly=True)
    payable = fields.Monetary(readonly=True)
    people = fields.Integer(readonly=True, aggregator=None)

    @property
    def _table_query(self):
        return SQL(
            """SELECT MIN(e.id) AS id, s.company_id, e.currency_id, COALESCE(e.team_id, u.sale_team_id)
                    AS team_id, s.date_from, s.state, SUM(e.amount) AS earned, SUM(e.payable) AS payable,
                    COUNT(DISTINCT e.payee_id) AS people
                FROM stm_commission_entry e
                JOIN stm_commission_statement s ON s.id = e.statement_id
                LEFT JOIN res_users u ON u.id = e.user_id
                WHERE s.state IN %s
                GROUP BY s.company_id, e.currency_id, COALESCE(e.team_id, u.sale_team_id), s.date_from,
                    s.state""",
            APPROVED_STATES,
        )
