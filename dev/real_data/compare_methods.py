"""The quotas of 2013 as one could have set them before, against what was then sold.

All methods but the company's own divide a total among the people who had a quota in 2013
and the four quarters, knowing nothing later than 2012: sales of 2011 and 2012, who looked
after which territory, and the annual sales that the customers there
report of themselves. An error is the distance of a person's amount of a quarter from what that
person sold in it.
"""

from decimal import Decimal
from typing import NamedTuple

from odoo.addons.sales_target_mgmt.tools.allocation import allocate
from odoo.addons.sales_target_mgmt.tools.decomposition import allocate_within, blend, next_of_trend
from odoo.addons.sales_target_mgmt.tools.margins import fill
from odoo.addons.sales_target_mgmt.tools.season_weights import period_weights, season_of, seasons_before
from odoo.addons.sales_target_mgmt.tools.seasonality import seasonal_indices

from . import sums

# weight of history in a mix of history and potential
ALPHA = Decimal("0.6")
# quotas are set in whole dollars
UNIT = 1
QUARTERS, MONTHS = 4, 12
# years that the season is looked for in
YEARS_BACK = 3


class Result(NamedTuple):
    """How far a method was off.

    :ivar amounts: {(employee key, position of the quarter): amount}
    :ivar error: mean absolute error per person and quarter
    :ivar share: the same in relation to what was achieved, 0.1 is 10 %
    """

    method: str
    total: Decimal
    amounts: dict
    error: Decimal
    share: Decimal


