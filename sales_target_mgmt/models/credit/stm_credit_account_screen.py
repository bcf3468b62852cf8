from collections import defaultdict
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount

from ...tools.credit_check import check
from .sale_order_hold import WAITING
from .stm_credit_guard import Verdict

# what the next order asks for, however small it is
NEXT = Decimal("1e-9")


class StmCreditAccount(models.Model):
    """May I sell to this customer? The limit as a bar, and what speaks against the next order."""

    _inherit = "stm.credit.account"

    limit_bar = fields.Html("Use of the Limit", compute="_compute_limit_bar", sanitize=False)
    next_level = fields.Selection(
        [("free", "Free"), ("warn", "Warning"), ("hold", "Would be held"), ("block", "Blocked")],
        "Next Order",
        compute="_compute_next",
        compute_sudo=True,
    )
    next_text = fields.Text("Why", compute="_compute_next", compute_sudo=True)
    next_advice = fields.Text("What Would Help", compute="_compute_next", compute_sudo=True)
    held_count = fields.Integer("Orders on Hold", compute="_compute_held_count", compute_sudo=True)

    @api.depends_context("lang")
    @api.depends(
        "receivable", "overdue", "orders", "received", "reserved", "available", "state_now", "parent_id"
    )
    def _compute_limit_bar(self):
        for account in self:
            account.limit_bar = account._get_limit_bar() if account.partner_id else False

    def _get_limit_bar(self):
        """The parts of the exposure and what is free, in shares of the limit or of what is used.

        What was paid for quotations is taken out of what is owed, and used for nothing else.
        """
        owed = max(self.receivable - self.received + self.reserved, 0.0)
        overdue = min(self.overdue, owed)
        free = max(self.available, 0.0) if self.state_now == "limited" else 0.0
        parts = [
            (self.env._("Overdue"), overdue, "bg-danger"),
            (self.env._("Owed, not due"), owed - overdue, "bg-info"),
            (self.env._("Ordered, not invoiced"), self.orders, "bg-warning"),
            (self.env._("Free"), free, "bg-success-subtle"),
        ]
        whole = sum(amount for _name, amount, _colour in parts)
        if self.state_now == "limited":
            # what the group has used of it is nobody's part
            whole = max(whole, self.limit_now)
        else:
            parts.pop()
        whole = whole or 1.0
        segment = Markup('<div class="progress-bar %s" style="width: %.2f%%" title="%s"></div>')
        legend = Markup(
            '<span class="me-4 text-nowrap"><span class="badge rounded-circle p-1 me-1 %s">&#160;</span>'
            "%s <b>%s</b></span>"
        )
        bar = Markup().join(
            segment % (colour, amount / whole * 100, name) for name, amount, colour in parts if amount
        )
        texts = Markup().join(
            legend % (colour, name, self._show_amount(amount)) for name, amount, colour in parts
        )
        return Markup(
            '<div class="progress mb-2" style="height: 1.25rem">%s</div><div class="mb-2">%s%s</div>'
        ) % (bar, texts, self._get_group_text())

    def _get_group_text(self):
        """How much of the head's limit the group uses; empty without a group."""
        head = self.sudo().parent_id or self.sudo()
        members = head | head.child_ids
        if len(members) == 1:
            return ""
        exposures = self.env["stm.credit.exposure"]._get_exposures(self.company_id, members.partner_id)
        used = float(sum(one.total for one in exposures.values()))
        names = {"head": head.display_name, "used": self._show_amount(used)}
        if head.state_now == "limited":
            names["limit"] = self._show_amount(head.limit_now)
            text = self.env._("The group of “%(head)s” uses %(used)s of %(limit)s.", **names)
        else:
            text = self.env._("The group of “%(head)s” uses %(used)s.", **names)
        return Markup("<div>%s</div>") % text

    def _show_amount(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    @api.depends_context("lang")
    @api.depends("receivable", "orders", "limit_now", "state_now", "grade_id", "rated_until", "is_blocked")
    def _compute_next(self):
        self.next_level = self.next_text = self.next_advice = False
        for account in self.filtered(lambda one: one.id and one.company_id.stm_credit_control):
            order, verdict = account._decide_next()
            account.next_level = verdict.level or "free"
            account.next_text = order._describe_stm_kept_reasons(order._prepare_stm_reasons(verdict))
            account.next_advice = order._describe_stm_advice(verdict)

    def _decide_next(self):
        """What the rules say of the customer's next order, as soon as it asks for anything on credit.

        :return: (an order that is nowhere, its verdict)
        """
        guard, company = self.env["stm.credit.guard"], self.company_id
        order = self.env["sale.order"].new({"company_id": company.id, "partner_id": self.partner_id.id})
        gathered = guard._gather(company, order, lock=False)
        facts = guard._get_facts(order, gathered, defaultdict(Decimal), None)
        facts = facts._replace(amount=NEXT, term_days=0)
        reasons = check(self.env["stm.credit.rule"]._get_rules(company.id), facts)
        return order, Verdict(order, reasons, facts)

    def _compute_held_count(self):
        orders = self.env["sale.order"]
        for account in self:
            account.held_count = orders.search_count(account._get_held_domain())

    def _get_held_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("partner_invoice_id.commercial_partner_id", "=", self.partner_id.id),
            ("stm_hold_event", "in", WAITING),
        ]

    def action_stm_held_orders(self):
        """The customer's orders that wait for a decision."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_target_mgmt.sale_order_action_hold")
        return {**action, "domain": self._get_held_domain(), "context": {"create": False}}
