from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError

from .sale_order import QUOTATION
from .sale_order_hold import BY_CUSTOMER
from .stm_credit_delegate import RELEASER
from .stm_credit_hold import WAITING

BATCH = 100


class SaleOrder(models.Model):
    """Decisions about held orders: by people, and by money that has arrived."""

    _inherit = "sale.order"

    def action_stm_release(self, note, valid_until=None, confirm=True, amounts=None):
        """Let these orders be confirmed in spite of the reasons, as they are now.

        Where release levels ask for several people it is the approval of one of them, and only the
        last one releases.

        :param note: why, for the log
        :param valid_until: the last day on which it can be used
        :param confirm: do it at once; else whoever sells it does
        :param amounts: {order id: amount in company currency} that the decision was made on
        :return: what the client shows
        :raises AccessError: for who may not release, or releases the own order
        :raises UserError: without a reason, for what is blocked, for what is not held, or where the
            levels ask for somebody else
        """
        self._check_stm_releaser()
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Say why: the reason of a release stays in the log."))
        self._check_stm_held()
        self._check_stm_amounts(amounts or {})
        # releases for a customer at the same time wait for each other, for they count together
        verdicts = self.env["stm.credit.guard"]._decide(self)
        for order in self:
            if valid_until and fields.Date.to_date(valid_until) < order.company_id._get_stm_today():
                raise UserError(self.env._("The last day of the release is over: choose today or later."))
            order._check_stm_releasable(verdicts.get(order.sudo()))
            order._stm_release(verdicts.get(order.sudo()), note, valid_until)
        released = self.filtered(lambda order: order.sudo().stm_hold_event == "released")
        waiting = self - released
        result = released._confirm_stm_released() if confirm and released else True
        return waiting._get_stm_wait_notice() if waiting else result

    def _confirm_stm_released(self):
        asked = self.filtered(lambda order: order.sudo().stm_hold_id.is_by_customer)
        (self - asked).sudo().action_confirm()
        # the customer waits for the confirmation
        return asked.sudo().with_context(send_email=True).action_confirm()

    def action_stm_refuse(self, note):
        """Say no; the order stays a quotation and can be changed.

        :raises UserError: without a reason, or for what is not held
        """
        self._check_stm_releaser()
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Say why: the seller reads the reason."))
        self._check_stm_held()
        who = self.env.user.name
        for order in self:
            order._log_stm_event("refused", note=note)
            order._drop_stm_hold_activities()
            order._stm_tell_seller(lambda one: one.env._("Refused by %(who)s: %(why)s", who=who, why=note))

    def action_stm_check_credit(self):
        """Look again at held orders: what may be confirmed now is no longer held.

        :return: what the client shows
        """
        self.check_access("read")
        self._check_stm_again()
        waiting = self.filtered(lambda order: order.sudo().stm_hold_event in WAITING)
        return waiting._get_stm_hold_notice(self.browse()) if waiting else True

    @api.model
    def _cron_check_stm_holds(self):
        """Look again at all that waits; money that has arrived, a limit or a rating may have cleared it."""
        domain = [("stm_hold_id.event", "in", WAITING), ("state", "in", QUOTATION)]
        # who waits longest comes first
        held = self.sudo().search(domain).sorted(lambda order: order.stm_hold_id.id)
        done = 0
        while done < len(held):
            batch = held[done : done + BATCH].try_lock_for_update()
            batch.filtered(lambda order: order.company_id.stm_credit_control)._check_stm_again()
            batch._note_stm_late()
            done += BATCH
            if not self.env["ir.cron"]._commit_progress(BATCH, remaining=max(len(held) - done, 0)):
                break

    def _check_stm_again(self):
        """Clear what nothing speaks against any more; what the customer has asked for is confirmed."""
        held = self.filtered(lambda order: order.sudo().stm_hold_event in WAITING)
        verdicts = self.env["stm.credit.guard"]._decide(held, lock=False)
        for order, verdict in verdicts.items():
            if not verdict.passes:
                continue
            why_not = order.stm_hold_id.is_by_customer and order._confirm_stm_asked()
            if why_not == "":
                continue
            order._log_stm_event("cleared", reasons=[])
            order._drop_stm_hold_activities()
            order._stm_tell_seller(lambda one, why_not=why_not: one._describe_stm_clear(why_not))

    def _confirm_stm_asked(self):
        """Confirm what the customer has asked for.

        :return: why Odoo refuses it for other reasons than credit, which keeps no other order waiting
        """
        try:
            with self.env.cr.savepoint():
                self.with_context(**{BY_CUSTOMER: True}, send_email=True).action_confirm()
        except (UserError, RedirectWarning) as error:
            return str(error.args[0])
        return ""

    def _describe_stm_clear(self, why_not):
        if not why_not:
            return self.env._("Nothing speaks against “%s” any more: confirm it.", self.name)
        return self.env._(
            "Nothing speaks against “%(order)s” any more, but it cannot be confirmed: %(why)s",
            order=self.name,
            why=why_not,
        )

    def _note_stm_late(self):
        """Tell the controllers, once, of orders that nobody has decided about in time."""
        for order in self.filtered("stm_hold_is_late"):
            if "late" in order.stm_hold_id._get_round().mapped("event"):
                continue
            order._log_stm_event("late")
            order._ask_stm_controllers(
                order.stm_hold_id.deadline,
                lambda text: text.env._("Nobody has decided about this held order in time"),
            )

    def _stm_release(self, verdict, note, valid_until):
        """Write down one person's consent; the last one that is needed releases."""
        order, who = self.sudo(), self.env.user.name
        values = {"note": note, "valid_until": valid_until}
        if verdict:
            values["reasons"] = self._prepare_stm_reasons(verdict)
        if order.stm_hold_id._get_requirements():
            in_place_of = order.stm_hold_id._get_represented()
            self._log_stm_event("approved", in_place_of=in_place_of, **values)
            missing = order.stm_hold_id._get_missing()
            if missing:
                self._ask_stm_deciders(order.stm_hold_id.deadline)
                self._stm_tell_seller(
                    lambda one: one.env._(
                        "Approved by %(who)s: %(why)s. It still waits for %(levels)s.",
                        who=who,
                        why=note,
                        levels=one.stm_hold_id._describe_missing(missing),
                    )
                )
                return
            values["valid_until"] = order.stm_hold_id._get_common_end()
        self._log_stm_event("released", **values)
        self._drop_stm_hold_activities()
        self._stm_tell_seller(lambda one: one.env._("Released by %(who)s: %(why)s", who=who, why=note))

    def _get_stm_wait_notice(self):
        """What the client shows after an approval that was not the last one."""
        holds = self.sudo().stm_hold_id
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "title": self.env._("Approved"),
                "message": "\n".join(hold._describe_wait(hold._get_missing()) for hold in holds),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_stm_releaser(self):
        """:raises AccessError: for who may not release, or has made, sells or sold the order"""
        self.check_access("read")
        if not self.env.user.has_group(RELEASER):
            raise AccessError(self.env._("Only who may release held orders can do this."))
        for order in self:
            own = order.sudo().user_id | order.sudo().create_uid | order.sudo().stm_hold_id._get_excluded()
            if self.env.user in own:
                raise AccessError(
                    self.env._("“%s” is your own order: somebody else decides about it.", order.name)
                )

    def _check_stm_held(self):
        for order in self:
            if order.state not in QUOTATION or order.sudo().stm_hold_id.event not in WAITING:
                raise UserError(self.env._("“%s” is not on hold any more: reload the page.", order.name))

    def _check_stm_amounts(self, amounts):
        """:raises UserError: for an order that became more expensive since somebody looked at it"""
        for order in self:
            seen = amounts.get(order.id)
            if seen is not None and float(order.sudo()._get_stm_credit_amount()) > seen:
                raise UserError(
                    self.env._("“%s” has grown since you opened it: look at it again.", order.name)
                )

    def _check_stm_releasable(self, verdict):
        """:raises UserError: for what is blocked, and where the levels ask for somebody else"""
        if verdict and verdict.level == "block":
            raise UserError(
                self.env._(
                    "“%s” is blocked: nobody releases it, what is wrong has to be mended first.", self.name
                )
            )
        hold = self.sudo().stm_hold_id
        missing = hold._get_missing()
        if missing and not any(self.env.user in hold._get_available(one) for one, _count in missing):
            raise UserError(hold._describe_wait(missing))
