from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..achievement.stm_achievement_totals import TotalRequest
from ..target.stm_target_line import SEES_ALL

YEARS = (1900, 2200)


class StmMarketDriver(models.Model):
    """What tells how much of a market a territory has: income, retail sales, population, …"""

    _name = "stm.market.driver"
    _description = "Market Driver"
    _order = "division_id, sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    division_id = fields.Many2one("stm.territory.division", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="division_id.company_id", store=True, index=True, precompute=True)
    weight = fields.Float(
        default=1.0, digits=0, help="How much it counts against the others; only the proportion matters."
    )

    _weight_not_negative = models.Constraint(
        "CHECK (weight >= 0 AND weight < 1e15)",
        "A driver cannot weigh less than nothing: enter zero or more.",
    )
    _name_unique = models.UniqueIndex(
        "(division_id, lower(name))", "This division has a driver of that name already."
    )


class StmTerritoryMarket(models.Model):
    """The market in a territory in a year."""

    _name = "stm.territory.market"
    _description = "Market Data of a Territory"
    _order = "year desc, territory_id, id"
    _rec_name = "territory_id"
    _check_company_domain = models.check_company_domain_parent_of

    territory_id = fields.Many2one("stm.territory", required=True, index=True, ondelete="cascade")
    division_id = fields.Many2one(related="territory_id.division_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="division_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        required=True, default=lambda self: fields.Date.context_today(self).year, aggregator=None
    )
    market_size = fields.Monetary(
        help="What all suppliers together sell here in the year. Empty: the sum of the territories below."
    )
    reach = fields.Float(
        "Within Reach %",
        aggregator=None,
        help="The part of the market that you could have, where the potential is a share of the market. "
        "Empty: as the division says.",
    )
    customer_count = fields.Integer("Customers in the Market")
    competition = fields.Selection(
        [("1", "Hardly any"), ("2", "Little"), ("3", "Medium"), ("4", "Strong"), ("5", "Very strong")]
    )
    competitors = fields.Char("Main Competitors")
    budget = fields.Monetary(
        "Sales Budget",
        help="What is planned to be spent on selling here in the year: travel, fairs, promotion. Empty: the "
        "sum of the territories below.",
    )
    value_ids = fields.One2many("stm.market.value", "market_id", "Drivers")
    potential = fields.Monetary(compute="_compute_potential")
    potential_share = fields.Float(
        "Share of Potential %",
        compute="_compute_potential",
        digits=(16, 2),
        aggregator=None,
        help="Of the whole division.",
    )
    achieved = fields.Monetary(compute="_compute_market_share", groups=",".join(SEES_ALL))
    market_share = fields.Float(
        "Market Share %",
        compute="_compute_market_share",
        digits=(16, 2),
        aggregator=None,
        groups=",".join(SEES_ALL),
        help="Achieved ÷ market size, of the year so far.",
    )

    _year_unique = models.UniqueIndex(
        "(territory_id, year)", "A territory has its market data of a year once: change those."
    )
    _amounts = models.Constraint(
        "CHECK (COALESCE(market_size, 0) >= 0 AND COALESCE(market_size, 0) < 1e15 "
        "AND COALESCE(customer_count, 0) >= 0 AND COALESCE(budget, 0) >= 0 AND COALESCE(budget, 0) < 1e15)",
        "Market size, number of customers and budget cannot be negative: enter zero or more.",
    )
    _reach_percent = models.Constraint(
        "CHECK (COALESCE(reach, 0) BETWEEN 0 AND 100)", "The part within reach lies between 0 and 100 %."
    )

    @api.constrains("year")
    def _check_year(self):
        for market in self:
            if not YEARS[0] <= market.year <= YEARS[1]:
                raise ValidationError(
                    self.env._(
                        "%(year)s is no year: enter one between %(first)s and %(last)s.",
                        year=market.year,
                        first=YEARS[0],
                        last=YEARS[1],
                    )
                )

    @api.depends("territory_id", "year")
    def _compute_display_name(self):
        for market in self:
            market.display_name = f"{market.territory_id.display_name or ''} {market.year}"

    @api.depends(
        "year", "market_size", "reach", "value_ids.value", "value_ids.driver_id.weight",
        "division_id.potential_method", "division_id.potential_reach",
    )  # fmt: skip
    def _compute_potential(self):
        for (division, year), markets in self.grouped(lambda one: (one.division_id, one.year)).items():
            found = division._get_potentials(year) if division else {}
            whole = division._get_whole(found) if found else None
            for market in markets:
                potential = found.get(market.territory_id.id)
                market.potential = potential or 0
                market.potential_share = 100 * potential / whole if potential and whole else 0

    @api.depends("territory_id", "year", "market_size")
    def _compute_market_share(self):
        figures = self._get_shares()
        for market in self:
            achieved, share = figures.get(market, (0.0, 0.0))
            market.achieved = achieved
            market.market_share = share or 0.0

    def _get_shares(self):
        """{market data: (achieved, market share in percent or None)}"""
        requests = [
            TotalRequest(
                market,
                market.division_id.market_measure_id.id,
                market.company_id.id,
                date(market.year, 1, 1),
                date(market.year, 12, 31),
                {"territory_id": market.territory_id.id},
            )
            for market in self
            if market.territory_id and market.division_id.market_measure_id
            if YEARS[0] <= market.year <= YEARS[1]
            if self.env.su or market.company_id in self.env.companies
        ]
        facts = self.env["stm.achievement"]
        achieved = facts._get_totals(requests) if requests else {}
        sizes = facts._get_market_sizes(requests)
        return {
            market: (amount, 100 * amount / sizes[market] if sizes[market] else None)
            for market, amount in achieved.items()
        }


class StmMarketValue(models.Model):
    """A driver of a territory in a year."""

    _name = "stm.market.value"
    _description = "Value of a Market Driver"
    _order = "market_id, driver_id"
    _rec_name = "driver_id"

    market_id = fields.Many2one("stm.territory.market", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="market_id.company_id", store=True, index=True, precompute=True)
    division_id = fields.Many2one(related="market_id.division_id")
    driver_id = fields.Many2one(
        "stm.market.driver",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('division_id', '=', division_id)]",
    )
    value = fields.Float(required=True, digits=0)

    _driver_unique = models.UniqueIndex(
        "(market_id, driver_id)", "A driver has one value for a territory and a year."
    )
    _value_not_negative = models.Constraint(
        "CHECK (value >= 0 AND value < 1e15)", "A driver cannot be negative: enter zero or more."
    )

    @api.constrains("market_id", "driver_id")
    def _check_division(self):
        for value in self:
            if value.driver_id.division_id != value.market_id.division_id:
                raise ValidationError(
                    self.env._(
                        "The driver “%(driver)s” belongs to the division “%(division)s”, “%(territory)s” to "
                        "“%(other)s”: choose a driver of the same division.",
                        driver=value.driver_id.name,
                        division=value.driver_id.division_id.name,
                        territory=value.market_id.territory_id.display_name,
                        other=value.market_id.division_id.name,
                    )
                )
