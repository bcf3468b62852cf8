import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .stm_achievement_cell import DIMENSIONS
from .stm_achievement_columns import VALUES

_logger = logging.getLogger(__name__)

SOURCES = ("order", "invoice", "payment", "lead", "rating")
# months in a row that one statement builds: many, because it may read whole tables; few
# enough to lose little when it is killed
RUN = 12
# months that one run compares with the documents
VERIFIED = 500


class StmAchievementMonth(models.Model):
    _inherit = "stm.achievement.month"

    @api.model
    def _cron_refresh(self):
        """Build the months that were never built, and anew those that changed.

        Each batch is a transaction of its own: killed half-way, what is done stays done
        and the rest is read live until the next run.
        """
        self._expand_marks()
        runs = self._get_runs(self._get_pending())
        remaining = sum(map(len, runs))
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for run in runs:
            self._build(run)
            remaining -= len(run)
            if not self.env["ir.cron"]._commit_progress(len(run), remaining=remaining):
                break

    @api.model
    def _get_runs(self, months):
        """Months of one company and source that follow each other, the newest run first.

        :param months: (company id, source, first day) items
        :return: lists of such items, each in order and no longer than `RUN`
        """
        runs = []
        for key in sorted(months):
            last = runs[-1][-1] if runs else None
            follows = last and key == (*last[:2], last[2] + relativedelta(months=1))
            if follows and len(runs[-1]) < RUN:
                runs[-1].append(key)
            else:
                runs.append([key])
        return sorted(runs, key=lambda run: run[-1][2], reverse=True)

    @api.model
    def _expand_marks(self):
        """Turn a mark on everything into one per built month, so that it can be worked off."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """WITH everything AS (
                    DELETE FROM stm_achievement_mark WHERE month IS NULL RETURNING company_id, source
                ), marked AS (
                    INSERT INTO stm_achievement_mark (company_id, source, month, create_date)
                    SELECT DISTINCT m.company_id, m.source, m.month, now() AT TIME ZONE 'UTC'
                    FROM stm_achievement_month m JOIN everything USING (company_id, source)
                    ON CONFLICT DO NOTHING
                ) SELECT 1"""
            )
        )

    @api.model
    def _get_pending(self):
        """(company, source, month) that are over but not built, or changed; newest first."""
        # a day of grace: whatever began before midnight has ended by then
        last = SQL(
            """(date_trunc('month', now() AT TIME ZONE c.stm_tz - interval '1 day')
                - interval '1 month')::date"""
        )
        return self.env.execute_query(
            SQL(
                """WITH span AS (
                    SELECT f.company_id, f.source,
                        date_trunc('month', f.first)::date AS first, (%s) AS last
                    FROM (%s) f JOIN res_company c ON c.id = f.company_id
                )
                SELECT s.company_id, s.source, g::date
                FROM span s, generate_series(s.first, s.last, interval '1 month') g
                WHERE NOT EXISTS (SELECT 1 FROM stm_achievement_month m
                        WHERE m.company_id = s.company_id AND m.source = s.source AND m.month = g)
                UNION
                SELECT k.company_id, k.source, k.month FROM stm_achievement_mark k
                JOIN res_company c ON c.id = k.company_id
                WHERE k.month <= (%s)
                ORDER BY 3 DESC, 1, 2""",
                last,
                self._select_first_days(),
                last,
            )
        )

    @api.model
    def _select_first_days(self):
        """SQL of (company_id, source, first day with a fact), read from indexes.

        Roughly: a day too early costs an empty month.
        """
        return SQL(
            """SELECT c.id AS company_id, f.source, f.first FROM res_company c
            CROSS JOIN LATERAL (
                SELECT 'order' AS source, (SELECT date_order::date - 1 FROM sale_order
                    WHERE company_id = c.id AND state = 'sale' ORDER BY date_order LIMIT 1) AS first
                UNION ALL SELECT 'invoice', (SELECT invoice_date FROM account_move
                    WHERE company_id = c.id AND state = 'posted' AND invoice_date IS NOT NULL
                        AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                    ORDER BY invoice_date LIMIT 1)
                UNION ALL SELECT 'payment', (SELECT date FROM account_move
                    WHERE company_id = c.id AND state = 'posted' AND move_type = 'entry'
                    ORDER BY date LIMIT 1)
            ) f WHERE f.first IS NOT NULL
            UNION ALL SELECT company_id, source, MIN(date)
                FROM stm_achievement WHERE source = 'lead' GROUP BY company_id, source
            UNION ALL SELECT company_id, source, MIN(date)
                FROM stm_achievement WHERE source = 'rating' GROUP BY company_id, source"""
        )

    @api.model
    def _build(self, months):
        """Count months anew and forget the marks that were seen before.

        A mark that another transaction adds meanwhile is not seen, hence not forgotten:
        the month stays dirty and is built again.

        :param months: (company id, source, first day) items
        """
        self.env["stm.achievement"]._flush_sources()
        for run in self._get_runs(months):
            self._build_run(*run[0][:2], [month for _company, _source, month in run])
        self.env.invalidate_all(flush=False)

    def _build_run(self, company, source, months):
        key = {"company": company, "source": source, "months": months}
        where = SQL("company_id = %(company)s AND source = %(source)s AND month = ANY(%(months)s)", **key)
        seen = self.env.execute_query(SQL("SELECT id FROM stm_achievement_mark WHERE %s", where))
        self.env.cr.execute(SQL("DELETE FROM stm_achievement_cell WHERE %s", where))
        self.env.cr.execute(
            SQL(
                "INSERT INTO stm_achievement_cell (%s) %s",
                SQL(", ").join(map(SQL.identifier, ("company_id", "source", "month", *DIMENSIONS, *VALUES))),
                self._select_months(company, source, months[0], months[-1]),
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO stm_achievement_month (company_id, source, month, built_at)
                SELECT %(company)s, %(source)s, unnest(%(months)s), %(now)s
                ON CONFLICT (company_id, source, month) DO UPDATE SET built_at = EXCLUDED.built_at""",
                now=fields.Datetime.now(),
                **key,
            )
        )
        if seen:
            ids = [id_ for (id_,) in seen]
            self.env.cr.execute(SQL("DELETE FROM stm_achievement_mark WHERE id = ANY(%s)", ids))

    def _select_months(self, company, source, first, last):
        """SQL of the cells of months in a row, by their first days, as the documents say."""
        facts = self.env["stm.achievement"]._select_sums(
            source,
            company,
            first,
            last + relativedelta(months=1, days=-1),
            VALUES,
            SQL("date_trunc('month', date)::date"),
        )
        return SQL(
            "SELECT %s::integer, f.source, f.segment, %s FROM (%s) f",
            company,
            SQL(", ").join(SQL.identifier("f", name) for name in (*DIMENSIONS, *VALUES)),
            facts,
        )

    @api.model
    def _cron_verify(self):
        """Compare built months with the documents, those longest unverified first; heal.

        What a run does not reach is left to the next one, which follows at once.
        """
        self.env["stm.first.purchase"]._verify()
        self.flush_model(["verified_at"])
        due = self.env.execute_query(
            SQL(
                """SELECT m.id FROM stm_achievement_month m
                WHERE (m.verified_at IS NULL OR m.verified_at < %s) AND NOT EXISTS (
                    SELECT 1 FROM stm_achievement_mark k
                    WHERE k.company_id = m.company_id AND k.source = m.source
                        AND (k.month = m.month OR k.month IS NULL))
                ORDER BY m.verified_at NULLS FIRST, m.month DESC""",
                fields.Date.today(),
            )
        )
        for done, month in enumerate(self.browse(id_ for (id_,) in due[:VERIFIED]), 1):
            month._verify()
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - done):
                break

    def _verify(self):
        """Compare this month's cells with the documents, to the last digit.

        A month that is marked is known to differ and is left to the refresh. One that
        differs without a mark means that a change went unnoticed: it is built anew, and
        the log and the health page say so.
        """
        self.ensure_one()
        self.env["stm.achievement"]._flush_sources()
        key = (self.company_id.id, self.source, self.month)
        marked = (
            self.env["stm.achievement.mark"]
            .sudo()
            .search_count(
                [("company_id", "=", key[0]), ("source", "=", key[1]), ("month", "in", [key[2], False])],
                limit=1,
            )
        )
        if marked:
            return
        difference = self._get_difference()
        values = {"verified_at": fields.Datetime.now(), "difference": difference}
        if difference:
            _logger.warning(
                "Cells of %s %s of company %s differed by %s; built anew.", *key[1:], key[0], difference
            )
            self._build([key])
            values["healed_at"] = fields.Datetime.now()
        self.write(values)

    def _get_difference(self):
        """Largest absolute difference between a cell's value and the documents'."""
        columns = SQL(", ").join(map(SQL.identifier, (*DIMENSIONS, *VALUES)))
        negative = SQL(", ").join(
            [*map(SQL.identifier, DIMENSIONS), *(SQL("-%s", SQL.identifier(value)) for value in VALUES)]
        )
        [[difference]] = self.env.execute_query(
            SQL(
                """WITH fresh (company_id, source, month, %(columns)s) AS (%(fresh)s), both_sides AS (
                    SELECT %(columns)s FROM fresh
                    UNION ALL
                    SELECT %(negative)s FROM stm_achievement_cell
                    WHERE company_id = %(company)s AND source = %(source)s AND month = %(month)s
                ), differences AS (
                    SELECT GREATEST(%(values)s) AS difference FROM both_sides GROUP BY %(dimensions)s
                ) SELECT COALESCE(MAX(difference), 0) FROM differences""",
                columns=columns,
                negative=negative,
                fresh=self._select_months(self.company_id.id, self.source, self.month, self.month),
                company=self.company_id.id,
                source=self.source,
                month=self.month,
                values=SQL(", ").join(SQL("ABS(SUM(%s))", SQL.identifier(value)) for value in VALUES),
                dimensions=SQL(", ").join(map(SQL.identifier, DIMENSIONS)),
            )
        )
        return float(difference)

    @api.model
    def _mark_everything(self, companies):
        """Have every month of these companies counted anew; they are read live meanwhile."""
        self.env.flush_all()
        for company in companies:
            self.env.execute_query(SQL("SELECT stm_mark_all(%s, %s::varchar[])", company.id, list(SOURCES)))
        self.env.ref("sales_target_mgmt.ir_cron_stm_refresh_cells")._trigger()
