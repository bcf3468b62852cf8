from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import ormcache

from ...tools.credit_limit import Terms
from ...tools.rate_table import exact


class Policy(NamedTuple):
    """:ivar longest_term: days; None: any
    :ivar deposit: share of an order that has to be paid in advance
    """

    longest_term: int | None
    deposit: float


class StmCreditGrade(models.Model):
    """What a customer of this grade may have: the policy that follows from a score.

    Grades of a company are ordered from the best on; which score gives which grade is said by the
    scorecard.
    """

    _name = "stm.credit.grade"
    _description = "Credit Grade"
    _inherit = ["stm.credit.cached.mixin"]
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The best grade comes first.")
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    factor = fields.Float(
        "Limit Factor",
        default=1.0,
        digits=(16, 4),
        help="A proposed limit is multiplied with it; 0: no credit.",
    )
    has_ceiling = fields.Boolean("Highest Limit")
    ceiling = fields.Monetary(help="No proposed limit is higher.")
    has_term = fields.Boolean("Longest Payment Term")
    longest_term = fields.Integer("Days", help="Payment terms that end later need a release.")
    deposit = fields.Float(
        digits=(16, 4), help="Share of an order that has to be paid in advance; a rule enforces it."
    )

    trust = fields.Selection(
        [("good", "Good Debtor"), ("normal", "Normal Debtor"), ("bad", "Bad Debtor")],
        "Degree of Trust",
        help="What Odoo's own field on the contact shows for customers of this grade; blocked accounts are "
        "bad debtors. Empty: what was there before stays.",
    )

    _name_unique = models.UniqueIndex("(company_id, (name->>'en_US'))", "Two grades have the same name.")
    _factor_not_negative = models.Constraint("CHECK(factor >= 0)", "A limit factor cannot be negative.")
    _ceiling_not_negative = models.Constraint("CHECK(ceiling >= 0)", "A highest limit cannot be negative.")
    _term_not_negative = models.Constraint("CHECK(longest_term >= 0)", "Days cannot be negative.")
    _deposit_share = models.Constraint(
        "CHECK(deposit BETWEEN 0 AND 1)", "A deposit is a share between 0 and 100 %."
    )

    def _get_limit_terms(self):
        """What the grade makes of a limit, as :class:`~...tools.credit_limit.Terms`; no grade: nothing."""
        if not self:
            return Terms()
        return Terms(exact(self.factor), exact(self.ceiling) if self.has_ceiling else None)

    @api.model
    @api.private
    @ormcache("company_id")
    def _get_policies(self, company_id):
        """Grade id → :class:`Policy`."""
        grades = self.sudo().with_context(active_test=False).search([("company_id", "=", company_id)])
        return {
            grade.id: Policy(grade.longest_term if grade.has_term else None, grade.deposit)
            for grade in grades
        }
