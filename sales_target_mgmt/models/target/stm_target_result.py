import logging
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .stm_target_breakdown import DIMENSIONS, dimension_selection
from .stm_target_line_progress import PACE_STATES
from .stm_target_plan import FROZEN_STATES

_BATCH = 5000
_logger = logging.getLogger(__name__)
# rows younger than this many seconds are shown as they are
_FRESH = 60


class StmTargetResult(models.Model):
    """The last computed figures of a target, for searching, grouping and pivots.

    One row per approved target, written by a cron; the targets themselves are never touched. A
    row whose figures are still the same is not written again: the time beside it is that of the
    last reading of its whole plan (`results_at`). Target and achieved add up within one measure and one axis:
    the nodes of different axes (the whole plan, by team, by category) describe the same sales
    again.
    """

    _name = "stm.target.result"
    _description = "Target Analysis"
    _order = "date_from desc, id"
    _rec_name = "line_id"

    line_id = fields.Many2one("stm.target.line", required=True, ondelete="cascade", readonly=True)
    plan_id = fields.Many2one("stm.target.plan", index=True, ondelete="cascade", readonly=True)
    node_id = fields.Many2one("stm.target.node", index=True, ondelete="cascade", readonly=True)
    measure_id = fields.Many2one("stm.measure", index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", index=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    axis = fields.Selection(
        lambda self: [("plan", self.env._("Whole Plan")), *dimension_selection(self.env)],
        readonly=True,
        help="The breakdown to which the node belongs.",
    )
    territory_id = fields.Many2one("stm.territory", ondelete="cascade", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", index=True, ondelete="cascade", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Salesperson", index=True, ondelete="cascade", readonly=True
    )
    categ_id = fields.Many2one(
        "product.category", string="Product Category", ondelete="cascade", readonly=True
    )
    channel_id = fields.Many2one("stm.channel", ondelete="cascade", readonly=True)
    customer_class_id = fields.Many2one("stm.customer.class", ondelete="cascade", readonly=True)
    product_class_id = fields.Many2one("stm.product.class", ondelete="cascade", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade", readonly=True)
    date_from = fields.Date(string="Start", index=True, readonly=True)
    date_to = fields.Date(string="End", readonly=True)
    target = fields.Float(digits=0, readonly=True)
    actual = fields.Float(string="Achieved", digits=0, readonly=True)
    expected = fields.Float(string="Expected to Date", digits=0, readonly=True)
    gap = fields.Float(digits=0, readonly=True)
    projection = fields.Float(digits=0, readonly=True)
    attainment = fields.Float(digits=0, readonly=True, aggregator=None)
    pace_state = fields.Selection(PACE_STATES, string="Pace", readonly=True)
    computed_at = fields.Datetime(related="plan_id.results_at", string="As of")

    _line_unique = models.Constraint("UNIQUE(line_id)", "A target has one result.")

    @api.model
    def _refresh(self, lines):
        """Compute the figures of those of the given targets that are approved anew."""
        lines = lines.sudo().search(
            [("id", "in", lines.ids), ("plan_id.state", "in", FROZEN_STATES)], order="id"
        )
        for start in range(0, len(lines), _BATCH):
            self._write_rows(lines[start : start + _BATCH])

    @api.model
    def _cron_refresh(self):
        """Refresh plan after plan, those first whose figures are the oldest.

        Every batch is a transaction of its own and stands by itself: killed half-way, what is
        done stays done, and the next run begins with what was left. A plan that fails is
        logged and does not hold up the others.
        """
        plans = self._get_due_plans()
        remaining = sum(count for _plan, count in plans)
        commit = self.env["ir.cron"]._commit_progress
        time_left = commit(remaining=remaining)
        for plan, count in plans:
            if not time_left:
                break
            remaining -= count
            try:
                time_left = self._refresh_plan(plan, remaining)
            except Exception:
                _logger.exception("The results of the target plan %s cannot be refreshed", plan.id)
                self.env.cr.rollback()
                self.env.invalidate_all()
                time_left = commit(remaining=remaining)

    def _get_due_plans(self):
        """(plan, number of targets) items, the oldest figures first."""
        plans = self.env["stm.target.plan"].sudo().search([("state", "in", FROZEN_STATES)], order="id")
        counts = dict(
            self.env["stm.target.line"]
            .sudo()
            ._read_group([("plan_id", "in", plans.ids)], ["plan_id"], ["__count"])
        )
        return [
            (plan, counts.get(plan, 0))
            for plan in plans.sorted(lambda plan: (plan.results_at or datetime.min, plan.id))
        ]

    def _refresh_plan(self, plan, remaining):
        """Refresh a plan in batches by the id of the target, with a commit after each.

        :param remaining: targets of the plans after it
        :return: seconds left
        """
        Line = self.env["stm.target.line"].sudo()
        begun, last, time_left = fields.Datetime.now(), 0, True
        while time_left:
            lines = Line.search([("plan_id", "=", plan.id), ("id", ">", last)], order="id", limit=_BATCH)
            self._write_rows(lines)
            if len(lines) < _BATCH:
                plan._stamp("results_at", begun)
                return self.env["ir.cron"]._commit_progress(len(lines), remaining=remaining)
            last = lines[-1].id
            left = Line.search_count([("plan_id", "=", plan.id), ("id", ">", last)])
            time_left = self.env["ir.cron"]._commit_progress(len(lines), remaining=remaining + left)
            self.env.invalidate_all()
        return time_left

    def _write_rows(self, lines):
        """Write the rows of targets, in order of their ids so that two at once do not lock up."""
        self.flush_model()
        ruling = lines.filtered(lambda line: line.date_end >= line.date_from)
        rows = [line._prepare_result(values) for line, values in ruling._read_progress().items()]
        if retired := (lines - ruling).ids:
            self.sudo().search([("line_id", "in", retired)]).unlink()
        if not rows:
            return
        self.env.cr.execute(self._upsert(sorted(rows, key=lambda row: row["line_id"])))
        self.invalidate_model()

    def _upsert(self, rows):
        """SQL that inserts rows, or updates those whose figures differ."""
        names = list(rows[0])
        others = [name for name in names if name != "line_id"]

        def columns(table):
            return SQL(", ").join(SQL.identifier(table, name) for name in others)

        return SQL(
            """
            INSERT INTO stm_target_result (%(names)s) VALUES %(values)s
            ON CONFLICT (line_id) DO UPDATE SET %(updates)s
            WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            names=SQL(", ").join(map(SQL.identifier, names)),
            values=SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows),
            updates=SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), SQL.identifier("excluded", name)) for name in others
            ),
            old=columns("stm_target_result"),
            new=columns("excluded"),
        )

    @api.model
    def refresh_due(self):
        """Compute the plans whose rows this user may see anew before they are shown.

        Left to the hourly cron are plans read less than a minute ago, what would make it more
        than 5,000 targets (those that run longest go first), and everything while somebody
        else is at it.

        :return: `as_of`, when the plan that was read first was read (UTC, False without any),
            and `currencies`, the names of the company and its currency for every company that
            is switched on
        """
        self.check_access("read")
        plans = self.env["stm.target.plan"].union(*(plan for (plan,) in self._read_group([], ["plan_id"])))
        plans = plans.sudo()
        due = fields.Datetime.now() - timedelta(seconds=_FRESH)
        late = plans.filtered(lambda plan: not plan.results_at or plan.results_at < due)
        if late and self._lock_refresh():
            self._refresh_within(late.sorted("date_to", reverse=True), _BATCH)
        times = [plan.results_at for plan in plans if plan.results_at]
        return {
            "as_of": fields.Datetime.to_string(min(times, default=False)),
            "currencies": [
                {"company": company.name, "currency": company.currency_id.name}
                for company in self.env.companies
            ],
        }

    def _refresh_within(self, plans, budget):
        """Refresh plans at once, as many as have no more targets together than `budget`."""
        Line = self.env["stm.target.line"].sudo()
        counts = dict(Line._read_group([("plan_id", "in", plans.ids)], ["plan_id"], ["__count"]))
        taken = plans.browse()
        for plan in plans:
            if counts.get(plan, 0) <= budget:
                budget -= counts.get(plan, 0)
                taken |= plan
        if taken:
            now = fields.Datetime.now()
            self._write_rows(Line.search([("plan_id", "in", taken.ids)], order="id"))
            taken._stamp("results_at", now)

    def _lock_refresh(self):
        """Whether nobody else computes the rows at this moment."""
        ((locked,),) = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext('stm_target_result'))")
        )
        return locked


class StmTargetLine(models.Model):
    _inherit = "stm.target.line"

    def _prepare_result(self, progress):
        """Values of the row of :class:`stm.target.result`, in database terms.

        :param progress: the computed figures of :meth:`_read_progress`
        """
        self.ensure_one()
        node = self.node_id
        return {
            "line_id": self.id,
            "plan_id": self.plan_id.id,
            "node_id": node.id,
            "measure_id": self.measure_id.id,
            "company_id": self.company_id.id,
            "axis": node.breakdown_id.dimension or "plan",
            **{name: node[name].id or None for name in DIMENSIONS},
            "date_from": self.date_from,
            "date_to": self.date_end,
            "target": progress["target_in_force"],
            "actual": progress["actual"] if progress["has_actual"] else None,
            "pace_state": progress["pace_state"] or None,
            **{name: progress[name] for name in ("expected", "gap", "projection", "attainment")},
        }


class StmTargetPlan(models.Model):
    _inherit = "stm.target.plan"

    results_at = fields.Datetime(
        string="Results as of",
        readonly=True,
        copy=False,
        help="When the rows of the target analysis were last computed for the whole plan.",
    )

    def _stamp(self, name, moment):
        """Note when a job was here; past :meth:`write`, because no plan changes by it."""
        self.env.cr.execute(
            SQL(
                "UPDATE stm_target_plan SET %s = %s WHERE id = ANY(%s)",
                SQL.identifier(name),
                moment,
                self.ids,
            )
        )
        self.invalidate_recordset([name], flush=False)
