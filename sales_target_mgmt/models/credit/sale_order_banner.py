from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..stm_links import is_company_of_user
from .sale_order import QUOTATION
from .stm_credit_hold import WAITING


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
    stm_credit_headline = fields.Char(
        "Gravest Reason", compute="_compute_stm_credit", compute_sudo=True, groups="base.group_user"
    )
    stm_credit_text = fields.Text(
        "Credit of the Customer", compute="_compute_stm_credit", compute_sudo=True, groups="base.group_user"
    )
    stm_credit_advice = fields.Text(
        "What Would Help", compute="_compute_stm_credit", compute_sudo=True, groups="base.group_user"
    )
    stm_credit_grade = fields.Char(
        "Customer's Grade", compute="_compute_stm_credit", compute_sudo=True, groups="base.group_user"
    )
    stm_credit_room = fields.Char(
        "Free of the Limit", compute="_compute_stm_credit", compute_sudo=True, groups="base.group_user"
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
        for name in ("level", "headline", "text", "advice", "grade", "room"):
            self[f"stm_credit_{name}"] = False
        shown = self.filtered(
            lambda order: (
                order.state in QUOTATION
                and order.company_id.stm_credit_control
                and is_company_of_user(order)
                and order._get_stm_payers()
            )
        )
        for order in shown:
            verdict = self.env["stm.credit.guard"]._decide(order, lock=False)[order]
            order.stm_credit_level = verdict.outcome
            grade = self.env["stm.credit.grade"].browse(verdict.facts.grade or ()).name
            order.stm_credit_grade = self.env._("Grade %s", grade) if grade else self.env._("No grade")
            order.stm_credit_room = order._describe_stm_room(verdict.facts)
            reasons = order._prepare_stm_reasons(verdict)
            order.stm_credit_headline = order._describe_stm_kept_reasons(reasons[:1])
            order.stm_credit_text = order._describe_stm_credit(verdict.facts, reasons[1:])
            order.stm_credit_advice = order._describe_stm_advice(verdict)

    def action_stm_view_credit(self):
        """The customer's credit account; for who has no access to it, what the quotation says of it.

        :raises AccessError: for customers, who read their own orders
        """
        self.ensure_one()
        self.check_access("read")
        self._check_field_access(self._fields["stm_credit_text"], "read")
        accounts = self.env["stm.credit.account"]
        if not accounts.has_access("read"):
            text = "\n".join(filter(None, (self.stm_credit_headline, self.stm_credit_text)))
            params = {"type": "info", "message": text}
            return {"type": "ir.actions.client", "tag": "display_notification", "params": params}
        payer = self._get_stm_payers()
        account = accounts.search([("company_id", "=", self.company_id.id), ("partner_id", "=", payer.id)])
        values = {"default_company_id": self.company_id.id, "default_partner_id": payer.id}
        return {
            "type": "ir.actions.act_window",
            "res_model": accounts._name,
            "res_id": account.id,
            "view_mode": "form",
            "context": values,
        }

    def _describe_stm_room(self, facts):
        """What is free of the customer's limit, or of the group's, before this order."""
        room = self._get_stm_room(facts)
        if room is None:
            return self.env._("no limit") if facts.has_limit else self.env._("limit not decided")
        return self.env._("%s free", format_amount(self.env, float(room), self.company_id.currency_id))

    def _get_stm_room(self, facts):
        """What the customer's limit leaves for this order, and no more than the group's; not below zero.

        None where neither has a limit.
        """
        limits = ((facts.limit, facts.exposure), (facts.group_limit, facts.group_exposure))
        rooms = [limit - exposure for limit, exposure in limits if limit is not None]
        return max(min(rooms), 0) if rooms else None

    def _describe_stm_credit(self, facts, reasons):
        """What the customer uses of the limit, and other reasons than the gravest."""
        currency = self.company_id.currency_id

        def money(amount):
            return format_amount(self.env, float(amount), currency)

        room = self._get_stm_room(facts)
        if facts.limit is None and room is not None:
            text = self.env._(
                "%(used)s used, %(free)s free of the group's limit before this order.",
                used=money(facts.exposure),
                free=money(room),
            )
        elif room is None:
            text = self.env._("%s used.", money(facts.exposure))
            if facts.has_limit:
                text = self.env._("%s used, no limit.", money(facts.exposure))
        else:
            text = self.env._(
                "%(used)s of %(limit)s used, %(free)s free before this order.",
                used=money(facts.exposure),
                limit=money(facts.limit),
                free=money(room),
            )
        return "\n• ".join([text, *self._describe_stm_kept_reasons(reasons).splitlines()])

    def _describe_stm_advice(self, verdict):
        """What would clear the way, a line for each reason; of several ways for one of them it says so."""
        if verdict.passes and verdict.level != "warn":
            return False
        facts, currency, env = verdict.facts, self.company_id.currency_id, self.env
        lines = []
        for reason in verdict.reasons:
            excess = format_amount(env, float(reason.excess or 0), currency)
            if reason.rule.kind == "limit":
                ways = self._describe_stm_room_made(reason, facts)
                if len(ways) > 1 and len(verdict.reasons) > 1:
                    ways = ["\n   – ".join([env._("One of these:"), *ways])]
                lines += ways
            elif reason.rule.kind == "overdue":
                lines.append(env._("Payment of what is overdue: %s.", excess))
            elif reason.rule.kind == "term":
                if facts.longest_term:
                    lines.append(env._("A payment term of at most %s days.", facts.longest_term))
                else:
                    lines.append(env._("Immediate payment."))
            elif reason.rule.kind == "deposit":
                lines.append(env._("A deposit of %s, paid for this order.", excess))
            elif reason.rule.kind == "expired":
                lines.append(env._("A new rating by the credit controllers."))
            elif reason.rule.kind == "blocked":
                lines.append(env._("Only the credit controllers can unblock the account."))
        if verdict.level == "hold" and not verdict.release:
            lines.append(self._describe_stm_way())
        # one deposit may be what two reasons ask for
        return "\n".join(f"• {line}" for line in dict.fromkeys(lines))

    def _describe_stm_room_made(self, reason, facts):
        """What would bring the order below the limit, each line by itself.

        A deposit takes from what the order asks to be trusted with, at most all of it, and then
        nothing is left to be checked. A payment for something else has to make room for all that is
        too much, and cannot be more than what is used. Of the order, what fits may come now.
        """
        currency, env = self.company_id.currency_id, self.env

        def money(amount):
            return format_amount(env, float(amount), currency)

        lines = []
        deposit, room = min(reason.excess, facts.credit), facts.credit - reason.excess
        if currency.compare_amounts(float(deposit), 0) > 0:
            lines.append(env._("A deposit of %s, paid for this order.", money(deposit)))
        if reason.excess <= facts.exposure:
            lines.append(env._("A payment of %s for what is owed or ordered already.", money(reason.excess)))
        if currency.compare_amounts(float(room), 0) > 0:
            lines.append(env._("An order of at most %s now, the rest later.", money(facts.paid + room)))
        return lines

    def _describe_stm_way(self):
        """How a release comes about, or until when it is to be decided."""
        if self.stm_hold_event in WAITING and self.stm_hold_deadline:
            until = format_date(self.env, self.stm_hold_deadline)
            return self.env._("A release: it was asked for and is to be decided until %s.", until)
        return self.env._("A release: confirming puts it before the credit controllers.")
