from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .stm_commission_statement import APPROVED_STATES

# who sees which moves a statement has: not the payee, whose pay is among that of others there
ACCOUNTING = (
    "account.group_account_invoice,account.group_account_readonly,sales_target_mgmt.group_commission_admin"
)
SETTLED = ("in_payment", "paid")


class StmCommissionStatement(models.Model):
    """What locking and paying a statement mean for accounting; see `stm.commission.accounting`."""

    _inherit = "stm.commission.statement"

    is_accounted = fields.Boolean(
        "In Accounting", readonly=True, help="Locked while commission was posted to accounting."
    )
    accrual_move_id = fields.Many2one(
        "account.move", "Accrual", readonly=True, ondelete="restrict", index="btree_not_null",
        groups=ACCOUNTING, help="Holds what was earned, together with other statements of the period.",
    )  # fmt: skip
    release_move_id = fields.Many2one(
        "account.move", "Handed to Payroll", readonly=True, ondelete="restrict",
        index="btree_not_null", groups=ACCOUNTING,
    )  # fmt: skip
    bill_id = fields.Many2one(
        "account.move", "Vendor Bill", readonly=True, ondelete="restrict", index="btree_not_null",
        groups=ACCOUNTING,
    )  # fmt: skip
    bill_state = fields.Selection(related="bill_id.payment_state", string="Bill", groups=ACCOUNTING)

    _bill_unique = models.UniqueIndex(
        "(bill_id) WHERE bill_id IS NOT NULL", "This bill pays another statement already."
    )

    def action_lock(self):
        result = super().action_lock()
        accounted = self.sudo().filtered("company_id.stm_commission_accounting")
        accounted.is_accounted = True
        self.env["stm.commission.accounting"]._accrue(accounted)
        return result

    def action_pay(self):
        self._check_payer()
        self._check_bills()
        result = super().action_pay()
        people = self.sudo().filtered(lambda one: one.is_accounted and one.user_id)
        for company, statements in people.grouped("company_id").items():
            self.env["stm.commission.accounting"]._release(statements, company._get_stm_today())
        return result

    def action_create_bill(self):
        """Draft the vendor bills of outside agents; pressed again, show what is there."""
        self._check_payer()
        for statement in self:
            bill = statement.sudo().bill_id
            if not bill:
                statement._check_billable()
                # whoever else presses this writes the same row and is retried
                statement.sudo().bill_id = self.env["stm.commission.accounting"]._bill(statement.sudo())
        return self.action_view_moves() if self.env["account.move"].has_access("read") else None

    def action_view_moves(self):
        """The moves and bills of these statements."""
        self.check_access("read")
        moves = self.accrual_move_id | self.release_move_id | self.bill_id
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Accounting"),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
        }
        if len(moves) == 1:
            action |= {"res_id": moves.id, "views": [(False, "form")]}
        return action

    def _check_payer(self):
        """:raises AccessError: unless the user pays commission, as its administrator or accountant"""
        self.check_access("read")
        payers = "account.group_account_invoice,sales_target_mgmt.group_commission_admin"
        if not (self.env.su or self.env.user.has_groups(payers)):
            raise AccessError(self.env._("Only commission administrators and accountants can do this."))

    def _check_billable(self):
        if self.user_id:
            raise UserError(
                self.env._(
                    "“%s” is for a person with a login, whom payroll pays: a bill is for outside agents.",
                    self.display_name,
                )
            )
        self._check_state("locked")
        if not self.is_accounted:
            raise UserError(
                self.env._(
                    "“%s” was locked while commission was not posted to accounting, so nothing was accrued "
                    "that a bill could clear: enter the bill by hand.",
                    self.display_name,
                )
            )
        if not self.payable:
            raise UserError(self.env._("“%s” pays nothing: no bill is needed.", self.display_name))

    def _check_bills(self):
        """:raises UserError: when an agent's bill has not been paid yet"""
        for statement in self.sudo():
            if statement.user_id or not statement.is_accounted or not statement.payable:
                continue
            if statement.state in APPROVED_STATES and statement.bill_id.payment_state not in SETTLED:
                raise UserError(
                    self.env._(
                        "“%s” is paid once its vendor bill is: create the bill, post it and register the "
                        "payment on it.",
                        statement.display_name,
                    )
                )
