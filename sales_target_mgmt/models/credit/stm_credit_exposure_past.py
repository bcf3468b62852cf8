from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from .stm_credit_exposure import DEPENDS


class StmCreditExposure(models.AbstractModel):
    """How much of a limit is used, today and on any day before."""

    _inherit = "stm.credit.exposure"

    @api.model
    @api.private
    def _get_used_shares(self, company, partners, day):
        """Exposure over the limit of the day, temporary limits and covers included.

        Of an earlier day it is what the customer owed by the ledger, and had ordered and was not yet
        invoiced, over the limit that the decisions of then allowed. The ledger is exact. Orders are
        as they are now: those of until that day, less what posted invoices of until that day asked
        for. What was cancelled since is left out, what was changed since counts as it became, and
        payments that had no entry then are not known.

        :param partners: commercial entities, or their ids
        :param day: a day, its end
        :return: partner id → Decimal, for those with a limit above zero only
        """
        ids = list(getattr(partners, "ids", partners))
        if day < company._get_stm_today():
            rows = self.env.execute_query(self._select_past(company, ids, day))
            used = {
                partner: (Decimal(owed) + Decimal(ordered), Decimal(limit or 0))
                for partner, owed, ordered, limit in rows
            }
        else:
            rows = self.env["stm.credit.account"]._read_accounts(company, self.env["res.partner"].browse(ids))
            limited = [partner for partner in ids if rows[partner].limit]
            found = self._get_exposures(company, limited) if limited else {}
            used = {partner: (found[partner].total, rows[partner].limit) for partner in limited}
        return {partner: max(owed, Decimal(0)) / limit for partner, (owed, limit) in used.items() if limit}

    def _select_past(self, company, ids, day):
        """SQL of what was owed and ordered at the end of a day, and of the limit then; NULL: none."""
        self.env["stm.credit.account"]._flush_accounts()
        self.env["account.move.line"].flush_model(
            ["parent_state", "company_id", "partner_id", "account_id", "date", "balance"]
        )
        for model, names in DEPENDS.items():
            self.env[model].flush_model(names)
        self.env["sale.order"].flush_model(["date_order"])
        self.env["account.move"].flush_model(["date"])
        return SQL(
            """SELECT a.partner_id, COALESCE((
                    SELECT SUM(l.balance) FROM res_partner p
                    JOIN account_move_line l ON l.partner_id = p.id
                    JOIN account_account t ON t.id = l.account_id
                    WHERE p.commercial_partner_id = a.partner_id AND l.parent_state = 'posted'
                        AND l.company_id = a.company_id AND t.account_type = 'asset_receivable'
                        AND l.date <= %(day)s
                ), 0)::text, CASE WHEN own.limit_state = 'limited' THEN (%(ordered)s) ELSE 0 END::text,
                CASE WHEN own.limit_state = 'limited' THEN own.amount + cover.amount END::text
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
            ordered=self._select_ordered(company, day),
            in_force=self._select_in_force(company, day),
        )

    def _select_ordered(self, company, day):
        """SQL of what the customer of the account `a` had ordered and was not invoiced at the end of a day.

        As :meth:`_select_orders` has it now, by the dates of orders and of invoices.
        """
        return SQL(
            """SELECT COALESCE(SUM(ROUND(GREATEST(0, lines.total / NULLIF(o.currency_rate, 0)::numeric)
                    / cc.rounding) * cc.rounding), 0)
            FROM res_partner p
            JOIN sale_order o ON o.partner_invoice_id = p.id AND o.state = 'sale'
                AND o.company_id = a.company_id
                AND (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date <= %(day)s
            JOIN res_company c ON c.id = o.company_id
            JOIN res_currency cc ON cc.id = c.currency_id
            JOIN LATERAL (
                SELECT SUM(CASE
                        WHEN %(is_advance)s THEN -asked.total
                        WHEN %(is_invoiced)s AND NOT asked.is_later THEN 0
                        WHEN l.price_total < 0 THEN LEAST(0, l.price_total - asked.total)
                        ELSE GREATEST(0, l.price_total - asked.total)
                    END) AS total
                FROM sale_order_line l
                JOIN LATERAL (%(asked)s) asked ON TRUE
                WHERE l.order_id = o.id AND l.display_type IS NULL
            ) lines ON TRUE
            WHERE p.commercial_partner_id = a.partner_id""",
            zone=company.stm_tz or "UTC",
            day=day,
            asked=self._select_asked(day),
            is_advance=self._select_is_advance(),
            is_invoiced=self._select_is_invoiced(),
        )

    def _select_asked(self, day):
        """SQL of what invoices of the line `l` of the order `o` had asked for, and whether others came."""
        return SQL(
            """SELECT COALESCE(BOOL_OR(m.state = 'draft' OR m.date > %(day)s), FALSE) AS is_later,
                COALESCE(SUM(CASE WHEN i.currency_id = o.currency_id THEN i.price_total
                        ELSE i.price_total / NULLIF(m.invoice_currency_rate, 0)::numeric
                            * o.currency_rate::numeric END
                    * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                ) FILTER (WHERE m.state = 'posted' AND m.date <= %(day)s), 0) AS total
            FROM sale_order_line_invoice_rel rel
            JOIN account_move_line i ON i.id = rel.invoice_line_id
            JOIN account_move m ON m.id = i.move_id
            WHERE rel.order_line_id = l.id""",
            day=day,
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
