from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

KINDS = [
    ("territory", "Outside the territory"),
    ("price", "Below the price floor"),
    ("no_territory", "Seller without territory"),
]
STATES = [
    ("suspected", "Suspected"),
    ("approval", "Waiting for Approval"),
    ("confirmed", "Confirmed"),
    ("cleared", "Cleared"),
]


class StmTerritoryCase(models.Model):
    """A sale into somebody else's territory, or below a territory's price floor, with the evidence.

    One case per document for the territory, one per line for the price. Cases are found by
    :meth:`_scan`, which reads this database's own orders and invoices and nothing else. What was
    found is never edited; managers confirm or clear with a reason. Who had no territory on that
    day is a kind of its own and no offender.
    """

    _name = "stm.territory.case"
    _description = "Cross-Territory Sale or Price Disorder"
    _inherit = ["mail.thread"]
    _mail_post_access = "read"
    _order = "date desc, id desc"

    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="suspected", tracking=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Day of the Sale", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True, index=True, ondelete="restrict")
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True, ondelete="restrict")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, ondelete="restrict")
    address_id = fields.Many2one("res.partner", "Delivery Contact", readonly=True, ondelete="restrict")
    address = fields.Char("Delivery Address", readonly=True, help="As it was when the case was found.")
    territory_id = fields.Many2one(
        "stm.territory",
        "Belongs to",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Of the delivery address, by the rules of that day.",
    )
    seller_territory_ids = fields.Many2many(
        "stm.territory",
        "stm_territory_case_seller_rel",
        "case_id",
        "territory_id",
        "Territories of the Salesperson",
        readonly=True,
        help="On the day of the sale.",
    )
    rule_id = fields.Many2one("stm.territory.rule", readonly=True, ondelete="set null")
    rule_text = fields.Char("By the Rule", readonly=True, help="As it was when the case was found.")
    document = fields.Char(readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null", ondelete="set null")
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    order_line_id = fields.Many2one("sale.order.line", readonly=True, ondelete="set null")
    move_line_id = fields.Many2one("account.move.line", "Invoice Line", readonly=True, ondelete="set null")
    amount = fields.Monetary(readonly=True, help="Untaxed, of the document or the line.")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")
    quantity = fields.Float(readonly=True, help="In the product's own unit of measure.")
    price = fields.Float("Net Price", readonly=True, digits="Product Price", aggregator=None)
    floor_price = fields.Float("Floor", readonly=True, digits="Product Price", aggregator=None)
    floor_id = fields.Many2one("stm.territory.floor", "Floor Rule", readonly=True, ondelete="set null")
    shortfall = fields.Monetary(
        readonly=True, help="What the quantity would have brought more at the floor price."
    )
    story = fields.Text("What Happened", compute="_compute_story")
    reason = fields.Text(readonly=True, tracking=True)
    decided_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_on = fields.Datetime(readonly=True)
    approved_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _order_unique = models.UniqueIndex("(order_id) WHERE kind <> 'price'")
    _move_unique = models.UniqueIndex("(move_id) WHERE kind <> 'price'")
    _order_line_unique = models.UniqueIndex("(order_line_id) WHERE kind = 'price'")
    _move_line_unique = models.UniqueIndex("(move_line_id) WHERE kind = 'price'")

    @api.depends("document", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for case in self:
            case.display_name = f"{case.document} · {labels.get(case.kind, '')}"

    @api.depends_context("lang")
    @api.depends("kind", "document")
    def _compute_story(self):
        for case in self:
            one = case.sudo()
            values = {
                "person": one.user_id.name,
                "document": one.document,
                "customer": one.partner_id.display_name,
                "address": one.address or one.partner_id.display_name,
                "place": one.territory_id.display_name,
                "rule": one.rule_text or "",
                "own": ", ".join(one.seller_territory_ids.mapped("display_name")),
                "product": one.product_id.display_name,
                "price": one.currency_id.format(one.price),
                "floor": one.currency_id.format(one.floor_price),
            }
            case.story = case._tell(values)

    def _tell(self, values):
        if self.kind == "price":
            return self.env._(
                "%(person)s sold %(product)s to %(customer)s at %(price)s on %(document)s; the floor in "
                "%(place)s is %(floor)s.",
                **values,
            )
        if self.kind == "no_territory":
            return self.env._(
                "%(person)s, who had no territory on that day, sold %(document)s to %(customer)s, delivered "
                "to %(address)s. That belongs to %(place)s by the rule “%(rule)s”.",
                **values,
            )
        return self.env._(
            "%(person)s sold %(document)s to %(customer)s, delivered to %(address)s. That belongs to "
            "%(place)s by the rule “%(rule)s”; %(person)s looked after %(own)s.",
            **values,
        )

    def action_confirm(self):
        """Ask why the suspicion is right."""
        return self._ask("confirmed")

    def action_clear(self):
        """Ask why there is nothing to it."""
        return self._ask("cleared")

    def _ask(self, decision):
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": "stm.territory.case.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_ids": self.ids, "default_decision": decision},
        }

    def action_approve(self):
        """Confirm what another manager has proposed to confirm."""
        self._check_manager()
        for case in self:
            case._check_state("approval")
            if case.decided_by == self.env.user:
                raise UserError(
                    self.env._(
                        "%s: another sales manager has to approve what you confirmed.", case.display_name
                    )
                )
        self.sudo().write({"state": "confirmed", "approved_by": self.env.uid})

    def action_open_document(self):
        """Open the order or invoice."""
        self.ensure_one()
        document = self.order_id or self.move_id
        document.check_access("read")
        return document._get_records_action()

    def _decide(self, decision, reason):
        """Confirm or clear; with approval switched on, a confirmation waits for a second manager.

        :param decision: `confirmed` or `cleared`
        """
        self._check_manager()
        for case in self:
            case._check_state("suspected", "approval")
        own = {"reason": reason, "decided_by": self.env.uid, "decided_on": fields.Datetime.now()}
        for company, cases in self.grouped("company_id").items():
            waits = decision == "confirmed" and company.sudo().stm_case_approval
            cases.sudo().write({**own, "state": "approval" if waits else decision, "approved_by": False})

    def _check_manager(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("sales_team.group_sale_manager")):
            raise AccessError(
                self.env._("Only a sales manager (Sales: Administrator) can decide about a case.")
            )

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(case)s” is in state “%(state)s” and stays as it was decided.",
                    case=self.display_name,
                    state=labels[self.state],
                )
            )


class ResCompany(models.Model):
    _inherit = "res.company"

    stm_case_approval = fields.Boolean(
        "Approve Confirmed Cases",
        help="A second sales manager approves before a cross-territory sale or a price below the floor is "
        "confirmed.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stm_case_approval = fields.Boolean(related="company_id.stm_case_approval", readonly=False)
