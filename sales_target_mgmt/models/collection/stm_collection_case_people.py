from odoo import api, fields, models
from odoo.tools import format_date


class StmCollectionCase(models.Model):
    """Who answers for a customer, and what waits for the customer's money."""

    _inherit = "stm.collection.case"

    held_ids = fields.Many2many("sale.order", string="Held Orders", compute="_compute_held_ids")
    invoice_ids = fields.Many2many(
        "account.move",
        string="Open Invoices",
        compute="_compute_invoice_ids",
        help="Of them those that you may read, for who does not keep the books.",
    )
    attainment_text = fields.Char(
        "Sales Target",
        compute="_compute_attainment_text",
        help="How far the salesperson is with the first target of the period in progress.",
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_held_ids(self):
        """Of the orders on hold those that the user may read; the log of holds is for few."""
        orders = self.env["sale.order"]
        found = orders.sudo().search(self._get_held_domain()).sudo(self.env.su)._filtered_access("read")
        known = found.grouped(
            lambda one: (one.company_id, one.sudo().partner_invoice_id.commercial_partner_id)
        )
        for case in self:
            case.held_ids = known.get((case.company_id, case.partner_id), orders)

    @api.depends("line_ids")
    @api.depends_context("uid")
    def _compute_invoice_ids(self):
        for case in self:
            moves = case.sudo().line_ids.filtered(lambda line: line.amount_residual > 0).move_id
            case.invoice_ids = moves.sudo(self.env.su)._filtered_access("read")

    @api.depends("salesperson_id", "company_id")
    @api.depends_context("lang")
    def _compute_attainment_text(self):
        """The first card of the salesperson's own page of targets."""
        cards = {}
        for case in self:
            key = case.company_id, case.sudo().salesperson_id
            if key not in cards:
                cards[key] = self._read_first_card(*key)
            case.attainment_text = cards[key] and self.env._(
                "%(measure)s until %(date)s: %(percent)s %%",
                measure=cards[key]["measure"]["name"],
                date=format_date(self.env, cards[key]["date_to"]),
                percent=round(cards[key]["attainment"] * 100),
            )

    def _read_first_card(self, company, user):
        if not user.active or not user.has_group("sales_team.group_sale_salesman"):
            return None
        context = {"allowed_company_ids": company.ids, "lang": self.env.lang}
        quota = self.env(user=user, su=False, context=context)["stm.quota"]
        return next(iter(quota.get_quota("user", user.id)["cards"]), None)
