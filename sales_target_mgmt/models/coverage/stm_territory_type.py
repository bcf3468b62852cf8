from collections import defaultdict
from statistics import fmean

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ...tools.territory_type import suggest
from ..achievement.stm_achievement_totals import TotalRequest
from ..target.stm_target_line import SEES_ALL

TYPES = [
    ("mature", "Mature"),
    ("growth", "Growth"),
    ("emerging", "Emerging"),
    ("declining", "Declining"),
]


class StmTerritory(models.Model):
    """What kind of market a territory is: suggested from figures, decided by the manager."""

    _inherit = "stm.territory"

    type = fields.Selection(TYPES, tracking=True)
    type_suggested = fields.Selection(TYPES, "Suggested Type", readonly=True, copy=False)
    type_facts = fields.Json(readonly=True, copy=False, groups=",".join(SEES_ALL))
    type_reason = fields.Char("Suggested from", compute="_compute_type_reason", groups=",".join(SEES_ALL))

    @api.depends("type_facts")
    @api.depends_context("lang")
    def _compute_type_reason(self):
        for territory in self:
            facts = territory.type_facts
            territory.type_reason = territory._get_type_reason(facts) if facts else False

    def _get_type_reason(self, facts):
        currency = self.company_id.currency_id

        def money(value):
            return formatLang(self.env, value, currency_obj=currency)

        def percent(value):
            if value is None:
                return self.env._("not known")
            return formatLang(self.env, 100 * value, digits=1) + " %"

        parts = [
            self.env._(
                "Sales from %(first)s to %(last)s: %(volume)s, the year before %(previous)s, "
                "growth %(growth)s",
                first=format_date(self.env, facts["first"]),
                last=format_date(self.env, facts["last"]),
                volume=money(facts["volume"]),
                previous=money(facts["previous"]),
                growth=percent(facts["growth"]),
            ),
            self.env._("size against the mean of the territories beside it: %s", percent(facts["size"])),
        ]
        if facts["market"] is not None:
            parts.append(
                self.env._(
                    "market size %(size)s in %(year)s, growth %(growth)s",
                    size=money(facts["market"]),
                    year=facts["year"],
                    growth=percent(facts["market_growth"]),
                )
            )
        return "; ".join(parts)

    def action_accept_type(self):
        """Decide for what is suggested."""
        self.check_access("write")
        for territory in self.filtered("type_suggested"):
            territory.type = territory.type_suggested


class StmTerritoryDivision(models.Model):
    _inherit = "stm.territory.division"

    def action_suggest_types(self):
        """Suggest the types of all territories from the last twelve whole months and the market data."""
        self.ensure_one()
        self.check_access("write")
        measure = self.market_measure_id
        if not measure:
            raise UserError(
                self.env._("Say on “%s” of which measure the growth is taken: “Market Share of”.", self.name)
            )
        last = self.company_id._get_stm_today() + relativedelta(day=1, days=-1)
        first = last + relativedelta(days=1, years=-1)
        spans = [(first, last), (first - relativedelta(years=1), first - relativedelta(days=1))]
        territories = self.env["stm.territory"].search([("division_id", "=", self.id)])
        totals = self.env["stm.achievement"]._get_totals(
            TotalRequest(
                (territory, place), measure.id, self.company_id.id, *span, {"territory_id": territory.id}
            )
            for territory in territories
            for place, span in enumerate(spans)
        )
        beside = defaultdict(list)
        for territory in territories:
            beside[territory.parent_id].append(totals[territory, 0])
        year = self._get_market_year(last.year)
        sizes, earlier = (
            (self._get_market_sizes(year), self._get_market_sizes(year - 1)) if year else ({}, {})
        )
        for territory in territories:
            figures = {
                "volume": totals[territory, 0],
                "previous": totals[territory, 1],
                "mean": fmean(beside[territory.parent_id]),
                "market": self._to_float(sizes.get(territory.id)),
                "previous_market": self._to_float(earlier.get(territory.id)),
            }
            found = suggest(**figures)
            territory.write(
                {
                    "type_suggested": found.kind or False,
                    "type_facts": {
                        **figures,
                        "growth": self._to_float(found.growth),
                        "size": self._to_float(found.size),
                        "market_growth": self._to_float(found.market_growth),
                        "first": fields.Date.to_string(first),
                        "last": fields.Date.to_string(last),
                        "year": year,
                    },
                }
            )
        return self.action_view_territories()

    @staticmethod
    def _to_float(value):
        return None if value is None else float(value)
