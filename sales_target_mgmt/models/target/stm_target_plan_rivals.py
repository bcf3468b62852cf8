from collections import defaultdict
from datetime import date
from itertools import product
from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .stm_target_breakdown import DIMENSIONS
from .stm_target_plan import FROZEN_STATES

_SHOWN = 10


class PlannedTarget(NamedTuple):
    """A target with the days on which its version rules.

    :ivar family: id of the first version of its plan
    :ivar span_from: first day of its period, also where a revision has cut it off
    :ivar date_end: last day that counts
    :ivar spot: measure, company and dimensions
    """

    plan_id: int
    node_id: int
    measure_id: int
    date_from: date
    date_to: date
    family: int
    span_from: date
    date_end: date
    spot: tuple

    def is_rival(self, other):
        """Whether the other one plans the same days of another plan on the same level."""
        return (
            self.family != other.family
            and other.date_from <= self.date_end
            and self.date_from <= other.date_end
            and not self.is_above(other)
            and not other.is_above(self)
        )

    def is_above(self, other):
        """Whether it contains the other's days and is at least twice as long: a year, a month."""
        length = (self.date_to - self.span_from).days + 1
        return (
            self.span_from <= other.span_from
            and other.date_to <= self.date_to
            and length >= 2 * ((other.date_to - other.span_from).days + 1)
        )


