from odoo import fields, models


class StmCustomerClass(models.Model):
    """A class of customers that are treated alike, A, B and C say."""

    _name = "stm.customer.class"
    _inherit = ["stm.class.mixin"]
    _description = "Customer Class"
    _check_company_domain = models.check_company_domain_parent_of

    rfm_from = fields.Float(
        "RFM Score from",
        digits=(3, 2),
        help="Mean of the three scores, 1 to 5, from which on one belongs here.",
    )
    potential_from = fields.Float("Potential from", digits=0, help="In company currency.")
    care_days = fields.Integer(
        "Contact at least every (days)",
        help="Who was not contacted for so long gets an activity, once. 0: no care plan.",
    )
    care_activity_type_id = fields.Many2one(
        "mail.activity.type", "Kind of Contact", ondelete="restrict",
        default=lambda self: self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False),
    )  # fmt: skip
    profile_ids = fields.One2many("stm.customer.profile", "class_id", "Customers")
