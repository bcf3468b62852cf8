from odoo import fields, models


class StmCollectionPolicy(models.Model):
    """How customers are asked for what is due: in which steps, how often, from which amount on.

    A case follows its own policy, else that of the customer's grade, else the company's first one.
    """

    _name = "stm.collection.policy"
    _description = "Collection Policy"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first one holds where nothing else is said.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    quiet_days = fields.Integer(
        default=5, help="Days between two contacts with a customer, whatever the step."
    )
    minimum = fields.Monetary("Minimum Amount", help="Nobody is reminded of less.")
    fee_after = fields.Integer(
        "Late Fees after Days", help="Days after the due date before fee and interest are proposed."
    )
    fee_fixed = fields.Monetary("Late Fee", help="Proposed once for an invoice.")
    fee_rate = fields.Float(
        "Interest a Year",
        digits=(16, 6),
        help="Simple interest from the due date on, on the days of a year of 365.",
    )
    step_ids = fields.One2many("stm.collection.step", "policy_id", "Steps", copy=True)

    _quiet_not_negative = models.Constraint("CHECK(quiet_days >= 0)", "Quiet days cannot be negative.")
    _minimum_not_negative = models.Constraint("CHECK(minimum >= 0)", "A minimum cannot be negative.")
    _fee_not_negative = models.Constraint(
        "CHECK(COALESCE(fee_after, 0) >= 0 AND COALESCE(fee_fixed, 0) >= 0"
        " AND COALESCE(fee_rate, 0) BETWEEN 0 AND 1)",
        "Late fees and days cannot be negative, and interest is at most 100 % a year.",
    )

    def _has_fee(self):
        return bool(self.fee_fixed or self.fee_rate)
