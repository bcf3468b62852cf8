from itertools import count

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.rate_table import RateTable, TierFault, exact
from ..tools.settlement import NOTHING, Component
from .stm_commission_tier import format_limit
from .stm_links import check_links

FILTERS = (
    *("categ_ids", "product_class_ids", "customer_class_ids"),
    *("channel_ids", "territory_ids", "campaign_ids"),
)
TERMS = ("code", "name", "method", "scope", "tier_by", "attainment_of", "rate",
         "is_capped", "cap", "gate", "gate_base", "customer_kind",
         "new_days", "has_discount_band", "discount_from", "discount_to")  # fmt: skip


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
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
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
        ],
        "Rates",
        required=True,
        default="percent",
    )
    rate = fields.Float(
        "Commission Rate", digits=(16, 6), help="Share of the amount; for quantities money per unit."
    )
    scope = fields.Selection(
        [("document", "Each document"), ("period", "The settlement period")],
        "Tiers Count",
        required=True,
        default="period",
        help="Whether the tiers begin anew with each order or invoice, or climb over the whole period.",
    )
    tier_ids = fields.One2many("stm.commission.tier", "rule_id", "Tiers", copy=True)
    tier_by = fields.Selection(
        [("base", "The amount itself"), ("attainment", "Attainment of a target")],
        "Tiers By",
        required=True,
        default="base",
        help="By attainment, tiers are in percent: the rate that is reached applies to everything.",
    )
    measure_id = fields.Many2one(
        "stm.measure", ondelete="restrict", check_company=True, help="Whose target has to be attained."
    )
    attainment_of = fields.Selection(
        [("user", "The payee"), ("team", "The payee's team")], required=True, default="user"
    )
    is_capped = fields.Boolean("Capped")
    cap = fields.Monetary(help="No more than this in a period; what is beyond stays visible as withheld.")
    gate = fields.Selection(
        [("all", "Everything"), ("accelerators", "The higher tiers")],
        "Gate For",
        help="What is withheld until the amount of the period reaches the gate.",
    )
    gate_base = fields.Float("Gate", digits=0)
    categ_ids = fields.Many2many(
        "product.category", "stm_commission_rule_categ_rel", "rule_id", "categ_id", "Product Categories",
        help="With all that is below them. Empty: all.",
    )  # fmt: skip
    product_class_ids = fields.Many2many(
        "stm.product.class", "stm_commission_rule_product_class_rel", "rule_id", "class_id", "Product Classes"
    )
    customer_class_ids = fields.Many2many(
        "stm.customer.class", "stm_commission_rule_customer_class_rel", "rule_id", "class_id",
        "Customer Classes",
    )  # fmt: skip
    channel_ids = fields.Many2many(
        "stm.channel", "stm_commission_rule_channel_rel", "rule_id", "channel_id", "Channels"
    )
    territory_ids = fields.Many2many(
        "stm.territory", "stm_commission_rule_territory_rel", "rule_id", "territory_id", "Territories",
        help="With all that is below them. Empty: all.",
    )  # fmt: skip
    campaign_ids = fields.Many2many(
        "utm.campaign", "stm_commission_rule_campaign_rel", "rule_id", "campaign_id", "Campaigns"
    )
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
    _cap_not_negative = models.Constraint("CHECK(cap >= 0)", "A cap cannot be negative.")

    @api.constrains("method", "rate", "tier_ids", "gate", "tier_by", "measure_id")
    def _check_table(self):
        for rule in self:
            try:
                rule._get_table()
            except TierFault as fault:
                raise ValidationError(rule._describe_fault(fault)) from fault
            rule._check_attainment()
            if rule.gate == "accelerators" and rule.method in ("percent", "interpolated"):
                raise ValidationError(
                    self.env._(
                        "“%s” has no higher tiers that could wait: its gate can only be for everything.",
                        rule.name,
                    )
                )

    def _check_attainment(self):
        if not self._needs_attainment():
            return
        if not self.measure_id:
            raise ValidationError(
                self.env._("“%s” goes by attainment: choose the measure of the target.", self.name)
            )
        if self.method not in ("flat", "bonus"):
            raise ValidationError(
                self.env._(
                    "“%s” goes by attainment, which picks one rate for everything: choose such tiers.",
                    self.name,
                )
            )

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

    @api.ondelete(at_uninstall=False)
    def _unlink_except_active(self):
        self.plan_id._check_draft()

    def _get_table(self):
        """The :class:`RateTable`.

        :raises TierFault: names the rows that do not fit
        """
        self.ensure_one()
        if self.method == "percent":
            return RateTable([(0, None, exact(self.rate))], "flat")
        value = "amount" if self.method in ("interpolated", "bonus") else "rate"
        tiers = [(tier.lower, tier.upper or None, tier[value]) for tier in self.tier_ids]
        return RateTable(tiers, "flat" if self.method == "bonus" else self.method)

    def _needs_attainment(self):
        return self.method == "bonus" or self.tier_by == "attainment"

    def _get_component(self, own_rate=None, attainment=None):
        """The rule as plain data for :mod:`~..tools.settlement`.

        :param own_rate: the payee's rate, which replaces that of a component with one rate
        :param attainment: of the payee's target in percent; None: there is no target
        """
        self.ensure_one()
        table = self._get_table()
        if own_rate is not None and self.method == "percent":
            table = RateTable([(0, None, exact(own_rate))], "flat")
        bonus = None
        if self.method == "bonus":
            bonus = table.rate_at(attainment) if attainment is not None else None
        missing = self._needs_attainment() and attainment is None
        if missing or self.method == "bonus":
            table = NOTHING
        plain = None
        if self.gate == "accelerators":
            plain = RateTable([(0, None, table.tiers[0].value)], "flat")
        return Component(
            self.code,
            table,
            per_document=self.method == "percent" or self.scope == "document",
            at=attainment if self._needs_attainment() and not missing else None,
            bonus=bonus,
            reason="no_target" if missing else "",
            historic=self.plan_id.refund_mode == "historic",
            plain=plain,
            gate=self.gate or None,
            gate_open=None if self.gate else True,
            gate_base=exact(self.gate_base),
            cap=exact(self.cap) if self.is_capped else None,
            payable_on=self.plan_id.payable_on,
            wait=self.plan_id.wait_days,
            record=self,
        )

    def _get_terms(self):
        """What a payee accepts of it, for the content hash."""
        self.ensure_one()
        terms = {name: self[name] for name in TERMS}
        terms |= {name: sorted(self[name].ids) for name in FILTERS}
        terms["measure"] = self.measure_id.id
        terms["tiers"] = [[tier.lower, tier.upper, tier.rate, tier.amount] for tier in self.tier_ids]
        return terms

    def _describe_fault(self, fault):
        """A fault of the tiers in the user's language."""
        rows = (*fault.rows, 0, 0)
        limits = [*map(format_limit, fault.limits), "", ""]
        values = {"name": self.name, "row": rows[0], "other": rows[1], "start": limits[0], "end": limits[1]}
        env = self.env
        texts = {
            "empty": lambda: env._("“%(name)s” has no tiers yet.", **values),
            "number": lambda: env._("“%(name)s”: row %(row)s is not made of numbers.", **values),
            "negative": lambda: env._("“%(name)s”: row %(row)s begins below zero.", **values),
            "order": lambda: env._(
                "“%(name)s”: row %(row)s ends at %(end)s, which is not above its start %(start)s.", **values
            ),
            "whole": lambda: env._(
                "“%(name)s”: row %(row)s has no end, so no part of its amount can be told. Enter one.",
                **values,
            ),
            "gap": lambda: env._(
                "“%(name)s”: rows %(row)s and %(other)s leave a gap between %(start)s and %(end)s.", **values
            ),
            "overlap": lambda: env._(
                "“%(name)s”: rows %(row)s and %(other)s overlap from %(start)s on.", **values
            ),
        }
        return texts[fault.kind]()
