from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.rate_table import exact
from ..approval.read_once import reading_once
from ..stm_links import is_company_of_user
from .sale_order import QUOTATION
from .stm_credit_hold import EVENTS, WAITING

# in the context of a confirmation that the customer has asked for; it decides nothing
BY_CUSTOMER = "stm_asked_by_customer"


class SaleOrder(models.Model):
    """That an order waits: what everybody sees of the last row of its log."""

    _inherit = "sale.order"

    stm_hold_event = fields.Selection(
        EVENTS,
        "Credit",
        compute="_compute_stm_hold_event",
        compute_sudo=True,
        search="_search_stm_hold_event",
        groups="base.group_user",
    )
    stm_hold_date = fields.Datetime(
        "Waiting Since", compute="_compute_stm_hold_event", compute_sudo=True, groups="base.group_user"
    )
    stm_hold_deadline = fields.Date(
        "Decide Until", compute="_compute_stm_hold_event", compute_sudo=True, groups="base.group_user"
    )
    stm_hold_is_late = fields.Boolean(
        "Late",
        compute="_compute_stm_hold_event",
        compute_sudo=True,
        search="_search_stm_hold_is_late",
        groups="base.group_user",
    )
    stm_hold_amount = fields.Monetary(
        "Worth",
        compute="_compute_stm_hold_event",
        compute_sudo=True,
        currency_field="stm_company_currency_id",
        groups="base.group_user",
        help="What the order comes to now, taxes included, in company currency.",
    )
    stm_hold_excess = fields.Monetary(
        "Above the Limit",
        compute="_compute_stm_hold_reasons",
        compute_sudo=True,
        currency_field="stm_company_currency_id",
        groups="base.group_user",
        help="By what the order is above the credit limit as it is now; zero: other reasons.",
    )
    stm_hold_note = fields.Char(
        "Decision",
        compute="_compute_stm_hold_event",
        compute_sudo=True,
        groups="base.group_user",
        help="The reason of who released, approved or refused it last.",
    )
    stm_hold_reasons = fields.Text(
        "Reasons", compute="_compute_stm_hold_reasons", compute_sudo=True, groups="base.group_user"
    )
    stm_hold_waits_for = fields.Char(
        "Still to Approve", compute="_compute_stm_hold_waits_for", compute_sudo=True, groups="base.group_user"
    )
    stm_hold_released = fields.Monetary(
        "Released and Not Paid",
        compute="_compute_stm_hold_waits_for",
        compute_sudo=True,
        currency_field="stm_company_currency_id",
        groups="base.group_user",
        help="What other releases have let through for the customer or the customer's group and is still "
        "open; levels of release count it with the order.",
    )
    stm_company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the Company"
    )

    @api.depends("stm_hold_id", "state", "amount_total")
    def _compute_stm_hold_event(self):
        for order in self:
            last = order._get_stm_last_event()
            is_open = order.state in QUOTATION
            order.stm_hold_event = last.event if is_open else False
            order.stm_hold_note = last.note if is_open else False
            order.stm_hold_date, order.stm_hold_deadline = last.since or last.date, last.deadline
            order.stm_hold_is_late = bool(
                order.stm_hold_event in WAITING
                and last.deadline
                and last.deadline < order.company_id._get_stm_today()
            )
            order.stm_hold_amount = float(order._get_stm_credit_amount()) if last and is_open else last.amount

    @api.depends(
        "stm_hold_id", "state", "company_id", "partner_invoice_id", "amount_total", "payment_term_id"
    )
    @api.depends_context("lang")
    def _compute_stm_hold_reasons(self):
        found = self._find_stm_reasons()
        for order in self:
            reasons = found[order] if order in found else order._get_stm_last_event().reasons or []
            order.stm_hold_excess = max(
                (float(one["excess"]) for one in reasons if one["kind"] == "limit"), default=0.0
            )
            text = order._describe_stm_kept_reasons(reasons)
            if order in found and not reasons:
                text = self.env._("Nothing speaks against it any more.")
            order.stm_hold_reasons = text

    @api.depends("stm_hold_event", "amount_total", "user_id")
    @api.depends_context("lang")
    def _compute_stm_hold_waits_for(self):
        waiting = self.filtered(lambda order: order.stm_hold_event in WAITING)
        released = self.env["stm.credit.exposure"]._get_released(waiting)
        # all at once, for the levels ask for those of each order
        waiting.stm_hold_ids.fetch(["event"])
        with reading_once(self.env):
            for order in self:
                order.stm_hold_released = float(released.get(order, 0))
                order.stm_hold_waits_for = order in waiting and order._describe_stm_missing()

    def _describe_stm_missing(self):
        """Who still has to let the order through, in words."""
        amount = self._get_stm_credit_amount() + exact(self.stm_hold_released)
        last = self._get_stm_last_event()
        return last._describe_missing(last._get_missing(float(amount)))

    def _search_stm_hold_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain.OR(
            Domain("company_id", "=", company.id) & Domain("deadline", "<", company._get_stm_today())
            for company in self.env.companies
        )
        # the log is not for everybody, that an order waits is
        late = Domain("stm_hold_id", "any!", late & Domain("event", "in", WAITING))
        late &= Domain("state", "in", QUOTATION)
        return late if True in value else ~late

    def _search_stm_hold_event(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("stm_hold_id", "any!", Domain("event", "in", value)) & Domain("state", "in", QUOTATION)

    def _find_stm_reasons(self):
        """{order: what speaks against it as it is now}, of those that wait: they may have grown since."""
        waiting = self.filtered(
            lambda order: (
                order.stm_hold_event in WAITING
                and order.company_id.stm_credit_control
                and is_company_of_user(order)
                and order._get_stm_payers()
            )
        )
        found = {}
        for company, batch in waiting.grouped("company_id").items():
            rules = self.env["stm.credit.rule"]._get_rules(company.id)
            verdicts = self.env["stm.credit.guard"]._foresee(company, batch, rules)
            found |= {order: order._prepare_stm_reasons(verdict) for order, verdict in verdicts.items()}
        return found

    def _get_stm_last_event(self):
        """The last row of the order's log; of a form that is not saved the client says what it likes."""
        last = self.sudo().stm_hold_id
        return last if last.order_id == self._origin.id else last.browse()

    def _get_stm_release(self):
        """The row of the log that allows the order as it is now, or None."""
        last = self.sudo().stm_hold_id
        if last.event != "released" or last.order_id != self.id:
            return None
        amount, payer, days = self._get_stm_credit_terms()
        is_valid = not last.valid_until or last.valid_until >= self.company_id._get_stm_today()
        is_same = last.partner_id.id == payer and days <= last.term_days
        return last if is_valid and is_same and float(amount) <= last.amount else None

    def _stm_hold(self, verdict):
        """Write down that the order is held, once, and tell those who can do something about it."""
        reasons = self._prepare_stm_reasons(verdict)
        last = self.sudo().stm_hold_id
        is_by_customer = bool(not self.env.user._is_internal() or self.env.context.get(BY_CUSTOMER))
        is_known = last.event in WAITING and last.reasons == reasons
        is_known &= last.amount == float(self._get_stm_credit_amount())
        if is_known and (last.is_by_customer or not is_by_customer):
            return
        company = self.company_id
        deadline = company._get_stm_today() + timedelta(days=company.stm_credit_hold_days)
        self._log_stm_event(
            "held",
            reasons=reasons,
            is_by_customer=is_by_customer or last.is_by_customer,
            # who asks again does not gain time
            deadline=min(last.deadline or deadline, deadline) if last.event in WAITING else deadline,
        )
        self._stm_tell_seller(lambda order: order._describe_stm_reasons(verdict))
        self._ask_stm_deciders(self.sudo().stm_hold_id.deadline)

    def _log_stm_event(self, event, **values):
        self.ensure_one()
        order = self.sudo()
        amount, payer, days = order._get_stm_credit_terms()
        last = order.stm_hold_id
        now = fields.Datetime.now()
        row = order.env["stm.credit.hold"].create(
            {
                "order_id": order.id,
                "order_name": order.name,
                "company_id": order.company_id.id,
                "partner_id": payer,
                "event": event,
                "user_id": self.env.uid,
                "seller_id": order.user_id.id,
                "amount": float(amount),
                "term": order.payment_term_id.name,
                "term_days": days,
                "is_by_customer": last.is_by_customer,
                "reasons": last.reasons,
                "deadline": last.deadline,
                "since": (last.since or last.date) if last.event in WAITING else now,
                **values,
            }
        )
        # that nobody has decided in time changes nothing of what the order waits for
        if event != "late":
            order.stm_hold_id = row
