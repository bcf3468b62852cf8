from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

STATES = [
    ("computed", "Computed"),
    ("checked", "Checked"),
    ("approved", "Approved"),
    ("locked", "Locked"),
    ("paid", "Paid"),
]
# from here on its entries are posted
POSTED_STATES = ("checked", "approved", "locked", "paid")
# where accountants begin to see it
APPROVED_STATES = ("approved", "locked", "paid")


class StmCommissionStatement(models.Model):
    """What a payee gets for a settlement period.

    computed → checked → approved → locked → paid. A computed statement is replaced with every
    computation; checking posts its entries. Nobody has write access; the buttons check who asks.
    """

    _name = "stm.commission.statement"
    _description = "Commission Statement"
    _inherit = ["stm.commission.guard.mixin"]
    _order = "date_from desc, payee_id, id desc"
    _rec_names_search = ("payee_id",)

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True, ondelete="restrict")
    payee_id = fields.Many2one("res.partner", required=True, readonly=True, ondelete="restrict", index=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True, ondelete="restrict", index=True)
    period = fields.Char(required=True, readonly=True)
    date_from = fields.Date("Start", required=True, readonly=True)
    date_to = fields.Date("End", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="computed", index=True)
    earned = fields.Monetary(
        readonly=True, help="Earned in the period, after what was taken back or withheld."
    )
    payable = fields.Monetary(readonly=True, help="What this statement pays.")
    waiting = fields.Monetary(
        readonly=True, help="Earned by the end of the period in all, and not payable yet."
    )
    draw_balance = fields.Monetary(
        "To Recover",
        readonly=True,
        help="What was lent by the end of the period and later earnings pay back.",
    )
    owed = fields.Monetary(
        "Owed After Leaving",
        compute="_compute_owed",
        help="No later earnings recover it, for the payee has left the plan and joined no other one in its "
        "currency afterwards: what still waits there does, the rest is to be settled with the payee.",
    )
    entry_ids = fields.One2many("stm.commission.entry", "statement_id", "Entries", readonly=True)
    computed_on = fields.Datetime("Last Computed", readonly=True)
    computed_until = fields.Date(readonly=True, help="The last day that was counted.")
    checked_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    approved_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    acknowledged_on = fields.Datetime(readonly=True, help="When the payee acknowledged it.")
    can_acknowledge = fields.Boolean(compute="_compute_can_acknowledge")

    _period_unique = models.UniqueIndex(
        "(company_id, payee_id, period, currency_id, date_from)",
        "This payee has a statement of this period already.",
    )

    @api.depends("payee_id", "date_from", "date_to")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = (
                f"{statement.payee_id.sudo().name} {statement.date_from} – {statement.date_to}"
            )

    @api.depends("draw_balance", "company_id", "currency_id", "payee_id")
    def _compute_owed(self):
        for statement in self:
            statement.owed = statement._get_owed() if statement.draw_balance > 0 else 0

    @api.depends("user_id", "state", "acknowledged_on")
    @api.depends_context("uid")
    def _compute_can_acknowledge(self):
        for statement in self:
            statement.can_acknowledge = (
                statement.user_id == self.env.user
                and statement.state in POSTED_STATES
                and not statement.acknowledged_on
            )

    def _init_column(self, column_name):
        """Statements from before plans had a currency are in that of their company."""
        if column_name != "currency_id":
            return super()._init_column(column_name)
        return self.env.cr.execute(
            """UPDATE stm_commission_statement s SET currency_id = c.currency_id
            FROM res_company c WHERE c.id = s.company_id AND s.currency_id IS NULL"""
        )

    def action_check(self):
        """Post the entries; earlier statements of the payee have to be posted before."""
        self._check_admin()
        for statement in self.sorted("date_from"):
            statement._check_state("computed")
            statement._check_guarantee()
            earlier = self.search(
                [
                    ("company_id", "=", statement.company_id.id),
                    ("payee_id", "=", statement.payee_id.id),
                    ("period", "=", statement.period),
                    ("currency_id", "=", statement.currency_id.id),
                    ("date_from", "<", statement.date_from),
                    ("state", "=", "computed"),
                ],
                limit=1,
            )
            if earlier - self:
                raise UserError(
                    self.env._("Check “%s” first: what is open there belongs before.", earlier.display_name)
                )
        self._move_on("checked", {"checked_by_id": self.env.uid})
        self._post()

    def action_lock(self):
        """Hand it over to payroll or accounting: nothing is expected to change any more."""
        self._check_admin()
        for statement in self:
            statement._check_state("approved")
        self._move_on("locked", {})

    def action_pay(self):
        """Note that it was paid."""
        self._check_payer()
        for statement in self:
            statement._check_state("locked")
        self._move_on("paid", {})

    def action_acknowledge(self):
        """The payee says to have seen it."""
        for statement in self:
            statement.check_access("read")
            if not statement.can_acknowledge:
                raise UserError(
                    self.env._("Only the payee acknowledges a statement, once it has been checked.")
                )
        self.sudo().write({"acknowledged_on": fields.Datetime.now()})

    def action_view_entries(self):
        """The entries behind the amounts, each with its document."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_target_mgmt.stm_commission_entry_action"
        )
        action["domain"] = [("statement_id", "=", self.id)]
        action["name"] = self.display_name
        return action

    def _check_guarantee(self):
        """:raises UserError: if a guarantee was computed before the end of its period

        What is posted of it is never recovered, and the rest of the period would come on top.
        """
        is_over = not self.computed_until or self.computed_until >= self.date_to
        if not is_over and "guarantee" in self.entry_ids.mapped("kind"):
            raise UserError(
                self.env._(
                    "“%(statement)s” is raised to a guarantee, and its period lasts until %(day)s: compute "
                    "and check it then.",
                    statement=self.display_name,
                    day=self.date_to,
                )
            )

    def _get_owed(self):
        """What plans have lent that the payee has left without another one after it that recovers it."""
        engine = self.env["stm.commission.engine"].sudo()
        owed = float(engine._get_owed(self.payee_id, self.company_id, self.currency_id))
        return max(min(owed, self.draw_balance), 0)

    def _move_on(self, state, vals):
        """Write the state; of two who do so at once, one is retried and finds it done."""
        self.sudo().write({"state": state, **vals})

    def _post(self):
        """Make the entries of these statements what they are for good."""
        self.flush_recordset()
        self.env["stm.commission.entry"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE stm_commission_entry SET posted = TRUE WHERE statement_id = ANY(%s) AND NOT posted",
                self.ids,
            )
        )
        self.env["stm.commission.entry"].invalidate_model()
