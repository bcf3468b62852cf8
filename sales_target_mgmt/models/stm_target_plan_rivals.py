from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .stm_target_breakdown import DIMENSIONS
from .stm_target_plan import FROZEN_STATES

_SHOWN = 10


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
        for model in ("stm.target.plan", "stm.target.node", "stm.target.line"):
            self.env[model].flush_model()
        same = SQL(" AND ").join(
            SQL("COALESCE(%s, 0) = COALESCE(%s, 0)", SQL.identifier("a", name), SQL.identifier("b", name))
            for name in DIMENSIONS
        )
        return self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE above AS (%(above)s), target AS (%(targets)s)
                SELECT a.plan_id, a.node_id, a.measure_id, b.plan_id,
                    MIN(GREATEST(a.date_from, b.date_from)), MAX(LEAST(a.date_end, b.date_end))
                FROM target a
                JOIN target b ON b.measure_id = a.measure_id AND b.company_id = a.company_id
                    AND b.family <> a.family AND %(same)s
                    AND b.date_from <= a.date_end AND b.date_end >= a.date_from
                    AND NOT %(above_b)s AND NOT %(above_a)s
                WHERE a.plan_id IN %(own)s AND NOT EXISTS (
                    SELECT 1 FROM above r
                    WHERE (r.family, r.whole) IN ((a.family, b.family), (b.family, a.family))
                )
                GROUP BY a.plan_id, a.node_id, a.measure_id, b.plan_id
                ORDER BY a.plan_id, b.plan_id, a.node_id, a.measure_id
                """,
                above=self._select_above(),
                targets=self._select_targets(),
                same=same,
                above_b=self._is_level_above("a", "b"),
                above_a=self._is_level_above("b", "a"),
                own=tuple(self.ids),
            )
        )

    def _is_level_above(self, one, other):
        """SQL: whether a target contains another one and is at least twice as long."""
        one_from, one_to, other_from, other_to = (
            SQL.identifier(alias, name) for alias in (one, other) for name in ("span_from", "date_to")
        )
        return SQL(
            "(%s <= %s AND %s >= %s AND %s - %s + 1 >= 2 * (%s - %s + 1))",
            *(one_from, other_from, one_to, other_to),
            *(one_to, one_from, other_to, other_from),
        )

    def _select_targets(self):
        """Targets of approved plans and of these, each with the days on which its version rules.

        A target that a revision cut off is as long as the one from which it comes.
        """
        return SQL(
            """
            SELECT t.*, n.plan_id, n.company_id, %(dimensions)s
            FROM (
                SELECT l.node_id, l.measure_id, l.date_from, l.date_to,
                    COALESCE(p.origin_id, p.id) AS family,
                    LEAST(l.date_from, o.date_from) AS span_from,
                    LEAST(l.date_to, %(superseded)s - 1) AS date_end
                FROM stm_target_line l
                JOIN stm_target_plan p ON p.id = l.plan_id
                LEFT JOIN stm_target_line o ON o.id = l.previous_id
                WHERE p.company_id IN %(companies)s AND (p.state IN %(frozen)s OR p.id IN %(own)s)
                    AND p.date_from <= %(last)s AND p.date_to >= %(first)s
            ) t
            JOIN stm_target_node n ON n.id = t.node_id
            WHERE t.date_end >= t.date_from
            """,
            dimensions=SQL(", ").join(SQL.identifier("n", name) for name in DIMENSIONS),
            superseded=self._superseded_sql("p"),
            companies=tuple(self.company_id.ids),
            frozen=FROZEN_STATES,
            own=tuple(self.ids),
            first=min(self.mapped("date_from")),
            last=max(self.mapped("date_to")),
        )

    def _select_above(self):
        """Pairs of a plan and each long-term plan above it, any version of either."""
        return SQL(
            """
            SELECT COALESCE(p.origin_id, p.id) AS family, COALESCE(w.origin_id, w.id) AS whole
            FROM stm_target_plan p JOIN stm_target_plan w ON w.id = p.parent_id
            UNION
            SELECT a.family, COALESCE(w.origin_id, w.id)
            FROM above a
            JOIN stm_target_plan p ON COALESCE(p.origin_id, p.id) = a.whole
            JOIN stm_target_plan w ON w.id = p.parent_id
            """
        )

    def _serialize_approvals(self):
        """Of two who approve plans of a company at once, one is retried and sees the other's."""
        self.env.cr.execute(
            SQL(
                "UPDATE res_company SET write_date = write_date WHERE id = ANY(%s)",
                self.company_id.ids,
            )
        )
