from itertools import count

from odoo import api, fields, models

from ..stm_links import check_links


class StmCommissionRule(models.Model):
    """A component of a commission plan: which facts it pays, and by which table.

    Its code stays the same in all versions of the plan: by it the ledger knows what was paid.
    """

    _name = "stm.commission.rule"
    _description = "Commission Component"
    _inherit = ["stm.commission.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    plan_id = fields.Many2one("stm.commission.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        copy=True,
        help="Names the component in the ledger, in every version of the plan.",
    )
    method = fields.Selection(
        [
            ("percent", "One rate"),
            ("marginal", "Tiers: each rate for its part"),
            ("flat", "Tiers: the reached rate for everything"),
            ("interpolated", "Tiers: an amount for each, in proportion"),
            ("bonus", "Bonus: a sum for the reached tier of attainment"),
            ("unit", "SPIFF: a sum for each unit"),
            ("formula", "Formula"),
        ],
        "Rates",
        required=True,
        default="percent",
    )
    rate = fields.Float(
        "Commission Rate", digits=(16, 6), help="Share of the amount; for quantities money per unit."
    )
    unit_amount = fields.Monetary("For Each Unit", help="Per piece sold, whatever its price.")
    date_from = fields.Date("From", help="The first day of documents. Empty: as long as the plan.")
    date_to = fields.Date("To", help="The last day. Empty: as long as the plan.")
    scope = fields.Selection(
        [("document", "Each document"), ("period", "The settlement period")],
        "Tiers Count",
        required=True,
        default="period",
        help="Whether the tiers begin anew with each order or invoice, or climb over the whole period.",
    )
    tier_ids = fields.One2many("stm.commission.tier", "rule_id", "Tiers", copy=True)
    tier_by = fields.Selection(
        [
            ("base", "The amount itself"),
            ("quantity", "Quantity"),
            ("attainment", "Attainment of a target"),
        ],
        "Tiers By",
        required=True,
        default="base",
        help="By quantity, tiers are in pieces; by attainment, in percent. The rate that is reached "
        "applies to everything.",
    )
    measure_id = fields.Many2one(
        "stm.measure",
        ondelete="restrict",
        check_company=True,
        help="Whose target has to be attained. A target belongs to the settlement period in which at "
        "least two thirds of its days lie.",
    )
    attainment_of = fields.Selection(
        [("user", "The payee"), ("team", "The payee's team")], required=True, default="user"
    )
    has_floor = fields.Boolean("Minimum")
    floor = fields.Monetary(
        help="What a document, or the period, earns at least that earns anything. A refund takes back "
        "what the sale had earned by its rate.",
    )
    is_capped = fields.Boolean("Capped")
    cap = fields.Monetary(help="No more than this in a period; what is beyond stays visible as withheld.")
    gate = fields.Selection(
        [("all", "Everything"), ("accelerators", "The higher tiers")],
        "Gate For",
        help="What is withheld until the gate is reached.",
    )
    gate_by = fields.Selection(
        [("base", "The amount of the period"), ("attainment", "Attainment of a target, in percent")],
        required=True,
        default="base",
    )
    gate_base = fields.Float("Gate", digits=0)
    # whatever a plan names stays: without it the component would pay for everything
    product_ids = fields.Many2many(
        "product.product", "stm_commission_rule_product_rel", "rule_id", "product_id", "Products",
        check_company=True, ondelete="restrict",
    )  # fmt: skip
    categ_ids = fields.Many2many(
        "product.category", "stm_commission_rule_categ_rel", "rule_id", "categ_id", "Product Categories",
        ondelete="restrict", help="With all that is below them. Empty: all.",
    )  # fmt: skip
    product_class_ids = fields.Many2many(
        "stm.product.class", "stm_commission_rule_product_class_rel", "rule_id", "class_id",
        "Product Classes", ondelete="restrict",
    )  # fmt: skip
    customer_class_ids = fields.Many2many(
        "stm.customer.class", "stm_commission_rule_customer_class_rel", "rule_id", "class_id",
        "Customer Classes", ondelete="restrict",
    )  # fmt: skip
    channel_ids = fields.Many2many(
        "stm.channel", "stm_commission_rule_channel_rel", "rule_id", "channel_id", "Channels",
        ondelete="restrict",
    )  # fmt: skip
    territory_ids = fields.Many2many(
        "stm.territory", "stm_commission_rule_territory_rel", "rule_id", "territory_id", "Territories",
        ondelete="restrict", help="With all that is below them. Empty: all.",
    )  # fmt: skip
    campaign_ids = fields.Many2many(
        "utm.campaign", "stm_commission_rule_campaign_rel", "rule_id", "campaign_id", "Campaigns",
        ondelete="restrict",
    )  # fmt: skip
    customer_kind = fields.Selection(
        [("all", "All"), ("new", "New"), ("known", "Known")], "Customers", required=True, default="all"
    )
    new_days = fields.Integer(
        "New For", default=365, help="Days after the first purchase for which a customer counts as new."
    )
    has_discount_band = fields.Boolean("Discount Band")
    discount_from = fields.Float(digits=(16, 2), help="In percent, included.")
    discount_to = fields.Float(default=100.0, digits=(16, 2), help="In percent, not included; 100 is.")

    _code_unique = models.UniqueIndex("(plan_id, code)", "Two components have the same code.")
    _dates = models.Constraint("CHECK(date_from <= date_to)", "A component ends before it begins.")
    _floor_not_negative = models.Constraint("CHECK(floor >= 0)", "A minimum cannot be negative.")
    _cap_not_negative = models.Constraint("CHECK(cap >= 0)", "A cap cannot be negative.")

    @api.depends("plan_id")
    def _compute_code(self):
        taken = {plan: set(plan.rule_ids.mapped("code")) for plan in self.plan_id}
        for rule in self:
            if not rule.code:
                codes = taken.setdefault(rule.plan_id, set())
                rule.code = next(code for number in count(1) if (code := f"R{number}") not in codes)
                codes.add(rule.code)

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "plan_id")
        rules = super().create(vals_list)
        rules.plan_id._check_draft()
        return rules

    def write(self, vals):
        check_links(self, [vals], "plan_id")
        self.plan_id._check_draft()
        result = super().write(vals)
        self.plan_id._check_draft()
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        # which does not pass through write
        self.plan_id._check_draft()
        return super()._update_field_translations(field_name, translations, *args, **kwargs)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_active(self):
        self.plan_id._check_draft()
