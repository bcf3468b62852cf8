from odoo import api, fields, models
from odoo.exceptions import UserError

from ..stm_links import check_links


class StmTerritoryException(models.Model):
    """A gap or an overlap of a division that a manager accepts: who, when and why.

    Either a customer who belongs nowhere, or a pair of rules that hit the same customers.
    """

    _name = "stm.territory.exception"
    _description = "Accepted Gap or Overlap"
    _order = "division_id, date desc, id desc"
    _check_company_auto = True

    division_id = fields.Many2one(
        "stm.territory.division", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="division_id.company_id", store=True, index=True, precompute=True)
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null", ondelete="cascade")
    rule_id = fields.Many2one("stm.territory.rule", ondelete="cascade", check_company=True)
    other_rule_id = fields.Many2one("stm.territory.rule", ondelete="cascade", check_company=True)
    reason = fields.Text(required=True)
    user_id = fields.Many2one("res.users", "Accepted by", readonly=True, ondelete="restrict")
    date = fields.Datetime("Accepted on", readonly=True)

    _subject = models.Constraint(
        "CHECK ((partner_id IS NULL) <> (rule_id IS NULL AND other_rule_id IS NULL) "
        "AND (rule_id IS NULL) = (other_rule_id IS NULL))",
        "Accept either a customer without a territory or two rules that overlap.",
    )
    _partner_unique = models.UniqueIndex(
        "(division_id, partner_id) WHERE partner_id IS NOT NULL", "This customer is accepted already."
    )
    _rules_unique = models.UniqueIndex(
        "(LEAST(rule_id, other_rule_id), GREATEST(rule_id, other_rule_id)) WHERE rule_id IS NOT NULL",
        "This overlap is accepted already.",
    )

    @api.depends("partner_id", "rule_id", "other_rule_id")
    def _compute_display_name(self):
        for one in self:
            rules = " ↔ ".join(rule.display_name for rule in (one.rule_id, one.other_rule_id) if rule)
            one.display_name = one.partner_id.display_name or rules

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "division_id", "rule_id", "other_rule_id", "partner_id")
        own = {"user_id": self.env.uid, "date": fields.Datetime.now()}
        return super().create([{**vals, **own} for vals in vals_list])

    def write(self, vals):
        self.check_access("read")
        if self and vals:
            raise UserError(
                self.env._("Who accepted what and why does not change: delete it and accept it anew.")
            )
        return super().write(vals)
