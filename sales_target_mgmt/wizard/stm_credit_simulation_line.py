from odoo import api, fields, models

from ..tools.credit_limit import Terms
from ..tools.rate_table import exact

OUTCOMES = [("free", "Confirmed"), ("warn", "Warning"), ("hold", "On hold"), ("block", "Blocked")]


class StmCreditSimulationRule(models.TransientModel):
    """A rule as it might be."""

    _name = "stm.credit.simulation.rule"
    _description = "Rule of a Simulation"
    _inherit = ["stm.credit.rule.mixin"]
    _order = "sequence, id"

    simulation_id = fields.Many2one("stm.credit.simulation", required=True, index=True, ondelete="cascade")
    rule_id = fields.Many2one("stm.credit.rule", ondelete="set null", help="The rule in force.")
    company_id = fields.Many2one(related="simulation_id.company_id")
    grade_ids = fields.Many2many(
        relation="stm_credit_simulation_rule_grade_rel", column1="rule_id", column2="grade_id"
    )


class StmCreditSimulationPolicy(models.TransientModel):
    """A grade as it might be."""

    _name = "stm.credit.simulation.policy"
    _description = "Grade of a Simulation"
    _order = "id"
    _check_company_auto = True

    simulation_id = fields.Many2one("stm.credit.simulation", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="simulation_id.company_id")
    grade_id = fields.Many2one(
        "stm.credit.grade", required=True, readonly=True, ondelete="cascade", check_company=True
    )
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    factor = fields.Float("Limit Factor", digits=(16, 4))
    has_ceiling = fields.Boolean("Highest Limit")
    ceiling = fields.Monetary()
    has_term = fields.Boolean("Longest Payment Term")
    longest_term = fields.Integer("Days")
    deposit = fields.Float(digits=(16, 4))

    _factor_not_negative = models.Constraint("CHECK(factor >= 0)", "A limit factor cannot be negative.")
    _ceiling_not_negative = models.Constraint("CHECK(ceiling >= 0)", "A highest limit cannot be negative.")
    _term_not_negative = models.Constraint("CHECK(longest_term >= 0)", "Days cannot be negative.")
    _deposit_share = models.Constraint(
        "CHECK(deposit BETWEEN 0 AND 1)", "A deposit is a share between 0 and 100 %."
    )

    def _get_limit_terms(self):
        return Terms(exact(self.factor), exact(self.ceiling) if self.has_ceiling else None)


class StmCreditSimulationCount(models.TransientModel):
    _name = "stm.credit.simulation.count"
    _description = "Customers by Grade in a Simulation"
    _order = "id"

    simulation_id = fields.Many2one("stm.credit.simulation", required=True, index=True, ondelete="cascade")
    grade_id = fields.Many2one("stm.credit.grade", ondelete="cascade")
    before = fields.Integer("Customers Now")
    after = fields.Integer("Customers Then")


class StmCreditSimulationLine(models.TransientModel):
    _name = "stm.credit.simulation.line"
    _description = "Customer Who Moves in a Simulation"
    _order = "direction, value, id"

    simulation_id = fields.Many2one("stm.credit.simulation", required=True, index=True, ondelete="cascade")
    account_id = fields.Many2one("stm.credit.account", "Customer", required=True, ondelete="cascade")
    before_id = fields.Many2one("stm.credit.grade", "Grade Before", ondelete="cascade")
    after_id = fields.Many2one("stm.credit.grade", "Grade After", ondelete="cascade")
    value = fields.Float("Score", digits=(16, 2))
    coverage = fields.Float()
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    limit_before = fields.Monetary("Limit Now", help="With insurances and guarantees; unlimited: none.")
    limit_after = fields.Monetary("Limit Then", help="By the factor and the highest limit of the grade.")
    used = fields.Monetary(help="Owed, and ordered and not yet invoiced.")
    direction = fields.Selection([("down", "Worse"), ("up", "Better"), ("first", "First")])


class StmCreditSimulationOrder(models.TransientModel):
    _name = "stm.credit.simulation.order"
    _description = "Quotation in a Simulation"
    _order = "is_same, amount desc, id"

    simulation_id = fields.Many2one("stm.credit.simulation", required=True, index=True, ondelete="cascade")
    order_id = fields.Many2one("sale.order", "Quotation", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="order_id.partner_id")
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    amount = fields.Monetary(help="Taxes included, in company currency.")
    before = fields.Selection(OUTCOMES, "As It Is")
    after = fields.Selection(OUTCOMES, "As Proposed")
    is_same = fields.Boolean(compute="_compute_is_same", store=True)
    reasons = fields.Text("Why Then")

    @api.depends("before", "after")
    def _compute_is_same(self):
        for one in self:
            one.is_same = one.before == one.after
