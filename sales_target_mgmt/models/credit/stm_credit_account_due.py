from odoo import api, models
from odoo.tools import SQL

# rated and committed together
BATCH = 200


class StmCreditAccount(models.Model):
    """Who is due for a rating: found from the books, so that posting and paying write nothing extra."""

    _inherit = "stm.credit.account"

    @api.model
    @api.private
    def _get_due(self, company, scorecard):
        """Ids of accounts that are due: never rated, expired, another scorecard, or something happened.

        What counts as an event, since the day of the newest rating: money or a credit note settled
        something, an invoice fell due and is not paid, an order asked for the limit. At most one
        rating a day comes of events.
        """
        today = company._get_stm_today()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """WITH newest AS (
                    SELECT DISTINCT ON (account_id) account_id, scorecard_id, date, valid_until, create_date
                    FROM stm_credit_rating WHERE company_id = %(company)s AND kind = 'computed'
                    ORDER BY account_id, id DESC
                )
                SELECT a.id FROM stm_credit_account a LEFT JOIN newest n ON n.account_id = a.id
                WHERE a.company_id = %(company)s AND (
                    n.account_id IS NULL OR n.scorecard_id <> %(scorecard)s OR n.valid_until < %(today)s
                    OR (a.rated_until < %(today)s AND n.date < %(today)s)
                    OR (n.date < %(today)s AND (a.checked_at > n.create_date OR EXISTS (
                        SELECT 1 FROM res_partner p JOIN account_move_line l ON l.partner_id = p.id
                        JOIN account_account t ON t.id = l.account_id
                        LEFT JOIN account_partial_reconcile r ON r.debit_move_id = l.id
                            AND r.create_date > n.create_date
                        WHERE p.commercial_partner_id = a.partner_id AND l.company_id = a.company_id
                            AND l.parent_state = 'posted' AND t.account_type = 'asset_receivable'
                            AND (r.id IS NOT NULL OR (l.reconciled IS NOT TRUE AND l.balance > 0
                                AND l.date_maturity >= n.date AND l.date_maturity < %(today)s))
                    ))))
                ORDER BY n.date NULLS FIRST, a.id""",
                company=company.id,
                scorecard=scorecard.id,
                today=today,
            )
        )
        return [number for (number,) in rows]

    @api.model
    def _cron_rate(self):
        """Rate who is due, batch by batch; a batch that somebody else is at is left for the next run."""
        commit = self.env["ir.cron"]._commit_progress
        due = {}
        for company in self.env["res.company"].sudo().search([("stm_credit_control", "=", True)]):
            scorecard = self.env["stm.credit.scorecard"]._get_active(company)
            if scorecard:
                due[company] = self._get_due(company, scorecard)
        left = sum(map(len, due.values()))
        if not commit(remaining=left):
            return
        for ids in due.values():
            for start in range(0, len(ids), BATCH):
                batch = self.sudo().browse(ids[start : start + BATCH])
                locked = batch.try_lock_for_update()
                self.env["stm.credit.rating"]._rate(locked)
                left -= len(batch)
                if not commit(len(batch), remaining=left):
                    return
