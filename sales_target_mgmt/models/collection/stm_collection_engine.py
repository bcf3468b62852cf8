import json

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, split_every

from .stm_collection_case_figures import DAY

CONCURRENCY = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
# customers in one transaction: some seconds
BATCH = 500
# what the run finds about a case: column and its type
COLUMNS = {
    "salesperson_id": "int", "leader_id": "int", "grade_id": "int", "policy_id": "int",
    "amount_open": "numeric", "amount_due": "numeric", "unapplied": "numeric", "disputed": "numeric",
    "planned": "numeric", "next_payment_date": "date",
    "amount": "numeric", "oldest_date": "date", "overdue_days": "int", "gain": "numeric", "is_broken": "bool",
    "step_id": "int", "step_date": "date", "stop": "varchar", "last_contact": "date", "checked_on": "date",
    "state": "varchar",
}  # fmt: skip


class StmCollectionEngine(models.AbstractModel):
    """Opens, ranks and closes cases and takes the steps that are due. Called with all rights.

    A batch is one transaction: a step's log, which a unique index keeps single, is committed
    together with the mail, message or task it tells of. Whoever is killed begins again with
    the customers who were not looked at today.
    """

    _name = "stm.collection.engine"
    _description = "Collection Run"

    @api.model
    @api.private
    def _run_all(self):
        """Look at every customer with something due of the companies that collect."""
        cron = self.env["ir.cron"]
        todo = [
            (company, batch)
            for company in self.env["res.company"].sudo().search([("stm_collection", "=", True)])
            for batch in split_every(BATCH, self._find_partners(company))
        ]
        left = sum(len(batch) for _company, batch in todo)
        cron._commit_progress(remaining=left)
        for company, batch in todo:
            left -= len(batch)
            try:
                self.sudo()._run(company, batch)
            except CONCURRENCY:
                self.env.cr.rollback()
                self.env.invalidate_all()
            if not cron._commit_progress(len(batch), remaining=left):
                break

    def _find_partners(self, company, again=False):
        """Ids of customers with something due soon or an open case.

        :param again: also of those who were looked at today
        """
        reader = self.env["stm.collection.reader"]
        today = company._get_stm_today()
        reader._flush()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT w.entity FROM (
                    SELECT p.commercial_partner_id AS entity
                    FROM account_move_line l
                    JOIN account_account a ON a.id = l.account_id
                    JOIN res_partner p ON p.id = l.partner_id
                    WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
                        AND l.company_id = %(company)s AND a.account_type = 'asset_receivable'
                        AND l.amount_residual > 0 AND COALESCE(l.date_maturity, l.date) <= %(until)s
                    UNION ALL
                    SELECT c.partner_id FROM stm_collection_case c
                    WHERE c.company_id = %(company)s AND c.state = 'open'
                ) w
                LEFT JOIN stm_collection_case c ON c.partner_id = w.entity AND c.company_id = %(company)s
                WHERE %(again)s OR c.checked_on IS DISTINCT FROM %(today)s
                ORDER BY w.entity""",
                company=company.id,
                today=today,
                again=again,
                until=today + reader._get_lead_time(company),
            )
        )
        return [partner for (partner,) in rows]

    @api.model
    @api.private
    def _refresh(self, company, partner_ids):
        """Find figures and next steps of customers again, and take no step. {partner id: case id}"""
        plans = self.env["stm.collection.reader"]._read_plans(company, partner_ids)
        return self._write_cases(company, [plan for plan, _after in plans.values()], None)

    @api.model
    @api.private
    def _run(self, company, partner_ids, now=False, day=None):
        """Take the steps that are due for customers of a company.

        :param now: take the next step also before its day, and on quiet days
        :param day: an earlier one, for steps that are entered afterwards; None: today
        :return: as :meth:`.StmCollectionReader._read_plans`
        """
        today = day or company._get_stm_today()
        for model in self._find_agreements(company, partner_ids):
            self.env[model]._check_payments(company, partner_ids)
        plans = self.env["stm.collection.reader"]._read_plans(company, partner_ids, today, now)
        cases = self._write_cases(company, [after or plan for plan, after in plans.values()], today)
        due = {cases[plan.partner]: plan for plan, after in plans.values() if after}
        if logs := self._write_logs(company, due, today):
            # not in the context, which comes from outside
            self.env.cr.cache[DAY] = day
            try:
                self._deliver(company, {case: (due[case], log) for case, log in logs.items()})
            finally:
                del self.env.cr.cache[DAY]
        return plans

    def _find_agreements(self, company, partner_ids):
        """Models of which these customers have anything that money decides about."""
        parts = []
        for name in ("stm.collection.promise", "stm.collection.plan"):
            found = self.env[name]._search(self.env[name]._get_undecided(company, partner_ids))
            parts.append(SQL("SELECT %s WHERE EXISTS (%s)", name, found.select(SQL("1"))))
        return [name for (name,) in self.env.execute_query(SQL(" UNION ALL ").join(parts))]

    def _write_cases(self, company, plans, today):
        """Open, update and close cases in one statement.

        :param today: marks them as looked at; None: they stay as they were
        :return: {partner id: case id}
        """
        rows = [
            {
                "partner_id": plan.partner,
                "salesperson_id": plan.salesperson,
                "leader_id": plan.leader,
                "grade_id": plan.grade,
                "policy_id": plan.policy,
                "amount_open": plan.open,
                "amount_due": plan.due,
                "unapplied": plan.unapplied,
                "disputed": plan.disputed,
                "planned": plan.planned,
                "next_payment_date": plan.next_payment,
                "amount": plan.amount,
                "oldest_date": plan.oldest,
                "overdue_days": plan.overdue_days,
                "gain": plan.gain,
                "is_broken": plan.is_broken,
                "step_id": plan.step.id or None,
                "step_date": plan.step_date,
                "stop": plan.stop or None,
                "last_contact": plan.last_contact,
                "checked_on": today,
                "state": "open" if plan.oldest or plan.waits else "closed",
            }
            for plan in plans
            if plan.case or plan.oldest or plan.waits
        ]
        names = SQL(", ").join(map(SQL.identifier, COLUMNS))
        found = self.env.execute_query(
            SQL(
                """INSERT INTO stm_collection_case (company_id, partner_id, user_id, create_uid, create_date,
                    write_uid, write_date, %(names)s)
                SELECT %(company)s, partner_id, %(user)s, %(uid)s, NOW() AT TIME ZONE 'UTC', %(uid)s,
                    NOW() AT TIME ZONE 'UTC', %(names)s
                FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (partner_id int, %(types)s)
                ON CONFLICT (company_id, partner_id) DO UPDATE SET write_uid = EXCLUDED.write_uid,
                    write_date = EXCLUDED.write_date, %(updates)s
                RETURNING partner_id, id""",
                names=names,
                company=company.id,
                user=company.stm_collector_id.id or None,
                uid=self.env.uid,
                rows=json.dumps(rows, default=str),
                types=SQL(", ").join(
                    SQL("%s %s", SQL.identifier(name), SQL(kind)) for name, kind in COLUMNS.items()
                ),
                updates=SQL(", ").join(map(self._update_column, COLUMNS)),
            )
        )
        self.env["stm.collection.case"].invalidate_model()
        return dict(found)

    def _update_column(self, name):
        column = SQL.identifier(name)
        if name != "checked_on":
            return SQL("%s = EXCLUDED.%s", column, column)
        return SQL("%s = COALESCE(EXCLUDED.%s, stm_collection_case.%s)", column, column, column)

    def _write_logs(self, company, due, today):
        """Note steps as taken; what somebody else noted is left out. {case id: log id}"""
        if not due:
            return {}
        rows = [
            {
                "case_id": case,
                "step_id": plan.step.id,
                "step_name": plan.step.name,
                "days": plan.step.days,
                "cycle": plan.oldest,
                "channel": plan.step.channel,
                "amount": plan.amount,
            }
            for case, plan in due.items()
        ]
        found = self.env.execute_query(
            SQL(
                """INSERT INTO stm_collection_log (case_id, step_id, step_name, days, cycle, channel, amount,
                    company_id, date, user_id, result, create_uid, create_date)
                SELECT r.*, %(company)s, %(today)s, %(user)s,
                    CASE channel WHEN 'call' THEN 'task' WHEN 'letter' THEN 'print' ELSE 'sent' END,
                    %(user)s, NOW() AT TIME ZONE 'UTC'
                FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (case_id int, step_id int, step_name varchar,
                    days int, cycle date, channel varchar, amount numeric)
                ON CONFLICT (case_id, days, cycle) DO NOTHING
                RETURNING case_id, id""",
                company=company.id,
                today=today,
                user=self.env.uid,
                rows=json.dumps(rows, default=str),
            )
        )
        self.env["stm.collection.log"].invalidate_model()
        return dict(found)
