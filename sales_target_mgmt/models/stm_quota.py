from decimal import Decimal

from odoo import api, fields, models

from ..tools import pace
from .stm_achievement_totals import TotalRequest


class StmQuota(models.AbstractModel):
    """What people read about their own targets: the pipeline's header, My Quota, team cards.

    Answers only what the record rules of `stm.target.line` let the current user read: own
    targets, those of led teams and their members, everything with "all documents".
    """

    _name = "stm.quota"
    _description = "Quota"

    @api.model
    @api.readonly
    def get_header(self, user_ids=None, team_ids=None):
        """The figures above the pipeline, in at most five queries.

        :param user_ids: salespeople on whom the pipeline is filtered, if it is
        :param team_ids: the same for sales teams
        :return: whose figures can be shown, the preferred one first; each has `kind` (user or
            team), `ids`, `name`, `own`, `cards` (see :meth:`_get_card`). Empty without targets.
            Where the filter asks for people or teams whose targets the user may not see, the
            own figures come alone.
        """
        users, teams = self._clean_ids(user_ids), self._clean_ids(team_ids)
        own = (self.env.uid,)
        lines = self._read_lines(
            [
                "|",
                ("user_id", "in", [*users, *own]),
                "&",
                ("user_id", "=", False),
                "|",
                ("team_id", "in", teams),
                ("team_id.user_id", "=", self.env.uid),
            ],
            pipeline=True,
        )
        led = sorted({row.team[0] for row in lines if row.led and not row.user})
        wanted = [("user", own), *(("team", (team,)) for team in led)]
        if users and users != own:
            wanted = [("user", users)]
        elif teams and not users:
            wanted = [("team", teams), ("user", own)]
        elif not users:
            wanted = [*wanted[1:], wanted[0]]
        subjects = self._get_subjects(wanted, lines)
        if not subjects and not self._sees_all():
            subjects = self._get_subjects([("user", own)], lines)
        return subjects

    def _clean_ids(self, ids):
        return tuple(sorted({int(id_) for id_ in ids or []}))

    def _sees_all(self):
        groups = (
            "sales_team.group_sale_salesman_all_leads",
            "account.group_account_invoice",
            "account.group_account_readonly",
        )
        return any(self.env.user.has_group(group) for group in groups)

    def _get_subjects(self, wanted, lines):
        """Figures of persons and teams, those without targets left out.

        :param wanted: pairs of kind and ids
        :param lines: what :meth:`_read_lines` gave
        """
        picks = {subject: self._pick(lines, *subject) for subject in wanted}
        totals = self._read_totals(
            [request for own in picks.values() for rows in own.values() for request in self._request(rows)]
        )
        elapsed = self._get_elapsed(picks)
        return [
            {
                "kind": kind,
                "ids": list(ids),
                "name": self._get_name(kind, next(iter(own.values()))),
                "own": (kind, ids) == ("user", (self.env.uid,)),
                "cards": [self._get_card(rows, totals, elapsed) for rows in own.values()],
            }
            for (kind, ids), own in picks.items()
            if own
        ]

    def _get_name(self, kind, rows):
        names = {row.user[1] if kind == "user" else row.team[1] for row in rows}
        return ", ".join(sorted(names))

    def _get_elapsed(self, picks):
        lines = self.env["stm.target.line"].browse(
            {row.line.id for own in picks.values() for rows in own.values() for row in rows}
        )
        return lines._get_elapsed()

    def _read_totals(self, requests):
        return self.env["stm.achievement"]._get_totals(requests) if requests else {}

    def _request(self, rows, ranges=None):
        """Requests of the achieved figures; with `ranges` those of other days, keyed by them."""
        return [
            TotalRequest(
                (row.line.id, start, end),
                row.line.measure_id.id,
                row.line.company_id.id,
                start,
                end,
                row.dimensions,
            )
            for row in rows
            for start, end in ranges or [(row.line.date_from, row.line.date_end)]
        ]

    def _pick(self, lines, kind, ids):
        """The targets that together are somebody's quota of the running period.

        A person has one row in the tree per way of dividing (all sales, by category, …) and may
        have plans of different length. Taken are, per measure: one company, the widest
        description, the shortest period, each description once. What does not add up counts
        only where it is a single one.

        :return: {measure id: :class:`QuotaLine` items}, money first
        """
        lines = [row for row in lines if row.current and self._belongs(row, kind, ids)]
        if not lines:
            return {}
        companies = {row.line.company_id.id for row in lines}
        company = self.env.company.id if self.env.company.id in companies else min(companies)
        groups = {}
        for row in lines:
            if row.line.company_id.id == company:
                groups.setdefault(row.measure[0], []).append(row)
        picked = {measure: self._pick_measure(rows, kind) for measure, rows in groups.items()}
        return {
            measure: rows
            for measure, rows in sorted(picked.items(), key=self._measure_rank)
            if len(rows) == 1 or rows[0].line.measure_id.aggregation == "sum"
        }

    def _belongs(self, row, kind, ids):
        if kind == "user":
            return bool(row.user) and row.user[0] in ids
        return not row.user and bool(row.team) and row.team[0] in ids

    def _measure_rank(self, item):
        measure = item[1][0].line.measure_id
        return (measure.unit != "money", measure.aggregation == "ratio")

    def _pick_measure(self, rows, kind):
        def width(row):
            other = sorted(row.dimensions.keys() - {"user_id", "team_id"})
            return len(other), other

        widest = min(map(width, rows))
        rows = [row for row in rows if width(row) == widest]
        days = min(row.line.date_to - row.line.date_from for row in rows)
        period = max(
            (row.line.date_from, row.line.date_to)
            for row in rows
            if row.line.date_to - row.line.date_from == days
        )
        distinct = {}
        for row in rows:
            if (row.line.date_from, row.line.date_to) == period:
                key = tuple(sorted(row.dimensions.items()))
                distinct.setdefault(key, row)
        return list(distinct.values())

    def _get_card(self, rows, totals, elapsed):
        """The figures of one measure.

        :return: `measure`, `unit`, `direction`, `currency_id`, `date_from`, `date_to`,
            `target`, `actual`, `has_actual`, `expected`, `attainment` (1 is the target), `gap`,
            `lead` (achieved − expected), `required_rate` (per working day left),
            `remaining_days`, `pace_state`, `pipeline`, `coverage` (pipeline ÷ gap, or None)
        """
        line = rows[0].line
        measure, direction = line.measure_id, line.measure_id.direction
        parts = [self._get_figures(row.line, totals, elapsed) for row in rows]
        figures = dict(parts[0])
        for part in parts[1:]:
            for name in ("target_in_force", "actual", "expected", "gap", "projection"):
                figures[name] += part[name]
        if len(parts) > 1:
            self._complete_sum(figures, line, [elapsed[row.line] for row in rows])
        pipeline = sum({(row.user or row.team): row.pipeline for row in rows}.values())
        covered = measure.unit == "money" and direction == "up" and figures["gap"] > 0
        return {
            "measure": {"id": measure.id, "code": rows[0].measure[1], "name": rows[0].measure[2]},
            "unit": measure.unit,
            "direction": direction,
            "currency_id": line.currency_id.id,
            "date_from": fields.Date.to_string(line.date_from),
            "date_to": fields.Date.to_string(line.date_to),
            "target": figures["target_in_force"],
            "lead": float(line._round(Decimal(str(figures["actual"])) - Decimal(str(figures["expected"])))),
            **{name: figures[name] for name in self._get_card_fields()},
            "pipeline": pipeline if measure.unit == "money" else None,
            "coverage": pipeline / figures["gap"] if covered else None,
        }

    def _get_card_fields(self):
        return (
            "actual",
            "has_actual",
            "expected",
            "attainment",
            "gap",
            "projection",
            "required_rate",
            "remaining_days",
            "pace_state",
        )

    def _get_figures(self, line, totals, elapsed):
        """The figures of one target, see `stm.target.line._get_progress`."""
        actual = totals.get((line.id, line.date_from, line.date_end))
        return line._get_progress(elapsed.get(line), actual, line.company_id._get_pace_thresholds())

    def _complete_sum(self, figures, line, elapsed):
        """What a sum of several targets has instead of a sum: rate, attainment, state."""
        target, actual = (Decimal(str(figures[name])) for name in ("target_in_force", "actual"))
        direction = line.measure_id.direction
        remaining = max(days.remaining for days in elapsed)
        rate = pace.required_rate(Decimal(str(figures["gap"])), remaining) if direction == "up" else 0
        figures["attainment"] = float(pace.attainment(target, actual, direction) or 0)
        figures["remaining_days"] = float(remaining)
        figures["required_rate"] = float(line._round(rate or 0))
        figures["pace_state"] = pace.pace_state(
            Decimal(str(figures["expected"])),
            actual,
            direction,
            line.company_id._get_pace_thresholds(),
        )
