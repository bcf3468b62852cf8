from odoo.fields import Date
from odoo.tools import float_round

from .common_credit import CreditCase


class StatementCase(CreditCase):
    """Acme with two invoices of 100.00 and 200.00, and 60.00 paid on the first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.stm_credit_control = False
        cls.customer.email = "books@acme.example"
        cls.customer.user_id = cls.rep
        cls.first = cls._bill(100, "2026-04-10", "2026-05-10")
        cls.second = cls._bill(200, "2026-05-05", "2026-06-04")
        cls._settle(cls.first, 60, "2026-05-20")

    @classmethod
    def _bill(cls, amount, date, due=None, partner=None, move_type="out_invoice"):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or cls.customer).id,
                "company_id": cls.company.id,
                "invoice_date": date,
                "invoice_date_due": due or date,
                "invoice_line_ids": [
                    (0, 0, {"product_id": cls.product.id, "price_unit": amount, "tax_ids": [(5,)]})
                ],
            }
        )
        move.invoice_payment_term_id = False
        move.invoice_date_due = due or date
        move.action_post()
        return move

    @classmethod
    def _settle(cls, invoice, amount, date):
        """Money that comes in, and settles so much of an invoice."""
        line = cls._receive(amount, date, invoice.partner_id)
        (line | cls._owed(invoice)).reconcile()
        return line.move_id

    @classmethod
    def _receive(cls, amount, date, partner):
        """A payment that settles nothing yet: its receivable line."""
        journal = cls.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1
        )
        account = partner.with_company(cls.company).property_account_receivable_id
        bank = cls.env["account.account"].search(
            [("account_type", "=", "asset_cash"), ("company_ids", "in", cls.company.ids)], limit=1
        )
        move = cls.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": date,
                "line_ids": [
                    (0, 0, {"account_id": account.id, "partner_id": partner.id, "credit": amount}),
                    (0, 0, {"account_id": bank.id, "debit": amount}),
                ],
            }
        )
        move.action_post()
        return cls._owed(move)

    @classmethod
    def _set_accounts(cls):
        """Where losses go to, and the journal of the allowance."""
        expense, allowance = (
            cls.env["account.account"]
            .with_company(cls.company)
            .create(
                [
                    {"name": "Bad debts", "code": "699900", "account_type": "expense"},
                    {"name": "Loss allowance", "code": "129900", "account_type": "asset_current"},
                ]
            )
        )
        cls.company.write(
            {
                "stm_loss_account_id": expense.id,
                "stm_allowance_account_id": allowance.id,
                "stm_allowance_journal_id": cls.env["account.journal"]
                .search([("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1)
                .id,
            }
        )

    @classmethod
    def _write_off(cls, invoice, amount, day, account, cash=0):
        """Take so much off an invoice as lost, beside what is paid."""
        line = cls._receive(amount + cash, day, invoice.partner_id)
        entry = line.move_id
        entry.button_draft()
        bank = entry.line_ids - line
        lost = (0, 0, {"account_id": account.id, "debit": amount})
        entry.line_ids = [(1, bank.id, {"debit": cash}) if cash else (2, bank.id), lost]
        entry.action_post()
        (line | cls._owed(invoice)).reconcile()

    @classmethod
    def _owed(cls, move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _make(self, date_from="2026-05-01", date_to="2026-05-31", partner=None, user=None):
        return self.env["stm.account.statement"]._make(
            self.company, partner or self.customer, Date.to_date(date_from), Date.to_date(date_to), user
        )

    def _sum_ledger(self, partner, until):
        """What the ledger says, line by line."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "child_of", partner.id),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("account_type", "=", "asset_receivable"),
                ("date", "<=", until),
            ]
        )
        return float_round(sum(lines.mapped("balance")), 2)
