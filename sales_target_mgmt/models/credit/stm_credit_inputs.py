import itertools
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL, float_round

from ...tools.receivables import ANCHORS, altman_z
from ..stm_money import is_money

INPUTS = [
    ("payment_index", "Payment index (80 is prompt)"),
    ("days_late", "Average days late"),
    ("days_late_trend", "Days late, last three months against before"),
    ("overdue_share", "Overdue share of what is owed"),
    ("broken_promises", "Broken promises to pay in a year, if any were given"),
    ("disputes", "Disputes in a year that are open or had no cause, if any"),
    ("relation_years", "Years of the relation"),
    ("revenue", "Revenue of twelve months"),
    ("revenue_trend", "Change of revenue against the year before"),
    ("utilisation", "Used share of the limit"),
    ("company_years", "Years in business"),
    ("altman", "Altman Z′ of the annual accounts"),
    ("agency", "Score of a credit agency"),
    ("manual", "Judgement by hand"),
    ("country", "Country"),
    ("legal_form", "Legal form"),
]
CATEGORIES = ("country", "legal_form")
# annual accounts and evidence that are older say nothing any more
OLDEST = relativedelta(months=24)
DEPENDS = {
    "account.move": [
        "state", "move_type", "company_id", "partner_id", "invoice_date", "amount_untaxed_signed",
    ],
    "account.move.line": [
        "move_id", "parent_state", "company_id", "partner_id", "account_id", "journal_id", "balance",
        "date", "date_maturity",
    ],
    "account.partial.reconcile": ["debit_move_id", "credit_move_id", "amount", "max_date"],
    "account.account": ["account_type"],
    "account.journal": ["type"],
    "res.partner": ["commercial_partner_id", "country_id"],
    "stm.credit.account": [
        "company_id", "partner_id", "legal_form", "founded",
    ],
    "stm.credit.financials": [
        "account_id", "date", "working_capital", "retained_earnings", "ebit", "equity", "liabilities",
        "total_assets", "sales",
    ],
    "stm.credit.evidence": ["account_id", "kind", "date", "value"],
}  # fmt: skip


