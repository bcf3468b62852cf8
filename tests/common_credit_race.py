"""A customer with a limit in real transactions, for what several people do at once."""

from .common import RealTransactionsCase


class CreditRaceCase(RealTransactionsCase):
    """A customer who may use :attr:`LIMIT`, and a product; committed, and taken away again."""

    LIMIT = 1000

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            self.had_control = env.company.stm_credit_control
            env.company.stm_credit_control = True
            self.customer = env["res.partner"].create({"name": "Race customer", "is_company": True}).id
            self.product = env["product.product"].create({"name": "Race", "type": "service"}).id
            account = env["stm.credit.account"].create({"partner_id": self.customer})
            account.action_stm_set_limit("limited", self.LIMIT, "Race")
            self.customers, self.accounts, self.orders, self.users = [self.customer], account.ids, [], []
        self.addCleanup(self._clean)

    def _quote(self, env, *amounts):
        """Quotations of one line each, without tax; their ids are noted to be taken away."""
        lines = [
            (0, 0, {"product_id": self.product, "price_unit": amount, "tax_ids": [(5,)]})
            for amount in amounts
        ]
        orders = env["sale.order"].create(
            [{"partner_id": self.customer, "order_line": [line]} for line in lines]
        )
        self.orders += orders.ids
        return orders

    def _clean(self):
        with self._transaction() as env:
            orders = env["sale.order"].browse(self.orders)
            orders._action_cancel()
            env.flush_all()
            env.cr.execute("UPDATE sale_order SET stm_hold_id = NULL WHERE id = ANY(%s)", [self.orders])
            self._delete_guarded(env, "stm_credit_hold", "order_id", self.orders)
            env.invalidate_all()
            orders.unlink()
            self._delete_guarded(env, "stm_credit_limit", "account_id", self.accounts)
            # members before the heads of their groups
            env.cr.execute("DELETE FROM stm_credit_account WHERE id = ANY(%s)", [self.accounts[::-1]])
            env.cr.execute("DELETE FROM res_users_apikeys WHERE user_id = ANY(%s)", [self.users])
            users = env["res.users"].browse(self.users)
            partners = users.partner_id
            users.unlink()
            partners.unlink()
            env["product.product"].browse(self.product).unlink()
            env["res.partner"].browse(self.customers).unlink()
            env.company.stm_credit_control = self.had_control

    def _delete_guarded(self, env, table, column, ids):
        """Delete rows that the database keeps."""
        env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        env.cr.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [ids])
        env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
