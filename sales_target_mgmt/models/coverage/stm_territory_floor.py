from odoo import api, fields, models


class StmTerritoryFloor(models.Model):
    """The lowest net price of a product or category in a territory and all that lies below it.

    The nearest territory decides: its own floors come before those of the territories above it;
    in one territory a product comes before its category, and a category before those above it.
    """

    _name = "stm.territory.floor"
    _description = "Price Floor of a Territory"
    _order = "territory_id, product_id, categ_id, date_from, id"
    _check_company_auto = True

    territory_id = fields.Many2one("stm.territory", required=True, index=True, ondelete="cascade")
    division_id = fields.Many2one(related="territory_id.division_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="division_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", index="btree_not_null", ondelete="cascade")
    categ_id = fields.Many2one(
        "product.category", "Product Category", index="btree_not_null", ondelete="cascade"
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="per")
    price = fields.Monetary(
        "Lowest Net Price",
        required=True,
        help="Untaxed, after discounts, in company currency, for one unit of the product's own unit of "
        "measure.",
    )
    date_from = fields.Date("From", help="Empty: since ever.")
    date_to = fields.Date("To", help="The last day. Empty: until further notice.")

    _dates = models.Constraint("CHECK (date_from <= date_to)", "A floor ends before it begins.")
    _subject = models.Constraint(
        "CHECK ((product_id IS NULL) <> (categ_id IS NULL))",
        "A floor is for a product or for a category: fill in one of the two.",
    )
    _price_positive = models.Constraint(
        "CHECK (price > 0)", "A floor is above zero: enter the lowest untaxed price of one unit."
    )

    @api.depends("territory_id", "product_id", "categ_id")
    def _compute_display_name(self):
        for floor in self:
            subject = floor.product_id.display_name or floor.categ_id.display_name
            floor.display_name = f"{floor.territory_id.display_name} · {subject}"
