from odoo import api, fields, models
from odoo.exceptions import UserError

REASONS = [
    ("price", "Price"),
    ("quantity", "Quantity"),
    ("quality", "Quality or damage"),
    ("delivery", "Not delivered, or late"),
    ("duplicate", "Invoiced twice"),
    ("terms", "Other terms agreed"),
    ("paid", "Paid already"),
    ("other", "Other"),
]


class StmCollectionDispute(models.Model):
    """A customer says that an invoice is wrong: it is not asked for until somebody has decided.

    Accepted, somebody still credits the invoice in accounting; rejected, it is asked for again.
    """

    _name = "stm.collection.dispute"
    _description = "Disputed Invoice"
    _inherit = ["mail.thread", "mail.activity.mixin", "stm.state.mixin"]
    _order = "id desc"
    _rec_name = "move_id"
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted'),"
        " ('payment_state', 'in', ('not_paid', 'partial')), ('company_id', '=', company_id)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict", readonly=True
    )
    case_id = fields.Many2one(
        "stm.collection.case", index="btree_not_null", ondelete="set null", readonly=True
    )
    reason = fields.Selection(REASONS, required=True, default="other", tracking=True)
    amount = fields.Monetary("Amount Disputed", required=True, tracking=True)
    owner_id = fields.Many2one("res.users", required=True, default=lambda self: self.env.user, tracking=True)
    note = fields.Char("What Is Wrong", required=True)
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
    )
    outcome = fields.Char("What Was Found", tracking=True)
    closed_on = fields.Date("Decided On", readonly=True)

    _open_unique = models.UniqueIndex(
        "(move_id) WHERE state = 'open'", "This invoice is disputed already: add to that dispute."
    )
    _amount_positive = models.Constraint("CHECK(amount > 0)", "A dispute is about an amount above zero.")

    @api.onchange("move_id")
    def _onchange_move_id(self):
        self.amount = abs(self.move_id.amount_residual_signed)

    @api.model_create_multi
    def create(self, vals_list):
        moves = self.env["account.move"].browse(
            [vals["move_id"] for vals in vals_list if vals.get("move_id")]
        )
        moves.check_access("read")
        for vals in vals_list:
            move = moves.browse(vals.get("move_id"))
            partner = move.commercial_partner_id
            company = vals.get("company_id") or move.company_id.id
            vals |= {"partner_id": partner.id, "company_id": company, "state": "open"}
        disputes = super().create(vals_list)
        for dispute in disputes.filtered(lambda one: one.owner_id != self.env.user):
            dispute.activity_schedule("mail.mail_activity_data_todo", user_id=dispute.owner_id.id)
        disputes._refresh_cases()
        return disputes

    def write(self, vals):
        self.check_access("write")
        if not self.env.su and {"state", "closed_on", "move_id", "partner_id", "case_id"} & set(vals):
            raise UserError(self.env._("A dispute is decided with its buttons, and stays with its invoice."))
        return super().write(vals)

    def action_accept(self):
        """The customer is right: what it is about waits to be credited.

        :raises UserError: where nobody wrote what was found
        """
        self._decide("accepted")

    def action_reject(self):
        """The invoice is right, and asked for again.

        :raises UserError: where nobody wrote what was found
        """
        self._decide("rejected")

    def _decide(self, state):
        self.check_access("write")
        self._check_state("open")
        for dispute in self.sudo():
            if not (dispute.outcome or "").strip():
                raise UserError(self.env._("Write what was found: it stays with the dispute."))
            dispute.write({"state": state, "closed_on": dispute.company_id._get_stm_today()})
        self._refresh_cases()

    def _refresh_cases(self):
        """Find figures of the customers' cases again; a dispute opens a case where there is none."""
        engine = self.env["stm.collection.engine"].sudo()
        for company, disputes in self.sudo().grouped("company_id").items():
            cases = engine._refresh(company, disputes.partner_id.ids)
            for dispute in disputes.filtered(lambda one: not one.case_id):
                dispute.case_id = cases.get(dispute.partner_id.id)
