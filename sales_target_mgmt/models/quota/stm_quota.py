from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import pace
from ..achievement.stm_achievement_totals import TotalRequest

# more than these are counted instead of named
_NAMES = 3


class StmQuota(models.AbstractModel):
    """What people read about their own targets: the pipeline's header, My Quota, team cards.

    Answers only what the record rules of `stm.target.line` let the current user read: own
    targets, those of led teams and their members, everything with "all documents".
    """

    _name = "stm.quota"
    _description = "Quota"

    @api.model
    @api.readonly
    def get_header(self, user_domain=None, team_domain=None):
        """The figures above the pipeline, in at most five queries beside core's of a typed name.

        :param user_domain: what the pipeline's filter says of the salesperson, a domain on
            `user_id` and what lies behind it; empty: nothing
        :param team_domain: the same of the sales team and `team_id`
        :return: `subjects`, whose figures can be shown, the preferred one first; each has `kind`
            (user, team or company), `ids`, `name`, `own`, `cards` (see :meth:`_get_card`); empty
            without targets. `missed`: user or team where the filter names only people or teams
            without a target that the user may see, so that the subjects are not those of the
            filter; else False
        """
        named = self._get_named_domain(user_domain, team_domain)
        # searched once: to look a typed name up costs core a query of its own
        followed = self.env["stm.target.line"]._search(named) if named else None
        domain = self._get_header_domain()
        if named:
            domain |= Domain("id", "in", followed)
        lines = self._read_lines(domain, followed=followed, pipeline=True)
        kind = "user" if user_domain else "team" if team_domain else None
        asks_own = bool(user_domain) and self._asks_own(user_domain)
        wanted = self._get_wanted(lines, kind, asks_own)
        subjects = self._get_subjects(wanted, lines)
        missed = bool(kind) and not asks_own and not any(row.followed for row in lines)
        return {"subjects": subjects, "missed": kind if missed else False}

    def _get_named_domain(self, user_domain, team_domain):
        """The targets that a filter of the pipeline names; people go before teams."""
        if user_domain:
            return Domain(user_domain) & Domain("user_id", "!=", False)
        if team_domain:
            return Domain(team_domain) & Domain("user_id", "=", False) & Domain("team_id", "!=", False)
        return None

    def _get_header_domain(self):
        """The own targets, those of led teams, and the company's for who sees everything."""
        domain = Domain("user_id", "=", self.env.uid) | (
            Domain("user_id", "=", False) & Domain("team_id.user_id", "=", self.env.uid)
        )
        if self.env["stm.target.line"]._sees_all():
            domain |= Domain(self._get_whole_domain())
        return domain

    def _asks_own(self, user_domain):
        Line = self.env["stm.target.line"]
        own = Domain("user_id", "=", self.env.uid)
        return Domain(user_domain).optimize(Line) == own.optimize(Line)

    def _get_wanted(self, lines, kind, asks_own):
        """Pairs of kind and ids of those whose figures are to be shown, the preferred one first.

        :param lines: what :meth:`_read_lines` gave
        :param kind: user or team, by which the pipeline is filtered, or None
        :param asks_own: whether it is filtered on the current user
        """
        own = ("user", (self.env.uid,))
        led = [("team", (id_,)) for id_ in sorted({row.team[0] for row in lines if row.led and not row.user})]
        whole = self._get_companies(lines) if self.env["stm.target.line"]._sees_all() else []
        followed = {(kind, getattr(row, kind)[0]) for row in lines if row.followed}
        ids = tuple(sorted(id_ for _kind, id_ in followed))
        if asks_own or (kind, ids) == own:
            return [own, *led, *whole]
        if followed:
            return [(kind, ids), *([own] if kind == "team" else [])]
        return [*whole, *led, own]

    def _get_companies(self, lines):
        """The company whose figures are shown as a whole: the current one if it has a plan."""
        ids = {row.company[0] for row in lines if row.current and row.is_company}
        if not ids:
            return []
        return [("company", (self.env.company.id if self.env.company.id in ids else min(ids),))]

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
        names = sorted({getattr(row, kind)[1] for row in rows})
        if len(names) <= _NAMES:
            return ", ".join(names)
        if kind == "user":
            return self.env._("%s salespeople", len(names))
        return self.env._("%s teams", len(names))

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
                groups.setdefault(row.line.measure_id.id, []).append(row)
        picked = {measure: self._pick_measure(rows, kind) for measure, rows in groups.items()}
        return {
            measure: rows
            for measure, rows in sorted(picked.items(), key=self._measure_rank)
            if len(rows) == 1 or rows[0].line.measure_id.aggregation == "sum"
        }

    def _belongs(self, row, kind, ids):
        if kind == "company":
            return row.is_company and row.company[0] in ids
        if kind in ("territory", "partner"):
            return row.dimensions.get(f"{kind}_id") in ids
        if kind == "user":
            return bool(row.user) and row.user[0] in ids
        return not row.user and bool(row.team) and row.team[0] in ids

    def _measure_rank(self, item):
        measure = item[1][0].line.measure_id
        return (measure.unit != "money", measure.aggregation == "ratio")

    def _pick_measure(self, rows, kind):
        own = set() if kind == "company" else {"user_id", "team_id", f"{kind}_id"}

        def width(row):
            other = sorted(row.dimensions.keys() - own)
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
        # who is planned as a person and as a member of teams is planned as a whole by the former
        whole = {row.user for row in distinct.values() if "team_id" not in row.dimensions}
        return [row for row in distinct.values() if row.user not in whole or "team_id" not in row.dimensions]

    def _get_card(self, rows, totals, elapsed):
        """The figures of one measure.

        :return: `measure`, `unit`, `direction`, `currency_id`, `date_from`, `date_to`,
            `target`, `actual`, `has_actual`, `expected`, `attainment` (1 is the target), `gap`,
            `lead` (achieved − expected), `required_rate` (per working day left),
            `remaining_days`, `pace_state`, `pipeline` (of money, where it was asked for, else None),
            `coverage` (pipeline ÷ gap, or None)
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
        pipeline = self._get_pipeline(rows) if measure.unit == "money" else None
        covered = pipeline is not None and direction == "up" and figures["gap"] > 0
        return {
            "measure": {"id": measure.id, "code": rows[0].code, "name": rows[0].measure},
            "unit": measure.unit,
            "direction": direction,
            "currency_id": line.currency_id.id,
            "date_from": fields.Date.to_string(line.date_from),
            "date_to": fields.Date.to_string(line.date_to),
            "target": figures["target_in_force"],
            "lead": float(line._round(Decimal(str(figures["actual"])) - Decimal(str(figures["expected"])))),
            **{name: figures[name] for name in self._get_card_fields()},
            "pipeline": pipeline,
            "coverage": pipeline / figures["gap"] if covered else None,
        }

    def _get_pipeline(self, rows):
        """Open opportunities behind targets, those of everybody once; None if not asked for."""
        amounts = {(row.user or row.team): row.pipeline for row in rows}.values()
        return None if None in amounts else sum(amounts)

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
