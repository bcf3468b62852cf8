from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .stm_commission_tier import format_limit

# methods with a sum for each tier, and with a rate
SUMS = ("interpolated", "bonus")
RATES = ("marginal", "flat")
# attainments are in percent: a table that ends below was probably meant in shares
FEW_PERCENT = 3


class StmCommissionRule(models.Model):
    """What nobody can have meant is refused; what is rarely meant is said while the plan is a draft."""

    _inherit = "stm.commission.rule"

    doubts = fields.Text(
        "To Be Checked", compute="_compute_doubts", groups="sales_target_mgmt.group_commission_admin"
    )

    @api.depends(
        *("name", "method", "rate", "unit_amount", "tier_by", "gate", "gate_by", "gate_base"),
        *("plan_id.assignment_ids.has_own_rate", "tier_ids.lower", "tier_ids.upper"),
        *("tier_ids.rate", "tier_ids.amount"),
    )
    def _compute_doubts(self):
        for rule in self:
            rule.doubts = "\n".join(rule._find_doubts()) or False

    @api.constrains(
        *("rate", "unit_amount", "tier_ids", "method", "new_days", "has_discount_band", "discount_from"),
        *("discount_to", "gate", "gate_by", "gate_base", "is_capped", "cap", "has_floor", "floor"),
    )
    def _check_bounds(self):
        for rule in self:
            rates = [rule.rate, *rule.tier_ids.mapped("rate")]
            if min(*rates, rule.unit_amount, rule.new_days) < 0:
                raise ValidationError(
                    self.env._("“%s”: rates, sums for a unit and days cannot be negative.", rule.name)
                )
            rule._check_sums()
            rule.plan_id._check_rate(max(rates), rule.name)
            rule._check_limits()
            if rule.has_discount_band and not 0 <= rule.discount_from < rule.discount_to:
                raise ValidationError(
                    self.env._("“%s”: the discount band begins at 0 or more and ends above that.", rule.name)
                )

    def _check_sums(self):
        for number, tier in enumerate(self.tier_ids, 1):
            if self.method in SUMS and tier.amount < 0:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s”: row %(row)s would take %(amount)s from its payee. Enter what is paid, "
                        "or 0.",
                        rule=self.name,
                        row=number,
                        amount=self._format_sum(-tier.amount),
                    )
                )

    def _check_limits(self):
        """Gate, cap and minimum."""
        if self.method == "bonus":
            return
        if self.gate and self.gate_base <= 0:
            raise ValidationError(
                self.env._(
                    "“%s”: a gate of 0 or less holds nothing back. Enter what has to be reached, or choose "
                    "no gate.",
                    self.name,
                )
            )
        if self.is_capped and not self.cap:
            raise ValidationError(
                self.env._(
                    "“%s”: a cap of 0 pays nothing. Enter the most that is paid, or no cap.", self.name
                )
            )
        if self.is_capped and self.has_floor and self.cap < self.floor:
            raise ValidationError(
                self.env._(
                    "“%(rule)s”: the cap of %(cap)s is below the minimum of %(floor)s. Correct one of them.",
                    rule=self.name,
                    cap=self._format_sum(self.cap),
                    floor=self._format_sum(self.floor),
                )
            )

    def _format_sum(self, amount):
        return (self.currency_id or self.env.company.currency_id).format(amount)

    def _find_doubts(self):
        """What is possible and rarely meant, in words."""
        self.ensure_one()
        env, name = self.env, self.name or ""
        has_own_rates = any(self.plan_id.assignment_ids.mapped("has_own_rate"))
        if self.method == "percent" and not self.rate and not has_own_rates:
            return [env._("“%s” has a rate of 0 and pays nothing.", name)]
        if self.method == "unit" and not self.unit_amount:
            return [env._("“%s” pays 0 for each unit, so nothing.", name)]
        if self.method not in (*SUMS, *RATES) or not self.tier_ids:
            return []
        return [*self._find_doubtful_ends(), *self._find_doubtful_rows(), *self._find_doubtful_percents()]

    def _find_doubtful_ends(self):
        """A table that leaves something out below its first row, or above its last."""
        tiers = self.tier_ids.sorted("lower")
        start, end = tiers[0].lower, tiers[-1].upper
        values = {"rule": self.name or "", "start": format_limit(start), "end": format_limit(end)}
        picked = self.method == "bonus" or (self.method == "flat" and self.tier_by != "base")
        doubts = []
        # that a bonus begins at an attainment is what it is for
        if start > 0 and self.method != "bonus":
            doubts.append(
                self.env._(
                    "“%(rule)s” begins at %(start)s: nothing is paid below that. If that is not meant, let "
                    "the first row begin at 0.",
                    **values,
                )
            )
        if end and not picked:
            doubts.append(
                self.env._(
                    "“%(rule)s” ends at %(end)s: nothing more is paid for what is beyond. If that is not "
                    "meant, enter 0 as To in the last row.",
                    **values,
                )
                if self.method != "interpolated"
                else self.env._(
                    "“%(rule)s” ends at %(end)s: nothing more is paid for what is beyond. If that is not "
                    "meant, add a further row.",
                    **values,
                )
            )
        return doubts

    def _find_doubtful_rows(self):
        """Rows that pay nothing, though one before them does."""
        name = "amount" if self.method in SUMS else "rate"
        doubts, is_paid = [], False
        for number, tier in enumerate(self.tier_ids.sorted("lower"), 1):
            if is_paid and not tier[name]:
                values = {"rule": self.name or "", "row": number, "start": format_limit(tier.lower)}
                doubts.append(
                    self.env._("“%(rule)s”: row %(row)s, from %(start)s on, has a rate of 0.", **values)
                    if name == "rate"
                    else self.env._("“%(rule)s”: row %(row)s, from %(start)s on, has a sum of 0.", **values)
                )
            is_paid = is_paid or bool(tier[name])
        if not is_paid:
            doubts.append(self.env._("“%s” pays nothing in any of its rows.", self.name or ""))
        return doubts

    def _find_doubtful_percents(self):
        limits = self.tier_ids.mapped("lower") if self._goes_by_attainment() else []
        if self.gate and self.gate_by == "attainment":
            limits = [*limits, self.gate_base]
        if not limits or not 0 < max(limits) <= FEW_PERCENT:
            return []
        return [
            self.env._(
                "“%(rule)s”: attainments are in percent, and %(limit)s is %(limit)s %%. Enter 100 for all "
                "of a target.",
                rule=self.name or "",
                limit=format_limit(max(limits)),
            )
        ]


