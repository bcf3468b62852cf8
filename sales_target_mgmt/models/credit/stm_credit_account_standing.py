from decimal import Decimal
from typing import NamedTuple

from odoo import api, models

from .stm_credit_exposure import Exposure


class Standing(NamedTuple):
    """What customers of a company use of their limits, and of those of their groups.

    :ivar rows: partner id → :class:`~.stm_credit_account_lock.AccountRow`
    :ivar members: account id of a group's head → partner ids of the group
    :ivar exposures: partner id → :class:`~.stm_credit_exposure.Exposure`, members included
    :ivar reserved: see :meth:`~.StmCreditExposure._get_reserved`
    """

    rows: dict
    members: dict
    exposures: dict
    reserved: dict

    def get_exposure(self, partner):
        return self.exposures.get(partner) or Exposure()

    def get_reserved(self, partner):
        """What was received for quotations; in exposures it counts as received."""
        return sum(self.reserved.get(partner, {}).values(), Decimal(0))

    def get_free(self, partner):
        """What the guard lets through for another order, as far as limits go; below zero: too much is used.

        Without a limit of its own a customer has nothing that could be free.
        """
        row = self.rows.get(partner)
        free = ((row and row.limit) or Decimal(0)) - self._get_used([partner])
        group = row and (row.parent_id or row.id)
        if group not in self.members:
            return free
        head = next((one for one in self.rows.values() if one.id == group), None)
        if head is None or head.limit is None:
            return free
        return min(free, head.limit - self._get_used(self.members[group]))

    def _get_used(self, partners):
        used = (self.get_exposure(one).total + self.get_reserved(one) for one in partners)
        return sum(used, Decimal(0))


class StmCreditAccount(models.Model):
    """What is free is what the guard lets through (`stm_credit_guard.py`), read without writing."""

    _inherit = "stm.credit.account"

    @api.model
    @api.private
    def _read_standing(self, company, partners):
        """The :class:`Standing` of commercial entities. Record rules are not applied."""
        if not partners:
            return Standing({}, {}, {}, {})
        rows = self._read_accounts(company, partners)
        members = self._get_members(rows)
        reader = self.env["stm.credit.exposure"]
        everybody = {*rows, *(one for group in members.values() for one in group)}
        exposures = reader._get_exposures(company, everybody)
        moneyed = [partner for partner, one in exposures.items() if one.unapplied or one.received]
        return Standing(rows, members, exposures, reader._get_reserved(company, moneyed))

    def _read_used(self):
        """{account: what its customer uses of the limit}, a Decimal. Record rules are not applied."""
        used = {}
        for company, accounts in self.grouped("company_id").items():
            found = self.env["stm.credit.exposure"]._get_exposures(company, accounts.partner_id)
            used |= {account: found[account.partner_id.id].total for account in accounts}
        return used
