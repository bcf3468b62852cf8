from odoo import fields, models


class StmChannel(models.Model):
    """The way by which a sale came: a shop, the website, a dealer, a visit."""

    _name = "stm.channel"
    _description = "Sales Channel"
    _order = "sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("online", "Online"), ("offline", "Offline"), ("mixed", "Mixed")], default="offline", required=True
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True)
    active = fields.Boolean(default=True)


class CrmTeam(models.Model):
    _inherit = "crm.team"

    stm_channel_id = fields.Many2one(
        "stm.channel",
        "Sales Channel",
        check_company=True,
        ondelete="restrict",
        help="Written on the team's quotations, orders, invoices and opportunities when they are created.",
    )
