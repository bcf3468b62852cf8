from odoo import api, fields, models
from odoo.exceptions import UserError

from ..approval.read_once import reading_once

ADMIN = "sales_target_mgmt.group_commission_admin"


class StmCommissionCorrection(models.Model):
    """The levels that statements need by their amount are needed by an adjustment of that amount as well.

    Approvals are counted by person, and without a level any other administrator approves. Whoever
    changes what is asked for begins anew: neither approvals of something else count, nor the own one.
    """

    _name = "stm.commission.correction"
    _inherit = ["stm.commission.correction", "stm.approval.mixin"]
    _approval_level = "stm.commission.approval.level"

    requested_on = fields.Datetime(readonly=True, copy=False)
    approver_ids = fields.Many2many(
        "res.users",
        "stm_commission_correction_approver_rel",
        "correction_id",
        "user_id",
        "Approved So Far By",
        readonly=True,
        copy=False,
        tracking=True,
        groups=ADMIN,
    )
    waits_for = fields.Char("Still to Approve", compute="_compute_waits_for", groups=ADMIN)

    @api.depends("state", "amount", "date", "requested_by_id", "approver_ids")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        with reading_once(self.env):
            for one in self:
                missing = one._get_missing() if one.state == "requested" and one.company_id else []
                one.waits_for = one._describe_missing(missing) if missing else False

    def _prepare_request(self):
        return {**super()._prepare_request(), "requested_on": fields.Datetime.now(), "approver_ids": [(5,)]}

    def _approve(self):
        """Count the user's approval; it is approved once no level lacks any.

        :raises UserError: if levels lack approvals, and not the user's
        """
        user, record = self.env.user, self.sudo()
        missing = self._get_missing()
        if missing and not any(user in self._get_available(requirement) for requirement, _count in missing):
            raise UserError(self._describe_wait(missing))
        # the row is written with it, so that of two at once the later one sees the earlier
        record._write_guarded({"approver_ids": [(4, user.id)]})
        if not self._get_missing():
            return super()._approve()
        record.activity_unlink(["mail.mail_activity_data_todo"])
        return record._schedule_approval()

    def _get_approvers_asked(self):
        missing = self._get_missing()
        if not missing:
            return super()._get_approvers_asked()
        return self.env["res.users"].union(*(self._get_available(one) for one, _count in missing))

    def _get_approval_amount(self):
        # levels are in company currency, as they are for every plan
        amount, currency = abs(self.amount), self.company_id.currency_id
        if self.currency_id in (currency, self.env["res.currency"]):
            return amount
        day = self.date or fields.Date.context_today(self)
        return self.currency_id._convert(amount, currency, self.company_id, day)

    def _get_handed_in_on(self):
        return self.requested_on or self.create_date

    def _get_approved_by(self, requirement):
        return requirement.users & self.sudo().approver_ids

    def _get_excluded(self):
        """Neither the payee nor the one who requested it."""
        return self._get_own_users() | self.sudo().requested_by_id
