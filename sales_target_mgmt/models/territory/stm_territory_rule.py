from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..stm_links import check_links

# What a rule can ask for, the most specific first: each weighs more than all after it.
CONDITIONS = ("partner_ids", "zip_from", "state_id", "country_id", "category_id", "industry_id", "size")
# the specificity from which on a rule names its customers
NAMED = 2 ** (len(CONDITIONS) - 1)


class StmTerritoryRule(models.Model):
    """Customers of a kind belong to a territory: all that is filled in must be true.

    Where several rules hit a customer the most specific wins: named customers before
    postcodes before states before countries before tags, industries and sizes.
    """

    _name = "stm.territory.rule"
    _description = "Territory Rule"
    _order = "division_id, specificity desc, id"
    _check_company_auto = True

    territory_id = fields.Many2one("stm.territory", required=True, index=True, ondelete="cascade")
    division_id = fields.Many2one(related="territory_id.division_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="division_id.company_id", store=True, index=True, precompute=True)
    country_id = fields.Many2one("res.country", ondelete="restrict")
    state_id = fields.Many2one(
        "res.country.state", ondelete="restrict", domain="[('country_id', '=?', country_id)]"
    )
    zip_from = fields.Char("Postcode from", help="The beginning of a postcode is enough: 10 holds for 10115.")
    zip_to = fields.Char("Postcode to", help="Included. Empty: the same as “from”.")
    industry_id = fields.Many2one("res.partner.industry", ondelete="restrict")
    category_id = fields.Many2one("res.partner.category", "Tag", ondelete="restrict")
    size_from = fields.Integer("Employees from")
    size_to = fields.Integer("Employees to", help="Included. 0: no limit.")
    partner_ids = fields.Many2many(
        "res.partner",
        string="Named Customers",
        domain="[('parent_id', '=', False)]",
        # who is archived is still named: without names the rule would be one for everybody
        context={"active_test": False},
    )
    date_from = fields.Date("From", help="Empty: since ever.")
    date_to = fields.Date("To", help="The last day. Empty: until further notice.")
    specificity = fields.Integer(compute="_compute_specificity", store=True, precompute=True)

    _dates = models.Constraint("CHECK (date_from <= date_to)", "A rule ends before it begins.")

    @api.depends(
        "partner_ids", "zip_from", "state_id", "country_id", "category_id", "industry_id", "size_from",
        "size_to",
    )  # fmt: skip
    def _compute_specificity(self):
        for rule in self:
            given = {name for name in CONDITIONS if name != "size" and rule[name]}
            if rule.size_from or rule.size_to:
                given.add("size")
            rule.specificity = sum(
                2 ** (len(CONDITIONS) - 1 - place) for place, name in enumerate(CONDITIONS) if name in given
            )

    @api.depends(
        "partner_ids", "zip_from", "zip_to", "state_id", "country_id", "category_id", "industry_id",
        "size_from", "size_to", "territory_id",
    )  # fmt: skip
    @api.depends_context("stm_with_territory")
    def _compute_display_name(self):
        for rule in self:
            parts = [rule[name].display_name for name in ("country_id", "state_id") if rule[name]]
            if rule.zip_from:
                last = f"–{rule.zip_to}" if rule.zip_to and rule.zip_to != rule.zip_from else ""
                parts.append(f"{rule.zip_from}{last}")
            parts += [rule[name].display_name for name in ("category_id", "industry_id") if rule[name]]
            if rule.size_from or rule.size_to:
                parts.append(
                    self.env._("%(first)s–%(last)s employees", first=rule.size_from, last=rule.size_to or "∞")
                )
            if rule.partner_ids:
                parts.append(rule._get_names())
            name = " · ".join(parts) or self.env._("Everybody else")
            if self.env.context.get("stm_with_territory"):
                name = f"{rule.territory_id.name}: {name}"
            rule.display_name = name

    def _get_names(self):
        """The customer who is named, or how many are."""
        if len(self.partner_ids) == 1:
            return self.partner_ids.display_name
        return self.env._("%s named customers", len(self.partner_ids))

    @api.constrains("zip_from", "zip_to")
    def _check_postcodes(self):
        for rule in self:
            if rule.zip_to and (not rule.zip_from or rule.zip_to < rule.zip_from):
                raise ValidationError(
                    self.env._(
                        "The postcodes of “%(territory)s” end at %(last)s before they begin at %(first)s.",
                        territory=rule.territory_id.display_name,
                        first=rule.zip_from or self.env._("nothing"),
                        last=rule.zip_to,
                    )
                )

    @api.constrains("size_from", "size_to")
    def _check_size(self):
        for rule in self:
            if min(rule.size_from, rule.size_to) < 0 or 0 < rule.size_to < rule.size_from:
                raise ValidationError(
                    self.env._(
                        "The number of employees of “%(territory)s” cannot be from %(first)s to %(last)s.",
                        territory=rule.territory_id.display_name,
                        first=rule.size_from,
                        last=rule.size_to,
                    )
                )

    @api.constrains("partner_ids")
    def _check_partners(self):
        for partner in self.partner_ids:
            if partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "“%(partner)s” is a contact of “%(company)s”: name the company itself.",
                        partner=partner.display_name,
                        company=partner.commercial_partner_id.display_name,
                    )
                )

    @api.constrains("country_id", "state_id")
    def _check_state(self):
        for rule in self:
            if rule.state_id and rule.country_id and rule.state_id.country_id != rule.country_id:
                raise ValidationError(
                    self.env._(
                        "“%(state)s” does not lie in %(country)s.",
                        state=rule.state_id.name,
                        country=rule.country_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        check_links(self, vals_list, "territory_id")
        rules = super().create([self._normalise(vals) for vals in vals_list])
        rules._take_effect(rules._get_first_days())
        return rules

    def write(self, vals):
        check_links(self, [vals], "territory_id")
        self.check_access("write")
        before = self._get_first_days()
        divisions = self.division_id
        result = super().write(self._normalise(vals))
        self._take_effect(before | self._get_first_days(), divisions)
        return result

    def unlink(self):
        self.check_access("unlink")
        divisions = self.division_id
        result = super().unlink()
        self._take_effect(set(), divisions)
        return result

    @api.model
    def _normalise(self, vals):
        """Postcodes as they are compared: capitals without blanks."""
        postcodes = {
            name: (vals[name] or "").replace(" ", "").upper() or False
            for name in ("zip_from", "zip_to")
            if name in vals
        }
        return {**vals, **postcodes}

    def _get_first_days(self):
        return set(self.filtered("date_from").mapped("date_from"))

    def _take_effect(self, days, divisions=None):
        """Have customers resolved anew from the first of these days, or from today on."""
        divisions = (divisions or self.env["stm.territory.division"]) | self.exists().division_id
        members = self.env["stm.territory.member"]
        for division in divisions:
            members._resolve(division, min({*days, division.company_id._get_stm_today()}))
        self.exists()._check_ties()

    def _hand_over(self, territory, day):
        """Give whom these rules describe to a territory from a day on; earlier days stay.

        :return: the customers that the rules hit
        :raises UserError: if one of the rules does not hold on that day
        """
        for rule in self:
            if not rule.filtered_domain(self.env["stm.territory.assignment"]._get_covering_domain(day)):
                raise UserError(
                    self.env._(
                        "“%(rule)s” does not hold on %(day)s.",
                        rule=rule.display_name,
                        day=format_date(self.env, day),
                    )
                )
        partners = self.env["stm.territory.member"]._get_hit_by(self)
        begun = self.filtered(lambda rule: not rule.date_from or rule.date_from < day)
        vals_list = [rule.copy_data({"territory_id": territory.id, "date_from": day})[0] for rule in begun]
        begun._write_unresolved({"date_to": day - timedelta(days=1)})
        (self - begun)._write_unresolved({"territory_id": territory.id})
        made = self._create_unresolved(vals_list)
        (made | (self - begun))._settle(day, partners)
        return partners

    @api.model
    def _name_customers(self, partners, territory, day):
        """Name customers in a rule of a territory from a day on, and in no other of its division."""
        covering = self.env["stm.territory.assignment"]._get_covering_domain(day, False)
        vals_list = [{"territory_id": territory.id, "partner_ids": [(6, 0, partners.ids)], "date_from": day}]
        domain = [("division_id", "=", territory.division_id.id), ("partner_ids", "in", partners.ids)]
        for rule in self.search(domain + covering):
            others = [(6, 0, (rule.partner_ids - partners).ids)]
            if not rule.date_from or rule.date_from < day:
                if rule.partner_ids - partners:
                    vals_list += rule.copy_data({"partner_ids": others, "date_from": day})
                rule._write_unresolved({"date_to": day - timedelta(days=1)})
            elif rule.partner_ids - partners:
                rule._write_unresolved({"partner_ids": others})
            else:
                rule._unlink_unresolved()
        self._create_unresolved(vals_list)._settle(day, partners)

    # several changes are resolved once, when all of them are made

    def _create_unresolved(self, vals_list):
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    def _write_unresolved(self, vals):
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _unlink_unresolved(self):
        return super().unlink()  # pylint: disable=super-method-mismatch

    def _settle(self, day, partners):
        """Have these customers resolved anew from a day on, and refuse what ties."""
        for division in self.division_id:
            self.env["stm.territory.member"]._resolve(division, day, partners)
        self._check_ties(partners)
