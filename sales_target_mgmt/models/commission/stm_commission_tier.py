from decimal import Decimal

from odoo import api, fields, models

from ..stm_links import check_links


class StmCommissionTier(models.Model):
    """A row of a rate table: from (included) to (not included)."""

    _name = "stm.commission.tier"
    _description = "Commission Tier"
    _inherit = ["stm.commission.mixin"]
    _order = "rule_id, lower, id"
    _rec_name = "rule_id"

    rule_id = fields.Many2one("stm.commission.rule", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="rule_id.currency_id")
    lower = fields.Float("From", required=True, digits=0, help="Included.")
    upper = fields.Float("To", digits=0, help="Not included. Zero: no end.")
    rate = fields.Float("Commission Rate", digits=(16, 6))
    amount = fields.Monetary(help="For the whole tier.")

    @api.depends("lower", "upper", "rate", "amount", "rule_id.method")
    def _compute_display_name(self):
        for tier in self:
            upper = format_limit(tier.upper) if tier.upper else "∞"
            value = f"{format_limit(round(tier.rate * 100, 6))} %"
            if tier.rule_id.method in ("interpolated", "bonus"):
                currency = tier.currency_id or self.env.company.currency_id
                value = currency.format(tier.amount)
            tier.display_name = f"{format_limit(tier.lower)} – {upper}: {value}"

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "rule_id")
        tiers = super().create(vals_list)
        tiers.rule_id.plan_id._check_draft()
        return tiers

    def write(self, vals):
        check_links(self, [vals], "rule_id")
        self.rule_id.plan_id._check_draft()
        result = super().write(vals)
        self.rule_id.plan_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_active(self):
        self.rule_id.plan_id._check_draft()


def format_limit(number):
    """A limit without superfluous digits, for messages and names."""
    return f"{Decimal(str(number or 0)).normalize():f}"
