from calendar import isleap
from datetime import date

from odoo import api, models
from odoo.exceptions import ValidationError


class StmMeasure(models.Model):
    """Ratios over the size of the market: the market share."""

    _inherit = "stm.measure"

    def _check_market(self):
        """:raises ValidationError: if something else than money is to be a share of the market"""
        part = self.numerator_id
        if self.divided_by == "market" and part and (part.aggregation, part.unit) != ("sum", "money"):
            raise ValidationError(
                self.env._(
                    "“%(ratio)s” is a share of the market, which is money: its numerator must be a sum of "
                    "money, “%(numerator)s” is not.",
                    ratio=self.name,
                    numerator=part.name,
                )
            )

    def _get_denominator_name(self):
        if self.divided_by == "market":
            return dict(self._fields["divided_by"]._description_selection(self.env))["market"]
        return self.denominator_id.name


class StmAchievement(models.Model):
    _inherit = "stm.achievement"

    @api.model
    @api.private
    def _get_totals(self, requests):
        """As before; a market share asks for its numerator and is divided here."""
        requests = list(requests)
        measures = self.env["stm.measure"].sudo().browse({request.measure_id for request in requests})
        by_market = {
            one.id: one for one in measures if one.aggregation == "ratio" and one.divided_by == "market"
        }
        shares = [request for request in requests if request.measure_id in by_market]
        totals = super()._get_totals(
            request._replace(measure_id=by_market[request.measure_id].numerator_id.id)
            if request.measure_id in by_market
            else request
            for request in requests
        )
        sizes = self._get_market_sizes(shares)
        for request in shares:
            key, size = request.key, sizes[request.key]
            totals[key] = by_market[request.measure_id].factor * totals[key] / size if size else None
        return totals

    @api.model
    def _get_market_sizes(self, requests):
        """Size of the market in which each request was achieved.

        Of the days of the request that have come, each a part of its year: what is sold until
        June is compared with half a year's market.

        :return: {key: float in the currency of the request's company, or None where it is not known}
        """
        if not requests:
            return {}
        places = {request.dimensions.get("territory_id") for request in requests} - {None, False}
        divisions = {one.id: one.division_id for one in self.env["stm.territory"].sudo().browse(places)}
        companies = {
            one.id: one for one in self.env["res.company"].sudo().browse({one.company_id for one in requests})
        }
        primary = {one.id: self.env["stm.territory.division"]._get_primary(one) for one in companies.values()}
        today = {one.id: one._get_stm_today() for one in companies.values()}
        sizes = {}
        return {
            request.key: self._get_market_size(
                request,
                divisions.get(request.dimensions.get("territory_id")) or primary[request.company_id],
                companies[request.company_id],
                today[request.company_id],
                sizes,
            )
            for request in requests
        }

    def _get_market_size(self, request, division, company, today, cache):
        """:param cache: {(division, year): sizes}, filled as needed"""
        last = min(request.date_to, today)
        place, total = request.dimensions.get("territory_id") or None, 0
        if not division or last < request.date_from:
            return None
        for year in range(request.date_from.year, last.year + 1):
            if (division, year) not in cache:
                cache[division, year] = division._get_market_sizes(year)
            size = cache[division, year].get(place)
            if not size:
                return None
            first_day = max(request.date_from, date(year, 1, 1))
            last_day = min(last, date(year, 12, 31))
            total += size * ((last_day - first_day).days + 1) / (366 if isleap(year) else 365)
        own = division.company_id.currency_id
        if own != company.currency_id:
            return own._convert(float(total), company.currency_id, company, last, round=False)
        return float(total)
