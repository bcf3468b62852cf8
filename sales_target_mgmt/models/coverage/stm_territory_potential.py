from collections import defaultdict
from decimal import Decimal

from odoo import fields, models

from ...tools import market


class StmTerritoryDivision(models.Model):
    """How the potential of a division's territories is found."""

    _inherit = "stm.territory.division"

    potential_method = fields.Selection(
        [("index", "Buying-power index"), ("share", "Share of the market")],
        "Potential by",
        required=True,
        default="index",
        help="Buying-power index: the weighted mean of a territory's shares of the drivers, times the "
        "whole market. Share of the market: the part of a territory's own market that is within reach.",
    )
    potential_reach = fields.Float("Within Reach %", default=100.0)
    driver_ids = fields.One2many("stm.market.driver", "division_id", "Drivers")
    market_ids = fields.One2many("stm.territory.market", "division_id", "Market Data")
    market_measure_id = fields.Many2one(
        "stm.measure",
        "Market Share of",
        domain="[('aggregation', '=', 'sum'), ('unit', '=', 'money')]",
        default=lambda self: self.env.ref("sales_target_mgmt.measure_invoiced", False),
        ondelete="restrict",
        help="What is achieved, over the market size.",
    )

    _reach_percent = models.Constraint(
        "CHECK (potential_reach BETWEEN 0 AND 100)", "The part within reach lies between 0 and 100 %."
    )

    def action_add_drivers(self):
        """Add the drivers of the classic index, as far as they are missing: income, retail, people."""
        self.ensure_one()
        self.check_access("write")
        known = {driver.name.casefold() for driver in self.driver_ids}
        classic = (
            (self.env._("Income"), 0.5),
            (self.env._("Retail Sales"), 0.3),
            (self.env._("Population"), 0.2),
        )
        self.env["stm.market.driver"].create(
            [
                {"division_id": self.id, "name": name, "weight": weight, "sequence": 10 * place}
                for place, (name, weight) in enumerate(classic, 1)
                if name.casefold() not in known
            ]
        )

    def action_view_market(self):
        """The market data of this division."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_territory_market_action"
        )
        return {
            **action,
            "domain": [("division_id", "=", self.id)],
            "context": {"search_default_by_year": 1},
        }

    def _get_market_year(self, year):
        """The newest year up to this one of which there are market data; None without any."""
        self.ensure_one()
        newest = (
            self.env["stm.territory.market"]
            .sudo()
            .search([("division_id", "=", self.id), ("year", "<=", year)], order="year desc", limit=1)
        )
        return newest.year or None

    def _get_market_tree(self):
        """{territory id: id of the one above, or None} of the division."""
        territories = self.env["stm.territory"].sudo().search([("division_id", "=", self.id)])
        known = set(territories.ids)
        return {one.id: one.parent_id.id if one.parent_id.id in known else None for one in territories}

    def _get_market_sizes(self, year):
        """Market sizes of exactly this year, sums of what is below where a territory has none.

        :return: {territory id: Decimal or None}; the key None is the whole division
        """
        parents = self._get_market_tree()
        sums = market.totals(parents, self._read_market(year)[0])
        return {**sums, None: market.total_of(parents, sums)}

    def _get_budgets(self, year):
        """What is planned to be spent on selling in a year, sums of what is below where nothing is said.

        :return: {territory id: Decimal or None}
        """
        rows = self.env["stm.territory.market"].sudo()
        rows = rows.search([("division_id", "=", self.id), ("year", "=", year), ("budget", ">", 0)])
        known = {row.territory_id.id: Decimal(str(row.budget)) for row in rows}
        return market.totals(self._get_market_tree(), known)

    def _read_market(self, year):
        """({territory id: size}, {territory id: part within reach}, {driver id: {territory id: value}})"""
        sizes, reach, drivers = {}, {}, defaultdict(dict)
        rows = (
            self.env["stm.territory.market"]
            .sudo()
            .search([("division_id", "=", self.id), ("year", "=", year), ("territory_id.active", "=", True)])
        )
        for row in rows:
            if row.market_size:
                sizes[row.territory_id.id] = Decimal(str(row.market_size))
            reach[row.territory_id.id] = Decimal(str(row.reach or self.potential_reach)) / 100
        for value in rows.value_ids:
            drivers[value.driver_id.id][value.market_id.territory_id.id] = Decimal(str(value.value))
        return sizes, reach, drivers

    def _get_potentials(self, year):
        """What the territories could buy in a year, by the newest market data up to it.

        :return: {territory id: Decimal in company currency, or None where nothing is known}
        """
        self.ensure_one()
        parents = self._get_market_tree()
        known = self._get_market_year(year)
        if not known:
            return dict.fromkeys(parents)
        sizes, reach, drivers = self._read_market(known)
        if self.potential_method == "share":
            return market.by_share(parents, sizes, reach)
        weights = {one.id: Decimal(str(one.weight)) for one in self.sudo().driver_ids}
        drivers = {one: drivers[one] for one in weights if one in drivers}
        return market.by_index(parents, sizes, drivers, weights)

    def _get_whole(self, potentials):
        """The potential of the topmost territories together."""
        return market.total_of(self._get_market_tree(), potentials)


class StmTerritory(models.Model):
    _inherit = "stm.territory"

    market_ids = fields.One2many("stm.territory.market", "territory_id", "Market Data")

    def _get_potential(self, year):
        """What this territory could buy in a year: Decimal in company currency, None if not known."""
        self.ensure_one()
        return self._get_potentials(year)[self.id]

    def _get_potentials(self, year):
        """:meth:`_get_potential` of several territories: {territory id: Decimal or None}"""
        found = {}
        for division in self.division_id.sudo():
            found.update(division._get_potentials(year))
        return {territory.id: found.get(territory.id) for territory in self}
