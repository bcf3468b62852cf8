from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...tools.credit_limit import propose_limit
from ..stm_money import is_money
from .stm_credit_inputs import OLDEST

BATCH = 500
# proposals that differ by less leave a limit alone
TOLERANCE = 0.1
# of the net worth, by the published rule
NET_WORTH_SHARE = 0.1


class StmCreditAccount(models.Model):
    """What the books say a customer should be trusted with; a person decides."""

    _inherit = "stm.credit.account"

    def _get_limit_proposals(self):
        """The formula of :mod:`~...tools.credit_limit` with its inputs, in company currency.

        Need: the highest balance of the last year, or exposure and open quotations of now if that is
        more. The other opinions: a tenth of the net worth in annual accounts that are not too old,
        and what was paid in two average months of the last year. Times the grade's factor, at most its
        ceiling; without a grade as it is. Rounded down to the company's step.

        :return: account id → {need, net_worth, paid, factor, ceiling, limit}; None: not known
        """
        proposals = {}
        for company, accounts in self.sudo().grouped("company_id").items():
            partners = accounts.partner_id
            exposures = self.env["stm.credit.exposure"]._get_exposures(company, partners)
            books = self._get_year(company, partners)
            for account in accounts:
                one, grade = exposures[account.partner_id.id], account.grade_id
                peak, paid = books.get(account.partner_id.id, (0.0, None))
                inputs = {
                    "need": max(float(one.total + one.quotations), peak) or None,
                    "net_worth": account._get_net_worth(),
                    "paid": paid,
                    "factor": grade.factor if grade else 1.0,
                    "ceiling": grade.ceiling if grade.has_ceiling else None,
                }
                proposals[account.id] = inputs | {"limit": self._apply_formula(inputs, company)}
        return proposals

    @staticmethod
    def _apply_formula(inputs, company):
        worth, step = inputs["net_worth"], company.stm_limit_step
        others = [None if worth is None else max(worth, 0.0) * NET_WORTH_SHARE, inputs["paid"]]
        limit = propose_limit(inputs["need"], others, inputs["factor"], inputs["ceiling"], step)
        return None if limit is None else float(limit)

    def _get_limit_bases(self):
        """Account id → what the formula proposes without the grade; None: nothing is known."""
        proposals = self._get_limit_proposals()
        plain = {"factor": 1.0, "ceiling": None}
        return {
            account.id: self._apply_formula(proposals[account.id] | plain, account.company_id)
            for account in self.sudo()
        }

    def _get_net_worth(self):
        """Equity of the newest annual accounts in company currency; None: none, or too old."""
        today = self.company_id._get_stm_today()
        newest = self.financial_ids.filtered(lambda one: today - OLDEST < one.date <= today)[:1]
        if not newest:
            return None
        return newest.currency_id._convert(
            newest.equity, self.company_id.currency_id, self.company_id, newest.date
        )

    def _get_year(self, company, partners):
        """Of the last year: partner id → (highest balance, money of two average months or None)."""
        today = company._get_stm_today()
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT entity, MAX(balance), -SUM(paid) / 6 FROM (
                    SELECT p.commercial_partner_id AS entity,
                        SUM(SUM(l.balance)) OVER (
                            PARTITION BY p.commercial_partner_id ORDER BY GREATEST(l.date, %(since)s)
                        ) AS balance,
                        SUM(l.balance) FILTER (WHERE l.date > %(since)s AND %(is_money)s) AS paid
                    FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id
                    JOIN account_account a ON a.id = l.account_id
                    WHERE p.commercial_partner_id = ANY(%(partners)s) AND l.company_id = %(company)s
                        AND a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                        AND l.date <= %(today)s
                    GROUP BY 1, GREATEST(l.date, %(since)s)
                ) days GROUP BY entity""",
                partners=partners.ids,
                company=company.id,
                since=today - relativedelta(years=1),
                today=today,
                is_money=is_money("l"),
            )
        )
        unit = company.currency_id
        return {
            partner: (
                unit.round(max(float(peak), 0.0)),
                unit.round(float(paid)) if paid and paid > 0 else None,
            )
            for partner, peak, paid in rows
        }

    @api.model
    def _cron_propose_limits(self):
        """Ask for the limits of rated customers whose proposal differs; tell core what ended by itself."""
        cron = self.env["ir.cron"]
        rated = self.browse()
        for company in self.env["res.company"].search([("stm_credit_control", "=", True)]):
            accounts = self.search([("company_id", "=", company.id)])
            accounts._feed_core()
            rated += accounts.filtered(lambda one: one._is_rated() and one.limit_state != "unlimited")
        if not cron._commit_progress(remaining=len(rated)):
            return
        for start in range(0, len(rated), BATCH):
            rated[start : start + BATCH]._propose_limits()
            if not cron._commit_progress(BATCH, remaining=max(0, len(rated) - start - BATCH)):
                return

    def _is_rated(self):
        today = self.company_id._get_stm_today()
        return self.grade_id and (not self.rated_until or self.rated_until >= today)

    def _propose_limits(self):
        """Ask for what differs; what was refused is not asked for again."""
        limits = self.env["stm.credit.limit"].sudo()
        known = limits.search([("account_id", "in", self.ids), ("kind", "=", "limit")], order="id")
        last = {limit.account_id.id: limit for limit in known}
        proposals = self._get_limit_proposals()
        asked = []
        for account in self:
            amount = proposals[account.id]["limit"]
            before = last.get(account.id, limits)
            is_known = before.state == "asked" or (before.state == "refused" and before.proposed == amount)
            if not is_known and amount is not None and account._differs(amount):
                reason = self.env._("Proposed by the rating of %s", account.grade_id.name)
                asked.append({"account_id": account.id, "amount": amount, "reason": reason})
        limits.with_context(stm_only_ask=True).create(asked)

    def _differs(self, proposed):
        if self.limit_state == "unset":
            return True
        now = self.credit_limit
        return abs(proposed - now) > TOLERANCE * max(now, proposed)
