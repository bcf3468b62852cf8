from odoo import fields, models
from odoo.exceptions import RedirectWarning, UserError

from .stm_credit_limit import AMOUNTS


class StmCreditLimit(models.Model):
    """What a request has to say, and what makes way for it."""

    _inherit = "stm.credit.limit"

    def _check_asked(self, vals_list):
        """:raises UserError: without a reason, or for a block or a group that is so already"""
        accounts = self.env["stm.credit.account"]
        for vals in vals_list:
            if not (vals.get("reason") or "").strip():
                raise UserError(self.env._("Say why: the reason stays with the decision."))
            account = accounts.browse(vals.get("account_id")).exists()
            if vals.get("kind") == "unblock" and account:
                account._check_blocked()
            elif vals.get("kind") == "group" and account:
                head = accounts.browse(vals.get("head_id") or ()).exists()
                head.check_access("read")
                account._check_group(head)

    def _clear_the_way(self, vals_list):
        """End proposals of the job for which a person asks now.

        :raises RedirectWarning: where the same kind of decision waits that a person has asked for; it
            leads there
        """
        wanted = {(vals.get("account_id"), vals.get("kind") or "limit"): vals for vals in vals_list}
        accounts = [account for account, _kind in wanted]
        for waiting in self.sudo().search([("account_id", "in", accounts), ("state", "=", "asked")]):
            vals = wanted.get((waiting.account_id.id, waiting.kind))
            if not vals:
                continue
            if not waiting.is_proposal:
                waiting._refuse_another()
            waiting._supersede(
                self.env._(
                    "%(user)s has asked for another limit: %(reason)s",
                    user=self.env.user.name,
                    reason=vals["reason"].strip(),
                )
            )
            # one request at a time, in the database too
            waiting.flush_recordset()

    def _refuse_another(self):
        text = self.env._(
            "“%(limit)s” was asked for by %(user)s already: decide about that first.",
            limit=self.display_name,
            user=self.user_id.name,
        )
        action = {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
        raise RedirectWarning(text, action, self.env._("Open the Request"))

    def _prepare_asked(self, vals, proposals):
        """What a request is stored with: its reason, and the proposal of now, not the client's."""
        kind = vals.get("kind") or "limit"
        is_amount = kind in AMOUNTS and (vals.get("limit_state") or "limited") == "limited"
        proposal = proposals.get(vals.get("account_id")) if kind in AMOUNTS else None
        return {
            "reason": vals["reason"].strip(),
            "kind": kind,
            "amount": (vals.get("amount") or 0.0) if is_amount else 0.0,
            "head_id": vals.get("head_id") if kind == "group" else False,
            "proposal": proposal or False,
            "proposed": (proposal or {}).get("limit") or 0.0,
            # whatever the client calls a default
            "is_proposal": self.env.su and bool(self.env.context.get("stm_only_ask")),
            "state": "asked",
            "user_id": self.env.uid,
            "asked_on": fields.Datetime.now(),
            "decided_on": False,
            "ended_on": False,
            "ended_by_id": False,
            "answer": False,
            "approver_ids": [],
        }
