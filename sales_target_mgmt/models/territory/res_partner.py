from odoo import api, fields, models
from odoo.exceptions import AccessError

# what territory rules look at
LOCATING = {
    "country_id", "state_id", "zip", "industry_id", "category_id", "stm_employees", "parent_id",
    "is_company", "active", "company_id",
}  # fmt: skip


class ResPartner(models.Model):
    _inherit = "res.partner"

    stm_employees = fields.Integer("Employees", help="Size of the customer, for territory rules.")
    stm_territory_id = fields.Many2one(
        "stm.territory",
        "Sales Territory",
        company_dependent=True,
        readonly=True,
        copy=False,
        help="Territory of the primary division today, decided by the rules of the territories.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._stm_refuse_territory(*(vals for vals in vals_list if vals.get("stm_territory_id")))
        partners = super().create(vals_list)
        partners._stm_locate()
        return partners

    def write(self, vals):
        self._stm_refuse_territory(vals)
        result = super().write(vals)
        if LOCATING & vals.keys():
            self._stm_locate()
        return result

    @api.ondelete(at_uninstall=False)
    def _stm_unname(self):
        """A rule that names nobody else goes as well: without names it would say nothing."""
        rules = self.env["stm.territory.rule"].sudo().search([("partner_ids", "in", self.ids)])
        rules.filtered(lambda rule: rule.partner_ids <= self).unlink()

    def _stm_refuse_territory(self, *vals_list):
        """:raises AccessError: when the territory is given; whoever may write customers could take them"""
        if not self.env.su and any("stm_territory_id" in vals for vals in vals_list):
            raise AccessError(
                self.env._(
                    "The territory of a customer follows from the rules of the territories: a sales manager "
                    "names the customer in a rule, or moves the customer from a date."
                )
            )

    def _stm_locate(self):
        """Decide anew, from today on, to which territories these customers belong."""
        divisions = self.env["stm.territory.division"].sudo().search([("rule_ids", "!=", False)])
        # a customer that has become somebody's contact has no territory of its own any more
        partners = self | self.commercial_partner_id
        for division in divisions:
            today = division.company_id._get_stm_today()
            self.env["stm.territory.member"].sudo()._resolve(division, today, partners)

    stm_class_id = fields.Many2one("stm.customer.class", "Customer Class", compute="_compute_stm_class_id")

    @api.depends_context("company")
    def _compute_stm_class_id(self):
        profiles = self.env["stm.customer.profile"].sudo()
        found = profiles.search_fetch(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id", "class_id"],
        )
        classes = {profile.partner_id: profile.class_id for profile in found}
        for partner in self:
            partner.stm_class_id = classes.get(partner.commercial_partner_id, False)

    def action_stm_open_profile(self):
        """The profile of the customer in the company at work, made when it is missing."""
        self.ensure_one()
        self.check_access("read")
        profiles = self.env["stm.customer.profile"]
        profiles.check_access("read")
        profile = profiles.sudo()._get_for(self.commercial_partner_id, self.env.company)
        if not profile.sudo(False).has_access("read"):
            raise AccessError(
                self.env._(
                    "The figures of “%s” are for those who sell to this customer: become the salesperson, "
                    "or ask a sales manager.",
                    self.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "stm.customer.profile",
            "res_id": profile.id,
            "view_mode": "form",
        }
