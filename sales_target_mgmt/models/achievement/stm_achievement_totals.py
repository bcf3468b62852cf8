from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .stm_achievement_cell import DIMENSIONS
from .stm_achievement_closures import CLOSURES, OF_CUSTOMER
from .stm_achievement_columns import VALUES
from .stm_achievement_segments import Facts, Segments
from .stm_achievement_splits import SPLITS

# the names under which targets know a dimension
COLUMN_OF = {"partner_id": "commercial_partner_id"}


class TotalRequest(NamedTuple):
    """What is wanted: one number.

    :param key: any hashable, by which the answer is found
    :param measure_id: id of a `stm.measure`
    :param company_id: id of the company whose facts count
    :param date_from: first day
    :param date_to: last day, included
    :param dimensions: column → record id; `categ_id` and `territory_id` include what is
        below them, `partner_id` is a commercial entity. A territory of a division that is not
        primary, and a customer class, hold for the customers that are in it today
    """

    key: Any
    measure_id: int
    company_id: int
    date_from: date
    date_to: date
    dimensions: dict


class _Group(NamedTuple):
    """Requests that one grouped read answers."""

    source: str
    domain: Domain
    signature: tuple
    distinct: bool


class StmAchievement(models.Model):
    _inherit = "stm.achievement"

    @api.model
    @api.private
    def _get_totals(self, requests):
        """Achieved totals of any number of requests, in a constant number of queries.

        Whole past months come from the cells where they are clean; the open month, edge
        days and changed months from the documents. Requests are grouped by the dimensions
        they use, facts are summed once per group, then joined by equality.

        Record rules are not applied: the caller answers for who may see the result.

        :param requests: :class:`TotalRequest` items
        :return: key → float, or None for a ratio without denominator; money in the
            company's currency
        """
        requests = list(requests)
        self._flush_sources()
        measures = self.env["stm.measure"].sudo().browse({request.measure_id for request in requests})
        measures |= measures.numerator_id | measures.denominator_id
        measures.fetch(["aggregation", "source", "value_field", "domain", "factor"])
        known = {measure.id: measure for measure in measures}
        wanted = {}
        for request in requests:
            for part in self._get_parts(known[request.measure_id]):
                wanted[request.key, part.id] = (request, part)
        sums = self._read_sums(wanted)
        return {request.key: self._combine(request, known[request.measure_id], sums) for request in requests}

    def _get_parts(self, measure):
        return measure.numerator_id | measure.denominator_id if measure.aggregation == "ratio" else measure

    def _combine(self, request, measure, sums):
        if measure.aggregation != "ratio":
            return sums.get((request.key, measure.id), 0.0)
        denominator = sums.get((request.key, measure.denominator_id.id), 0.0)
        if not denominator:
            return None
        return measure.factor * sums.get((request.key, measure.numerator_id.id), 0.0) / denominator

    def _flush_sources(self):
        """Write out what the ORM still holds back of the tables under the view."""
        for model, names in self._depends.items():
            self.env[model].flush_model(names)

    def _read_sums(self, wanted):
        """Sums per (key, measure id) of the non-ratio measures in ``wanted``."""
        if not wanted:
            return {}
        months, sharing = self._get_clean_months(wanted)
        readings = list(self._get_readings(wanted, sharing))
        spans = {
            (request.company_id, source, request.date_from, request.date_to)
            for _answer, request, _measure, source in readings
        }
        segments = Segments(months, spans)
        domains = {measure: measure._get_domain() for _request, measure in wanted.values()}
        secondary = self._get_secondary_territories(wanted)
        groups = defaultdict(lambda: defaultdict(list))
        for answer, request, measure, source in readings:
            dimensions = {COLUMN_OF.get(name, name): id_ for name, id_ in request.dimensions.items() if id_}
            if dimensions.get("territory_id") in secondary:
                dimensions["membership_id"] = dimensions.pop("territory_id")
            group = _Group(
                source,
                domains[measure],
                tuple(name for name in (*DIMENSIONS, *OF_CUSTOMER) if name in dimensions),
                measure.aggregation == "distinct",
            )
            where = (request.company_id, request.date_from, request.date_to)
            values = tuple(dimensions[name] for name in group.signature)
            groups[group][where, values].append((answer, measure.value_field))
        selects, answers, pools = [], [], {}
        for group, cells in groups.items():
            facts = self._get_pool(pools, group, cells)
            selects.append(self._select_group(len(answers), group, cells, segments, facts))
            answers.extend(cells.values())
        rows = self.env.execute_query(
            SQL(
                "WITH live_facts AS MATERIALIZED (%s), %s %s",
                segments.select_live(self, pools.values()),
                SQL(", ").join(
                    SQL("%s AS (%s)", facts.table, facts.select(segments)) for facts in pools.values()
                ),
                SQL(" UNION ALL ").join(selects),
            )
        )
        result = defaultdict(Decimal)
        for number, distinct, *values in rows:
            sums = {name: value or 0 for name, value in zip(VALUES, values, strict=True)}
            for answer, value_field in answers[number]:
                result[answer] += Decimal(sums[value_field] if distinct is None else distinct)
        return {answer: float(value) for answer, value in result.items()}

    def _get_readings(self, wanted, sharing):
        """(answer, request, measure, source): the sums of which an answer is made.

        :param sharing: ids of the companies in which orders are shared by several people
        """
        for answer, (request, measure) in wanted.items():
            yield answer, request, measure, measure.source
            shared = SPLITS.get(measure.source)
            personal = request.dimensions.get("user_id") and measure.aggregation == "sum"
            if shared and personal and request.company_id in sharing:
                yield answer, request, measure, shared

    def _get_pool(self, pools, group, cells):
        """The facts that a group shares with others of its source.

        Those that tell customers apart are many more, and kept apart.
        """
        names = (*group.signature, *(part.field_expr for part in group.domain.iter_conditions()))
        needed = {CLOSURES.get(name, name) for name in names}
        if group.distinct:
            needed.add("commercial_partner_id")
        key = (group.source, "commercial_partner_id" in needed)
        facts = pools.setdefault(key, Facts(group.source, len(pools)))
        facts.include(
            needed,
            {field for answers in cells.values() for _answer, field in answers},
            {
                name: {values[position] for _where, values in cells}
                for position, name in enumerate(group.signature)
                if name not in CLOSURES
            },
        )
        return facts

    def _get_clean_months(self, wanted):
        """The set of (company, source, first day) that may be read from the cells.

        :return: it, and the ids of the companies in which orders are shared by several people
        """
        companies = tuple({request.company_id for request, _measure in wanted.values()})
        rows = self.env.execute_query(
            SQL(
                """SELECT m.company_id, m.source, m.month FROM stm_achievement_month m
                WHERE m.company_id IN %(companies)s AND m.month BETWEEN %(first)s AND %(last)s
                    AND NOT EXISTS (SELECT 1 FROM stm_achievement_mark k
                        WHERE k.company_id = m.company_id AND k.source = m.source
                            AND (k.month = m.month OR k.month IS NULL))
                UNION ALL SELECT c.id, NULL, NULL FROM res_company c
                WHERE c.id IN %(companies)s
                    AND EXISTS (SELECT 1 FROM stm_split s WHERE s.company_id = c.id)""",
                companies=companies,
                first=min(request.date_from for request, _measure in wanted.values()),
                last=max(request.date_to for request, _measure in wanted.values()),
            )
        )
        months = {row for row in rows if row[1]}
        return months, {company for company, source, _month in rows if not source}

    def _select_group(self, first, group, cells, segments, facts):
        """One SELECT: the requests of a group joined with the facts summed for it."""
        columns = [SQL.identifier(name) for name in group.signature]
        request_rows = [
            (number, segment, *values)
            for number, ((company, start, end), values) in enumerate(cells, first)
            for segment in segments.numbers((company, group.source, start, end))
        ]
        arrays = (
            [list(column) for column in zip(*request_rows, strict=True)]
            if request_rows
            else [[] for _column in range(2 + len(columns))]
        )
        roots = {
            name: {values[position] for _where, values in cells}
            for position, name in enumerate(group.signature)
            if name in CLOSURES
        }
        used = set() if group.distinct else {field for answers in cells.values() for _one, field in answers}
        sums = [
            SQL("SUM(%s)", SQL.identifier("f", value)) if value in used else SQL("NULL::numeric")
            for value in VALUES
        ]
        return SQL(
            "SELECT r.number, %s, %s FROM unnest(%s) AS r (%s) JOIN (%s) f ON %s GROUP BY r.number",
            SQL("COUNT(DISTINCT f.commercial_partner_id)") if group.distinct else SQL("NULL::bigint"),
            SQL(", ").join(sums),
            SQL(", ").join(SQL("%s::integer[]", array) for array in arrays),
            SQL(", ").join([SQL("number"), SQL("segment"), *columns]),
            self._select_facts(group, facts, roots, sorted(used)),
            SQL(" AND ").join(
                [SQL("f.segment = r.segment"), *(SQL("f.%s = r.%s", column, column) for column in columns)]
            ),
        )

    def _select_facts(self, group, facts, roots, values):
        """Facts of a group summed by segment and dimensions.

        :param roots: dimension → ids asked for, of the dimensions that are trees
        :param values: the columns to sum; none where customers are counted
        """
        keys, joins = [SQL("segment")], []
        for name in group.signature:
            column = SQL.identifier("stm_achievement_cell", CLOSURES.get(name, name))
            if name in roots:
                alias = SQL.identifier(f"closure_{name}")
                joins.append(
                    SQL(
                        "JOIN (%(closure)s) %(alias)s ON %(alias)s.id = %(column)s",
                        closure=self._select_closure(name, tuple(roots[name])),
                        alias=alias,
                        column=column,
                    )
                )
                column = SQL("%s.root", alias)
            keys.append(SQL("%s AS %s", column, SQL.identifier(name)))
        if group.distinct and "commercial_partner_id" not in group.signature:
            keys.append(SQL.identifier("commercial_partner_id"))
        sums = [SQL("SUM(%s) AS %s", SQL.identifier(value), SQL.identifier(value)) for value in values]
        # the facts bear the name of the table for which the measure's filter is written
        condition = self.env["stm.achievement.cell"].sudo()._search(group.domain).where_clause
        return SQL(
            "SELECT %s FROM %s stm_achievement_cell %s WHERE %s GROUP BY %s",
            SQL(", ").join(keys + sums),
            facts.table,
            SQL(" ").join(joins),
            condition or SQL("TRUE"),
            SQL(", ").join(SQL(str(number + 1)) for number in range(len(keys))),
        )
