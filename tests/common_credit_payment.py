"""Online payments for the tests of credit."""

from .common_credit import CreditCase


class CreditPaymentCase(CreditCase):
    """A provider of the company whose payments need an entry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.method = cls.env.ref("payment.payment_method_unknown")
        cls.provider = cls.env["payment.provider"].create(
            {
                "name": "Test",
                "code": "none",
                "state": "test",
                "company_id": cls.company.id,
                "payment_method_ids": [(6, 0, cls.method.ids)],
            }
        )
        cls.method.active = True
        code = cls.env["account.payment.method"].search([("code", "=", "none")], limit=1)
        code = code or cls.env["account.payment.method"].sudo().create(
            {"name": "Test", "code": "none", "payment_type": "inbound"}
        )
        cls.outstanding = cls.env["account.account"].create(
            {
                "name": "Outstanding",
                "code": "STM101",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [(6, 0, cls.company.ids)],
            }
        )
        line = cls.env["account.payment.method.line"].create(
            {
                "name": "Test",
                "payment_method_id": code.id,
                "journal_id": cls.bank.id,
                "payment_provider_id": cls.provider.id,
                "payment_account_id": cls.outstanding.id,
            }
        )
        cls.provider.journal_id = line.journal_id

    def _pay_online(self, order, state, amount=None, **values):
        # what a provider can do comes from its code
        self.provider.support_manual_capture = "full_only"
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"{order.name}-{len(order.transaction_ids)}",
                "amount": order.amount_total if amount is None else amount,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "sale_order_ids": [(6, 0, order.ids)],
                "state": state,
                **values,
            }
        )
        transaction._post_process()
        return transaction
