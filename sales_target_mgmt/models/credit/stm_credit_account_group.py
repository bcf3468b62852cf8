from odoo import models
from odoo.exceptions import UserError


class StmCreditAccount(models.Model):
    """Groups of customers: the head's limit holds for all of them together."""

    _inherit = "stm.credit.account"

    def action_stm_set_group(self, head_id):
        """Put these accounts into the group of another one; False: out of their group.

        :param head_id: id of the head's account
        :raises UserError: for itself, another company, or more than one level
        """
        self._check_stm_controller()
        head = self.browse(head_id or ()).exists()
        head.check_access("read")
        for account in self:
            account._check_group(head)
        (self | head | self.parent_id)._touch()
        self.sudo().write({"parent_id": head.id})
        for account in self:
            text = self.env._("Belongs to the group of “%s”.", head.display_name)
            account.sudo().message_post(body=text if head else self.env._("Belongs to no group."))

    def _check_group(self, head):
        if not head:
            return
        names = {"customer": self.display_name, "head": head.display_name}
        if head == self:
            raise UserError(self.env._("“%(customer)s” cannot be its own head.", **names))
        if head.company_id != self.company_id:
            raise UserError(
                self.env._("“%(head)s” is an account of another company than “%(customer)s”.", **names)
            )
        if head.parent_id:
            raise UserError(
                self.env._(
                    "“%(head)s” belongs to a group itself: choose its head, groups have one level.", **names
                )
            )
        if self.child_ids:
            raise UserError(
                self.env._(
                    "“%(customer)s” is the head of a group: take its members out first, groups have one "
                    "level.",
                    **names,
                )
            )
