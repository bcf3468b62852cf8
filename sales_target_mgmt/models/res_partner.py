from odoo import api, fields, models

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
        partners = super().create(vals_list)
        partners._stm_locate()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if LOCATING & vals.keys():
            self._stm_locate()
        return result

    def _stm_locate(self):
        """Decide anew, from today on, to which territories these customers belong."""
        divisions = self.env["stm.territory.division"].sudo().search([("rule_ids", "!=", False)])
        today = fields.Date.context_today(self)
        for division in divisions:
            self.env["stm.territory.member"].sudo()._resolve(division, today, self.commercial_partner_id)
