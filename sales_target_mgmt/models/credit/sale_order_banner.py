from odoo import api, fields, models
from odoo.tools import format_amount

from .sale_order import QUOTATION


class SaleOrder(models.Model):
    """May I sell to this customer? What a quotation says about it while it is written."""

    _inherit = "sale.order"

    stm_credit_level = fields.Selection(
        [("free", "Free"), ("warn", "Warning"), ("hold", "Would be held"), ("block", "Blocked")],
        "Credit Check",
        compute="_compute_stm_credit",
        compute_sudo=True,
        groups="base.group_user",
    )
    stm_credit_text = fields.Text(
        "Credit of the Customer", compute="_compute_stm_credit", compute_sudo=True, groups="base.group_user"
    )
    stm_credit_advice = fields.Text(
        "What Would Help", compute="_compute_stm_credit", compute_sudo=True, groups="base.group_user"
    )

    @api.depends(
        "state",
        "company_id",
        "partner_invoice_id",
        "amount_total",
        "payment_term_id",
        "currency_rate",
        "stm_hold_id",
    )
    def _compute_stm_credit(self):
        self.stm_credit_level = self.stm_credit_text = self.stm_credit_advice = False
        shown = self.filtered(
            lambda order: (
                order.state in QUOTATION and order.company_id.stm_credit_control and order._get_stm_payers()
            )
        )
        for order in shown:
            verdict = self.env["stm.credit.guard"]._decide(order, lock=False)[order]
            order.stm_credit_level = verdict.level if not verdict.release else "free"
            order.stm_credit_level = order.stm_credit_level or "free"
            order.stm_credit_text = order._describe_stm_credit(verdict)
            order.stm_credit_advice = order._describe_stm_advice(verdict)

    def _describe_stm_credit(self, verdict):
        facts, currency = verdict.facts, self.company_id.currency_id

        def money(amount):
            return format_amount(self.env, float(amount), currency)

        if facts.limit is None:
            text = self.env._("%s used.", money(facts.exposure))
            if facts.has_limit:
                text = self.env._("%s used, no limit.", money(facts.exposure))
        else:
            text = self.env._(
                "%(used)s of %(limit)s used, %(free)s free before this order.",
                used=money(facts.exposure),
                limit=money(facts.limit),
                free=money(max(facts.limit - facts.exposure, 0)),
            )
        reasons = self._describe_stm_kept_reasons(self._prepare_stm_reasons(verdict))
        return f"{text}\n{reasons}" if reasons else text

    def _describe_stm_advice(self, verdict):
        """What would clear the way: a deposit, a payment, a part of the order, a release."""
        if verdict.passes and verdict.level != "warn":
            return False
        facts, currency, env = verdict.facts, self.company_id.currency_id, self.env
        lines = []
        for reason in verdict.reasons:
            excess = format_amount(env, float(reason.excess or 0), currency)
            if reason.rule.kind == "limit":
                lines.append(env._("A deposit or a payment of %s.", excess))
                room = facts.credit - reason.excess
                if room > 0:
                    lines.append(
                        env._(
                            "An order of at most %s now, the rest later.",
                            format_amount(env, float(room), currency),
                        )
                    )
            elif reason.rule.kind == "overdue":
                lines.append(env._("Payment of what is overdue: %s.", excess))
            elif reason.rule.kind == "term":
                lines.append(env._("A payment term of at most %s days.", facts.longest_term))
        if verdict.level == "hold":
            lines.append(env._("A release: confirming puts it before the credit controllers."))
        return "\n".join(lines)
