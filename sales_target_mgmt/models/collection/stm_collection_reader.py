from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...tools import collection

DEPENDS = {
    "account.move": ["state", "payment_state", "invoice_user_id"],
    "account.move.line": [
        "move_id", "parent_state", "company_id", "partner_id", "account_id", "amount_residual", "reconciled",
        "date_maturity", "date", "no_followup",
    ],
    "account.account": ["account_type"],
    "account.payment": [
        "move_id", "state", "partner_type", "company_id", "partner_id", "amount_company_currency_signed",
    ],
    "payment.transaction": [
        "state", "operation", "payment_id", "is_post_processed", "company_id", "partner_id", "amount",
        "currency_id", "source_transaction_id",
    ],
    "res.partner": ["commercial_partner_id", "user_id"],
    "stm.credit.account": ["company_id", "partner_id", "grade_id"],
    "stm.credit.grade": ["company_id", "collection_policy_id", "sequence", "active"],
    "stm.collection.case": None,
    "stm.collection.log": ["case_id", "cycle", "days", "date"],
    "stm.collection.promise": ["company_id", "partner_id", "state", "date"],
    "stm.collection.dispute": ["move_id", "state"],
    "stm.collection.plan": ["company_id", "partner_id", "move_ids", "state", "closed_on"],
    "stm.collection.plan.line": ["plan_id", "state", "date"],
    "stm.collection.writeoff": ["move_ids", "state"],
}  # fmt: skip


class Plan(NamedTuple):
    """What a customer owes, and what comes next. Amounts in company currency.

    :ivar unapplied: paid or credited, and nothing is settled with it; without what orders were paid with
    :ivar amount: due less what is unapplied; before anything is due, what soon is
    :ivar oldest: due date of the oldest open invoice; None where nothing is to be asked for
    :ivar invoice: its id
    :ivar planned: of what is open, what is in an open payment plan
    :ivar waits: whether anything is left out because of a dispute, a plan or a write-off proposal
    :ivar next_payment: the day by which the next money was promised
    :ivar step: a `stm.collection.step`, or an empty one after the last
    :ivar step_date: when it comes, if nothing stops it
    :ivar stop: why it does not come now, one of the case's stops; empty if nothing speaks against it
    """

    partner: int
    case: int | None
    open: Decimal
    due: Decimal
    unapplied: Decimal
    disputed: Decimal
    planned: Decimal
    waits: bool
    amount: Decimal
    oldest: date | None
    invoice: int | None
    overdue_days: int
    salesperson: int | None
    leader: int | None
    grade: int | None
    policy: int | None
    gain: Decimal
    is_broken: bool
    next_payment: date | None
    last_contact: date | None
    step: object
    step_date: date | None
    stop: str


