from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL
from odoo.tools.date_utils import end_of

from .stm_achievement_cell import DIMENSIONS
from .stm_achievement_columns import VALUES

# Live days in a row beyond which the planner is told the dates themselves, and may choose
# to read whole tables; below, one statement by parameters serves them all, document by document.
LONG = timedelta(days=62)
DAY = timedelta(days=1)


class Segments:
    """The days asked for, cut so that every fact is read once.

    A segment is a clean month, read from the cells, or some days in a row, read from the
    documents. What a request asks for is the sum of its segments.

    :param clean_months: the (company, source, first day) that may be read from the cells
    :param spans: (company, source, first day, last day) items, all that will be asked for
    """

    def __init__(self, clean_months, spans):
        self._clean = clean_months
        self._cuts = {span: self._cut(*span) for span in spans}
        months = {key for months, _runs in self._cuts.values() for key in months}
        self._months = {key: number for number, key in enumerate(sorted(months))}
        self._starts, self._clusters = self._make_atoms(len(self._months))

    def numbers(self, span):
        """Numbers of the segments that make up a span."""
        months, runs = self._cuts[span]
        result = [self._months[key] for key in months]
        starts, numbers = self._starts.get(span[:2], ((), ()))
        for first, last in runs:
            result += numbers[bisect_left(starts, first) : bisect_right(starts, last)]
        return result

    def _cut(self, company, source, start, end):
        """The clean months of a span, and the runs of days between them."""
        months, runs = [], []
        live_from = start
        month = start if start.day == 1 else start.replace(day=1) + relativedelta(months=1)
        while (last := end_of(month, "month")) <= end:
            if (company, source, month) in self._clean:
                if live_from < month:
                    runs.append((live_from, month - DAY))
                months.append((company, source, month))
                live_from = last + DAY
            month = last + DAY
        if live_from <= end:
            runs.append((live_from, end))
        return months, runs

    def _make_atoms(self, number):
        """Cut overlapping runs at each other's ends, and number what results.

        :return: (company, source) → (first days, numbers), and the clusters: atoms without
            a gap as (company, source, first days, numbers, last day)
        """
        changes = defaultdict(lambda: defaultdict(int))
        for (company, source, _start, _end), (_months, runs) in self._cuts.items():
            for first, last in set(runs):
                changes[company, source][first] += 1
                changes[company, source][last + DAY] -= 1
        starts, clusters = {}, []
        for owner, by_day in changes.items():
            days, numbers, depth, open_from = [], [], 0, 0
            for day in sorted(by_day):
                depth += by_day[day]
                if depth:
                    days.append(day)
                    numbers.append(number)
                    number += 1
                else:
                    clusters.append((*owner, days[open_from:], numbers[open_from:], day - DAY))
                    open_from = len(days)
            starts[owner] = (days, numbers)
        return starts, clusters

    def select_months(self, source, names, values, conditions):
        """SQL of the cells of a source's clean months, summed by segment and dimensions.

        Companies and months are told to the planner as constants, and the segment is
        looked up rather than joined: from a join it expects a thousandth of the rows.

        :return: a list of SELECTs
        """
        companies = defaultdict(list)
        for (company, of_source, month), number in self._months.items():
            if of_source == source:
                companies[company].append((month, number))
        keys = SQL(", ").join([SQL.identifier("month"), *names])
        selects = []
        for company, pairs in companies.items():
            # in order, as these are
            months, numbers = map(list, zip(*pairs, strict=True))
            selects.append(
                SQL(
                    """SELECT (%s::integer[])[width_bucket(month, %s::date[])] AS segment, %s FROM (
                        SELECT %s, %s FROM stm_achievement_cell
                        WHERE source = %s AND company_id = %s AND month = ANY(%s::date[]) AND %s
                        GROUP BY %s
                    ) m""",
                    numbers,
                    months,
                    SQL(", ").join([*names, *values]),
                    keys,
                    SQL(", ").join(SQL("SUM(%s) AS %s", name, name) for name in values),
                    source,
                    company,
                    months,
                    conditions,
                    keys,
                )
            )
        return selects

    def select_live(self, model, pools):
        """SQL of the facts of the live days, summed by segment and dimensions.

        :param pools: :class:`Facts` that will be read from it
        """
        values = defaultdict(set)
        for facts in pools:
            values[facts.source] |= facts.values
        selects, short = [], defaultdict(list)
        for company, source, days, numbers, last in self._clusters:
            if last - days[0] > LONG:
                segment = SQL("(%s::integer[])[width_bucket(date, %s::date[])]", numbers, days)
                facts = model._select_sums(source, company, days[0], last, values[source], segment)
                selects.append(SQL("SELECT * FROM (%s) f", facts))
            else:
                ends = [*(day - DAY for day in days[1:]), last]
                short[source] += zip(numbers, [company] * len(days), days, ends, strict=True)
        for source, rows in short.items():
            names = ("segment", "company_id", "first", "last")
            parameters = [SQL.identifier("s", name) for name in names]
            facts = model._select_sums(
                source, *parameters[1:], values[source], parameters[0], by_document=True
            )
            selects.append(
                SQL(
                    "SELECT f.* FROM unnest(%s::integer[], %s::integer[], %s::date[], %s::date[]) AS s (%s) "
                    "CROSS JOIN LATERAL (%s) f",
                    *(list(column) for column in zip(*rows, strict=True)),
                    SQL(", ").join(map(SQL.identifier, names)),
                    facts,
                )
            )
        columns = SQL(", ").join(map(SQL.identifier, (*DIMENSIONS, *VALUES)))
        nothing = SQL("SELECT 0 AS segment, source, %s FROM stm_achievement_cell WHERE FALSE", columns)
        return SQL(" UNION ALL ").join(selects or [nothing])


class Facts:
    """Facts of a source, read once for several groups of requests.

    :param number: for its name within the statement
    """

    def __init__(self, source, number):
        self.source = source
        self.table = SQL.identifier(f"facts_{number}")
        self.values = set()
        self._dimensions = set()
        self._asked = None

    def include(self, dimensions, values, asked):
        """Have it hold what a group of requests needs.

        :param asked: dimension → ids, where the group needs no others
        """
        self._dimensions |= dimensions
        self.values |= values
        if self._asked is None:
            self._asked = asked
        else:
            common = self._asked.keys() & asked.keys()
            self._asked = {name: self._asked[name] | asked[name] for name in common}

    def select(self, segments):
        """SQL of it: segment, dimensions, values."""
        names = [SQL.identifier(name) for name in DIMENSIONS if name in self._dimensions]
        values = [SQL.identifier(name) for name in VALUES if name in self.values]
        asked = [SQL("%s = ANY(%s)", SQL.identifier(name), sorted(ids)) for name, ids in self._asked.items()]
        conditions = SQL(" AND ").join([SQL("TRUE"), *asked])
        live = SQL(
            "SELECT segment, %s FROM live_facts WHERE source = %s AND %s",
            SQL(", ").join([*names, *values]),
            self.source,
            conditions,
        )
        months = segments.select_months(self.source, names, values, conditions)
        return SQL(" UNION ALL ").join([*months, live])
