from collections import defaultdict
from decimal import Decimal

from odoo import api, models

from ...tools.pace import attainment
from ..achievement.stm_achievement_totals import TotalRequest

# whose targets they are; a grade has those of its customers
KINDS = {
    "company": "company",
    "customer": "partner",
    "grade": "partner",
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
        customers and territories those that are planned for them, not shares of wider ones. Of a
        grade those of the customers who have it today, together: what they achieved ÷ what was
        planned for them; customers without a target count in neither.

        :param by: one of :data:`KINDS`
        :param as_of: the day up to which is counted; None: today, with what is dated later
        :return: id → (name of the measure, achieved ÷ target of the whole period), of those with a target
        """
        kind = KINDS[by]
        if not ids or not self.env["stm.target.line"].has_access("read"):
            return {}
        quota = self.env["stm.quota"]
        members = self._get_members(by, ids)
        group_of = {member: id_ for id_, group in members.items() for member in group}
        lines = defaultdict(list)
        for row in quota._read_lines(self._get_target_domain(kind, list(group_of)), day=as_of):
            lines[group_of.get(self._get_subject(kind, row))].append(row)
        picks = {}
        for id_, rows in lines.items():
            # the first is the leading one
            if found := next(iter(quota._pick(rows, kind, members.get(id_, ())).values()), None):
                picks[id_] = found
        rows = [row for found in picks.values() for row in found]
        totals = quota._read_totals([self._request(row, as_of) for row in rows])
        elapsed = quota._get_elapsed({None: picks})
        found = {id_: self._attain(some, totals, elapsed) for id_, some in picks.items()}
        return self._count_customers(found, picks) if by == "grade" else found

    def _get_members(self, by, ids):
        """{id: ids of those whose targets are counted with it}"""
        if by != "grade":
            return {id_: (id_,) for id_ in ids}
        domain = [("grade_id", "in", ids), ("company_id", "=", self.env.company.id)]
        accounts = self.env["stm.credit.account"].search_fetch(domain, ["grade_id", "partner_id"])
        return {grade.id: tuple(some.partner_id.ids) for grade, some in accounts.grouped("grade_id").items()}

    def _count_customers(self, found, picks):
        """The same with the number of customers that had a target beside the measure."""
        return {
            grade: (
                self.env._(
                    "%(measure)s (customers with a target: %(count)s)",
                    measure=measure,
                    count=len({self._get_subject("partner", row) for row in picks[grade]}),
                ),
                share,
            )
            for grade, (measure, share) in found.items()
        }

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
