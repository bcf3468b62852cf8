from odoo import models
from odoo.tools import format_amount


class SaleOrder(models.Model):
    """Why an order waits, in the words of who reads it."""

    _inherit = "sale.order"

    def _prepare_stm_reasons(self, verdict):
        """The reasons as they are kept in the log: kinds, actions and the figures of now."""
        facts = verdict.facts
        return [
            {
                "kind": reason.rule.kind,
                "action": reason.action,
                "excess": str(reason.excess or 0),
                "overdue_days": facts.overdue_days,
                "term_days": facts.term_days,
                "longest_term": facts.longest_term,
                "has_grade": facts.grade is not None,
            }
            for reason in verdict.reasons
        ]

    def _describe_stm_reasons(self, verdict):
        """What speaks against an order: one sentence for each reason."""
        title = self.env._("“%s” cannot be confirmed on credit:", self.name)
        return f"{title}\n{self._describe_stm_kept_reasons(self._prepare_stm_reasons(verdict))}"

    def _describe_stm_refused_change(self, verdict):
        """What speaks against a change of a confirmed order, and what can be done in its place."""
        lines = [
            self.env._("“%s” is confirmed and cannot be changed like this on credit:", self.name),
            self._describe_stm_kept_reasons(self._prepare_stm_reasons(verdict)),
        ]
        if verdict.level == "hold":
            lines.append(
                self.env._(
                    "Put what is added on a quotation of its own: confirming that puts it before the "
                    "credit controllers."
                )
            )
        return "\n".join(lines)

    def _describe_stm_kept_reasons(self, reasons):
        """Reasons of the log in words, the gravest first."""
        return "\n".join(self._describe_stm_reason(reason) for reason in reasons or [])

    def _describe_stm_reason(self, reason):
        env = self.env
        excess = format_amount(env, float(reason["excess"]), self.company_id.currency_id)
        texts = {
            "limit": lambda: env._("%s above the credit limit.", excess),
            "unset": lambda: env._("No credit limit has been decided for the customer."),
            "overdue": lambda: env._(
                "%(amount)s is overdue, the oldest for %(days)s days.",
                amount=excess,
                days=reason["overdue_days"],
            ),
            "grade": lambda: (
                env._("The customer's credit grade asks for a release.")
                if reason["has_grade"]
                else env._("The customer has no credit grade.")
            ),
            "expired": lambda: env._("The customer's credit rating has expired."),
            "blocked": lambda: env._("The customer's credit account is blocked."),
            "first": lambda: env._("It is one of the customer's first orders."),
            "term": lambda: env._(
                "The payment term of %(days)s days is longer than the %(longest)s that the grade allows.",
                days=reason["term_days"],
                longest=reason["longest_term"],
            ),
            "deposit": lambda: env._("A deposit of %s has not been received.", excess),
        }
        return texts[reason["kind"]]()

    def _get_stm_hold_notice(self, confirmed):
        """What the client shows after a confirmation that held some of the orders.

        :param confirmed: those that went through
        """
        lines = [f"{order.name}: {order.stm_hold_reasons}" for order in self]
        if confirmed:
            lines.append(self.env._("Confirmed: %s", ", ".join(confirmed.mapped("name"))))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                # of one order its own page says it as well
                "sticky": len(self | confirmed) > 1,
                "title": self.env._("On hold: the credit controllers decide"),
                "message": "\n".join(lines),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
