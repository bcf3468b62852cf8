from odoo import models
from odoo.exceptions import ValidationError


class StmTerritoryRule(models.Model):
    """Rules of different territories that would win the same customer are refused when they are saved."""

    _inherit = "stm.territory.rule"

    def _check_ties(self, partners=None):
        """Refuse a rule that hits a customer together with one as specific of another territory."""
        for division in self.division_id:
            rules = self.filtered(lambda rule, division=division: rule.division_id == division)
            today = division.company_id._get_stm_today()
            members = self.env["stm.territory.member"]
            # a rule that begins later may tie as well
            days = {rule.date_from or today for rule in rules} | {
                *members._get_later_changes(division, today)
            }
            for day in sorted(days):
                ties = members._get_ties(division, day, partners)
                for one, other, partner, number in ties:
                    if one in rules or other in rules:
                        raise ValidationError(self._get_tie_message(one, other, partner, number))
        self._check_twins()

    def _check_twins(self):
        """The same for rules that say the same, though nobody is hit by them yet."""
        for rule in self.filtered("territory_id.active"):
            for twin in self.search(
                [
                    ("division_id", "=", rule.division_id.id),
                    ("territory_id", "!=", rule.territory_id.id),
                    ("territory_id.active", "=", True),
                    ("specificity", "=", rule.specificity),
                    ("country_id", "=", rule.country_id.id),
                    ("state_id", "=", rule.state_id.id),
                    ("category_id", "=", rule.category_id.id),
                    ("industry_id", "=", rule.industry_id.id),
                    *self.env["stm.territory.assignment"]._get_covering_domain(rule.date_from, rule.date_to),
                ]
            ):
                if rule._meets(twin):
                    raise ValidationError(
                        self.env._(
                            "The rules “%(one)s” of %(territory)s and “%(other)s” of %(place)s hit the same "
                            "customers and are equally specific: change or delete one of them.",
                            one=rule.display_name,
                            territory=rule.territory_id.display_name,
                            other=twin.display_name,
                            place=twin.territory_id.display_name,
                        )
                    )

    def _meets(self, other):
        """Whether postcodes, sizes and named customers of two rules have something in common."""
        own_last, other_last = (rule.zip_to or rule.zip_from or "" for rule in (self, other))
        # the end of a range holds for all that begins with it
        apart_zip = (self.zip_from or "") > other_last + "\uffff" or (
            other.zip_from or ""
        ) > own_last + "\uffff"
        own_size, other_size = (rule.size_to or float("inf") for rule in (self, other))
        apart_size = self.size_from > other_size or other.size_from > own_size
        apart_names = (self.partner_ids or other.partner_ids) and not self.partner_ids & other.partner_ids
        return not (apart_zip or apart_size or apart_names)

    def _get_tie_message(self, one, other, partner, number):
        return self.env._(
            "Two equally specific rules hit “%(partner)s” (customers in all: %(number)s): “%(one)s” of "
            "%(territory)s and “%(other)s” of %(place)s. Make one of them more specific.",
            partner=partner.display_name,
            number=number,
            one=one.display_name,
            territory=one.territory_id.display_name,
            other=other.display_name,
            place=other.territory_id.display_name,
        )
