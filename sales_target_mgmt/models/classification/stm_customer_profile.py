from odoo import api, fields, models


class StmCustomerProfile(models.Model):
    """What a company knows of a customer: figures, scores, class, potential, last contact."""

    _name = "stm.customer.profile"
    _inherit = ["stm.profile.mixin"]
    _description = "Customer Profile"
    _order = "revenue desc, id"
    _rec_name = "partner_id"
    _history_table = "stm_customer_class_history"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade",
        domain="[('parent_id', '=', False)]",
    )  # fmt: skip
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson", store=False)
    relation = fields.Selection(
        [("key", "Key account"), ("dealer", "Dealer")],
        help="Key accounts and dealers can be looked at apart in every report.",
    )
    potential = fields.Float(digits=0, help="What the customer could buy in a year, in company currency.")
    last_order_date = fields.Date(readonly=True)
    order_count = fields.Integer("Orders", readonly=True)
    recency = fields.Integer("Recency Score", readonly=True, aggregator="avg")
    frequency = fields.Integer("Frequency Score", readonly=True, aggregator="avg")
    monetary = fields.Integer("Monetary Score", readonly=True, aggregator="avg")
    rfm = fields.Float("RFM Score", digits=(3, 2), readonly=True, aggregator="avg")
    rule_class_id = fields.Many2one(
        "stm.customer.class", "Class by Figures", readonly=True, index="btree_not_null", ondelete="set null"
    )
    override_class_id = fields.Many2one(
        "stm.customer.class", "Class by Decision", ondelete="restrict", check_company=True
    )
    class_id = fields.Many2one(
        "stm.customer.class", readonly=True, index=True, ondelete="set null",
        help="The decision of a person while it lasts, otherwise what the figures give.",
    )  # fmt: skip
    history_ids = fields.One2many("stm.customer.class.history", "profile_id", "Class History")

    _customer_unique = models.UniqueIndex("(company_id, partner_id)", "This customer has a profile already.")

    @api.model
    def _get_for(self, partner, company):
        """The profile of a commercial entity in a company, made when it is missing."""
        known = self.search([("partner_id", "=", partner.id), ("company_id", "=", company.id)], limit=1)
        return known or self.create({"partner_id": partner.id, "company_id": company.id})


class StmCustomerClassHistory(models.Model):
    """One change of a customer's class."""

    _name = "stm.customer.class.history"
    _inherit = ["stm.class.history.mixin"]
    _description = "Change of a Customer Class"
    _rec_name = "class_id"

    profile_id = fields.Many2one(
        "stm.customer.profile", required=True, index=True, ondelete="cascade", readonly=True
    )
    partner_id = fields.Many2one(related="profile_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="profile_id.company_id")
    old_class_id = fields.Many2one("stm.customer.class", "Before", readonly=True, ondelete="set null")
    class_id = fields.Many2one("stm.customer.class", "After", readonly=True, ondelete="set null")
