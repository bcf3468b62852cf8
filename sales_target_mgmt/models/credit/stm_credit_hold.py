from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..stm_guard import guard_rows

EVENTS = [
    ("held", "On hold"),
    ("late", "Not decided in time"),
    ("approved", "Approved"),
    ("released", "Released"),
    ("refused", "Refused"),
    ("cleared", "No longer held"),
    ("used", "Confirmed by release"),
]
# events after which somebody has to decide
WAITING = ("held", "late", "approved")
# merging contacts may rewrite who is meant, nothing else
MEANT = "'{partner_id}'::text[]"
KEPT = f"TG_OP = 'DELETE' OR to_jsonb(OLD) - {MEANT} <> to_jsonb(NEW) - {MEANT}"


class StmCreditHold(models.Model):
    """The log of what happened to an order that was to be sold on credit; rows are only added.

    The order knows its last row. A release covers an amount, a payer, a payment term and days: an
    order that grows beyond it is held again. Orders are named by plain ids, for a row outlives them.
    """

    _name = "stm.credit.hold"
    _description = "Credit Hold"
    _inherit = ["stm.log.mixin"]
    _order = "id desc"
    _rec_name = "order_name"
    _check_company_auto = True

    order_id = fields.Many2oneReference(model_field="order_model", required=True, index=True)
    order_model = fields.Char(compute="_compute_order_model", search="_search_order_model")
    order_name = fields.Char("Order No.", required=True)
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="restrict")
    event = fields.Selection(EVENTS, "What Happened", required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "Done By", required=True, ondelete="restrict")
    seller_id = fields.Many2one("res.users", "Salesperson", ondelete="restrict", help="Who sold it then.")
    in_place_of = fields.Char(help="The absent people whose delegate approved it.")
    is_by_customer = fields.Boolean(
        "Asked by the Customer", help="Signed or paid on the portal: a release confirms the order at once."
    )
    reasons = fields.Json(help="What spoke against it, with the figures of then.")
    amount = fields.Monetary(help="Of the order, taxes included, in company currency.")
    term = fields.Char("Payment Term")
    term_days = fields.Integer("Days until Due")
    since = fields.Datetime("Waiting Since")
    deadline = fields.Date(help="Until when somebody should have decided.")
    note = fields.Char("Reason")
    why = fields.Text(compute="_compute_why", compute_sudo=True)
    valid_until = fields.Date(help="The last day on which a release can be used.")

    def init(self):
        guard_rows(self.env.cr, self._table, KEPT, "The log of credit holds is never changed or deleted.")

    @api.depends_context("lang")
    @api.depends("note", "reasons", "event")
    def _compute_why(self):
        """What somebody wrote; where nobody did, what the rules said."""
        for company, holds in self.grouped("company_id").items():
            # amounts are told in the currency of the company; the order itself may be gone
            order = self.env["sale.order"].new({"company_id": company.id})
            for hold in holds:
                found = hold.reasons if hold.event in WAITING else None
                hold.why = hold.note or order._describe_stm_kept_reasons(found)

    def _compute_order_model(self):
        self.order_model = "sale.order"

    def _search_order_model(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.TRUE if "sale.order" in value else Domain.FALSE

    def _refuse(self):
        self.check_access("read")
        raise UserError(
            self.env._("The log of credit holds is written by what happens to orders, and never changed.")
        )
