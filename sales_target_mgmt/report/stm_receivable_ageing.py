from odoo import fields, models
from odoo.tools import SQL

from ..tools.receivables import BUCKETS

# key of a bucket → its text
AGES = [
    ("0", "Not due"),
    ("1", "1–30 days"),
    ("2", "31–60 days"),
    ("3", "61–90 days"),
    ("4", "More than 90 days"),
    ("5", "Not applied"),
]


class StmReceivableAgeing(models.Model):
    """What is open today, line by line, by customer and who looks after the customer today.

    As of another day *Receivable Figures* tells it.
    """

    _name = "stm.receivable.ageing"
    _description = "Ageing of Receivables"
    _auto = False
    _rec_name = "move_id"
    _order = "date_due, id"
    _depends = {
        "account.move.line": [
            "move_id", "partner_id", "company_id", "account_id", "parent_state", "date", "date_maturity",
            "amount_residual", "reconciled",
        ],
        "account.account": ["account_type"],
        "res.partner": ["commercial_partner_id", "user_id", "stm_territory_id"],
        "res.users": ["sale_team_id"],
        "stm.credit.account": ["company_id", "partner_id", "grade_id"],
    }  # fmt: skip

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    move_id = fields.Many2one("account.move", "Document", readonly=True)
    date = fields.Date(readonly=True)
    date_due = fields.Date("Due", readonly=True)
    overdue_days = fields.Integer("Days Overdue", readonly=True, aggregator="max")
    age = fields.Selection(AGES, readonly=True)
    amount = fields.Monetary("Open", readonly=True)
    overdue = fields.Monetary(readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    territory_id = fields.Many2one("stm.territory", "Sales Territory", readonly=True)
    grade_id = fields.Many2one("stm.credit.grade", "Credit Grade", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """SELECT o.*, CASE WHEN o.amount > 0 AND o.overdue_days > 0 THEN o.amount ELSE 0 END AS overdue,
                %(age)s AS age
            FROM (
                SELECT l.id, l.company_id, c.currency_id, p.commercial_partner_id AS partner_id, l.move_id,
                    l.date, COALESCE(l.date_maturity, l.date) AS date_due,
                    GREATEST(0, (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE c.stm_tz)::date
                        - COALESCE(l.date_maturity, l.date)) AS overdue_days,
                    l.amount_residual AS amount, e.user_id, u.sale_team_id AS team_id,
                    t.id AS territory_id, k.grade_id
                FROM account_move_line l
                JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                JOIN res_company c ON c.id = l.company_id
                JOIN res_partner p ON p.id = l.partner_id
                JOIN res_partner e ON e.id = p.commercial_partner_id
                LEFT JOIN res_users u ON u.id = e.user_id
                LEFT JOIN stm_territory t ON t.id = (e.stm_territory_id ->> l.company_id::text)::int
                LEFT JOIN stm_credit_account k ON k.partner_id = e.id AND k.company_id = l.company_id
                WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted' AND l.amount_residual <> 0
            ) o""",
            age=self._select_age(),
            now=fields.Datetime.now(),
        )

    def _select_age(self):
        pieces = [
            SQL("WHEN o.overdue_days <= %s THEN %s", last, str(place))
            for place, (last, _name) in enumerate(BUCKETS)
            if last is not None
        ]
        return SQL(
            "CASE WHEN o.amount < 0 THEN '5' %s ELSE %s END", SQL(" ").join(pieces), str(len(BUCKETS) - 1)
        )
