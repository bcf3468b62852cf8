from odoo import api, fields, models

# what a company begins with; it changes them as it likes
FIRST_RULES = (
    {"kind": "blocked", "action": "block"},
    {"kind": "limit", "action": "hold"},
    {"kind": "overdue", "action": "hold", "days": 30},
    {"kind": "term", "action": "hold"},
    {"kind": "deposit", "action": "hold"},
    {"kind": "unset", "action": "warn"},
    {"kind": "expired", "action": "warn"},
)


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_credit_control = fields.Boolean(
        "Credit Control",
        help="Confirming an order asks the credit rules. Off: nothing is checked and nothing costs time.",
    )
    stm_credit_hold_days = fields.Integer(
        "Answer Held Orders Within", default=1, help="Days after which a held order is shown as late."
    )

    stm_limit_step = fields.Float(
        "Round Proposed Limits Down To",
        digits=(16, 2),
        help="A round amount in the currency of the company. Zero: the first two digits of the limit stay, "
        "12,345 becomes 12,000.",
    )

    _stm_limit_step = models.Constraint(
        "CHECK(COALESCE(stm_limit_step, 0) >= 0)", "A step cannot be negative: enter zero or more."
    )
    _stm_credit_hold_days = models.Constraint(
        "CHECK(COALESCE(stm_credit_hold_days, 0) >= 0)", "Days cannot be negative: enter zero or more."
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._make_stm_credit_rules()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get("stm_credit_control"):
            self._make_stm_credit_rules()
        if "stm_credit_control" in vals:
            self._follow_stm_credit_control()
        return result

    def _follow_stm_credit_control(self):
        """Odoo's own limits follow the accounts while credit is controlled, and no longer."""
        accounts = self.env["stm.credit.account"].sudo()
        controlling = self.filtered("stm_credit_control")
        accounts.search([("company_id", "in", controlling.ids)])._feed_core()
        accounts._restore_core(self - controlling)

    def _make_stm_credit_rules(self):
        """Give a company that begins to control credit its first rules; who has rules keeps them."""
        rules = self.env["stm.credit.rule"].sudo().with_context(active_test=False)
        wanted = self.sudo().filtered("stm_credit_control")
        for company in wanted - rules.search([("company_id", "in", wanted.ids)]).company_id:
            rules.create(
                [
                    {**values, "company_id": company.id, "sequence": place}
                    for place, values in enumerate(FIRST_RULES, 1)
                ]
            )