class StmCommissionPlan(models.Model):
    _inherit = "stm.commission.plan"

    doubts = fields.Text(
        "To Be Checked", compute="_compute_doubts", groups="sales_target_mgmt.group_commission_admin"
    )

    @api.depends(
        *("state", "rule_ids.doubts", "rule_ids.method", "earned_on", "date_from"),
        *("assignment_ids.payee_id", "assignment_ids.date_from"),
    )
    def _compute_doubts(self):
        for plan in self:
            found = []
            if plan.state == "draft":
                found = [rule.doubts for rule in plan.rule_ids if rule.doubts] + plan._find_doubts_beside()
            plan.doubts = "\n".join(found) or False

    @api.constrains("paid_for")
    def _check_rates(self):
        self.rule_ids._check_bounds()
        self.assignment_ids._check_rate()

    @api.constrains("payable_on", "wait_days")
    def _check_wait(self):
        for plan in self:
            if plan.wait_days < 0:
                raise ValidationError(
                    self.env._(
                        "“%(plan)s” would be payable %(days)s days before it was earned: enter 0 days to "
                        "wait, or more.",
                        plan=plan.name,
                        days=-plan.wait_days,
                    )
                )
            if plan.payable_on == "days" and plan.wait_days <= 0:
                raise ValidationError(
                    self.env._(
                        "“%s” is payable some days after it was earned: enter how many days, or choose "
                        "“At once”.",
                        plan.name,
                    )
                )

    def _check_rate(self, rate, name):
        """:raises ValidationError: if more would be paid than there is; for a piece a rate is money"""
        # while a component is edited its plan is not known
        if rate <= 1 or self.paid_for in (False, "quantity"):
            return
        values = {"rule": name, "rate": format_limit(round(rate * 100, 4))}
        if self.paid_for == "margin":
            raise ValidationError(
                self.env._(
                    "“%(rule)s” would pay %(rate)s %% of the margin, more than is earned: correct the rate.",
                    **values,
                )
            )
        raise ValidationError(
            self.env._(
                "“%(rule)s” would pay %(rate)s %% of the revenue, more than the customer does: "
                "correct the rate.",
                **values,
            )
        )


class StmCommissionAssignment(models.Model):
    _inherit = "stm.commission.assignment"

    @api.constrains("has_own_rate", "rate", "plan_id")
    def _check_rate(self):
        for one in self.filtered("has_own_rate"):
            if one.rate < 0:
                raise ValidationError(
                    self.env._("The own rate of “%s” cannot be negative.", one.payee_id.name)
                )
            one.plan_id._check_rate(one.rate, one.payee_id.name)

    @api.constrains("share")
    def _check_share(self):
        for one in self.filtered(lambda line: line.share <= 0):
            raise ValidationError(
                self.env._(
                    "“%(payee)s” in “%(plan)s” would be credited with %(share)s %% of the sales: enter a "
                    "credited share above 0, or remove the payee.",
                    payee=one.payee_id.name,
                    plan=one.plan_id.name,
                    share=format_limit(round(one.share * 100, 4)),
                )
            )
