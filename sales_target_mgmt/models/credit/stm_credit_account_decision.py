from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .stm_credit_account import GUARDED_FIELDS

CONTROLLER = "sales_target_mgmt.group_credit_controller"
UNDECIDED = dict.fromkeys(GUARDED_FIELDS - {"company_id", "partner_id"}, False) | {"limit_state": "unset"}


class StmCreditAccount(models.Model):
    """Changes of limits, blocks and groups: through these methods only, each with its reason."""

    _inherit = "stm.credit.account"

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        given = {name for vals in vals_list for name, value in vals.items() if value and value != "unset"}
        self._check_stm_guarded(given - {"company_id", "partner_id"})
        if not self.env.su:
            # what the client's context calls a default is no decision
            vals_list = [{**UNDECIDED, **vals} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        self._check_stm_guarded(vals.keys())
        return super().write(vals)

    def _check_stm_guarded(self, names):
        if not self.env.su and GUARDED_FIELDS & set(names):
            raise UserError(
                self.env._("Limit, grade, group and block of a credit account change with its buttons only.")
            )

    def action_stm_block(self, reason):
        """Nothing is confirmed for these customers until somebody unblocks them.

        :raises UserError: without a reason
        """
        self._check_stm_controller()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why “%s” is blocked.", ", ".join(self.mapped("display_name"))))
        self._set_block(reason.strip())

    def action_stm_unblock(self, reason):
        """Ask for orders to be confirmed for these customers again; somebody else agrees.

        :raises UserError: without a reason, or for who is not blocked
        """
        self._check_stm_controller()
        return self._ask(
            [{"account_id": account.id, "kind": "unblock", "reason": reason} for account in self]
        )

    def action_stm_set_limit(self, state, amount, reason):
        """Ask for a limit: nothing decided, an amount (also zero), or unlimited.

        What is lower than before, or what nobody else could decide about, is decided at once; see
        `stm.credit.limit`.

        :raises UserError: without a reason, or for a negative amount
        """
        self._check_stm_controller()
        if state == "limited" and amount < 0:
            raise UserError(self.env._("A limit cannot be negative: zero means nothing on credit."))
        return self._ask(
            [
                {"account_id": account.id, "limit_state": state, "amount": amount, "reason": reason}
                for account in self
            ]
        )

    def _ask(self, vals_list):
        """Hand in requests; None, or what tells the user that somebody else has to approve."""
        waiting = self.env["stm.credit.limit"].create(vals_list).filtered(lambda one: one.state == "asked")
        if not waiting:
            return None
        message = self.env._("Handed in. Still to approve: %s", waiting[0].waits_for)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": message, "next": {"type": "ir.actions.act_window_close"}},
        }

    def _check_blocked(self):
        """:raises UserError: where there is no block to lift"""
        for account in self:
            if not account.is_blocked:
                raise UserError(self.env._("“%s” is not blocked.", account.display_name))

    def _set_block(self, reason):
        """Block for a reason, or unblock where there is none; the callers have checked who decides."""
        if reason:
            # who asked to unblock, or agreed, knew another reason
            about = [("account_id", "in", self.ids), ("kind", "=", "unblock")]
            about += [("state", "in", ("asked", "approved"))]
            self.env["stm.credit.limit"].sudo().search(about)._supersede(reason)
        self.sudo().write({"is_blocked": bool(reason), "block_reason": reason})

    def _set_limit(self, state, amount=0.0):
        """Put a limit into force; the callers have checked who decides."""
        self.sudo().write({"limit_state": state, "credit_limit": amount if state == "limited" else 0.0})

    def _check_stm_controller(self):
        self.check_access("read")
        if not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("Only credit controllers can do this."))
