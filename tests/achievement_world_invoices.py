from odoo import Command

SALES = ("out_invoice", "out_refund", "out_receipt")


class InvoiceDeeds:
    """What is done with invoices and money in :class:`.achievement_world.World`."""

    def do_invoice(self, dice):
        orders = self._orders().filtered(lambda order: order.invoice_status == "to invoice")
        if order := self._any(dice, orders):
            move = order._create_invoices()
            move.invoice_date = self._day(dice)
            if dice.random() < 0.3:
                move.invoice_line_ids.filtered(lambda line: line.display_type == "product")[:1].discount = 10
            move.action_post()

    def do_reset(self, dice):
        if move := self._any(dice, self._moves()):
            move.button_draft()

    def do_post_again(self, dice):
        if move := self._any(dice, self._moves("draft")):
            move.invoice_date = self._day(dice)
            move.action_post()

    def do_refund(self, dice):
        if move := self._any(dice, self._moves(kinds=("out_invoice",))):
            cancel = dice.random() < 0.5
            refund = move._reverse_moves([{"invoice_date": self._day(dice)}], cancel=cancel)
            if refund.state == "draft":
                refund.action_post()

    def _open(self, kinds):
        return self._moves(kinds=kinds).filtered("amount_residual")

    def do_pay(self, dice):
        moves = self._open(("out_invoice", "out_receipt"))
        if move := self._any(dice, moves):
            values = dice.choice(({}, {"amount": move.amount_residual / 2}, {"amount": 7.77}))
            if values and dice.random() < 0.3:
                account = self.env["account.account"].search(
                    [("company_ids", "in", self.company.ids), ("account_type", "=", "expense")], limit=1
                )
                values = {
                    "amount": move.amount_residual * 0.9,
                    "payment_difference_handling": "reconcile",
                    "writeoff_account_id": account.id,
                }
            self.case._pay(move, self._day(dice), currency_id=move.currency_id.id, **values)

    def do_pay_back(self, dice):
        if move := self._any(dice, self._open(("out_refund",))):
            self.case._pay(move, self._day(dice))

    def do_receipt(self, dice):
        receipt = self.env["account.move"].create(
            {
                "move_type": "out_receipt",
                "company_id": self.company.id,
                "partner_id": dice.choice(self.customers.exists()).id,
                "invoice_user_id": dice.choice([*self.users.ids, False]),
                "invoice_date": self._day(dice),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": dice.choice(self.products).id,
                            "price_unit": 45.67,
                            "tax_ids": [Command.set(self.tax.ids)],
                        }
                    )
                ],
            }
        )
        receipt.action_post()

    def do_bank(self, dice):
        """Money that comes in by a bank line, without a payment."""
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )
        own = self._open(SALES).filtered(lambda move: move.currency_id == self.company.currency_id)
        if move := self._any(dice, own):
            due = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            line = self.env["account.bank.statement.line"].create(
                {
                    "journal_id": bank.id,
                    "date": self._day(dice),
                    "payment_ref": "transfer",
                    "amount": self.company.currency_id.round(
                        sum(due.mapped("amount_residual")) * dice.choice((1, 0.3))
                    ),
                    "partner_id": move.partner_id.id,
                }
            )
            _liquidity, suspense, _other = line._seek_for_lines()
            suspense.account_id = due.account_id
            (due | suspense).reconcile()

    def do_bank_undo(self, dice):
        lines = self.env["account.bank.statement.line"].search([("company_id", "=", self.company.id)])
        if line := self._any(dice, lines.sorted("id")):
            line.action_undo_reconciliation()

    def do_unreconcile(self, dice):
        lines = self._moves().line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and (line.matched_debit_ids or line.matched_credit_ids)
            )
        )
        if line := self._any(dice, lines):
            line.remove_move_reconcile()
