from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.credit_limit import propose_limit
from .stm_credit_limit_decision import ENDLESS

# what proposals are rounded down to
UNIT = 100
BATCH = 500
# proposals that differ by less leave a limit alone
TOLERANCE = 0.1


class StmCreditAccount(models.Model):
    """What the books say a customer should be trusted with; a person decides."""

    _inherit = "stm.credit.account"

    def _get_limit_proposals(self):
        """The formula of :mod:`~...tools.credit_limit` with its inputs, in company currency.

        Need: exposure and open quotations. The other opinion: what was paid in two average months of
        the last year. Times the grade's factor, at most its ceiling; without a grade as it is.

        :return: account id → {need, paid, factor, ceiling, limit}; None: not known
        """
        proposals = {}
        for company, accounts in self.sudo().grouped("company_id").items():
            partners = accounts.partner_id
            exposures = self.env["stm.credit.exposure"]._get_exposures(company, partners)
            paid = self._get_paid(company, partners)
            for account in accounts:
                one, grade = exposures[account.partner_id.id], account.grade_id
                inputs = {
                    "need": max(float(one.total + one.quotations), 0.0) or None,
                    "paid": paid.get(account.partner_id.id),
                    "factor": grade.factor if grade else 1.0,
                    "ceiling": grade.ceiling if grade.has_ceiling else None,
                }
                limit = propose_limit(
                    inputs["need"], [inputs["paid"]], inputs["factor"], inputs["ceiling"], UNIT
                )
                proposals[account.id] = inputs | {"limit": None if limit is None else float(limit)}
        return proposals

    def _get_paid(self, company, partners):
        """Money of two average months of the last year: partner id → amount, for who paid."""
        today = company._get_stm_today()
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT p.commercial_partner_id, -SUM(l.balance) / 6
                FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id
                JOIN account_account a ON a.id = l.account_id
                WHERE p.commercial_partner_id = ANY(%(partners)s) AND l.company_id = %(company)s
                    AND a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                    AND (l.payment_id IS NOT NULL OR l.statement_line_id IS NOT NULL)
                    AND l.date > %(since)s AND l.date <= %(today)s
                GROUP BY 1 HAVING SUM(l.balance) < 0""",
                partners=partners.ids,
                company=company.id,
                since=today - relativedelta(years=1),
                today=today,
            )
        )
        return {partner: float(company.currency_id.round(float(amount))) for partner, amount in rows}

    @api.model
    def _cron_propose_limits(self):
        """Ask for the limits of rated customers whose proposal differs; tell core what ended by itself."""
        companies = self.env["res.company"].search([("stm_credit_control", "=", True)])
        cron = self.env["ir.cron"]
        for company in companies:
            everything = self.search([("company_id", "=", company.id)])
            everything._feed_core()
            today = company._get_stm_today()
            rated = everything.filtered(
                lambda one, today=today: one.grade_id and (not one.rated_until or one.rated_until >= today)
            )
            for start in range(0, len(rated), BATCH):
                rated[start : start + BATCH]._propose_limits()
                if not cron._commit_progress(BATCH, remaining=max(0, len(rated) - start - BATCH)):
                    return

    def _propose_limits(self):
        limits = self.env["stm.credit.limit"].sudo()
        known = limits.search([("account_id", "in", self.ids), ("kind", "=", "limit")], order="id")
        last = {limit.account_id.id: limit for limit in known}
        asking = limits.with_context(stm_only_ask=True)
        for account_id, proposal in self._get_limit_proposals().items():
            account = self.browse(account_id).sudo()
            before = last.get(account_id, limits)
            is_known = before.state == "asked" or (
                before.state == "refused" and before.proposed == proposal["limit"]
            )
            if is_known or proposal["limit"] is None or not account._differs(proposal["limit"]):
                continue
            asking.create(
                {
                    "account_id": account_id,
                    "amount": proposal["limit"],
                    "reason": self.env._("Proposed by the rating of %s", account.grade_id.name),
                }
            )

    def _differs(self, proposed):
        now = {"unset": 0.0, "unlimited": ENDLESS}.get(self.limit_state, self.credit_limit)
        if self.limit_state == "unset":
            return True
        return abs(proposed - now) > TOLERANCE * max(now, proposed)
