from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from .sale_order import QUOTATION
from .stm_credit_hold import EVENTS

RELEASER = "sales_target_mgmt.group_credit_release"


class SaleOrder(models.Model):
    """What happens to an order that may not be confirmed on credit."""

    _inherit = "sale.order"

    stm_hold_event = fields.Selection(
        EVENTS,
        "Credit",
        compute="_compute_stm_hold_event",
        compute_sudo=True,
        search="_search_stm_hold_event",
    )
    stm_hold_date = fields.Datetime("Waiting Since", compute="_compute_stm_hold_event", compute_sudo=True)
    stm_hold_deadline = fields.Date("Decide Until", compute="_compute_stm_hold_event", compute_sudo=True)
    stm_hold_amount = fields.Monetary(
        "Worth",
        compute="_compute_stm_hold_event",
        compute_sudo=True,
        currency_field="stm_company_currency_id",
    )
    stm_hold_reasons = fields.Text("Why", compute="_compute_stm_hold_event", compute_sudo=True)
    stm_company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the Company"
    )

    @api.depends("stm_hold_id", "state")
    def _compute_stm_hold_event(self):
        for order in self:
            last = order.sudo().stm_hold_id
            is_open = order.state in QUOTATION
            order.stm_hold_event = last.event if is_open else False
            order.stm_hold_date, order.stm_hold_deadline = last.date, last.deadline
            order.stm_hold_amount = last.amount
            order.stm_hold_reasons = order._describe_stm_kept_reasons(last.reasons)

    def _search_stm_hold_event(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("stm_hold_id.event", "in", value), ("state", "in", QUOTATION)]

    def action_stm_release(self, note, valid_until=None, confirm=True):
        """Let these orders be confirmed in spite of the reasons, as they are now.

        :param note: why, for the log
        :param valid_until: the last day on which it can be used
        :param confirm: do it at once; else whoever sells it does
        :raises AccessError: for who may not release, or releases the own order
        :raises UserError: without a reason, for what is blocked, or for what is not held
        """
        self._check_stm_releaser()
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Say why: the reason of a release stays in the log."))
        for order in self:
            order._check_stm_held()
            if any(reason["action"] == "block" for reason in order.sudo().stm_hold_id.reasons or []):
                raise UserError(
                    self.env._(
                        "“%s” is blocked: nobody releases it, what is wrong has to be mended first.",
                        order.name,
                    )
                )
            if valid_until and fields.Date.to_date(valid_until) < order.company_id._get_stm_today():
                raise UserError(self.env._("The last day of the release is over: choose today or later."))
            order._log_stm_event("released", note=note, valid_until=valid_until)
            order._stm_tell_seller(
                self.env._("Released by %(who)s: %(why)s", who=self.env.user.name, why=note)
            )
        if confirm:
            self.sudo().action_confirm()

    def action_stm_refuse(self, note):
        """Say no; the order stays a quotation and can be changed.

        :raises UserError: without a reason, or for what is not held
        """
        self._check_stm_releaser()
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Say why: the seller reads the reason."))
        for order in self:
            order._check_stm_held()
            order._log_stm_event("refused", note=note)
            order._stm_tell_seller(
                self.env._("Refused by %(who)s: %(why)s", who=self.env.user.name, why=note)
            )

    def action_stm_check_credit(self):
        """Look again at held orders: what may be confirmed now is no longer held."""
        self.check_access("read")
        held = self.filtered(lambda order: order.stm_hold_event == "held")
        verdicts = self.env["stm.credit.guard"]._decide(held, lock=False)
        for order, verdict in verdicts.items():
            if verdict.passes:
                order._log_stm_event("cleared", reasons=[])
                order._stm_tell_seller(
                    self.env._("Nothing speaks against “%s” any more: confirm it.", order.name)
                )
        return True

    def _check_stm_releaser(self):
        """:raises AccessError: for who may not release, or has made or sells the order"""
        self.check_access("read")
        if not self.env.user.has_group(RELEASER):
            raise AccessError(self.env._("Only who may release held orders can do this."))
        for order in self:
            if self.env.user in order.sudo().user_id | order.sudo().create_uid:
                raise AccessError(
                    self.env._("“%s” is your own order: somebody else decides about it.", order.name)
                )

    def _check_stm_held(self):
        if self.state not in QUOTATION or self.sudo().stm_hold_id.event != "held":
            raise UserError(self.env._("“%s” is not on hold any more: reload the page.", self.name))

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
        is_known = last.event == "held" and last.reasons == reasons
        if is_known and last.amount == float(self._get_stm_credit_amount()):
            return
        company = self.company_id
        self._log_stm_event(
            "held",
            reasons=reasons,
            is_by_customer=not self.env.user._is_internal() or self.env.uid == SUPERUSER_ID,
            deadline=company._get_stm_today() + timedelta(days=company.stm_credit_hold_days),
        )
        self._stm_tell_seller(self._describe_stm_reasons(verdict))

    def _stm_tell_seller(self, body):
        """A note on the order, in the inbox of who sells it."""
        seller = self.sudo().user_id.partner_id
        self.sudo().message_post(
            body=body, subtype_xmlid="mail.mt_note", partner_ids=(seller - self.env.user.partner_id).ids
        )

    def _log_stm_event(self, event, **values):
        self.ensure_one()
        order = self.sudo()
        amount, payer, days = order._get_stm_credit_terms()
        order.stm_hold_id = order.env["stm.credit.hold"].create(
            {
                "order_id": order.id,
                "order_name": order.name,
                "company_id": order.company_id.id,
                "partner_id": payer,
                "event": event,
                "user_id": self.env.uid,
                "amount": float(amount),
                "term": order.payment_term_id.name,
                "term_days": days,
                "is_by_customer": order.stm_hold_id.is_by_customer,
                "reasons": order.stm_hold_id.reasons,
                **values,
            }
        )
