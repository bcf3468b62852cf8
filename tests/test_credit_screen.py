from .common_credit import CreditCase


class TestCreditScreen(CreditCase):
    """What the account says before the next order: the use of the limit, what holds, what would help."""

    def _read(self):
        self.account.invalidate_recordset()
        return self.account.with_user(self.accountant)

    def test_free_then_full_then_paid(self):
        self.assertEqual(self._read().next_level, "free")
        self._quote(600).action_confirm()
        account = self._read()
        self.assertEqual((account.next_level, account.next_text), ("free", ""))
        # what is ordered and what is free, in shares of the limit
        self.assertIn("width: 60.00%", account.limit_bar)
        self.assertIn("width: 40.00%", account.limit_bar)
        self.account.action_stm_set_limit("limited", 500.0, "Less")
        account = self._read()
        self.assertEqual(account.next_level, "hold")
        self.assertRegex(account.next_text, r"100\.00.* above the credit limit")
        self.assertRegex(account.next_advice, r"A payment of .*100\.00.* for what is owed or ordered")
        # there is no order yet that a deposit could be paid for
        self.assertNotIn("deposit", account.next_advice)
        self.assertIn("width: 100.00%", account.limit_bar)
        self.account.action_stm_set_limit("unlimited", 0.0, "State")
        self.assertEqual(self._read().next_level, "free")

    def test_blocked(self):
        self.account.action_stm_block("Insolvent")
        account = self._read()
        self.assertEqual(account.next_level, "block")
        self.assertIn("unblock", account.next_advice)
        self.assertIn("blocked", account.next_text)

    def test_orders_on_hold(self):
        order = self._hold(2000)
        account = self._read()
        self.assertEqual(account.held_count, 1)
        action = account.action_stm_held_orders()
        self.assertEqual(self.env["sale.order"].search(action["domain"]), order)