class StmCreditInputs(models.AbstractModel):
    """What scorecards look at, of any number of customers, as it was known on a day.

    Four statements, whatever the number: the books, what is kept with the account, the limits, and
    the exposures, which an earlier day does not ask for, see `stm_credit_exposure_past.py`.
    """

    _name = "stm.credit.inputs"
    _description = "Inputs of Credit Ratings"

    @api.model
    @api.private
    def _gather(self, company, partners, as_of=None):
        """Figures and categories of customers; record rules are not applied.

        :param company: a `res.company`
        :param partners: commercial entities, or their ids
        :param as_of: a day, its end; None: today
        :return: partner id → {code of :data:`INPUTS`: number, code, or None for not known}
        """
        ids = list(getattr(partners, "ids", partners))
        if not ids:
            return {}
        as_of = as_of or company._get_stm_today()
        for model, names in DEPENDS.items():
            self.env[model].flush_model(names)
        found = {partner: dict.fromkeys(dict(INPUTS)) for partner in ids}
        for partner, *values in self.env.execute_query(self._select_books(company, ids, as_of)):
            found[partner].update(self._read_books(values, as_of))
        for partner, *values in self.env.execute_query(self._select_kept(company, ids, as_of)):
            found[partner].update(self._read_kept(values, as_of))
        shares = self.env["stm.credit.exposure"]._get_used_shares(company, ids, as_of)
        for partner, share in shares.items():
            found[partner]["utilisation"] = _number(share)
        return found

    # ---------------------------------------------------------------- the books
    def _select_books(self, company, ids, as_of):
        """SQL of payment behaviour, debts and revenue by entity."""
        return SQL(
            """WITH payer AS (
                SELECT p.id, p.commercial_partner_id AS entity FROM res_partner p
                WHERE p.commercial_partner_id = ANY(%(ids)s)
            ), %(debts)s, %(behaviour)s, sales AS (%(sales)s)
            SELECT w.id, b.payment_index::text, b.late::text, b.late_now::text, b.late_before::text,
                d.total::text, d.overdue::text, s.first, s.revenue::text, s.revenue_before::text
            FROM unnest(%(ids)s) AS w (id)
            LEFT JOIN behaviour b ON b.entity = w.id
            LEFT JOIN debts d ON d.entity = w.id
            LEFT JOIN sales s ON s.entity = w.id""",
            ids=ids,
            debts=self._select_debts(company, as_of),
            behaviour=self._select_behaviour(as_of),
            sales=self._select_sales(company, as_of),
        )

    def _select_debts(self, company, as_of):
        """SQL of what was invoiced, what settled it by the day, and what was owed then."""
        return SQL(
            """term AS (
                SELECT l.id, payer.entity, l.balance AS amount, COALESCE(l.date_maturity, l.date) AS due
                FROM payer JOIN account_move_line l ON l.partner_id = payer.id
                JOIN account_account a ON a.id = l.account_id
                WHERE l.parent_state = 'posted' AND l.company_id = %(company)s AND l.balance > 0
                    AND a.account_type = 'asset_receivable' AND l.date <= %(as_of)s
                    AND NOT (%(was_money)s)
            ), settled AS (
                SELECT t.id, t.entity, t.due, r.amount, r.max_date AS day, %(is_money)s AS is_money
                FROM term t
                JOIN account_partial_reconcile r ON r.debit_move_id = t.id AND r.max_date <= %(as_of)s
                JOIN account_move_line c ON c.id = r.credit_move_id
            ), owed AS (
                SELECT t.entity, t.due, t.amount - COALESCE(s.amount, 0) AS amount FROM term t
                LEFT JOIN (SELECT id, SUM(amount) AS amount FROM settled GROUP BY id) s ON s.id = t.id
            ), debts AS (
                SELECT entity, SUM(amount) AS total,
                    SUM(amount) FILTER (WHERE due < %(as_of)s) AS overdue
                FROM owed WHERE amount > 0 GROUP BY entity
            )""",
            company=company.id,
            as_of=as_of,
            was_money=is_money("l"),
            is_money=is_money("c"),
        )

    def _select_behaviour(self, as_of):
        """SQL of how promptly an entity pays.

        Money that settled an invoice tells how late it was, and so does what is overdue on the day;
        credit notes lower a debt and say nothing of promptness.
        """
        return SQL(
            """seen AS (
                SELECT entity, amount, day - due AS days, day FROM settled
                WHERE is_money AND day > %(year_ago)s AND amount > 0
                UNION ALL
                SELECT entity, amount, %(as_of)s::date - due, %(as_of)s::date FROM owed
                WHERE amount > 0 AND due < %(as_of)s
            ), behaviour AS (
                SELECT entity, SUM(amount * (%(index)s)) / SUM(amount) AS payment_index,
                    SUM(amount * GREATEST(days, 0)) / SUM(amount) AS late,
                    SUM(amount * GREATEST(days, 0)) FILTER (WHERE day > %(quarter_ago)s)
                        / SUM(amount) FILTER (WHERE day > %(quarter_ago)s) AS late_now,
                    SUM(amount * GREATEST(days, 0)) FILTER (WHERE day <= %(quarter_ago)s)
                        / SUM(amount) FILTER (WHERE day <= %(quarter_ago)s) AS late_before
                FROM seen GROUP BY entity
            )""",
            as_of=as_of,
            year_ago=as_of - relativedelta(months=12),
            quarter_ago=as_of - relativedelta(months=3),
            index=_get_index(),
        )

    def _select_sales(self, company, as_of):
        """SQL of revenue of a year and of the year before, and when it began."""
        return SQL(
            """SELECT payer.entity, MIN(m.invoice_date) AS first,
                SUM(m.amount_untaxed_signed) FILTER (WHERE m.invoice_date > %(year_ago)s) AS revenue,
                SUM(m.amount_untaxed_signed) FILTER (WHERE m.invoice_date > %(two_years_ago)s
                    AND m.invoice_date <= %(year_ago)s) AS revenue_before
            FROM payer JOIN account_move m ON m.partner_id = payer.id
            WHERE m.state = 'posted' AND m.company_id = %(company)s AND m.invoice_date <= %(as_of)s
                AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            GROUP BY payer.entity""",
            company=company.id,
            as_of=as_of,
            year_ago=as_of - relativedelta(months=12),
            two_years_ago=as_of - relativedelta(months=24),
        )

    @staticmethod
    def _read_books(values, as_of):
        index, late, late_now, late_before, owed, overdue, first, revenue, before = values
        # to two places, as the formula in `tools/receivables` gives it
        known = {
            "payment_index": index and float_round(float(index), precision_digits=2),
            "days_late": _number(late),
        }
        if late_now is not None and late_before is not None:
            known["days_late_trend"] = _number(Decimal(late_now) - Decimal(late_before))
        if owed is not None:
            known["overdue_share"] = _number(Decimal(overdue or 0) / Decimal(owed))
        elif first:
            known["overdue_share"] = 0.0
        if first:
            known["relation_years"] = _number(Decimal((as_of - first).days) / Decimal("365.25"))
            known["revenue"] = _number(revenue or 0)
        if before is not None and Decimal(before) > 0:
            known["revenue_trend"] = _number(Decimal(revenue or 0) / Decimal(before) - 1)
        return known

    # ---------------------------------------------------------------- kept with the account
    def _select_kept(self, company, ids, as_of):
        return SQL(
            """SELECT w.id, c.code, a.legal_form, a.founded, f.working_capital, f.retained_earnings, f.ebit,
                f.equity, f.liabilities, f.total_assets, f.sales, agency.value, manual.value, %(promises)s,
                %(disputes)s
            FROM unnest(%(ids)s) AS w (id)
            JOIN res_partner p ON p.id = w.id
            LEFT JOIN res_country c ON c.id = p.country_id
            LEFT JOIN stm_credit_account a ON a.partner_id = w.id AND a.company_id = %(company)s
            LEFT JOIN LATERAL (SELECT * FROM stm_credit_financials f WHERE f.account_id = a.id
                AND f.date <= %(as_of)s AND f.date > %(oldest)s
                ORDER BY f.date DESC, f.id DESC LIMIT 1) f ON TRUE
            LEFT JOIN LATERAL (%(agency)s) agency ON TRUE
            LEFT JOIN LATERAL (%(manual)s) manual ON TRUE""",
            ids=ids,
            company=company.id,
            as_of=as_of,
            oldest=as_of - OLDEST,
            agency=self._select_evidence("agency", as_of),
            manual=self._select_evidence("manual", as_of),
            promises=self._select_promises(company, as_of),
            disputes=self._select_disputes(company, as_of),
        )

    def _select_evidence(self, kind, as_of):
        return SQL(
            """SELECT e.value FROM stm_credit_evidence e WHERE e.account_id = a.id AND e.kind = %s
            AND e.date <= %s AND e.date > %s ORDER BY e.date DESC, e.id DESC LIMIT 1""",
            kind,
            as_of,
            as_of - OLDEST,
        )

    def _select_promises(self, company, as_of):
        """SQL of the number of promises to pay that entity `w` broke; NULL: none is known of."""
        return SQL("NULL::int")

    def _select_disputes(self, company, as_of):
        """SQL of the number of disputes of entity `w`; NULL: none is known of."""
        return SQL("NULL::int")

    @staticmethod
    def _read_kept(values, as_of):
        country, form, founded, capital, earnings, ebit, equity, debt, assets, sales, *rest = values
        names = ("agency", "manual", "broken_promises", "disputes")
        known = dict(zip(names, map(_number, rest), strict=True))
        known |= {"country": country or None, "legal_form": form or None}
        if founded:
            known["company_years"] = float(max(as_of.year - founded, 0))
        if assets and debt:
            ratios = [
                _decimal(one) / _decimal(whole)
                for one, whole in (
                    (capital, assets), (earnings, assets), (ebit, assets), (equity, debt), (sales, assets)
                )
            ]  # fmt: skip
            known["altman"] = _number(altman_z("private", *ratios))
        return known


def _get_index():
    """SQL of the payment index of `days`, as :func:`~...tools.receivables.payment_index` has it."""
    pieces = [SQL("CASE WHEN days <= %s THEN %s::numeric", *ANCHORS[0])]
    for (left, start), (right, end) in itertools.pairwise(ANCHORS):
        slope = SQL("%s::numeric / %s", end - start, right - left)
        pieces.append(SQL("WHEN days <= %s THEN %s + (days - %s) * %s", right, start, left, slope))
    return SQL("%s ELSE %s END", SQL(" ").join(pieces), ANCHORS[-1][1])


def _decimal(value):
    return Decimal(str(value or 0))


def _number(value):
    """A number as it is kept with a rating: what is kept is what is computed with."""
    return None if value is None else float(round(Decimal(str(value)), 6))
