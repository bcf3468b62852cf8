from odoo import fields, models


class StmProductClass(models.Model):
    """A class of products that are sold with the same effort."""

    _name = "stm.product.class"
    _inherit = ["stm.class.mixin"]
    _description = "Product Class"
    _check_company_domain = models.check_company_domain_parent_of

    matrix = fields.Selection(
        [
            ("star", "Star"),
            ("cash_cow", "Cash cow"),
            ("question_mark", "Question mark"),
            ("dog", "Dog"),
        ],
        "Growth and Share",
        help="Which place in the growth–share matrix belongs here.",
    )
    profile_ids = fields.One2many("stm.product.profile", "class_id", "Products")


class StmProductProfile(models.Model):
    """What a company knows of a product: demand, contribution, place in the matrix, class."""

    _name = "stm.product.profile"
    _inherit = ["stm.profile.mixin"]
    _description = "Product Profile"
    _order = "revenue desc, id"
    _rec_name = "product_tmpl_id"
    _history_table = "stm_product_class_history"
    _check_company_auto = True

    product_tmpl_id = fields.Many2one(
        "product.template", "Product", required=True, index=True, ondelete="cascade"
    )
    categ_id = fields.Many2one(related="product_tmpl_id.categ_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    quantity = fields.Float(digits=0, readonly=True)
    share = fields.Float(
        readonly=True, aggregator="avg",
        help="Revenue relative to the strongest other product of the category: above 1 it leads.",
    )  # fmt: skip
    matrix = fields.Selection(
        selection=lambda self: (
            self.env["stm.product.class"]._fields["matrix"]._description_selection(self.env)
        ),
        string="Growth and Share",
        readonly=True,
    )
    strategy = fields.Selection(
        [("build", "Build"), ("hold", "Hold Position"), ("harvest", "Harvest"), ("withdraw", "Withdraw")]
    )
    priority = fields.Selection([("0", "Normal"), ("1", "Important"), ("2", "Very important")], default="0")
    rule_class_id = fields.Many2one(
        "stm.product.class", "Class by Figures", readonly=True, index="btree_not_null", ondelete="set null"
    )
    override_class_id = fields.Many2one(
        "stm.product.class", "Class by Decision", ondelete="restrict", check_company=True
    )
    class_id = fields.Many2one(
        "stm.product.class", readonly=True, index=True, ondelete="set null",
        help="The decision of a person while it lasts, otherwise what the figures give.",
    )  # fmt: skip
    history_ids = fields.One2many("stm.product.class.history", "profile_id", "Class History")

    _product_unique = models.UniqueIndex(
        "(company_id, product_tmpl_id)", "This product has a profile already."
    )


class StmProductClassHistory(models.Model):
    """One change of a product's class."""

    _name = "stm.product.class.history"
    _inherit = ["stm.class.history.mixin"]
    _description = "Change of a Product Class"
    _rec_name = "class_id"

    profile_id = fields.Many2one(
        "stm.product.profile", required=True, index=True, ondelete="cascade", readonly=True
    )
    product_tmpl_id = fields.Many2one(related="profile_id.product_tmpl_id", string="Product")
    company_id = fields.Many2one(related="profile_id.company_id")
    old_class_id = fields.Many2one("stm.product.class", "Before", readonly=True, ondelete="set null")
    class_id = fields.Many2one("stm.product.class", "After", readonly=True, ondelete="set null")
