from odoo import models
from odoo.exceptions import UserError


class StmCreditAccount(models.Model):
    """Groups of customers: the head's limit holds for all of them together."""

    _inherit = "stm.credit.account"

    def action_stm_set_group(self, head_id, reason):
        """Put these accounts into the group of another one; False: out of their group.

        To leave a group, or to change it, somebody else agrees: its head's limit and block held.

        :param head_id: id of the head's account
        :raises UserError: without a reason, for itself, another company, or more than one level
        """
        self._check_stm_controller()
        return self._ask(
            [
                {"account_id": account.id, "kind": "group", "head_id": head_id, "reason": reason}
                for account in self
            ]
        )

    def _set_group(self, head):
        """Put it into the group of a head, or into none; the callers have checked who decides."""
        for account in self:
            account._check_group(head)
        (self | head | self.sudo().parent_id)._touch()
        self.sudo().write({"parent_id": head.id})

    def _check_group(self, head):
        """:raises UserError: where the account cannot belong to this group, or does already"""
        names = {"customer": self.display_name, "head": head.display_name}
        if head == self.sudo().parent_id:
            if not head:
                raise UserError(self.env._("“%(customer)s” belongs to no group.", customer=self.display_name))
            raise UserError(self.env._("“%(customer)s” belongs to the group of “%(head)s” already.", **names))
        if not head:
            return
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
