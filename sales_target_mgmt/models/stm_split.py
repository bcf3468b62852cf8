from odoo import api, fields, models


class StmSplit(models.Model):
    """Who is credited for an order, and with which share.

    Without a line it is the order's salesperson alone. Shares make up 100 % (the order sees to
    it when it is saved); an overlay comes on top and has to be marked as one. Team and company
    figures count the deal once all the same.
    """

    _name = "stm.split"
    _description = "Split of an Order"
    _order = "order_id, id"
    _rec_name = "payee_id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "sale.order", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one(
        "res.users", "Person", ondelete="restrict", index=True, domain="[('share', '=', False)]"
    )
    partner_id = fields.Many2one("res.partner", "Outside Partner", ondelete="restrict", check_company=True)
    payee_id = fields.Many2one(
        "res.partner", compute="_compute_payee_id", store=True, precompute=True, ondelete="restrict"
    )
    share = fields.Float(required=True, digits=(16, 6))
    is_overlay = fields.Boolean("Overlay", help="On top of the 100 %.")

    _payee_set = models.Constraint(
        "CHECK((user_id IS NULL) <> (partner_id IS NULL))",
        "A payee is either a person with a login or an outside partner.",
    )
    _share_positive = models.Constraint("CHECK(share > 0)", "A share is more than nothing.")
    _payee_unique = models.UniqueIndex("(order_id, payee_id)", "This payee has a share of the order already.")

    @api.depends("user_id", "partner_id")
    def _compute_payee_id(self):
        for line in self:
            line.payee_id = line.user_id.partner_id or line.partner_id
