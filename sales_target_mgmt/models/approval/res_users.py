from odoo import SUPERUSER_ID, api, models

from .read_once import read_once


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    @read_once
    def _get_role_members(self, role, company):
        """People with a role in a company: active logins of its own, without the system itself.

        :param role: XML id of the group
        """
        return (
            self.sudo()
            .with_context(active_test=True)
            .search(
                [
                    ("all_group_ids", "in", self.env.ref(role).ids),
                    ("company_ids", "in", company.ids),
                    ("share", "=", False),
                    ("id", "!=", SUPERUSER_ID),
                ]
            )
        )
