from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..target.stm_target_breakdown import DIMENSIONS
from ..target.stm_target_plan import FROZEN_STATES

_MEASURE = (
    *("aggregation", "source", "value_field", "domain", "factor", "unit", "direction"),
    *("numerator_id", "denominator_id"),
)
# what the figures of a target read: model, name of its table in the statement, fields
PRIMED = (
    (
        "stm.target.line",
        "l",
        (
            *("node_id", "measure_id", "date_from", "date_to", "target"),
            *("plan_id", "company_id", "user_id", "team_id"),
        ),
    ),
    ("stm.target.node", "n", DIMENSIONS),
    ("stm.measure", "m", _MEASURE),
    ("stm.measure", "numerator", _MEASURE),
    ("stm.measure", "denominator", _MEASURE),
    ("stm.target.closing", "k", ("actual", "has_actual")),
    ("res.company", "c", ("currency_id", "stm_tz", "stm_pace_ahead", "stm_pace_on", "stm_pace_behind")),
    ("res.currency", "cc", ("rounding",)),
)


class QuotaLine(NamedTuple):
    """A target with what is shown beside it.

    :ivar line: record of `stm.target.line`, with everything in the cache that its figures read
    :ivar code: of the measure
    :ivar measure: its name
    :ivar node: name of the node
    :ivar root: whether the node is the top of its plan
    :ivar user: id and name of the salesperson, or None
    :ivar team: id and name of the team, or None
    :ivar company: id and name of the company
    :ivar led: whether the current user leads the team
    :ivar followed: whether the target is among those that a filter names
    :ivar current: whether today lies in its days
    :ivar pipeline: open opportunities of the person, team or company, expected by its end;
        None if not asked for
    """

    line: models.BaseModel
    code: str
    measure: str
    node: str
    root: bool
    user: tuple | None
    team: tuple | None
    company: tuple
    led: bool
    followed: bool
    current: bool
    pipeline: float | None

    @property
    def dimensions(self):
        return self.line.node_id._get_dimensions()

    @property
    def is_company(self):
        """Whether it is a plan's whole: of all, or of a team that has a plan of its own."""
        return self.root and self.dimensions.keys() <= {"team_id"}


