from decimal import Decimal
from math import fsum

from odoo import models
from odoo.fields import Command
from odoo.tools import format_date

from ..models.achievement.stm_achievement_totals import TotalRequest
from ..tools.decomposition import in_units, next_of_trend
from ..tools.periods import split
from ..tools.season_weights import SEASONS, period_weights, season_of, seasons_before
from ..tools.seasonality import FLAT, seasonal_indices
from ..tools.spans import cut, previous, whole_months, year_before
from .stm_target_decompose import CHOICES, exact


class StmTargetDecompose(models.TransientModel):
    """The parts, and what the past says of them."""

    _inherit = "stm.target.decompose"

    def _get_breakdown(self):
        self.ensure_one()
        return self.node_id.breakdown_ids.filtered(lambda one: one.dimension == self.dimension)

    def _get_children(self):
        """{id of the record in the wizard's dimension: child of the node}."""
        return {child[self.dimension].id: child for child in self._get_breakdown().child_ids}

    def _get_lines(self):
        """The targets of the node that are decomposed: its measure, inside of the days."""
        self.ensure_one()
        return self.node_id.line_ids.filtered(
            lambda line: (
                line.measure_id == self.measure_id
                and line.date_from >= self.date_from
                and line.date_to <= self.date_to
            )
        ).sorted("date_from")

    def _get_periods(self):
        """Pairs of dates: those of the node's targets, or of the plan when periods are made."""
        self.ensure_one()
        if self.mode == "nodes":
            return [(line.date_from, line.date_to) for line in self._get_lines()]
        plan, company = self.plan_id, self.company_id.sudo()
        if self.granularity == plan.granularity:
            periods = plan._get_periods()
        else:
            fiscal_end = (int(company.fiscalyear_last_month), company.fiscalyear_last_day)
            periods = split(self.date_from, self.date_to, self.granularity, fiscal_end=fiscal_end)
        return [
            (max(start, self.date_from), min(end, self.date_to))
            for start, end in periods
            if end >= self.date_from and start <= self.date_to
        ]

    def _fill_choices(self):
        """What the node is divided into already, and what suggests itself."""
        if self.mode == "nodes":
            own = self._get_breakdown().child_ids.mapped(self.dimension)
            # key accounts are few and chosen: others are not added to them
            if not own or self.dimension != "partner_id":
                own |= self._get_candidates(self.dimension)
            self[CHOICES[self.dimension]] = own

    def _make_rows(self):
        """One line per part; what was typed for a part that stays is kept."""
        typed = {
            (line.res_id, line.date_from): (line.pinned, line.proposal, line.weight) for line in self.line_ids
        }
        rows = self._get_node_rows() if self.mode == "nodes" else self._get_period_rows()
        for sequence, row in enumerate(rows):
            row["sequence"] = sequence
            if before := typed.get((row["res_id"], row["date_from"])):
                row.update(pinned=before[0], weight=before[2])
                if before[0]:
                    row["proposal"] = before[1]
        self.line_ids = [Command.clear(), *(Command.create(row) for row in rows)]
        self.basis = self._read_basis()
        if self.mode == "nodes" or not self.total:
            lines = self._get_lines()
            self.total = fsum((lines if self.is_additive else lines[:1]).mapped("target"))

    def _get_node_rows(self):
        records = self[CHOICES[self.dimension]]
        children = self._get_children()
        inside = set(self._get_periods())
        rows = []
        for record in records:
            child = children.get(record._origin.id)
            lines = child.line_ids.filtered(self._is_decomposed) if child else self.env["stm.target.line"]
            ranges = {(line.date_from, line.date_to) for line in lines}
            fixed = lines.filtered("pinned")
            pinned = bool(lines) and fixed == lines and ranges >= inside
            current = fsum(lines.mapped("target"))
            rows.append(
                {
                    "name": record.display_name,
                    "res_id": record._origin.id,
                    "date_from": False,
                    "date_to": False,
                    "current": current,
                    "floor": 0.0 if pinned else fsum(fixed.mapped("target")),
                    "pinned": pinned,
                    "proposal": current if pinned else 0.0,
                    "start_date": record.stm_start_date if self.dimension == "user_id" else False,
                }
            )
        return rows

    def _is_decomposed(self, line):
        return (
            line.measure_id == self.measure_id
            and line.date_from >= self.date_from
            and line.date_to <= self.date_to
        )

    def _get_period_rows(self):
        existing = {(line.date_from, line.date_to): line for line in self._get_lines()}
        rows = []
        for start, end in self._get_periods():
            line = existing.get((start, end), self.env["stm.target.line"])
            rows.append(
                {
                    "name": self.env._(
                        "%(start)s – %(end)s",
                        start=format_date(self.env, start),
                        end=format_date(self.env, end),
                    ),
                    "res_id": 0,
                    "date_from": start,
                    "date_to": end,
                    "current": line.target,
                    "pinned": line.pinned,
                    "proposal": line.target if line.pinned else 0.0,
                }
            )
        return rows

    def _read_past(self):
        """What was achieved, in a constant number of queries; potential where it is known."""
        if not self.line_ids or not self.history_measure_id:
            return
        spans = self._get_spans()
        lines = list(self.line_ids)
        requests = []
        for number, line in enumerate(lines):
            dimensions = self.node_id._get_dimensions()
            if self.mode == "nodes":
                dimensions[self.dimension] = line.res_id
                ranges = {("span", at): span for at, span in enumerate(spans)}
                ranges["last"] = self._get_last_year(self.date_from, self.date_to)
            else:
                ranges = {"last": self._get_last_year(line.date_from, line.date_to)}
            requests += [self._request((number, key), dates, dimensions) for key, dates in ranges.items()]
        seasons = self._get_seasons() if self.mode == "periods" else []
        requests += [
            self._request(("season", at), dates, self.node_id._get_dimensions())
            for at, dates in enumerate(seasons)
        ]
        totals = self.env["stm.achievement"]._get_totals(requests + self._request_whole(spans))
        scale = self._get_scale(spans)
        for number, line in enumerate(lines):
            line.last_year = totals[number, "last"]
            if self.mode == "nodes":
                past = [Decimal(str(totals[number, ("span", at)])) for at in range(len(spans))]
                line.history = float(sum(past) / len(past) * scale)
                line.trend = float(next_of_trend(past) * scale)
            else:
                line.history = line.last_year
        if self.mode == "periods":
            self._set_seasons([totals["season", at] for at in range(len(seasons))], seasons)
        else:
            self._set_potentials(lines)
            self._hold_back([totals.get(("whole", at)) for at in range(len(spans))], scale)

    def _request(self, key, dates, dimensions):
        return TotalRequest(key, self.history_measure_id.id, self.company_id.id, *dates, dimensions)

    def _get_last_year(self, start, end):
        """The same days of the last year in which they are over."""
        first = self.company_id.sudo()._get_stm_today().replace(day=1)
        start, end = year_before(start, end)
        while end >= first:
            start, end = year_before(start, end)
        return start, end

    def _grow(self):
        """The total that the periods reached before, and the growth that is wanted."""
        if self.mode == "periods" and self.is_additive:
            past = sum(exact(line.history) for line in self.line_ids)
            wanted = past * (1 + exact(self.growth) / 100)
            self.total = float(max(in_units(wanted, max(exact(self.unit), self._get_smallest())), 0))

    def _get_spans(self):
        """The days of history, cut into ranges as long as what is planned where that works."""
        start, end = self.history_from, self.history_to
        wanted, given = whole_months(self.date_from, self.date_to), whole_months(start, end)
        if wanted and given > wanted and given % wanted == 0:
            last = previous(start, end, 1)[0]
            first = previous(end.replace(day=1), end, wanted)[0][0]
            return previous(first, last[1], given // wanted)
        if not wanted:
            return cut(start, end, (self.date_to - self.date_from).days + 1)
        return [(start, end)]

    def _get_scale(self, spans):
        """How much longer the planned days are than one span of history."""
        start, end = spans[0]
        wanted, given = whole_months(self.date_from, self.date_to), whole_months(start, end)
        if wanted and given:
            return Decimal(wanted) / given
        return Decimal((self.date_to - self.date_from).days + 1) / ((end - start).days + 1)

    def _get_seasons(self):
        """The seasons of whole years before the plan and before today, oldest first."""
        until = min(self.date_from, self.company_id.sudo()._get_stm_today())
        length = SEASONS.get(self.granularity, 12)
        return seasons_before(until, length, max(self.season_years, 1))

    def _set_seasons(self, values, seasons):
        """Weights of the periods by season, and by what method they were found."""
        length = SEASONS.get(self.granularity, 12)
        # years before the first sale tell nothing
        while len(values) >= length and not any(values[:length]):
            values, seasons = values[length:], seasons[length:]
        found = seasonal_indices([Decimal(str(value)) for value in values], length)
        first = season_of(seasons[0][0], length) if seasons else 0
        indices = [found.indices[(season - first) % length] for season in range(length)]
        self.season_method = found.method if values else FLAT
        periods = [(line.date_from, line.date_to) for line in self.line_ids]
        for line, weight in zip(self.line_ids, period_weights(periods, indices), strict=True):
            line.season = float(weight)

    def _set_potentials(self, lines):
        records = self.env[self._fields[CHOICES[self.dimension]].comodel_name].browse(
            line.res_id for line in lines
        )
        potentials = self._get_potentials(self.dimension, records)
        for line in lines:
            known = potentials.get(line.res_id)
            line.has_potential = known is not None
            line.potential = float(known or 0)

    def _get_potentials(self, dimension, records):
        """What the parts could buy in the year of the plan.

        :param dimension: the field of a node
        :param records: the parts
        :return: {id: `Decimal`, or None where it is not known}; of territories, and of people
            through those of the primary division for which they are responsible; several who
            are responsible for one share its potential
        """
        if dimension not in ("territory_id", "user_id"):
            return dict.fromkeys(records.ids)
        year = self.date_from.year
        if dimension == "territory_id":
            return records._get_potentials(year)
        result = dict.fromkeys(records.ids)
        seats = self.env["stm.territory.assignment"]
        seats = seats.search(
            [
                ("division_id", "=", self.env["stm.territory.division"]._get_primary(self.company_id).id),
                ("role_id.is_owner", "=", True),
                *seats._get_covering_domain(self.date_from, self.date_to),
            ]
        )
        potentials = seats.territory_id._get_potentials(year)
        for territory, those in seats.grouped("territory_id").items():
            if (potential := potentials[territory.id]) is not None:
                for user in those.user_id & records:
                    result[user.id] = (result[user.id] or Decimal(0)) + potential / len(those.user_id)
        return result
