from datetime import timedelta

from odoo import api, models

from ...tools import postcodes


class StmTerritoryRule(models.Model):
    """Giving postcode areas to other territories."""

    _inherit = "stm.territory.rule"

    @api.model
    def _give_areas(self, division, areas, day):
        """Give everybody in postcode areas to territories from a day on; earlier days stay.

        Rules of postcodes in the same country that hold for an area as well hold for the rest
        of theirs from then on. More specific rules, of named customers for instance, stay.

        :param areas: (country, how the postcodes begin, territory) items
        """
        made = self.browse()
        for country, area, territory in areas:
            vals_list = self._take_out(division, country, area, day)
            vals_list.append(
                {"territory_id": territory.id, "country_id": country.id, "zip_from": area, "date_from": day}
            )
            made |= self._create_unresolved(vals_list)
        made.exists()._settle(day, None)

    @api.model
    def _take_out(self, division, country, area, day):
        """End what holds for an area from a day on.

        :return: values of the rules that hold for the rest
        """
        rules = self.search(
            [
                ("division_id", "=", division.id),
                ("country_id", "=", country.id),
                ("zip_from", "!=", False),
                *((name, "=", False) for name in ("state_id", "category_id", "industry_id", "partner_ids")),
                *((name, "in", (0, False)) for name in ("size_from", "size_to")),
                *self.env["stm.territory.assignment"]._get_covering_domain(day, False),
            ]
        )
        vals_list = []
        for rule in rules:
            own = (rule.zip_from, rule.zip_to or rule.zip_from)
            pieces = postcodes.without(*own, area)
            if pieces == [own]:
                continue
            begin = max(rule.date_from or day, day)
            vals_list += [
                rule.copy_data({"zip_from": first, "zip_to": last, "date_from": begin})[0]
                for first, last in pieces
            ]
            if rule.date_from and rule.date_from >= day:
                rule._unlink_unresolved()
            else:
                rule._write_unresolved({"date_to": day - timedelta(days=1)})
        return vals_list
