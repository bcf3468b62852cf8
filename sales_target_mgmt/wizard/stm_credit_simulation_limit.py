from decimal import Decimal
from typing import Any, NamedTuple

from odoo import fields, models

from ..tools.credit_limit import carry_limit, hides
from ..tools.rate_table import exact


class Moved(NamedTuple):
    """A customer's limit, insurances and guarantees included, and what is used of it.

    :ivar before: None: there is none
    """

    before: Any
    after: Any
    used: Decimal

    def get_beyond(self):
        """What is used beyond the limit, now and then."""
        return tuple(
            Decimal(0) if limit is None else max(self.used - limit, Decimal(0))
            for limit in (self.before, self.after)
        )


class StmCreditSimulation(models.TransientModel):
    """Limits as the factors and highest limits of the proposed grades would make them.

    Putting grades into force changes no limit by itself: new ones are proposed and somebody approves
    them. Here they are, as if that had happened. A limit keeps its place under the factor, see
    :func:`~..tools.credit_limit.carry_limit`; where no limit was decided, where it is unlimited and
    while a temporary one holds, it stays. Covers come on top of either.
    """

    _inherit = "stm.credit.simulation"

    limits_before = fields.Monetary(readonly=True, help="Of customers with a limit, added up.")
    limits_after = fields.Monetary(readonly=True)
    beyond_before = fields.Monetary(readonly=True, help="Used beyond the limits, of all customers.")
    beyond_after = fields.Monetary(readonly=True)

    def _get_limits(self, rows):
        """:class:`Moved` by account, of those that :meth:`_rate` gave."""
        company = self.company_id
        accounts = self.env["stm.credit.account"].union(*(account for account, _grade, _row in rows))
        found = accounts._read_accounts(company, accounts.partner_id)
        exposures = self.env["stm.credit.exposure"]._get_exposures(company, accounts.partner_id)
        terms = self._get_terms(rows)
        bases = accounts.browse(
            account.id
            for account, (now, then) in terms.items()
            if now != then and hides(exact(account.credit_limit), now)
        )._get_limit_bases()
        moved = {}
        for account, (now, then) in terms.items():
            row, own = found[account.partner_id.id], exact(account.credit_limit)
            after = row.limit
            if account.limit_state == "limited" and row.limit == own + row.cover:
                base = bases.get(account.id)
                carried = carry_limit(own, now, then, None if base is None else exact(base))
                after = exact(company.currency_id.round(float(carried))) + row.cover
            moved[account] = Moved(row.limit, after, exposures[account.partner_id.id].total)
        return moved

    def _get_terms(self, rows):
        """(Terms of a limit now, then) by account."""
        proposed = {line.grade_id: line._get_limit_terms() for line in self.policy_ids}
        return {
            account: (
                account.grade_id._get_limit_terms(),
                proposed.get(grade) or grade._get_limit_terms(),
            )
            for account, grade, _row in rows
        }

    def _sum_limits(self, moved):
        """The totals of what :meth:`_get_limits` found."""
        limited = [one for one in moved.values() if None not in (one.before, one.after)]
        beyond = [one.get_beyond() for one in limited]
        return {
            "limits_before": float(sum((one.before for one in limited), Decimal(0))),
            "limits_after": float(sum((one.after for one in limited), Decimal(0))),
            "beyond_before": float(sum((before for before, _after in beyond), Decimal(0))),
            "beyond_after": float(sum((after for _before, after in beyond), Decimal(0))),
        }
