from odoo import models
from odoo.exceptions import AccessError

ADMIN = "sales_target_mgmt.group_commission_admin"


class StmCommissionAdminMixin(models.AbstractModel):
    """What only commission administrators do."""

    _name = "stm.commission.admin.mixin"
    _description = "Administration of Commission"

    def _check_admin(self):
        """:raises AccessError: unless the user administers commissions"""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(ADMIN)):
            raise AccessError(self.env._("Only a commission administrator can do this."))


class StmCommissionGuardMixin(models.AbstractModel):
    """Who may decide about somebody's pay: administrators, two of them, and never the payee.

    Models have `company_id`, `payee_id` and `state`.
    """

    _name = "stm.commission.guard.mixin"
    _description = "Decisions on Pay"
    _inherit = ["stm.commission.admin.mixin", "stm.state.mixin"]

    def _get_mail_fields(self):
        """Names of what chatter and activities write themselves."""
        return self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields.keys()

    def _check_not_own(self):
        """:raises AccessError: if one of the records is about the user's own pay, whatever the rights"""
        for record in self:
            if self.env.user in record._get_own_users():
                raise AccessError(self.env._("Nobody decides on the own pay: ask another administrator."))

    def _get_own_users(self):
        """Everybody whose own pay it is, archived logins too.

        Of an agent company every login of it and its contacts. Employees are often contacts of
        their employer, which does not make their colleagues' pay their own.
        """
        self.ensure_one()
        payee = self.sudo().payee_id
        entity = payee.commercial_partner_id
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        is_employer = companies.search_count([("partner_id", "=", entity.id)], limit=1)
        whose = payee if is_employer else entity
        users = self.env["res.users"].sudo().with_context(active_test=False)
        return users.search([("partner_id", "child_of", whose.ids)])

    def _get_other_admins(self):
        """Administrators of the record's company but for the user, the payee and the system."""
        self.ensure_one()
        members = self.env["res.users"]._get_role_members(ADMIN, self.sudo().company_id)
        return (members - self.env.user - self._get_own_users()).sorted("id")
