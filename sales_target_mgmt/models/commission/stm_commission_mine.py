from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class StmCommissionMine(models.AbstractModel):
    """What people read about their own pay: My Commission, the estimator, why they got nothing.

    Everything is computed live by :class:`stm.commission.engine` for one payee, and nothing is
    written. Answers about the own pay only; a commission administrator may ask about anybody's.
    """

    _name = "stm.commission.mine"
    _description = "My Commission"

    @api.model
    @api.readonly
    def is_payee(self):
        """Whether the current user is paid by a plan in force today."""
        return bool(self._get_origins(self.env.user.partner_id, self.env.companies, today=True))

    def _get_payee(self, payee_id=None):
        """Whose pay is asked for: the own, or anybody's for an administrator.

        :raises AccessError: for somebody else's
        """
        own = self.env.user.partner_id
        if not payee_id or int(payee_id) == own.id:
            return own
        if not self.env.user.has_group("sales_target_mgmt.group_commission_admin"):
            raise AccessError(self.env._("Pay is everybody's own business: you can see yours only."))
        payee = self.env["res.partner"].browse(int(payee_id))
        payee.check_access("read")
        return payee

    def _get_origins(self, payee, companies, *, today=False):
        """First versions of the plans in force by which somebody is paid in these companies.

        :param today: only those by which it is so today
        """
        domain = Domain(
            [
                ("payee_id", "=", payee.id),
                ("company_id", "in", companies.ids),
                ("plan_id.state", "=", "active"),
            ]
        )
        assignments = self.env["stm.commission.assignment"].sudo().search(domain)
        if today:
            assignments = assignments.filtered(self._is_current)
        return assignments.plan_id.origin_id.sorted("id")

    def _is_current(self, assignment):
        plan, day = assignment.plan_id, assignment.company_id._get_stm_today()
        replaced = plan.date_superseded and plan.date_superseded <= day
        ended = plan.date_to and plan.date_to < day
        return plan.date_from <= day and not (replaced or ended) and assignment._covers(day)

    def _gather_own(self, origin, payee, until, first=None):
        """A book of one payee of a plan; see `stm.commission.engine`.

        :param first: a day of the first settlement period that matters; None: since the plan began
        """
        versions = origin._get_versions_in_force()
        if first:
            first = versions[0]._get_period(first).date_from
        engine = self.env["stm.commission.engine"].sudo()
        return engine._gather_for(versions, until, engine._get_money(origin), first=first, payees=[payee.id])

    def _compute(self, book):
        return self.env["stm.commission.engine"].sudo()._compute(book)

    def _get_rule_names(self, book):
        """Code of a component → its name in the newest version that has it."""
        return {rule.code: rule.name for rule in book.versions.rule_ids}