class StmTargetPlan(models.Model):
    """Nothing has two targets at once: what two approved plans may both plan, and what not.

    Two targets are rivals when they belong to different plans of one company that are approved
    or closed, measure the same, describe the same (every dimension equal, none for the whole
    company) and share days on which both rule. Which of them holds would be open, and sums
    would count the sales behind them twice. A plan with a rival is not approved.

    No rivals are:

    - versions of one plan, which take turns: days that a newer version rules count for it only;
    - a long-term plan and what hangs below it, at any depth;
    - levels: a year above its months. One target contains the days of the other and is at least
      twice as long; people are measured by the shortest period;
    - drafts and submitted plans, so that copies can be made to try something out;
    - different measures, and nodes that differ in any dimension.
    """

    _inherit = "stm.target.plan"

    def _check_rivals(self):
        """:raises UserError: naming plan, node, measure and days that are planned twice"""
        rivals = self._find_rivals()
        if not rivals:
            return
        lines = [self._describe_rival(*rival) for rival in rivals[:_SHOWN]]
        if len(rivals) > _SHOWN:
            lines.append(self.env._("… and %s more", len(rivals) - _SHOWN))
        raise UserError(
            self.env._(
                "“%(plan)s” cannot be approved: approved plans have targets for the same already.\n"
                "%(rivals)s\n"
                "Remove these targets here, revise the other plan instead, or make one the "
                "long-term plan of the other.",
                plan=self.browse(rivals[0][0]).name,
                rivals="\n".join(lines),
            )
        )

    def _describe_rival(self, _plan_id, node_id, measure_id, other_id, date_from, date_to):
        return self.env._(
            "– “%(other)s”: “%(node)s”, %(measure)s, %(start)s to %(end)s",
            other=self.sudo().browse(other_id).display_name,
            node=self.env["stm.target.node"].browse(node_id).display_name,
            measure=self.env["stm.measure"].browse(measure_id).name,
            start=format_date(self.env, date_from),
            end=format_date(self.env, date_to),
        )

    def _find_rivals(self):
        """What of these plans is planned by others, as if these were approved.

        :return: (plan id, node id, measure id, id of the other plan, first day, last day) items
        """
        if not self:
            return []
        related = self._get_related_families()
        days = {}
        for one, other in self._pair_targets():
            families = {(one.family, other.family), (other.family, one.family)}
            if not one.is_rival(other) or families & related:
                continue
            key = (one.plan_id, other.plan_id, one.node_id, one.measure_id)
            first, last = days.get(key, (date.max, date.min))
            days[key] = (
                min(first, max(one.date_from, other.date_from)),
                max(last, min(one.date_end, other.date_end)),
            )
        return [
            (plan, node, measure, other, *days[plan, other, node, measure])
            for plan, other, node, measure in sorted(days)
        ]

    def _pair_targets(self):
        """Every target of these plans with every one that describes the same."""
        spots = defaultdict(list)
        for target in self._read_targets():
            spots[target.spot].append(target)
        own = set(self.ids)
        for targets in spots.values():
            yield from product((target for target in targets if target.plan_id in own), targets)

    def _read_targets(self):
        """:class:`PlannedTarget` items; compared in Python, because a database that has no
        statistics of a plan just made joins its targets one by one."""
        for model in ("stm.target.plan", "stm.target.node", "stm.target.line"):
            self.env[model].flush_model()
        rows = self.env.execute_query(self._select_targets())
        names = SQL(", ").join(map(SQL.identifier, DIMENSIONS))
        nodes = self.env.execute_query(
            SQL(
                "SELECT id, company_id, %s FROM stm_target_node WHERE plan_id = ANY(%s)",
                names,
                list({row[0] for row in rows}),
            )
        )
        places = {node_id: place for node_id, *place in nodes}
        return [
            target
            for plan_id, node_id, measure_id, *days in rows
            if (target := PlannedTarget(plan_id, node_id, measure_id, *days, (measure_id, *places[node_id])))
            and target.date_from <= target.date_end
        ]

    def _select_targets(self):
        """Targets of approved plans and of these, each with the days on which its version rules.

        A target that revisions cut off is as long as the first one from which it comes.
        """
        plans = self.env.execute_query(
            SQL(
                """
                SELECT p.id, COALESCE(p.origin_id, p.id), %(superseded)s FROM stm_target_plan p
                WHERE p.company_id = ANY(%(companies)s) AND (p.state IN %(frozen)s OR p.id = ANY(%(own)s))
                    AND p.date_from <= %(last)s AND p.date_to >= %(first)s
                """,
                superseded=self._superseded_sql("p"),
                companies=self.company_id.ids,
                frozen=FROZEN_STATES,
                own=self.ids,
                first=min(self.mapped("date_from")),
                last=max(self.mapped("date_to")),
            )
        )
        return SQL(
            """
            SELECT l.plan_id, l.node_id, l.measure_id, l.date_from, l.date_to, p.family,
                LEAST(l.date_from, (
                    WITH RECURSIVE older AS (
                        SELECT o.date_from, o.previous_id FROM stm_target_line o WHERE o.id = l.previous_id
                        UNION ALL
                        SELECT o.date_from, o.previous_id
                        FROM older JOIN stm_target_line o ON o.id = older.previous_id
                    )
                    SELECT MIN(date_from) FROM older
                )),
                LEAST(l.date_to, p.superseded - 1)
            FROM stm_target_line l
            JOIN unnest(%s::integer[], %s::integer[], %s::date[]) AS p (id, family, superseded)
                ON p.id = l.plan_id
            """,
            *(list(column) for column in zip(*plans, strict=True)),
        )

    def _get_related_families(self):
        """Pairs of a plan and each long-term plan above it, by the ids of their first versions."""
        self.env["stm.target.plan"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE above AS (
                    SELECT COALESCE(p.origin_id, p.id) AS family, COALESCE(w.origin_id, w.id) AS whole
                    FROM stm_target_plan p JOIN stm_target_plan w ON w.id = p.parent_id
                    UNION
                    SELECT a.family, COALESCE(w.origin_id, w.id)
                    FROM above a
                    JOIN stm_target_plan p ON COALESCE(p.origin_id, p.id) = a.whole
                    JOIN stm_target_plan w ON w.id = p.parent_id
                )
                SELECT family, whole FROM above
                """
            )
        )
        return set(rows)

    def _serialize_approvals(self):
        """Of two who approve plans of a company at once, one is retried and sees the other's."""
        self.env.cr.execute(
            SQL(
                "UPDATE res_company SET write_date = write_date WHERE id = ANY(%s)",
                self.company_id.ids,
            )
        )
