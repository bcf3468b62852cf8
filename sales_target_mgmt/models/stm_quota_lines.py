from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .stm_target_breakdown import DIMENSIONS
from .stm_target_plan import FROZEN_STATES

# what the figures of a target read, by model and by the name of its table in the statement
PRIMED = {
    "stm.target.line": (
        "l",
        (
            *("node_id", "measure_id", "date_from", "date_to", "target"),
            *("plan_id", "company_id", "user_id", "team_id"),
        ),
    ),
    "stm.target.node": ("n", DIMENSIONS),
    "res.company": ("c", ("currency_id", "stm_tz", "stm_pace_ahead", "stm_pace_on", "stm_pace_behind")),
    "res.currency": ("cc", ("rounding",)),
}
MEASURE_COLUMNS = (
    "aggregation",
    "source",
    "value_field",
    "domain",
    "factor",
    "unit",
    "direction",
    "numerator_id",
    "denominator_id",
)


class QuotaLine(NamedTuple):
    """A target with what is shown beside it.

    :ivar line: record of `stm.target.line`, with everything in the cache that its figures read
    :ivar measure: id, code and name of the measure
    :ivar user: id and name of the salesperson, or None
    :ivar team: id and name of the team, or None
    :ivar led: whether the current user leads the team
    :ivar current: whether today lies in its days
    :ivar pipeline: open opportunities of the person or team that are expected by its end
    """

    line: models.BaseModel
    measure: tuple
    user: tuple | None
    team: tuple | None
    led: bool
    current: bool
    pipeline: float

    @property
    def dimensions(self):
        return self.line.node_id._get_dimensions()


class StmQuota(models.AbstractModel):
    _inherit = "stm.quota"

    @api.model
    def _read_lines(self, domain, since=None, pipeline=False):
        """Targets of approved plans, with all that their figures need, in one statement.

        The record rules of `stm.target.line` hold. What is read goes into the ORM's cache, so
        that the figures are computed by the targets' own methods without a query per model.

        :param domain: conditions on the targets
        :param since: only those that end on this day or later and rule at least a day; None:
            those in whose days today lies (in the sales time zone of their company), in the
            version of the plan that holds today
        :param pipeline: whether open opportunities are summed up as well
        :return: :class:`QuotaLine` items, the newest plan first
        """
        Line = self.env["stm.target.line"]
        Line.check_access("read")
        for model in (*PRIMED, "stm.target.closing"):
            self.env[model].flush_model()
        self.env["stm.achievement"]._flush_sources()
        query = Line._search(domain)
        rows = self.env.execute_query(self._select_lines(query, since, pipeline))
        if not rows:
            return []
        columns = list(zip(*rows, strict=True))
        for model, (_alias, names) in PRIMED.items():
            self._prime(model, columns.pop(0), names, [columns.pop(0) for _name in names])
        lines = Line.browse(columns.pop(0))
        self._prime("stm.target.line", lines.ids, ("date_end", "closing_id"), [columns.pop(0), columns[0]])
        closed = [row for row in zip(*(columns.pop(0) for _part in range(3)), strict=True) if row[0]]
        if closed:
            ids, *values = zip(*closed, strict=True)
            self._prime("stm.target.closing", ids, ("actual", "has_actual"), values)
        self._prime_measures(columns.pop(0)[0])
        return [
            QuotaLine(line, measure, user, team, led, current, pipeline or 0.0)
            for line, measure, user, team, led, current, pipeline in zip(
                lines,
                zip(*(columns.pop(0) for _part in range(3)), strict=True),
                self._pairs(columns.pop(0), columns.pop(0)),
                self._pairs(columns.pop(0), columns.pop(0)),
                *columns,
                strict=True,
            )
        ]

    @staticmethod
    def _pairs(ids, names):
        return [id_ and (id_, name) for id_, name in zip(ids, names, strict=True)]

    def _prime(self, model, ids, names, columns):
        records = self.env[model].browse(ids)
        for name, values in zip(names, columns, strict=True):
            records._fields[name]._insert_cache(records, values)

    def _prime_measures(self, rows):
        """:param rows: an id and :data:`MEASURE_COLUMNS` of every measure"""
        columns = list(zip(*rows, strict=True))
        self._prime("stm.measure", columns[0], MEASURE_COLUMNS, columns[1:])

    def _select_lines(self, query, since, pipeline):
        columns = [SQL.identifier(alias, name) for alias, names in PRIMED.values() for name in ("id", *names)]
        today = SQL("(%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE c.stm_tz)::date", fields.Datetime.now())
        current = SQL(
            """%(today)s BETWEEN l.date_from AND l.date_to
            AND (p.date_effective IS NULL OR p.date_effective <= %(today)s)
            AND (s.date_superseded IS NULL OR s.date_superseded > %(today)s)""",
            today=today,
        )
        ruling = SQL(
            "l.date_to >= %s AND (s.date_superseded IS NULL OR s.date_superseded > l.date_from)", since
        )
        measures = SQL(", ").join(SQL.identifier("x", name) for name in ("id", *MEASURE_COLUMNS))
        return SQL(
            """
            SELECT %(columns)s, l.id,
                CASE WHEN s.date_superseded <= l.date_to THEN s.date_superseded - 1 ELSE l.date_to END,
                k.id, k.actual, k.has_actual,
                (SELECT json_agg(json_build_array(%(measures)s)) FROM stm_measure x),
                m.id, m.code, %(measure)s, l.user_id, up.name, l.team_id, %(team)s,
                t.user_id = %(uid)s, %(current)s, %(pipeline)s
            FROM stm_target_line l
            JOIN stm_target_node n ON n.id = l.node_id
            JOIN stm_target_plan p ON p.id = l.plan_id
            JOIN stm_measure m ON m.id = l.measure_id
            JOIN res_company c ON c.id = l.company_id
            JOIN res_currency cc ON cc.id = c.currency_id
            LEFT JOIN res_users u ON u.id = l.user_id
            LEFT JOIN res_partner up ON up.id = u.partner_id
            LEFT JOIN crm_team t ON t.id = l.team_id
            LEFT JOIN stm_target_closing k ON k.line_id = l.id AND k.reopened_at IS NULL
            CROSS JOIN LATERAL (SELECT %(superseded)s AS date_superseded) s
            WHERE l.id IN %(allowed)s AND p.state IN %(frozen)s AND %(wanted)s
            ORDER BY l.date_from DESC, m.sequence, m.id, p.id DESC, l.id
            """,
            columns=SQL(", ").join(columns),
            measures=measures,
            measure=self.env["stm.measure"]._field_to_sql("m", "name"),
            team=self.env["crm.team"]._field_to_sql("t", "name"),
            uid=self.env.uid,
            current=current,
            pipeline=self._select_pipeline() if pipeline else SQL("0"),
            superseded=self.env["stm.target.plan"]._superseded_sql("p"),
            frozen=FROZEN_STATES,
            allowed=query.subselect(),
            wanted=ruling if since else current,
        )

    def _select_pipeline(self):
        """Open opportunities that are expected by the end of a target, of its person or team."""

        def select(column):
            return SQL(
                """(SELECT SUM(a.amount) FROM stm_achievement a
                    WHERE a.source = 'pipeline' AND a.company_id = l.company_id
                        AND a.date <= l.date_to AND a.%(column)s = l.%(column)s)""",
                column=SQL.identifier(column),
            )

        # one of two, because an index serves an equality only
        return SQL("CASE WHEN l.user_id IS NULL THEN %s ELSE %s END", select("team_id"), select("user_id"))