class StmCollectionReader(models.AbstractModel):
    """What customers owe and what comes next, for any number of them in one statement. Writes nothing.

    Invoices that Odoo leaves out of follow-up (`no_followup`) or whose payment is blocked are open,
    but never asked for; those with an open dispute, payment plan or write-off proposal wait for
    its outcome.
    """

    _name = "stm.collection.reader"
    _description = "Collection Reader"

    @api.model
    @api.private
    def _read_plans(self, company, partner_ids, today=None, now=False):
        """Plans of commercial entities, and what comes after a step that is due is taken.

        Record rules are not applied: the caller answers for who may see them.

        :param now: whether to take the next step at once, before its day and on quiet days
        :return: {partner id: (:class:`Plan`, the plan after it or None if no step is due)}, for all
        """
        today = today or company._get_stm_today()
        policies = self._read_policies(company)
        lead = self._get_lead(policies)
        rows = self._read_rows(company, partner_ids, today, lead)
        self._leave_to_orders(company, rows, today, lead)
        plans = {}
        for row in rows:
            policy = policies.get(row["policy_id"]) or next(iter(policies.values()), None)
            plan, after = self._make_plan(row, policy, today, now), None
            if plan.step and not plan.stop and (now or plan.step_date <= today):
                row |= {"last_days": plan.step.days, "last_contact": today}
                after = self._make_plan(row, policy, today)
            plans[plan.partner] = plan, after
        return plans

    def _read_policies(self, company):
        """{id: policy} of a company, the first one first, steps at hand."""
        names = ("quiet_days", "minimum", "fee_after", "fee_fixed", "fee_rate")
        found = self.env["stm.collection.policy"].search_fetch([("company_id", "=", company.id)], names)
        found.step_ids.mapped("days")
        return {policy.id: policy for policy in found}

    def _get_lead(self, policies):
        """Days before the due date on which the earliest step comes."""
        days = [step.days for policy in policies.values() for step in policy.step_ids]
        return max(0, -min(days, default=0))

    def _get_lead_time(self, company):
        return timedelta(days=self._get_lead(self._read_policies(company)))

    def _flush(self):
        for model, names in DEPENDS.items():
            self.env[model].flush_model(names)

    def _read_rows(self, company, partner_ids, today, lead):
        self._flush()
        return self.env.execute_query_dict(
            SQL(
                """WITH payer AS NOT MATERIALIZED (
                    SELECT p.id, p.commercial_partner_id AS entity FROM res_partner p
                    WHERE p.commercial_partner_id = ANY(%(ids)s::int[])
                ), item AS (%(items)s), book AS (%(books)s), received AS (%(received)s)
                SELECT w.entity, c.id AS case_id, COALESCE(b.open, 0)::text AS open,
                    COALESCE(b.due, 0)::text AS due, COALESCE(b.soon, 0)::text AS soon,
                    (COALESCE(b.unapplied, 0) + GREATEST(0, COALESCE(r.amount, 0)))::text AS unapplied,
                    COALESCE(b.disputed, 0)::text AS disputed, b.oldest, b.invoice_id,
                    COALESCE(b.planned, 0)::text AS planned, COALESCE(b.proposed, FALSE) AS proposed,
                    COALESCE(p.user_id, b.seller) AS salesperson_id, team.user_id AS leader_id,
                    g.id AS grade_id, g.place AS grade_place, g.count AS grade_count,
                    COALESCE(c.own_policy_id, g.collection_policy_id) AS policy_id,
                    c.pause_until, c.last_contact, taken.days AS last_days, promised.until AS promised,
                    COALESCE(agreed.broken, FALSE) AS broken,
                    LEAST(promised.next, instalment.next) AS next_payment
                FROM unnest(%(ids)s::int[]) AS w (entity)
                JOIN res_partner p ON p.id = w.entity
                LEFT JOIN book b ON b.entity = w.entity
                LEFT JOIN received r ON r.entity = w.entity
                LEFT JOIN stm_collection_case c ON c.partner_id = w.entity AND c.company_id = %(company)s
                LEFT JOIN stm_credit_account k ON k.partner_id = w.entity AND k.company_id = %(company)s
                LEFT JOIN (
                    SELECT id, collection_policy_id, COUNT(*) OVER () AS count,
                        ROW_NUMBER() OVER (ORDER BY sequence, id) - 1 AS place
                    FROM stm_credit_grade WHERE company_id = %(company)s AND active
                ) g ON g.id = k.grade_id
                %(said)s
                LEFT JOIN LATERAL (
                    SELECT t.user_id FROM crm_team_member m JOIN crm_team t ON t.id = m.crm_team_id
                    WHERE m.user_id = COALESCE(p.user_id, b.seller) AND m.active
                        AND (t.company_id IS NULL OR t.company_id = %(company)s)
                    ORDER BY m.id LIMIT 1
                ) team ON TRUE""",
                ids=list(partner_ids),
                items=self._select_items(company),
                books=self._select_books(today, lead),
                received=self.env["stm.credit.exposure"]._select_received(company),
                said=self._join_what_was_said(company, today),
                company=company.id,
            )
        )

    def _join_what_was_said(self, company, today):
        """SQL of the last step, the promises and plans of the customers `w`, to join."""
        return SQL(
            """LEFT JOIN LATERAL (
                SELECT MAX(l.days) AS days FROM stm_collection_log l
                WHERE l.case_id = c.id AND l.cycle = b.oldest
            ) taken ON TRUE
            LEFT JOIN LATERAL (
                SELECT MIN(o.date) AS next, MAX(o.date) AS until FROM stm_collection_promise o
                WHERE o.partner_id = w.entity AND o.company_id = %(company)s AND o.state = 'open'
            ) promised ON TRUE
            LEFT JOIN LATERAL (
                SELECT MIN(i.date) AS next FROM stm_collection_plan o
                JOIN stm_collection_plan_line i ON i.plan_id = o.id AND i.state = 'open'
                WHERE o.partner_id = w.entity AND o.company_id = %(company)s AND o.state = 'open'
            ) instalment ON TRUE
            LEFT JOIN LATERAL (
                SELECT a.state IN ('broken', 'part') AS broken FROM (
                    SELECT o.state, o.date, o.create_date FROM stm_collection_promise o
                    WHERE o.partner_id = w.entity AND o.company_id = %(company)s
                    UNION ALL
                    SELECT o.state, COALESCE(o.closed_on, %(today)s), o.create_date FROM stm_collection_plan o
                    WHERE o.partner_id = w.entity AND o.company_id = %(company)s
                ) a WHERE a.state NOT IN ('cancelled', 'draft')
                ORDER BY a.date DESC, a.create_date DESC LIMIT 1
            ) agreed ON TRUE""",
            company=company.id,
            today=today,
        )

    def _make_plan(self, row, policy, today, now=False):
        """A :class:`Plan` of a row and the policy that holds for it."""
        oldest = row["oldest"]
        overdue = (today - oldest).days if oldest else 0
        due, loose = Decimal(row["due"]), Decimal(row["unapplied"])
        amount = max(Decimal(0), (due or Decimal(row["soon"])) - loose)
        factor = collection.grade_factor(row["grade_place"], row["grade_count"])
        step, step_date, stop = self._find_step(row, policy, today, overdue, amount, now)
        return Plan(
            row["entity"],
            row["case_id"],
            Decimal(row["open"]),
            due,
            loose,
            Decimal(row["disputed"]),
            Decimal(row["planned"]),
            bool(self._find_wait(row)),
            amount,
            oldest,
            row["invoice_id"],
            max(overdue, 0),
            row["salesperson_id"],
            row["leader_id"],
            row["grade_id"],
            policy and policy.id,
            collection.expected_gain(amount, overdue, factor, row["broken"]),
            row["broken"],
            row["next_payment"],
            row["last_contact"],
            step,
            step_date,
            stop,
        )

    def _find_step(self, row, policy, today, overdue, amount, now):
        """(step, its day, what stops it)"""
        steps = policy.step_ids if policy else self.env["stm.collection.step"]
        wait = 0
        if row["last_contact"] and policy and not now:
            wait = max(0, policy.quiet_days - (today - row["last_contact"]).days)
        days = steps.mapped("days")
        found = row["oldest"] and collection.next_step(days, overdue, row["last_days"], wait)
        if not found:
            return steps.browse(), None, "" if row["oldest"] else self._find_wait(row)
        step = steps[days.index(found[0])]
        until = found[1]
        stop = "quiet" if wait and wait == until else ""
        if not amount or amount < Decimal(str(policy.minimum)):
            stop = "small"
        if row["promised"] and row["promised"] >= today:
            stop, until = "promise", max(until, (row["promised"] - today).days + 1)
        if row["pause_until"] and row["pause_until"] >= today:
            stop, until = "paused", max(until, (row["pause_until"] - today).days + 1)
        return step, today + timedelta(days=until), stop

    def _find_wait(self, row):
        """What some invoices wait for and are not asked for meanwhile; empty for nothing."""
        for stop, is_found in (
            ("dispute", Decimal(row["disputed"])),
            ("plan", Decimal(row["planned"])),
            ("writeoff", row["proposed"]),
        ):
            if is_found:
                return stop
        return ""
