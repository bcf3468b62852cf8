"""Moves in other currencies and of other companies."""

from freezegun import freeze_time

from .common_commission_account import AccountedCase


@freeze_time("2026-06-15 12:00:00")
class TestCommissionAccountCurrency(AccountedCase):
    def test_another_currency_is_posted_in_it_and_balances_in_both(self):
        """1.1 dollars for a euro: what is earned in dollars stands in euros at the rate of the day."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2026-01-01", "rate": 1.1}
        )
        self._sold_by("2026-05-10", self.rep, 1000)
        self._sold_by("2026-05-11", self.rep2, 333.33)
        statements = self._settle(self._commission([0.1], self._people(), currency_id=dollar.id))
        self.assertAlmostEqual(sum(statements.mapped("earned")), 146.67)
        self._lock(statements)
        move = statements.accrual_move_id
        self.assertEqual(move.line_ids.currency_id, dollar)
        amounts = sorted((line.amount_currency, line.balance) for line in move.line_ids)
        self.assertEqual(amounts, [(-146.67, -133.34), (146.67, 133.34)])
        statements.with_user(self.payroll).action_pay()
        self.assertEqual((self._balance(self.accrual), self._balance(self.payroll_account)), (0, 133.34))

    def test_two_currencies_are_two_moves(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2026-01-01", "rate": 2}
        )
        self._sold_by("2026-05-10", self.rep, 1000)
        self._settle(self._commission([0.1]))
        statements = self._settle(self._commission([0.1], name="Abroad", currency_id=dollar.id))
        self._lock(statements)
        self.assertEqual(sorted(statements.accrual_move_id.mapped("currency_id.name")), ["EUR", "USD"])
        self.assertEqual(self._balance(self.accrual), 200)

    def test_companies_have_moves_of_their_own(self):
        """Who locks statements of two companies at once posts in each what is its own."""
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.other_company.id), ("type", "=", "general")], limit=1
        )
        other = self.env(context={**self.env.context, "allowed_company_ids": self.other_company.ids})
        accounts = {
            use: other["account.account"].create({"code": code, "name": use, "account_type": kind}).id
            for use, code, kind in (
                ("expense", "699001", "expense"),
                ("accrual", "219001", "liability_current"),
            )
        }
        self.other_company.write(
            {
                "stm_commission_accounting": True,
                "stm_commission_journal_id": journal.id,
                **{f"stm_commission_{use}_account_id": account for use, account in accounts.items()},
            }
        )
        (self.payroll | self.payroll2).company_ids |= self.other_company
        both = (self.company | self.other_company).ids
        order = other["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.rep_other.id,
                "team_id": self.team_other.id,
                "company_id": self.other_company.id,
                "order_line": [(0, 0, {"product_id": self.product.id, "price_unit": 700, "tax_ids": [(5,)]})],
            }
        )
        order.action_confirm()
        order.date_order = "2026-05-10 12:00:00"
        self._sold_by("2026-05-10", self.rep, 1000)
        ours = self._settle(self._commission([0.1]))
        abroad = self.env(user=self.payroll, context={"allowed_company_ids": both})
        plan = abroad["stm.commission.plan"].create(
            {
                "name": "Abroad",
                "company_id": self.other_company.id,
                "date_from": "2026-01-01",
                "earned_on": "order",
                "rule_ids": [(0, 0, self._rule(0.1))],
                "assignment_ids": [(0, 0, {"user_id": self.rep_other.id})],
            }
        )
        plan.action_activate()
        plan.action_compute()
        theirs = self._statements(plan)
        statements = abroad["stm.commission.statement"].browse((ours | theirs).ids)
        statements.action_check()
        statements.with_user(self.payroll2).action_approve()
        statements.action_lock()
        for statement, amount in ((ours, 100), (theirs, 70)):
            move = statement.accrual_move_id
            self.assertEqual(move.company_id, statement.company_id)
            self.assertEqual(move.line_ids.account_id.company_ids, statement.company_id)
            self.assertEqual(sum(move.line_ids.mapped("debit")), amount)
        moves = self.env["account.move"].with_user(self.accountant)
        self.assertEqual(moves.search([("id", "in", statements.accrual_move_id.ids)]), ours.accrual_move_id)
