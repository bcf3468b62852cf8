from .common import StmCase


class CreditCase(StmCase):
    """Acme may owe and order 1,000.00 in all; a controller, and somebody who releases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller = cls._make_user("controller", "sales_target_mgmt.group_credit_controller")
        cls.releaser = cls._make_user("releaser", "sales_target_mgmt.group_credit_release")
        cls.company.stm_credit_control = True
        cls.account = (
            cls.env["stm.credit.account"]
            .with_user(cls.controller)
            .create({"company_id": cls.company.id, "partner_id": cls.customer.id})
        )
        cls.account.action_stm_set_limit("limited", 1000.0, "Annual accounts")

    def _quote(self, amount, partner=None, user=None, **values):
        """A quotation of so much, without tax."""
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "user_id": (user or self.rep).id,
                "company_id": self.company.id,
                "order_line": [
                    (0, 0, {"product_id": self.product.id, "product_uom_qty": 1, "price_unit": amount})
                ],
                **values,
            }
        )

    def _hold(self, amount, **values):
        order = self._quote(amount, **values)
        order.with_user(self.rep).action_confirm()
        self.assertEqual(order.stm_hold_event, "held")
        return order