class StmQuota(models.AbstractModel):
    _inherit = "stm.quota"

    @api.model
    def _read_lines(self, domain, since=None, followed=None, pipeline=False, day=None):
        """Targets of approved plans, with all that their figures need, in one statement.

        The record rules of `stm.target.line` hold. What is read goes into the ORM's cache, so
        that the figures are computed by the targets' own methods without a query per model.

        :param domain: conditions on the targets
        :param since: only those that end on this day or later and rule at least a day; None:
            those in whose days today lies (in the sales time zone of their company), in the
            version of the plan that holds today
        :param followed: query of the targets that a filter names
        :param pipeline: whether open opportunities are summed up as well
        :param day: taken for today
        :return: :class:`QuotaLine` items, the newest plan first
        """
        Line = self.env["stm.target.line"]
        Line.check_access("read")
        for model in {model for model, _alias, _names in PRIMED}:
            self.env[model].flush_model()
        self.env["stm.achievement"]._flush_sources()
        rows = self.env.execute_query(self._select_lines(domain, since, followed, pipeline, day))
        if not rows:
            return []
        columns = list(zip(*rows, strict=True))
        lines = Line.browse(columns[0])
        for model, _alias, names in PRIMED:
            self._prime(model, names, [columns.pop(0) for _column in ("id", *names)])
        self._prime("stm.target.line", ("date_end", "closing_id"), [lines.ids, *columns[:2]])
        code, measure, node, root, *pairs, led, named, current, amount = columns[2:]
        return [
            QuotaLine(*values)
            for values in zip(
                lines,
                *(code, measure, node, root),
                *(self._pair(ids, names) for ids, names in zip(pairs[::2], pairs[1::2], strict=True)),
                *(led, named, current, amount),
                strict=True,
            )
        ]

    @staticmethod
    def _pair(ids, names):
        return [id_ and (id_, name) for id_, name in zip(ids, names, strict=True)]

    def _prime(self, model, names, columns):
        """Put what was read into the cache.

        :param columns: ids, then the values of each name; a row without an id is nothing
        """
        rows = [row for row in zip(*columns, strict=True) if row[0]]
        if not rows:
            return
        ids, *columns = zip(*rows, strict=True)
        records = self.env[model].browse(ids)
        for name, values in zip(names, columns, strict=True):
            records._fields[name]._insert_cache(records, values)

    def _select_lines(self, domain, since, followed, pipeline, day):
        primed = [SQL.identifier(alias, name) for _model, alias, names in PRIMED for name in ("id", *names)]
        today = SQL("(%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE c.stm_tz)::date", fields.Datetime.now())
        if day:
            today = SQL("%s::date", day)
        current = SQL(
            """%(today)s BETWEEN l.date_from AND l.date_to
            AND (p.date_effective IS NULL OR p.date_effective <= %(today)s)
            AND (s.date_superseded IS NULL OR s.date_superseded > %(today)s)""",
            today=today,
        )
        ruling = SQL(
            "l.date_to >= %s AND (s.date_superseded IS NULL OR s.date_superseded > l.date_from)", since
        )
        return SQL(
            """
            SELECT %(primed)s,
                CASE WHEN s.date_superseded <= l.date_to THEN s.date_superseded - 1 ELSE l.date_to END,
                k.id, %(shown)s, %(followed)s, %(current)s, %(pipeline)s
            %(tables)s
            WHERE l.id IN %(allowed)s AND p.state IN %(frozen)s AND %(wanted)s
            ORDER BY l.date_from DESC, m.sequence, m.id, p.id DESC, l.id
            """,
            primed=SQL(", ").join(primed),
            shown=self._select_shown(),
            followed=SQL("l.id IN %s", followed.subselect()) if followed else SQL("FALSE"),
            current=current,
            pipeline=self._select_pipeline() if pipeline else SQL("NULL"),
            tables=self._select_tables(),
            allowed=self.env["stm.target.line"]._search(domain).subselect(),
            frozen=FROZEN_STATES,
            wanted=ruling if since else current,
        )

    def _select_shown(self):
        """Names beside a target, in the order of :class:`QuotaLine` from `code` to `led`."""
        return SQL(
            """m.code, %(measure)s, n.name, n.parent_id IS NULL,
            l.user_id, up.name, l.team_id, %(team)s, c.id, c.name, t.active AND t.user_id = %(uid)s""",
            measure=self.env["stm.measure"]._field_to_sql("m", "name"),
            team=self.env["crm.team"]._field_to_sql("t", "name"),
            uid=self.env.uid,
        )

    def _select_tables(self):
        """A target with its surroundings; `s` is the version that came after its plan."""
        return SQL(
            """
            FROM stm_target_line l
            JOIN stm_target_node n ON n.id = l.node_id
            JOIN stm_target_plan p ON p.id = l.plan_id
            JOIN stm_measure m ON m.id = l.measure_id
            LEFT JOIN stm_measure numerator ON numerator.id = m.numerator_id
            LEFT JOIN stm_measure denominator ON denominator.id = m.denominator_id
            JOIN res_company c ON c.id = l.company_id
            JOIN res_currency cc ON cc.id = c.currency_id
            LEFT JOIN res_users u ON u.id = l.user_id
            LEFT JOIN res_partner up ON up.id = u.partner_id
            LEFT JOIN crm_team t ON t.id = l.team_id
            LEFT JOIN stm_target_closing k ON k.line_id = l.id AND k.reopened_at IS NULL
            CROSS JOIN LATERAL (SELECT %s AS date_superseded) s
            """,
            self.env["stm.target.plan"]._superseded_sql("p"),
        )

    def _select_pipeline(self):
        """Open opportunities that are expected by the end of a target, of its person or team.

        Those of the whole company for the whole of a plan.
        """

        def select(owner):
            return SQL(
                """COALESCE((SELECT SUM(a.amount) FROM stm_achievement a
                    WHERE a.source = 'pipeline' AND a.company_id = l.company_id
                        AND a.date <= l.date_to AND %s), 0)""",
                owner,
            )

        # one of them, because an index serves an equality only
        return SQL(
            """CASE WHEN l.user_id IS NOT NULL THEN %s WHEN l.team_id IS NOT NULL THEN %s
                WHEN n.parent_id IS NULL THEN %s ELSE 0 END""",
            select(SQL("a.user_id = l.user_id")),
            select(SQL("a.team_id = l.team_id")),
            select(SQL("TRUE")),
        )
