from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL


class StmCreditExposure(models.AbstractModel):
    """How much of a limit is used, today and on any day before."""

    _inherit = "stm.credit.exposure"

    @api.model
    @api.private
    def _get_used_shares(self, company, partners, day):
        """Exposure over the limit of the day, temporary limits and covers included.

        Of an earlier day it is what the customer owed by the ledger over the limit that the decisions
        of then allowed: what was ordered and not yet invoiced is not kept by day, and left out.

        :param partners: commercial entities, or their ids
        :param day: a day, its end
        :return: partner id → Decimal, for those with a limit above zero only
        """
        ids = list(getattr(partners, "ids", partners))
        if day < company._get_stm_today():
            rows = self.env.execute_query(self._select_past(company, ids, day))
            used = {partner: (Decimal(owed), Decimal(limit or 0)) for partner, owed, limit in rows}
        else:
            rows = self.env["stm.credit.account"]._read_accounts(company, self.env["res.partner"].browse(ids))
            limited = [partner for partner in ids if rows[partner].limit]
            found = self._get_exposures(company, limited) if limited else {}
            used = {partner: (found[partner].total, rows[partner].limit) for partner in limited}
        return {partner: max(owed, Decimal(0)) / limit for partner, (owed, limit) in used.items() if limit}

    def _select_past(self, company, ids, day):
        """SQL of what was owed at the end of a day, and of the limit then; NULL: none."""
        self.env["stm.credit.account"]._flush_accounts()
        self.env["account.move.line"].flush_model(
            ["parent_state", "company_id", "partner_id", "account_id", "date", "balance"]
        )
        return SQL(
            """SELECT a.partner_id, COALESCE((
                    SELECT SUM(l.balance) FROM res_partner p
                    JOIN account_move_line l ON l.partner_id = p.id
                    JOIN account_account t ON t.id = l.account_id
                    WHERE p.commercial_partner_id = a.partner_id AND l.parent_state = 'posted'
                        AND l.company_id = a.company_id AND t.account_type = 'asset_receivable'
                        AND l.date <= %(day)s
                ), 0)::text, CASE WHEN own.limit_state = 'limited' THEN own.amount + cover.amount END::text
            FROM stm_credit_account a
            JOIN LATERAL (
                SELECT l.limit_state, COALESCE(l.amount, 0) AS amount %(in_force)s AND l.kind <> 'cover'
                ORDER BY l.kind = 'temporary' DESC, l.decided_on DESC, l.id DESC LIMIT 1
            ) own ON TRUE
            JOIN LATERAL (
                SELECT COALESCE(SUM(l.amount), 0) AS amount %(in_force)s AND l.kind = 'cover'
            ) cover ON TRUE
            WHERE a.company_id = %(company)s AND a.partner_id = ANY(%(ids)s)""",
            company=company.id,
            ids=ids,
            day=day,
            in_force=self._select_in_force(company, day),
        )

    def _select_in_force(self, company, day):
        """SQL of the decisions about the account `a` that held at the end of a day."""
        return SQL(
            """FROM stm_credit_limit l WHERE l.account_id = a.id AND l.state IN ('approved', 'superseded')
                AND (l.decided_on AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date <= %(day)s
                AND COALESCE((l.ended_on AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date > %(day)s, TRUE)
                AND (l.kind = 'limit' OR %(day)s BETWEEN l.date_from AND l.date_until)""",
            zone=company.stm_tz or "UTC",
            day=day,
        )
