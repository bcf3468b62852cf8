from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models

MONTHS = {"month": 1, "quarter": 3}


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_statement_period = fields.Selection(
        [("month", "Every month"), ("quarter", "Every quarter")],
        "Account Statements",
        help="How often customers get a statement of their account; empty: only by hand.",
    )
    stm_statement_customers = fields.Selection(
        [
            ("open", "Customers with an open balance"),
            ("moved", "Customers with a balance or movements"),
        ],
        "Account Statements for",
        default="open",
    )
    stm_statement_mail = fields.Boolean(
        "Send Account Statements",
        help="Scheduled statements are sent as soon as they are made; otherwise they wait as drafts.",
    )
    stm_statement_user_id = fields.Many2one(
        "res.users",
        "Answers to Account Statements",
        domain="[('share', '=', False)]",
        help="Whom a difference that a customer reports is given to, where nobody sent the statement.",
    )

    def _get_stm_statement_period(self):
        """First and last day of the last period of the schedule that has ended."""
        self.ensure_one()
        months = MONTHS[self.stm_statement_period]
        first = self._get_stm_today().replace(day=1)
        first -= relativedelta(months=(first.month - 1) % months)
        return first - relativedelta(months=months), first - timedelta(days=1)
