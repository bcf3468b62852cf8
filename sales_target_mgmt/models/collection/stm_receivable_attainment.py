from collections import defaultdict
from decimal import Decimal

from odoo import api, models

from ...tools.pace import attainment
from ..achievement.stm_achievement_totals import TotalRequest

# who has targets of their own; grades have none
KINDS = {
    "company": "company",
    "customer": "partner",
    "person": "user",
    "team": "team",
    "territory": "territory",
}


class StmReceivableFigures(models.AbstractModel):
    """What is achieved of targets, beside what customers owe."""

    _inherit = "stm.receivable.figures"

    @api.model
    @api.private
    def _get_attainments(self, by, ids, as_of=None):
        """The leading targets of the period in which a day lies, in at most five queries; money comes first.

        Only targets that the current user may read, of the current company where it has any. Of
        customers and territories those that are planned for them, not shares of wider ones.

        :param by: one of :data:`KINDS`; nothing else has targets of its own
        :param as_of: the day up to which is counted; None: today, with what is dated later
        :return: id → (name of the measure, achieved ÷ target of the whole period), of those with a target
        """
        kind = KINDS.get(by)
        if not kind or not ids or not self.env["stm.target.line"].has_access("read"):
            return {}
        quota = self.env["stm.quota"]
        lines = defaultdict(list)
        for row in quota._read_lines(self._get_target_domain(kind, ids), day=as_of):
            lines[self._get_subject(kind, row)].append(row)
        picks = {}
        for id_, rows in lines.items():
            # the first is the leading one
            if found := next(iter(quota._pick(rows, kind, (id_,)).values()), None):
                picks[id_] = found
        rows = [row for found in picks.values() for row in found]
        totals = quota._read_totals([self._request(row, as_of) for row in rows])
        elapsed = quota._get_elapsed({None: picks})
        return {id_: self._attain(found, totals, elapsed) for id_, found in picks.items()}

    def _get_target_domain(self, kind, ids):
        if kind == "company":
            return [("company_id", "in", ids), ("node_id.parent_id", "=", False)]
        if kind == "team":
            return [("team_id", "in", ids), ("user_id", "=", False)]
        return [("user_id" if kind == "user" else f"node_id.{kind}_id", "in", ids)]

    def _get_subject(self, kind, row):
        if kind in ("partner", "territory"):
            return row.dimensions[f"{kind}_id"]
        return getattr(row, kind)[0]

    def _request(self, row, as_of):
        line = row.line
        last = min(as_of, line.date_end) if as_of else line.date_end
        return TotalRequest(
            line.id, line.measure_id.id, line.company_id.id, line.date_from, last, row.dimensions
        )

    def _attain(self, rows, totals, elapsed):
        """Several targets are one: those of a person in two teams."""
        target = sum((row.line._get_target_in_force(elapsed.get(row.line)) for row in rows), Decimal(0))
        actual = sum((Decimal(str(totals.get(row.line.id) or 0)) for row in rows), Decimal(0))
        return rows[0].measure, float(attainment(target, actual, rows[0].line.measure_id.direction) or 0)
