from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("general", "General"),
    ("product", "Product knowledge"),
    ("industry", "Industry knowledge"),
]


class StmSkill(models.Model):
    """Something that people can be good at.

    What is general counts for every task that is given to somebody, knowledge of products for
    their category, knowledge of an industry for territories whose rules name it.
    """

    _name = "stm.skill"
    _description = "Sales Skill"
    _order = "sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, required=True, default="general")
    categ_id = fields.Many2one("product.category", "Product Category", ondelete="restrict")
    industry_id = fields.Many2one("res.partner.industry", ondelete="restrict")
    description = fields.Text(translate=True, help="What somebody can do who has it.")
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    active = fields.Boolean(default=True)

    @api.constrains("kind", "categ_id", "industry_id")
    def _check_kind(self):
        for skill in self:
            if skill.kind == "product" and not skill.categ_id:
                raise ValidationError(
                    self.env._("“%s” is knowledge of products: choose their category.", skill.name)
                )
            if skill.kind == "industry" and not skill.industry_id:
                raise ValidationError(
                    self.env._("“%s” is knowledge of an industry: choose which one.", skill.name)
                )

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind != "product":
            self.categ_id = False
        if self.kind != "industry":
            self.industry_id = False
