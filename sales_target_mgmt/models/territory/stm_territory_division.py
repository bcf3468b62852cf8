from odoo import api, fields, models
from odoo.exceptions import UserError


class StmTerritoryDivision(models.Model):
    """A way of dividing the market: by geography, industry, customer group, product line.

    Several live side by side. One per company is primary: its territory is stamped on
    documents when they are created and stays; those of the others are as of now.
    """

    _name = "stm.territory.division"
    _description = "Way of Dividing the Market"
    _order = "is_primary desc, sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("geography", "Geography"),
            ("industry", "Industry"),
            ("customer", "Customer group"),
            ("product", "Product line"),
            ("other", "Other"),
        ],
        default="geography",
        required=True,
    )
    is_primary = fields.Boolean(
        "Primary",
        help="Its territory is written on quotations, orders, invoices and opportunities when they are "
        "created, and stays there. One division of a company is primary.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    territory_ids = fields.One2many("stm.territory", "division_id", "Territories")
    rule_ids = fields.One2many("stm.territory.rule", "division_id", "Rules")

    _primary_unique = models.UniqueIndex(
        "(company_id) WHERE is_primary AND active",
        "A company has one primary division: make the other one secondary first.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        divisions = super().create(vals_list)
        for company in divisions.company_id:
            own = divisions.filtered(lambda division, company=company: division.company_id == company)
            if not self.sudo().search_count([("company_id", "=", company.id), ("is_primary", "=", True)]):
                own[0].is_primary = True
        # who had another division, a branch that of the company above it, has none of its territories now
        if given := divisions.filtered("is_primary"):
            self.env["stm.territory.member"]._publish(given.company_id)
        return divisions

    def write(self, vals):
        result = super().write(vals)
        if {"is_primary", "active", "company_id"} & vals.keys():
            self.env["stm.territory.member"]._publish(self.company_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_without_territories(self):
        for division in self:
            territories = division.with_context(active_test=False).territory_ids
            if territories:
                raise UserError(
                    self.env._(
                        "“%(division)s” has territories (%(number)s): delete them first, or archive the "
                        "division, which keeps what they say about earlier documents.",
                        division=division.name,
                        number=len(territories),
                    )
                )

    @api.model
    def _get_primary(self, company):
        """The primary division of a company, a branch without one has that of the company above it."""
        found = self.sudo().search([("company_id", "parent_of", company.id), ("is_primary", "=", True)])
        return found.sorted(lambda division: len(division.company_id.parent_ids))[-1:]

    def _get_companies(self):
        """The company and the branches below it that have no such division of their own."""
        self.ensure_one()
        company = self.env["res.company"].sudo()
        companies = company.search([("id", "child_of", self.company_id.id)])
        if not self.is_primary:
            return companies
        others = self.sudo().search(
            [("is_primary", "=", True), ("company_id", "in", (companies - self.company_id).ids)]
        )
        return companies - company.search([("id", "child_of", others.company_id.ids)])

    @api.model
    def _get_or_make_primary(self, company):
        return self._get_primary(company) or self.create(
            {"name": self.env._("Territories"), "company_id": company.id, "is_primary": True}
        )
