from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import ormcache

from ...tools.credit_check import Rule
from ...tools.rate_table import exact


class StmCreditRuleMixin(models.AbstractModel):
    """What a rule says: of those in force, and of those of a simulation."""

    _name = "stm.credit.rule.mixin"
    _description = "Content of a Credit Rule"
    _check_company_auto = True

    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("limit", "Above the credit limit"),
            ("unset", "No limit was decided"),
            ("overdue", "Invoices overdue"),
            ("grade", "Credit grade"),
            ("expired", "Rating has expired"),
            ("blocked", "Account is blocked"),
            ("first", "One of the first orders"),
            ("term", "Payment term longer than the grade allows"),
            ("deposit", "Deposit of the grade not received"),
        ],
        "When",
        required=True,
    )
    action = fields.Selection(
        [("warn", "Warn"), ("hold", "Hold"), ("block", "Block")], "Then", required=True, default="hold"
    )
    days = fields.Integer(help="Overdue: from so many days on. First orders: so many.")
    amount = fields.Monetary("From", help="Overdue amounts below it do not matter.")
    grade_ids = fields.Many2many(
        "stm.credit.grade",
        string="For Grades",
        check_company=True,
        help="Empty: for all, and for who has no grade.",
    )

    _days_not_negative = models.Constraint("CHECK(days >= 0)", "Days cannot be negative.")
    _amount_not_negative = models.Constraint("CHECK(amount >= 0)", "An amount cannot be negative.")

    def _get_stm_rules(self):
        """The rules as plain data for :mod:`~...tools.credit_check`."""
        return tuple(
            Rule(
                rule.kind,
                rule.action,
                days=rule.days,
                amount=exact(rule.amount),
                grades=tuple(rule.grade_ids.ids),
                record=rule.id,
            )
            for rule in self
        )

    def _get_stm_terms(self):
        """Values of another rule that says the same."""
        self.ensure_one()
        return {
            **{name: self[name] for name in ("sequence", "kind", "action", "days", "amount")},
            "grade_ids": [Command.set(self.grade_ids.ids)],
        }


class StmCreditRule(models.Model):
    """What speaks against confirming an order on credit, and how strongly.

    Warn: say so and go on. Hold: wait for a release, a payment or a better grade. Block: nobody
    releases it; what is wrong has to be mended.
    """

    _name = "stm.credit.rule"
    _description = "Credit Rule"
    _inherit = ["stm.credit.rule.mixin", "stm.credit.cached.mixin"]
    _order = "company_id, sequence, id"

    company_id = fields.Many2one(required=True, index=True, default=lambda self: self.env.company)
    active = fields.Boolean(default=True)
    grade_ids = fields.Many2many(relation="stm_credit_rule_grade_rel", column1="rule_id", column2="grade_id")

    @api.model
    @api.private
    @ormcache("company_id")
    def _get_rules(self, company_id):
        """The rules of a company as plain data for :mod:`~...tools.credit_check`."""
        return self.sudo().search([("company_id", "=", company_id)])._get_stm_rules()
