import time

from odoo.fields import Date

from .common import RealTransactionsCase
from .common_credit import CreditCase

NAMES = [f"Killed {number}" for number in range(4)]


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


class DebtorsCase(RealTransactionsCase):
    """Four customers owe 100.00 each, in a company of their own and for all transactions to see."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            company = env["res.company"].create(
                {"name": f"Killed {time.time()}", "country_id": env.ref("base.de").id}
            )
            env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
            env = env(context={**env.context, "allowed_company_ids": company.ids})
            env.user.company_ids |= company
            company.stm_collection = True
            partners = env["res.partner"].create(
                [{"name": name, "email": f"{number}@example.com"} for number, name in enumerate(NAMES)]
            )
            day = Date.subtract(Date.today(), days=10)
            env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice",
                        "company_id": company.id,
                        "partner_id": partner.id,
                        "invoice_date": day,
                        "invoice_date_due": day,
                        "invoice_line_ids": [(0, 0, {"name": "One", "price_unit": 100, "tax_ids": [(5,)]})],
                    }
                    for partner in partners
                ]
            ).action_post()
            self.company, self.partners = company.id, partners.ids
        self.addCleanup(self._clean)

    def _clean(self):
        with self._transaction() as env:
            company = env["res.company"].browse(self.company)
            env = env(context={**env.context, "allowed_company_ids": company.ids})
            cases = env["stm.collection.case"].search([("company_id", "=", company.id)])
            env["mail.mail"].search([("model", "=", cases._name), ("res_id", "in", cases.ids)]).unlink()
            cases.log_ids.unlink()
            cases.unlink()
            moves = env["account.move"].search([("company_id", "=", company.id)])
            moves.button_draft()
            moves.with_context(force_delete=True).unlink()
            env["stm.collection.policy"].search([("company_id", "=", company.id)]).unlink()
            env["res.partner"].browse(self.partners).unlink()
            company.stm_collection = False
            env.user.company_ids -= company
            company.active = False
