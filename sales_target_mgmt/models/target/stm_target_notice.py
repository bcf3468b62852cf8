import logging
from collections import defaultdict
from datetime import datetime, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang

# a target that was reached on its last day is still worth a word
_GRACE = timedelta(days=3)
_DAY = timedelta(days=1)
_logger = logging.getLogger(__name__)


class StmTargetNotice(models.Model):
    """That somebody was told: once per target and threshold."""

    _name = "stm.target.notice"
    _description = "Target Notice"
    _order = "create_date desc, id desc"
    _rec_name = "line_id"

    line_id = fields.Many2one("stm.target.line", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    threshold = fields.Integer(required=True, readonly=True, help="In percent of the target.")

    _line_threshold_unique = models.UniqueIndex("(line_id, threshold)")

    @api.model
    def _cron_notify(self):
        """Tell people which thresholds their running targets have passed.

        A person is told about the own targets, a leader about those of the team and when
        somebody in it reaches 100 %. What several targets have passed since the last run comes
        as one message per plan, through the person's own channel (inbox or e-mail).

        Every plan is a transaction of its own: killed half-way, what was noted was sent and what
        was not sent is not noted. The plans that have waited longest come first; one that fails
        is logged and does not hold up the others.
        """
        plans = self._get_running_plans()
        commit = self.env["ir.cron"]._commit_progress
        time_left = commit(remaining=len(plans))
        for number, plan in enumerate(plans, start=1):
            if not time_left:
                break
            try:
                self._notify_plan(plan)
            except Exception:
                _logger.exception("Nobody can be told what targets of the plan %s have reached", plan.id)
                self.env.cr.rollback()
                self.env.invalidate_all()
            time_left = commit(1, remaining=len(plans) - number)

    def _get_running_plans(self):
        today = fields.Date.today()
        plans = (
            self.env["stm.target.plan"]
            .sudo()
            .search(
                [
                    ("company_id.stm_notice", "=", True),
                    ("state", "=", "approved"),
                    # a day on either side for the time zones of companies
                    ("date_from", "<=", today + _DAY),
                    ("date_to", ">=", today - _GRACE - _DAY),
                ]
            )
        )
        return plans.sorted(lambda plan: (plan.notices_at or datetime.min, plan.id))

    def _notify_plan(self, plan):
        company = plan.company_id
        today = company._get_stm_today()
        lines = (
            self.env["stm.target.line"]
            .sudo()
            .search(
                [
                    ("plan_id", "=", plan.id),
                    ("date_from", "<=", today),
                    ("date_to", ">=", today - _GRACE),
                    "|",
                    ("user_id", "!=", False),
                    ("team_id", "!=", False),
                ],
                order="id",
            )
        )
        passed = {}
        for line in lines:
            if thresholds := line._get_passed_thresholds(company._get_notice_thresholds(), today):
                passed[line] = thresholds
        messages = defaultdict(list)
        for line, threshold in self._record(passed).items():
            for user in line._get_notified_users(threshold):
                messages[user].append((line, threshold))
        for user, reached in messages.items():
            plan._notify_reached(user, reached)
        plan._stamp("notices_at", fields.Datetime.now())

    def _record(self, passed):
        """Keep what has been passed; return the highest new threshold of each target.

        :param passed: line → thresholds
        """
        rows = [
            (line.id, line.company_id.id, number) for line, numbers in passed.items() for number in numbers
        ]
        if not rows:
            return {}
        self.flush_model()
        new = self.env.execute_query(
            SQL(
                """
                INSERT INTO stm_target_notice (line_id, company_id, threshold, create_date, create_uid)
                SELECT line_id, company_id, threshold, NOW() AT TIME ZONE 'UTC', %s
                FROM unnest(%s::integer[], %s::integer[], %s::integer[])
                    AS t (line_id, company_id, threshold)
                ON CONFLICT (line_id, threshold) DO NOTHING
                RETURNING line_id, threshold
                """,
                self.env.uid,
                *(list(column) for column in zip(*rows, strict=True)),
            )
        )
        highest = defaultdict(int)
        for line_id, threshold in new:
            highest[line_id] = max(highest[line_id], threshold)
        return {line: highest[line.id] for line in passed if line.id in highest}


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    def _get_passed_thresholds(self, thresholds, today):
        """Thresholds in percent that this target has passed, if it is one that piles up."""
        self.ensure_one()
        if (
            self.measure_id.aggregation == "ratio"
            or self.measure_id.direction == "down"
            or not self.target_in_force
            or self.date_end < today - _GRACE
        ):
            return []
        return [number for number in thresholds if self.attainment_percent >= number]

    def _get_notified_users(self, threshold):
        """The person; the leader of a team's target, and at 100 % of a person's."""
        self.ensure_one()
        leader = (self.team_id or self.user_id.sale_team_id).filtered("active").user_id
        users = self.user_id or leader
        if threshold >= 100:
            users |= leader
        return users.filtered("active")


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    notices_at = fields.Datetime(readonly=True, copy=False)

    def _notify_reached(self, user, reached):
        """One message to one person.

        :param reached: pairs (line, percentage)
        """
        plan = self.with_context(lang=user.lang)
        items = Markup().join(
            Markup("<li>%s</li>") % plan._describe_reached(line, threshold)
            for line, threshold in sorted(reached, key=lambda pair: -pair[1])
        )
        line, threshold = max(reached, key=lambda pair: pair[1])
        plan.message_notify(
            partner_ids=user.partner_id.ids,
            subject=plan.env._(
                "%(threshold)s %% of %(target)s", threshold=threshold, target=line.node_id.name
            ),
            body=Markup("<ul>%s</ul>") % items,
        )

    def _describe_reached(self, line, threshold):
        def amount(value):
            if line.currency_id:
                return formatLang(self.env, value, currency_obj=line.currency_id)
            return formatLang(self.env, value, digits=0 if value.is_integer() else 2)

        return self.env._(
            "%(node)s has passed %(threshold)s %% of the target for %(measure)s (%(start)s to "
            "%(end)s): %(actual)s of %(target)s.",
            node=line.node_id.name,
            threshold=threshold,
            measure=line.measure_id.with_context(lang=self.env.lang).name,
            start=format_date(self.env, line.date_from),
            end=format_date(self.env, line.date_to),
            actual=amount(line.actual),
            target=amount(line.target_in_force),
        )
