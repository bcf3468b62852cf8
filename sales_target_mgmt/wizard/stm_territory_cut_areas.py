from collections import defaultdict

from odoo import models
from odoo.tools import SQL


class StmTerritoryCut(models.TransientModel):
    """Moves whole postcode areas by rules, so that who comes there later belongs there too."""

    _inherit = "stm.territory.cut"

    def _move_areas(self, moves):
        """A rule for every area that moves as a whole; by name whom that does not bring there.

        Named are customers of areas that move in part or that have no country, those whom a more
        specific rule holds, and those of other territories whom an area would draw along.
        """
        rules = self.env["stm.territory.rule"]
        wanted = {**self._read_members(), **{line.partner_id.id: line.new_territory_id.id for line in moves}}
        areas = [
            (country, area, territory)
            for (country, area, territory), lines in moves.grouped(self._get_area_key).items()
            if country and area and self._is_whole(country, area, lines)
        ]
        rules._give_areas(self.division_id, areas, self.date)
        found = self._read_members()
        strays = defaultdict(list)
        for partner, place in wanted.items():
            if place != found.get(partner):
                strays[place].append(partner)
        for place, partners in strays.items():
            rules._name_customers(
                self.env["res.partner"].browse(partners), self.env["stm.territory"].browse(place), self.date
            )

    def _get_area_key(self, line):
        return line.partner_id.country_id, line.area, line.new_territory_id

    def _is_whole(self, country, area, lines):
        """Whether all proposed moves of an area are accepted."""
        proposed = self.line_ids.filtered(
            lambda line: line.area == area and line.partner_id.country_id == country
        )
        return proposed == lines

    def _read_members(self):
        """{partner id: territory id} of the division on the first day of the new cut."""
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT partner_id, territory_id FROM stm_territory_member
                    WHERE division_id = %(division)s AND date_from <= %(day)s
                        AND (date_to IS NULL OR date_to >= %(day)s)""",
                    division=self.division_id.id,
                    day=self.date,
                )
            )
        )
