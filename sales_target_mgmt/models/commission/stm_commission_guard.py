from odoo import models
from odoo.exceptions import AccessError, UserError


class StmCommissionGuardMixin(models.AbstractModel):
    """Who may decide about somebody's pay: administrators, two of them, and never the payee.

    Models have `company_id`, `payee_id` and `state`.
    """

    _name = "stm.commission.guard.mixin"
    _description = "Decisions on Pay"

    def _get_mail_fields(self):
        """Names of what chatter and activities write themselves."""
        return self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields.keys()

    def _check_admin(self):
        """:raises AccessError: unless the user administers commissions"""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("sales_target_mgmt.group_commission_admin")):
            raise AccessError(self.env._("Only a commission administrator can do this."))

    def _check_not_own(self):
        """:raises AccessError: if one of the records is about the user's own pay, whatever the rights"""
        for record in self.sudo():
            if self.env.user in record.payee_id.with_context(active_test=False).user_ids:
                raise AccessError(self.env._("Nobody decides on the own pay: ask another administrator."))

    def _check_state(self, *wanted):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in wanted:
                raise UserError(
                    self.env._(
                        "“%(record)s” is “%(state)s”; this needs “%(wanted)s”.",
                        record=record.display_name,
                        state=labels[record.state],
                        wanted="” / “".join(labels[state] for state in wanted),
                    )
                )

    def _get_other_admins(self):
        """Administrators of the record's company but for the user, the payee and the system."""
        self.ensure_one()
        record = self.sudo()
        admins = self.env.ref("sales_target_mgmt.group_commission_admin").sudo().all_user_ids
        return admins.filtered(
            lambda user: (
                user.active
                and not user.share
                and record.company_id in user.company_ids
                and user not in self.env.user | record.payee_id.user_ids | self.env.ref("base.user_root")
            )
        ).sorted("id")
