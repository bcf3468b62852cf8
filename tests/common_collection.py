from odoo.fields import Date

from .common_credit import CreditCase


class CollectionCase(CreditCase):
    """Acme has owed 500.00 for ten days; the company collects by its first policy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.stm_credit_control = False
        cls.company.stm_collection = True
        cls.policy = cls.env["stm.collection.policy"].search([("company_id", "=", cls.company.id)])
        cls.customer.write({"email": "acme@example.com", "user_id": cls.rep.id, "lang": "en_US"})
        cls.today = Date.today()
        cls.engine = cls.env["stm.collection.engine"]

    @classmethod
    def _owe(cls, amount, days, partner=None):
        """A posted invoice without tax that was due so many days ago."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": cls.company.id,
                "partner_id": (partner or cls.customer).id,
                "invoice_date": Date.subtract(cls.today, days=max(days, 0)),
                "invoice_date_due": Date.subtract(cls.today, days=days),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (0, 0, {"product_id": cls.product.id, "price_unit": amount, "tax_ids": [(5,)]})
                ],
            }
        )
        move.action_post()
        return move

    def _run(self, partner=None, now=False):
        """The customer's case after a run."""
        partner = partner or self.customer
        self.engine._run(self.company, partner.ids, now)
        return self.env["stm.collection.case"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )

    def _mails(self, case):
        return self.env["mail.mail"].search(
            [("model", "=", "stm.collection.case"), ("res_id", "in", case.ids)], order="id"
        )
