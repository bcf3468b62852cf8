from freezegun import freeze_time

from .common_commission import CommissionCase


@freeze_time("2026-06-15 12:00:00")
class AccountedCase(CommissionCase):
    """Commission goes to accounting; two people of the team and an agent are paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "stm_commission_accounting": True,
                "stm_commission_journal_id": cls.env["account.journal"]
                .search([("company_id", "=", cls.company.id), ("type", "=", "general")], limit=1)
                .id,
                **{
                    f"stm_commission_{use}_account_id": cls._account(code, use, kind).id
                    for use, code, kind in (
                        ("expense", "699001", "expense"),
                        ("accrual", "219001", "liability_current"),
                        ("payroll", "219002", "liability_current"),
                    )
                },
            }
        )
        cls.expense = cls.company.stm_commission_expense_account_id
        cls.accrual = cls.company.stm_commission_accrual_account_id
        cls.payroll_account = cls.company.stm_commission_payroll_account_id
        cls.agent = cls.env["res.partner"].create({"name": "Agent Agathe"})

    @classmethod
    def _account(cls, code, name, kind):
        return cls.env["account.account"].create(
            {"code": code, "name": name, "account_type": kind, "company_ids": [(6, 0, cls.company.ids)]}
        )

    def _people(self, **values):
        return [{"user_id": user.id, **values} for user in (self.rep, self.rep2)]

    def _lock(self, statements):
        """Check, approve and lock, as two administrators do."""
        self._post(statements)
        statements.with_user(self.payroll2).action_approve()
        statements.with_user(self.payroll).action_lock()

    def _balance(self, account):
        """What is on the credit side of an account, in company currency."""
        self.env.flush_all()
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(-sum(lines.mapped("balance")), 2)

    def _lines(self, move):
        return sorted((line.account_id.name, line.name, line.balance) for line in move.line_ids)

    def _sold_by(self, date, user, amount, **values):
        return self._invoice(self._order(date, amount, user=user, **values), date)