class Methods:
    """Divides a year in several ways.

    :param files: :class:`sums.Sums` with all days before the year; those of the year itself are
        looked at for errors only
    :param year: a key of :data:`sums.YEARS`
    """

    def __init__(self, files, year="2013"):
        self.files = files
        self.year = year
        quotas = [quota for quota in files.quotas if self._lies_in(quota, year)]
        self.spans = sorted({(quota.first, quota.last) for quota in quotas})
        self.quotas = {
            (quota.employee, self.spans.index((quota.first, quota.last))): quota.amount for quota in quotas
        }
        self.people = sorted({quota.employee for quota in quotas})
        self.sold = {
            (key, at): amount
            for at, span in enumerate(self.spans)
            for key, amount in files.by("employee", "amount", *span).items()
        }
        self.before = [name for name in sums.YEARS if name < year]

    @staticmethod
    def _lies_in(quota, year):
        first, last = sums.YEARS[year]
        return first <= quota.first <= last

    def quarters_before(self):
        """{(employee key, position of the quarter): sales} of the year before."""
        spans = sorted(
            {(one.first, one.last) for one in self.files.quotas if self._lies_in(one, self.before[-1])}
        )
        return {
            (key, at): amount
            for at, span in enumerate(spans)
            for key, amount in self.files.by("employee", "amount", *span).items()
        }

    def extrapolated(self):
        """The total that the growth of the year before promises: 2012 × 2012 ÷ 2011.

        Both are whole sales years of twelve order days each, so that all months compare.
        """
        past, last = (self.files.total("amount", *sums.YEARS[year]) for year in self.before[-2:])
        return (last * last / past).quantize(Decimal(UNIT))

    def potentials(self):
        """Annual sales of the customers in the territories that people look after in the year.

        Those who share a territory share its customers. Of who has none it is not known.
        """
        size = sizes(self.files)
        first, last = self.spans[0][0], self.spans[-1][1]
        seats = [seat for seat in self.files.seats if seat.first <= last and seat.last >= first]
        found = {}
        for key in size:
            owners = {seat.employee for seat in seats if seat.territory == key}
            for owner in owners:
                found[owner] = found.get(owner, Decimal(0)) + size[key] / len(owners)
        return found

    def season(self):
        """The months' indices in what the company sold in the years before, and how they were found.

        Of the free periods of a plan the addon knows no season but that of the calendar's months.
        """
        months = seasons_before(self.spans[0][0], MONTHS, YEARS_BACK)
        series = [self.files.total("amount", *month) for month in months]
        while not any(series[:MONTHS]):
            series, months = series[MONTHS:], months[MONTHS:]
        found = seasonal_indices(series, MONTHS)
        first = season_of(months[0][0], MONTHS)
        return [found.indices[(month - first) % MONTHS] for month in range(MONTHS)], found.method

    def even(self, total):
        """The same for everybody in every quarter."""
        return self._by_weight(total, {cell: Decimal(1) for cell in self.quotas})

    def last_year(self, total):
        """In proportion to what each person sold in each quarter of 2012."""
        past = self.quarters_before()
        return self._by_weight(total, {cell: past.get(cell, Decimal(0)) for cell in self.quotas})

    def engine(self, total, *, trend=False, people=None):
        """First over the quarters by season, then among the people by a mix, then both together.

        :param trend: whether history is the year before continued on the line from the one
            before it, or the year before itself
        :param people: employee keys in the order in which odd dollars are given away
        """
        people = people or self.people
        indices, _method = self.season()
        quarters = allocate_within(total, period_weights(self.spans, indices), UNIT).amounts
        potential = self.potentials()
        weights = blend(
            [self._history(key, trend) for key in people], [potential.get(key) for key in people], ALPHA
        )
        shares = allocate_within(total, weights, UNIT).amounts
        return {
            (key, at): amount
            for key, row in zip(people, fill(shares, quarters, UNIT), strict=True)
            for at, amount in enumerate(row)
        }

    def _history(self, key, trend):
        years = [
            self.files.by("employee", "amount", *sums.YEARS[year]).get(key, Decimal(0))
            for year in self.before[-2:]
        ]
        return next_of_trend(years) if trend else years[-1]

    def _by_weight(self, total, weights):
        return dict(zip(weights, allocate(total, list(weights.values()), UNIT), strict=True))

    def result(self, method, amounts):
        """How far amounts were off what was sold."""
        achieved = {cell: self.sold.get(cell, Decimal(0)) for cell in self.quotas}
        error = sum(abs(amounts.get(cell, Decimal(0)) - sold) for cell, sold in achieved.items())
        return Result(
            method,
            sum(amounts.values()),
            amounts,
            error / len(achieved),
            error / sum(achieved.values()),
        )

    def proposals(self):
        """(method, amounts) of all: the company's own, then each other one with either total."""
        found = [("the company's own quotas", self.quotas)]
        for total in (self.extrapolated(), sum(self.quotas.values())):
            found += [
                ("even split", self.even(total)),
                ("last year's shape", self.last_year(total)),
                ("engine", self.engine(total)),
                ("engine, with the trend", self.engine(total, trend=True)),
            ]
        return found

    def results(self):
        """All proposals and how far they were off."""
        return [self.result(*proposal) for proposal in self.proposals()]


def sizes(files):
    """{territory key: annual sales that the customers there report of themselves}"""
    found = {}
    for row in files.resellers:
        key = row["territory_key"]
        found[key] = found.get(key, Decimal(0)) + Decimal(row["annual_sales"])
    return found


def table(results):
    """Lines of a table in Markdown."""
    yield "| total to divide | divided by | mean absolute error | of what was sold |"
    yield "| ---: | --- | ---: | ---: |"
    for one in results:
        yield f"| {one.total:,.0f} | {one.method} | {one.error:,.0f} | {one.share:.1%} |"


def people(methods, names):
    """Lines of a table: a person a line, the year's quota, the engine's proposal and what was sold.

    The engine divides the company's own total, so that the people's shares compare.
    """
    proposal = methods.engine(sum(methods.quotas.values()))
    width = max(map(len, names.values()))
    yield f"{'':<{width}} {'quota':>12} {'engine':>12} {'sold':>12}"
    for key in methods.people:
        figures = (
            sum(amounts.get((key, at), 0) for at in range(QUARTERS))
            for amounts in (methods.quotas, proposal, methods.sold)
        )
        yield f"{names[key]:<{width}} " + " ".join(f"{figure:>12,.0f}" for figure in figures)
