from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..stm_guard import guard_rows

KINDS = [
    ("earn", "Earned"),
    ("release", "Payable"),
    ("withhold", "Withheld"),
    ("clawback", "Clawback"),
    ("draw", "Draw"),
    ("draw_recovery", "Draw Recovered"),
    ("bonus", "Bonus"),
    ("adjustment", "Adjustment"),
    ("floor", "Minimum"),
    ("guarantee", "Guarantee"),
    ("forfeit", "Forfeited"),
]
REASONS = [
    ("gate", "Gate not reached"),
    ("cap", "Above the cap"),
    ("no_target", "No approved target"),
    ("carried", "Carried forward"),
    ("floor", "Raised to the minimum"),
    ("formula", "The formula failed"),
    ("window", "Refunded too late to be taken back"),
    ("uncredited", "Refund of a sale that was not credited"),
    ("overdue", "On hold: the customer is overdue"),
    ("grade", "On hold: the customer's credit grade"),
    ("left", "Not payable when the payee left"),
    ("guarantee", "Raised to the guarantee"),
]
DRAWS = ("draw", "draw_recovery")
# component of adjustments by hand
CORRECTION = "correction"
# nobody changes what is posted: not by rights, not in code, not in SQL
KEPT = "A posted commission entry is never changed or deleted: post a correction."


class StmCommissionEntry(models.Model):
    """An event of the ledger of pay: one row, with all that is needed to recompute it.

    Rows of an open statement are replaced with every computation. Checking the statement posts
    them; from then on they stay as they are, and what changes in the world becomes further rows.
    Nobody has write access, :meth:`write` and :meth:`unlink` refuse, and so does the database.

    `amount` sums to what is earned and not withheld, `payable` to what may be paid out. Documents
    are named by plain ids, for a row outlives them: undoing a payment deletes its
    reconciliation, of which `snapshot` keeps what it said.
    """

    _name = "stm.commission.entry"
    _description = "Commission Entry"
    _inherit = ["stm.log.mixin"]
    _order = "date desc, id desc"
    _log_access = False
    _rec_name = "source_key"

    statement_id = fields.Many2one(
        "stm.commission.statement", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    payee_id = fields.Many2one("res.partner", required=True, readonly=True, index=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "Person", readonly=True, index=True, ondelete="restrict")
    lineage_id = fields.Many2one(
        "stm.commission.plan", "First Version", required=True, readonly=True, ondelete="restrict"
    )
    plan_id = fields.Many2one("stm.commission.plan", required=True, readonly=True, ondelete="restrict")
    former_id = fields.Many2one(
        "stm.commission.plan",
        "Carried Over From",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The plan that the payee has left and to which is owed what is recovered here.",
    )
    rule_id = fields.Many2one("stm.commission.rule", "Component", readonly=True, ondelete="restrict")
    component = fields.Char("Code", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    source_key = fields.Char("Source", required=True, readonly=True)
    revision = fields.Integer(required=True, readonly=True, aggregator=None)
    posted = fields.Boolean(required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    pot = fields.Char(required=True, readonly=True, help="What is counted together on the rate table.")
    pot_date = fields.Date("Period Of", required=True, readonly=True)
    document = fields.Char(readonly=True, help="As it was called when the entry was computed.")
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        "Document ID", model_field="document_model", readonly=True, aggregator=None
    )
    customer = fields.Char(readonly=True, help="As it was called when the entry was computed.")
    team_id = fields.Many2one(
        "crm.team", "Sales Team", readonly=True, ondelete="restrict", help="Of the document, as it was then."
    )
    line_id = fields.Integer("Source Line", readonly=True, aggregator=None)
    partial_id = fields.Integer("Reconciliation", readonly=True, aggregator=None)
    snapshot = fields.Json("Payment", readonly=True)
    share = fields.Float("Credited Share", digits=0, readonly=True, aggregator=None)
    base = fields.Float(digits=0, readonly=True, help="What was credited.")
    slices = fields.Json("Calculation", readonly=True, help="Base, rate and amount of each part.")
    before = fields.Float("Counted Before", digits=0, readonly=True, aggregator=None)
    after = fields.Float("Counted After", digits=0, readonly=True, aggregator=None)
    exact = fields.Float("Earned Before, Exactly", digits=0, readonly=True, aggregator=None)
    currency_rate = fields.Float(
        digits=0,
        readonly=True,
        aggregator=None,
        help="By which the base was converted from company currency.",
    )
    amount = fields.Monetary("Earned", readonly=True)
    payable = fields.Monetary(readonly=True)
    off_table = fields.Float(digits=0, readonly=True, help="The part that does not follow the rate table.")
    plain = fields.Float("Without Accelerators", digits=0, readonly=True)
    held = fields.Monetary("On Hold", readonly=True, help="Would be payable but for a condition of the plan.")
    reason = fields.Selection(REASONS, readonly=True)
    # of all that was computed: what is the same again stays as it is
    digest = fields.Char(readonly=True, export_string_translation=False)
    calculation = fields.Char("How", compute="_compute_calculation")

    # what makes paying twice impossible, whoever computes at the same time; the ledger is read by
    # its first columns
    _event_unique = models.UniqueIndex(
        "(lineage_id, payee_id, component, kind, source_key, revision)",
        "This has been posted already: compute again.",
    )

    def init(self):
        guard_rows(self.env.cr, self._table, "OLD.posted", KEPT)

    @api.depends("slices", "snapshot", "rule_id", "currency_id", "message")
    def _compute_calculation(self):
        for entry in self:
            # the terms are the payee's own, who may not read later versions of the plan
            rule = entry.rule_id.sudo()
            is_money = not rule or rule._get_paid_for() != "quantity"
            parts = [
                f"{_plain(base)} × {entry._format_rate(float(rate), is_money)}"
                for base, rate, _amount in entry.slices or []
            ]
            payment = (entry.snapshot or {}).get("payment")
            entry.calculation = " + ".join(parts) or payment or entry.message

    def _format_rate(self, rate, is_money):
        """A rate of money in percent; one of pieces as money for each."""
        if is_money:
            return f"{_plain(rate * 100)} %"
        if self.currency_id.is_zero(rate - self.currency_id.round(rate)):
            return formatLang(self.env, rate, currency_obj=self.currency_id)
        # what was earned by the piece before may be no whole number of cents
        return f"{_plain(rate)} {self.currency_id.name}"

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._refuse()

    def _refuse(self):
        raise UserError(
            self.env._(
                "Commission entries are computed, never edited: compute the statement again, or enter a "
                "correction in the open period."
            )
        )

    def action_open_document(self):
        """Open the order or invoice, or say that the rights end here."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_model:
            raise UserError(self.env._("This entry concerns the period as a whole and has no document."))
        document = self.env[self.document_model].browse(self.document_id).exists()
        if not document:
            raise UserError(self.env._("“%s” exists no more.", self.document))
        return self.env["stm.achievement"]._open_document(document._name, document.id)


def _plain(number):
    """A number without superfluous digits, for a calculation."""
    return f"{float(number):,.6f}".rstrip("0").rstrip(".")
